"""Stochastic gradient Langevin dynamics, as the field runs it.

    w' = w - (eps/2) (beta grad K_B(w) + grad E(w)) + sqrt(eps) xi,   eps = step / beta,

with K_B an estimate of K from a random minibatch, drawn anew at every step: gradient descent on
K with learning rate step/2, and noise of temperature 1/beta. The recorded K is K_B, as in the
field's estimators. Nothing adapts the step, nothing corrects the bias of order step and of the
minibatch noise, and neighbours are not exchanged, since no exact K is known: it is here to be
compared with.

References
----------
Welling and Teh (2011), ICML 28, 681-688; Lau, Furman, Wang, Murfet and Wei (2023),
arXiv:2308.12108.
"""

from __future__ import annotations

import math

from numba import njit

from slt_symbolic.sampling.samplers.common import (
    BROKEN,
    TAKEN,
    fill_normals,
    folded,
    is_finite,
    prior_energy,
)
from slt_symbolic.sampling.samplers.sampler import Sampler, checked_positive

__all__ = ["sgld", "sgld_step"]


@njit
def sgld_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,  # noqa: ARG001  # the protocol's
    w, g, h, p, values, scratch, rng,  # noqa: ARG001  # the protocol's
):  # fmt: skip
    """Make one step in place. ``potential(w, g, rng)`` estimates K; ``settings[0]`` is the step."""
    for i in range(w.shape[0]):
        scratch[0, i] = w[i]
    values[0] = potential(w, g, rng)
    values[1] = prior_energy(energy, gauss, w, h)
    if not is_finite(values[0], values[1], g, h):
        return BROKEN
    eps = settings[0] / beta
    root = math.sqrt(eps)
    fill_normals(rng, scratch[3])
    for i in range(w.shape[0]):
        moved = w[i] - 0.5 * eps * (beta * g[i] + h[i]) + root * scratch[3, i]
        if not math.isfinite(moved):
            return BROKEN
        w[i] = folded(moved, box[0, i], box[1, i])[0]
    return TAKEN


def sgld(step: float) -> Sampler:
    """Return stochastic gradient Langevin dynamics with a step that the user answers for.

    Parameters
    ----------
    step
        Twice the learning rate on K; the noise has variance step / beta.

    Examples
    --------
    >>> sgld(1e-3).minibatch
    True
    """
    settings = (checked_positive("step", step),)
    return Sampler("sgld", sgld_step, exact=False, settings=settings, minibatch=True)
