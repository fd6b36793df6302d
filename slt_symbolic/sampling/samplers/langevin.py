"""The unadjusted Langevin algorithm: a step of MALA that is always made.

    w' = w + s L (u(w) + xi),   folded into the box at its walls.

Its stationary law differs from the posterior by a bias of order s^2 in averages, which no length
of chain removes: it is here to be compared with. The step counts as 'accepted' when the
Metropolis rule would have accepted it, so the warm-up can set the length and the diagnostics can
show how far the discretisation is from exact.

References
----------
Roberts and Tweedie (1996), Bernoulli 2, 341-363.
"""

from __future__ import annotations

import math

from numba import njit

from slt_symbolic.sampling.samplers.common import (
    BROKEN,
    REJECTED,
    TAKEN,
    accepted,
    drift_of,
    fill_normals,
    folded,
    is_finite,
    log_way_back,
    prior_energy,
    spread,
)
from slt_symbolic.sampling.samplers.sampler import Sampler

__all__ = ["langevin", "langevin_step"]


@njit
def langevin_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,  # noqa: ARG001  # the protocol's
    w, g, h, p, values, scratch, rng,  # noqa: ARG001  # the protocol's
):  # fmt: skip
    """Make one step in place; return TAKEN or REJECTED as the Metropolis rule would have it."""
    dimension = w.shape[0]
    tried, noise, drift, back = scratch[0], scratch[3], scratch[4], scratch[5]
    drift_of(beta, g, h, scale, basis, stretch, length, drift)
    fill_normals(rng, noise)
    for i in range(dimension):
        back[i] = drift[i] + noise[i]
    spread(scale, basis, stretch, back, tried)
    for i in range(dimension):
        w[i] = folded(w[i] + length * tried[i], box[0, i], box[1, i])[0]
        tried[i] = w[i]
    k, e = values[0], values[1]
    values[0] = potential(w, g)
    values[1] = prior_energy(energy, gauss, w, h)
    if not is_finite(values[0], values[1], g, h):
        return BROKEN
    drift_of(beta, g, h, scale, basis, stretch, length, back)
    log_ratio = beta * (k - values[0]) + (e - values[1]) + log_way_back(drift, noise, back)
    if math.isnan(log_ratio):
        return BROKEN
    return TAKEN if accepted(log_ratio, rng) else REJECTED


def langevin() -> Sampler:
    """Return unadjusted Langevin steps, biased, one gradient a step.

    Examples
    --------
    >>> langevin().exact
    False
    """
    # As close to exact as MALA with short steps: the bias that remains is the method's own.
    return Sampler("langevin", langevin_step, exact=False, acceptance=0.9)
