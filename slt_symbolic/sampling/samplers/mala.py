"""The Metropolis-adjusted Langevin algorithm.

With s the length, L the preconditioner and U = beta K + E, the proposal from w is

    w' = w + s L (u(w) + xi),   xi ~ N(0, I),   u(w) = -(s/2) L^T grad U(w), cut to |u| <= sqrt(d),

accepted with probability min(1, r), log r = U(w) - U(w') + |xi|^2/2 - |xi'|^2/2, where
xi' = -(u(w) + xi) - u(w') is the noise that would lead back. Detailed balance holds for ANY
function u used both ways, so neither the cut (which keeps a steep wall from throwing the chain
across the box) nor a gradient that jumps or is inexact changes the invariant law. A proposal
outside the box has density 0 and is rejected, which is the Metropolis rule itself. (A proposal
reflected at the walls would have as density a sum over its images.)

References
----------
Roberts and Tweedie (1996), Bernoulli 2, 341-363 (MALA, and the truncated drift).
"""

from __future__ import annotations

import math

from numba import njit

from slt_symbolic.sampling.samplers.common import (
    BROKEN,
    OUTSIDE,
    OUTSIDE_K,
    REJECTED,
    TAKEN,
    accepted,
    drift_of,
    fill_normals,
    is_finite,
    jittered,
    log_way_back,
    outside,
    prior_energy,
    spread,
)
from slt_symbolic.sampling.samplers.sampler import Sampler

__all__ = ["mala", "mala_step"]

# Half-width of the logarithm of the random factor on the length: from 1/3 to 3.
LOG_SPREAD = math.log(3.0)


@njit
def mala_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,  # noqa: ARG001  # the protocol's
    w, g, h, p, values, scratch, rng,  # noqa: ARG001  # the protocol's
):  # fmt: skip
    """Make one step in place; return its status."""
    dimension = w.shape[0]
    trial, trial_g, trial_h = scratch[0], scratch[1], scratch[2]
    noise, drift, back = scratch[3], scratch[4], scratch[5]
    length = jittered(length, LOG_SPREAD, rng)
    drift_of(beta, g, h, scale, basis, stretch, length, drift)
    fill_normals(rng, noise)
    for i in range(dimension):
        back[i] = drift[i] + noise[i]
    spread(scale, basis, stretch, back, trial)
    for i in range(dimension):
        trial[i] = w[i] + length * trial[i]
    if outside(box, trial):
        return OUTSIDE
    k = potential(trial, trial_g)
    if k >= OUTSIDE_K and not math.isinf(k):
        return OUTSIDE
    e = prior_energy(energy, gauss, trial, trial_h)
    if not is_finite(k, e, trial_g, trial_h):
        return BROKEN
    drift_of(beta, trial_g, trial_h, scale, basis, stretch, length, back)
    log_ratio = beta * (values[0] - k) + (values[1] - e) + log_way_back(drift, noise, back)
    if math.isnan(log_ratio):
        return BROKEN
    if not accepted(log_ratio, rng):
        return REJECTED
    for i in range(dimension):
        w[i] = trial[i]
        g[i] = trial_g[i]
        h[i] = trial_h[i]
    values[0], values[1] = k, e
    return TAKEN


def mala() -> Sampler:
    """Return the Metropolis-adjusted Langevin sampler, exact, one gradient a step.

    Examples
    --------
    >>> mala().name, mala().exact
    ('mala', True)
    """
    # 0.574: Roberts and Rosenthal (1998), J. R. Statist. Soc. B 60, 255-268.
    return Sampler("mala", mala_step, exact=True, acceptance=0.574)
