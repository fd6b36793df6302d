"""One step of the Metropolis-adjusted Langevin algorithm, compiled.

With C the diagonal matrix of ``scale``, s the step, U = beta K - log prior, the proposal from w is

    w' = w + s C (u(w) + xi),   xi ~ N(0, I),   u(w) = -(s/2) C grad U(w), cut to |u| <= sqrt(d),

accepted with probability min(1, r), log r = U(w) - U(w') + |xi|^2/2 - |xi'|^2/2, where
xi' = -(u(w) + xi) - u(w') is the noise that would lead back. Detailed balance holds for ANY
function u used both ways, so neither the cut (which keeps a steep wall from throwing the chain
across the box) nor a gradient that jumps or is inexact changes the invariant law. A proposal
outside the box has density 0 and is rejected, which is the Metropolis rule itself. Between
steps s is multiplied by a random factor drawn independently of w: a mixture of kernels that all
keep the same law, which helps where the posterior is narrow in one place and wide in another.

References
----------
Roberts and Tweedie (1996), Bernoulli 2, 341-363 (MALA, and the truncated drift).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["BROKEN", "OUTSIDE", "REJECTED", "SCRATCH_ROWS", "TAKEN", "mala_step"]

REJECTED, TAKEN, OUTSIDE, BROKEN = 0, 1, 2, -1
SCRATCH_ROWS = 5
# Half-width of the logarithm of the random factor on the step: from 1/3 to 3.
LOG_SPREAD = math.log(3.0)


@njit
def whitened_drift(g, w, beta, gauss, scale, step, out):  # type: ignore[no-untyped-def]  # compiled
    """Write u(w), in units of the proposal's standard deviation, into ``out``."""
    dimension = w.shape[0]
    square = 0.0
    for i in range(dimension):
        force = beta * g[i] + gauss[1, i] * (w[i] - gauss[0, i])
        out[i] = -0.5 * step * scale[i] * force
        square += out[i] * out[i]
    if square > dimension:
        cut = math.sqrt(dimension / square)
        for i in range(dimension):
            out[i] *= cut


@njit
def mala_step(potential, beta, box, gauss, scale, step, w, g, k, scratch, rng):  # type: ignore[no-untyped-def]  # compiled
    """Make one step in place; return (status, K).

    ``w``, ``g``, ``k`` are the current parameter, gradient of K and K. ``scratch`` has shape
    (5, d); its first row holds the last proposal, which a caller reports when the status is
    ``BROKEN`` (K, a gradient or the acceptance ratio not finite) or the potential raises.
    """
    dimension = w.shape[0]
    trial, trial_g, noise, drift, back = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    step = step * math.exp(LOG_SPREAD * (2.0 * rng.random() - 1.0))
    whitened_drift(g, w, beta, gauss, scale, step, drift)
    inside = True
    for i in range(dimension):
        noise[i] = rng.standard_normal()
        trial[i] = w[i] + step * scale[i] * (drift[i] + noise[i])
        if trial[i] < box[0, i] or trial[i] > box[1, i]:
            inside = False
    if not inside:
        return OUTSIDE, k
    trial_k = potential(trial, trial_g)
    if not math.isfinite(trial_k):
        return BROKEN, k
    for i in range(dimension):
        if not math.isfinite(trial_g[i]):
            return BROKEN, k
    whitened_drift(trial_g, trial, beta, gauss, scale, step, back)
    log_ratio = beta * (k - trial_k)
    for i in range(dimension):
        here = w[i] - gauss[0, i]
        there = trial[i] - gauss[0, i]
        log_ratio += 0.5 * gauss[1, i] * (here * here - there * there)
        reverse = drift[i] + noise[i] + back[i]
        log_ratio += 0.5 * (noise[i] * noise[i] - reverse * reverse)
    if math.isnan(log_ratio):
        return BROKEN, k
    # log1p(-x) with x in [0, 1): never the logarithm of zero.
    if math.log1p(-rng.random()) >= log_ratio:
        return REJECTED, k
    for i in range(dimension):
        w[i] = trial[i]
        g[i] = trial_g[i]
    return TAKEN, trial_k


def scratch_for(dimension: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the workspace of :func:`mala_step` for d parameters.

    Examples
    --------
    >>> scratch_for(3).shape
    (5, 3)
    """
    return np.zeros((SCRATCH_ROWS, dimension))
