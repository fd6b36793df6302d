"""Blocks of coordinates in which K is quadratic, found from its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.target import Target

__all__ = ["quadratic_blocks"]

# Gradients cost 4 d^2 / 2 for each point.
MOST_PARAMETERS = 128
POINTS = 3
# A second difference of the gradient below this share of the gradient is rounding.
ZERO = 1e-9


def quadratic_blocks(target: Target) -> tuple[int, ...]:
    """Return blocks for :func:`~slt_symbolic.sampling.samplers.gibbs`.

    Parameters
    ----------
    target
        What is to be sampled.

    Returns
    -------
    tuple of int
        The block of each coordinate, or -1 where K is not quadratic in the coordinate.

    Raises
    ------
    SamplingError
        If there is no block, or the target has more than 128 parameters (state the blocks then).

    Notes
    -----
    K is quadratic in a block if all third derivatives within it vanish. They are seen as second
    differences of the gradient, over steps as wide as the prior, at three points drawn from it.
    For polynomials this is right with probability one. A block found in error costs accepted
    proposals, never exactness: the sampler corrects for it.

    Examples
    --------
    >>> from slt_symbolic.sampling import Gaussian, Target
    >>> def potential(w, g):
    ...     f = w[0] * w[1] + w[0] * w[2] ** 2
    ...     g[0], g[1], g[2] = f * (w[1] + w[2] ** 2), f * w[0], 2 * f * w[0] * w[2]
    ...     return 0.5 * f**2
    >>> quadratic_blocks(Target(potential, Gaussian((0, 0, 0), (1, 1, 1))))
    (0, 1, -1)
    """
    dimension = target.dimension
    if dimension > MOST_PARAMETERS:
        raise SamplingError(
            f"blocks are looked for among at most {MOST_PARAMETERS} parameters, not {dimension}: "
            "state them, gibbs(blocks)"
        )
    vanishes = _third_derivatives(target)
    labels = np.full(dimension, -1)
    block = 0
    for start in range(dimension):
        if labels[start] >= 0 or not vanishes[start, start, start]:
            continue
        members = [start]
        for other in range(start + 1, dimension):
            wider = [*members, other]
            # Only what the newcomer brings has to be looked at.
            if labels[other] < 0 and vanishes[other][np.ix_(wider, wider)].all():
                members = wider
        labels[members] = block
        block += 1
    if not block:
        raise SamplingError("gibbs: K is not quadratic in any coordinate; use another sampler")
    return tuple(labels.tolist())


def _third_derivatives(target: Target) -> NDArray[np.bool_]:
    """Return where the third derivatives of K vanish, shape (d, d, d)."""
    dimension = target.dimension
    rng = np.random.Generator(np.random.Philox(0))
    steps = 0.5 * np.asarray(target.prior.spread, dtype=np.float64)
    found = np.zeros((dimension, dimension, dimension))
    largest = np.zeros(dimension)
    for point in target.prior.sample(rng, POINTS):
        for j in range(dimension):
            for k in range(j, dimension):
                total = np.zeros(dimension)
                for sign_j in (1.0, -1.0):
                    for sign_k in (1.0, -1.0):
                        w = point.copy()
                        w[j] += sign_j * steps[j]
                        w[k] += sign_k * steps[k]
                        gradient = target.gradient(w)
                        largest = np.maximum(largest, np.abs(gradient))
                        total += sign_j * sign_k * gradient
                found[j, k] = np.maximum(found[j, k], np.abs(total))
                found[k, j] = found[j, k]
    # A gradient that is not finite compares as false: no block.
    return found <= ZERO * largest.max()
