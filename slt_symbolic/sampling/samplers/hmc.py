"""Hamiltonian Monte Carlo with a random number of leaps.

Momenta p ~ N(0, I) are drawn anew, then n leapfrog steps of H = U(w) + |p|^2/2 in the units of
the preconditioner are made, n uniform on 1, ..., 2 m - 1 with mean m, and the end is accepted
with probability min(1, exp(-error of H)). A leap is half a kick, a free motion with reflections
at the walls, half a kick; a kick adds u(w), cut as in :mod:`.mala`: any function of w leaves the
leap reversible and volume-preserving, so the acceptance rule needs no other term.

A trajectory whose H varies by more than 1000 is rejected as divergent. The rule reads the
largest and the least H along it, so the way back is judged alike.

References
----------
Neal (2011), MCMC using Hamiltonian dynamics, in Handbook of Markov Chain Monte Carlo (random
lengths, walls); Afshar and Domke (2015), NeurIPS 28 (reflection).
"""

from __future__ import annotations

import math

from numba import njit

from slt_symbolic.sampling.samplers.common import (
    BROKEN,
    DIVERGED,
    OUTSIDE,
    OUTSIDE_K,
    REJECTED,
    TAKEN,
    accepted,
    drift_of,
    fill_normals,
    is_finite,
    jittered,
    kinetic,
    move_freely,
    prior_energy,
)
from slt_symbolic.sampling.samplers.sampler import Sampler, checked_count

__all__ = ["MOST_ENERGY_ERROR", "hmc", "hmc_step", "leapfrog"]

LOG_SPREAD = math.log(2.0)
MOST_ENERGY_ERROR = 1000.0


@njit
def leapfrog(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, leaps,
    w, g, h, p, values, scratch,
):  # fmt: skip
    """Make ``leaps`` leaps in place; return the status (TAKEN: it arrived) and the change of H."""
    dimension = w.shape[0]
    force, velocity, tried = scratch[4], scratch[5], scratch[0]
    start_k, start_e, start_kinetic = values[0], values[1], kinetic(p)
    lowest = highest = change = 0.0
    drift_of(beta, g, h, scale, basis, stretch, length, force)
    for _ in range(leaps):
        for i in range(dimension):
            p[i] += force[i]
        inside = move_freely(box, scale, basis, stretch, length, w, p, velocity)
        for i in range(dimension):
            tried[i] = w[i]
        if not inside:
            return OUTSIDE, 0.0
        values[0] = potential(w, g)
        if values[0] >= OUTSIDE_K and not math.isinf(values[0]):
            return OUTSIDE, 0.0
        values[1] = prior_energy(energy, gauss, w, h)
        if not is_finite(values[0], values[1], g, h):
            return BROKEN, 0.0
        drift_of(beta, g, h, scale, basis, stretch, length, force)
        for i in range(dimension):
            p[i] += force[i]
        change = beta * (values[0] - start_k) + (values[1] - start_e)
        change += kinetic(p) - start_kinetic
        if math.isnan(change):
            return BROKEN, 0.0
        lowest, highest = min(lowest, change), max(highest, change)
        if highest - lowest > MOST_ENERGY_ERROR:
            return DIVERGED, 0.0
    return TAKEN, change


@njit
def keep(source_w, source_g, source_h, w, g, h):  # type: ignore[no-untyped-def]  # compiled
    """Copy a state."""
    for i in range(w.shape[0]):
        w[i] = source_w[i]
        g[i] = source_g[i]
        h[i] = source_h[i]


@njit
def hmc_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
    w, g, h, p, values, scratch, rng,
):  # fmt: skip
    """Make one trajectory in place; return its status. ``settings[0]`` is the mean of n."""
    old_w, old_g, old_h = scratch[1], scratch[2], scratch[3]
    length = jittered(length, LOG_SPREAD, rng)
    leaps = 1 + int(rng.random() * (2.0 * settings[0] - 1.0))
    fill_normals(rng, p)
    keep(w, g, h, old_w, old_g, old_h)
    k, e = values[0], values[1]
    status, change = leapfrog(
        potential, energy, beta, box, gauss, scale, basis, stretch, length, leaps,
        w, g, h, p, values, scratch,
    )  # fmt: skip
    if status == TAKEN and not accepted(-change, rng):
        status = REJECTED
    if status != TAKEN:
        keep(old_w, old_g, old_h, w, g, h)
        values[0], values[1] = k, e
    return status


def hmc(leaps: int = 5) -> Sampler:
    """Return Hamiltonian Monte Carlo, exact, with a given mean number of leaps.

    Parameters
    ----------
    leaps
        The mean number of leaps, and of gradients, in a step.

    Examples
    --------
    >>> hmc(leaps=3).settings
    (3.0,)
    """
    # 0.651: Beskos, Pillai, Roberts, Sanz-Serna and Stuart (2013), Bernoulli 19, 1501-1534.
    settings = (float(checked_count("leaps", leaps)),)
    return Sampler("hmc", hmc_step, exact=True, acceptance=0.651, settings=settings)
