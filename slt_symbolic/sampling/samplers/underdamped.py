"""Underdamped Langevin dynamics by the splitting BAOAB, unadjusted.

Half a kick, half a free motion (folded at the walls), friction with noise, half a free motion,
half a kick: one gradient a step. Averages of functions of w have a bias of order s^2 only, and of
order s^4 at high friction on a Gaussian target, where it is the splitting of choice; it is not
removed by length of chain. 'Accepted' counts steps that a Metropolis rule on the work done by
the kicks and motions would have accepted.

References
----------
Leimkuhler and Matthews (2013), Appl. Math. Res. Express 2013, 34-56.
"""

from __future__ import annotations

import math

from numba import njit

from slt_symbolic.sampling.samplers.common import (
    BROKEN,
    OUTSIDE,
    REJECTED,
    TAKEN,
    accepted,
    drift_of,
    fill_normals,
    is_finite,
    kinetic,
    move_freely,
    prior_energy,
)
from slt_symbolic.sampling.samplers.sampler import Sampler, checked_positive

__all__ = ["underdamped", "underdamped_step"]


@njit
def underdamped_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
    w, g, h, p, values, scratch, rng,
):  # fmt: skip
    """Make one step in place; ``settings[0]`` is the friction."""
    dimension = w.shape[0]
    tried, old, force, velocity = scratch[0], scratch[3], scratch[4], scratch[5]
    k, e = values[0], values[1]
    work = -kinetic(p)
    for i in range(dimension):
        old[i] = w[i]
    drift_of(beta, g, h, scale, basis, stretch, length, force)
    for i in range(dimension):
        p[i] += force[i]
    inside = move_freely(box, scale, basis, stretch, 0.5 * length, w, p, velocity)
    work += kinetic(p)
    keep = math.exp(-settings[0] * length)
    shake = math.sqrt(-math.expm1(-2.0 * settings[0] * length))
    fill_normals(rng, force)
    for i in range(dimension):
        p[i] = keep * p[i] + shake * force[i]
    work -= kinetic(p)
    inside = inside and move_freely(box, scale, basis, stretch, 0.5 * length, w, p, velocity)
    if not inside:
        # Only where the preconditioner is not diagonal: turn back.
        for i in range(dimension):
            w[i] = old[i]
            p[i] = -p[i]
        return OUTSIDE
    for i in range(dimension):
        tried[i] = w[i]
    values[0] = potential(w, g)
    values[1] = prior_energy(energy, gauss, w, h)
    if not is_finite(values[0], values[1], g, h):
        return BROKEN
    drift_of(beta, g, h, scale, basis, stretch, length, force)
    for i in range(dimension):
        p[i] += force[i]
    work += kinetic(p) + beta * (values[0] - k) + (values[1] - e)
    if math.isnan(work):
        return BROKEN
    return TAKEN if accepted(-work, rng) else REJECTED


def underdamped(friction: float = 1.0) -> Sampler:
    """Return underdamped Langevin dynamics, biased, one gradient a step.

    Parameters
    ----------
    friction
        The rate at which momentum is forgotten, in units of the preconditioned time.

    Examples
    --------
    >>> underdamped(friction=2.0).exact
    False
    """
    settings = (checked_positive("friction", friction),)
    return Sampler("underdamped", underdamped_step, exact=False, acceptance=0.9, settings=settings)
