"""Generalised Hamiltonian Monte Carlo: underdamped Langevin (OBABO), Metropolis-corrected.

Half of friction with noise on the momentum; one leap (half a kick, motion, half a kick) accepted
by its error of H, the momentum turned round if it is not; half of friction with noise. The noise
keeps N(0, I), the leap followed by the flip is an involution that preserves volume, so the
posterior times N(0, I) is kept exactly. Momentum persists from step to step, and turning round
after a rejection is what pays for it: the length is short, so that rejections are rare.

References
----------
Horowitz (1991), Phys. Lett. B 268, 247-252; Bussi and Parrinello (2007), Phys. Rev. E 75, 056707
(the splitting).
"""

from __future__ import annotations

import math

from numba import njit

from slt_symbolic.sampling.samplers.common import REJECTED, TAKEN, accepted, fill_normals, jittered
from slt_symbolic.sampling.samplers.hmc import keep, leapfrog
from slt_symbolic.sampling.samplers.sampler import Sampler, checked_positive

__all__ = ["ghmc", "ghmc_step"]

LOG_SPREAD = math.log(2.0)


@njit
def refresh(p, friction, time, noise, rng):  # type: ignore[no-untyped-def]  # compiled
    """Mix the momentum with noise, keeping N(0, I)."""
    kept = math.exp(-friction * time)
    shake = math.sqrt(-math.expm1(-2.0 * friction * time))
    fill_normals(rng, noise)
    for i in range(p.shape[0]):
        p[i] = kept * p[i] + shake * noise[i]


@njit
def ghmc_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
    w, g, h, p, values, scratch, rng,
):  # fmt: skip
    """Make one step in place; ``settings[0]`` is the friction."""
    dimension = w.shape[0]
    old_w, old_g, old_h, old_p = scratch[1], scratch[2], scratch[3], scratch[6]
    length = jittered(length, LOG_SPREAD, rng)
    refresh(p, settings[0], 0.5 * length, scratch[4], rng)
    keep(w, g, h, old_w, old_g, old_h)
    k, e = values[0], values[1]
    for i in range(dimension):
        old_p[i] = p[i]
    status, change = leapfrog(
        potential, energy, beta, box, gauss, scale, basis, stretch, length, 1,
        w, g, h, p, values, scratch,
    )  # fmt: skip
    if status == TAKEN and not accepted(-change, rng):
        status = REJECTED
    if status != TAKEN:
        keep(old_w, old_g, old_h, w, g, h)
        values[0], values[1] = k, e
        for i in range(dimension):
            p[i] = -old_p[i]
    refresh(p, settings[0], 0.5 * length, scratch[4], rng)
    return status


def ghmc(friction: float = 1.0) -> Sampler:
    """Return Metropolis-corrected underdamped Langevin dynamics, exact, one gradient a step.

    Parameters
    ----------
    friction
        The rate at which momentum is forgotten, in units of the preconditioned time.

    Examples
    --------
    >>> ghmc(friction=0.5).settings
    (0.5,)
    """
    settings = (checked_positive("friction", friction),)
    return Sampler("ghmc", ghmc_step, exact=True, acceptance=0.9, settings=settings)
