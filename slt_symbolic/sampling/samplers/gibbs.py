"""Blocks of coordinates drawn from their conditional law, where K is quadratic in each.

Given the other coordinates, a K that is quadratic in a block and a Gaussian prior make a Gaussian
law of the block. It is drawn at once, whatever beta: no length, no small steps along a valley.
Products of matrices (deep linear networks, reduced rank regression), networks in their readouts
and many polynomials have such blocks.

With c the prior's centre in the block, s its deviations and the rest r fixed, the proposal is

    N(m, P^-1),  P = diag(s^-2) + beta H,  P (m - c) = -beta b,
    b = dK/dblock at c,  H s_j e_j = (dK/dblock at c + s_j e_j) - b,

a function of r alone; it is accepted with probability min(1, pi(new) q(old) / (pi(old) q(new))).
So the step keeps the posterior whatever K is: it is an independence sampler within the block. Where
K is quadratic and the prior Gaussian, every proposal is accepted. A box enters through the rule
alone (s is then the deviation of the uniform law).

Where some coordinate is in no block, a step of :mod:`.mala` on all of them follows.

References
----------
Geman and Geman (1984), IEEE Trans. Pattern Anal. Mach. Intell. 6, 721-741; Tierney (1994), Ann.
Stat. 22, 1701-1728 (independence proposals within blocks).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.samplers.common import (
    BROKEN,
    OUTSIDE_K,
    REJECTED,
    TAKEN,
    accepted,
    centre_and_precision,
    is_finite,
    outside,
    prior_energy,
)
from slt_symbolic.sampling.samplers.mala import mala_step
from slt_symbolic.sampling.samplers.sampler import Sampler

if TYPE_CHECKING:
    from slt_symbolic.sampling.target import Target

__all__ = ["gibbs", "gibbs_step"]


@njit
def factorised(a, n):  # type: ignore[no-untyped-def]  # compiled
    """Replace the lower triangle of ``a`` by its Cholesky factor; return whether there is one."""
    for j in range(n):
        for i in range(j, n):
            total = a[i, j]
            for k in range(j):
                total -= a[i, k] * a[j, k]
            if i > j:
                a[i, j] = total / a[j, j]
            elif total > 0.0 and not math.isinf(total):
                a[j, j] = math.sqrt(total)
            else:
                return False
    return True


@njit
def propose(potential, beta, box, gauss, w, members, n, a, trial, slope, force, noise, rng):  # type: ignore[no-untyped-def]  # compiled
    """Draw a block into ``trial``; return whether it can be, and log q(old) - log q(new)."""
    for j in range(n):
        i = members[j]
        trial[i] = centre_and_precision(box, gauss, i)[0]
    potential(trial, slope)
    for j in range(n):
        force[j] = -beta * slope[members[j]]
    for j in range(n):
        i = members[j]
        centre, precision = centre_and_precision(box, gauss, i)
        size = 1.0 / math.sqrt(precision)
        trial[i] = centre + size
        potential(trial, slope)
        trial[i] = centre
        for k in range(j, n):
            a[k, j] = (beta * slope[members[k]] + force[k]) / size
        a[j, j] += precision
    if not factorised(a, n):
        return False, 0.0
    # With P = L L^T: x = c + L^-T (y + z), L y = force, z ~ N(0, I).
    ratio = 0.0
    for j in range(n):
        total = force[j]
        for k in range(j):
            total -= a[j, k] * noise[k]
        noise[j] = total / a[j, j]
    for j in range(n):
        old = -noise[j]
        for k in range(j, n):
            old += a[k, j] * (w[members[k]] - trial[members[k]])
        ratio -= 0.5 * old * old
    for j in range(n):
        z = rng.standard_normal()
        ratio += 0.5 * z * z
        noise[j] += z
    for j in range(n - 1, -1, -1):
        total = noise[j]
        for k in range(j + 1, n):
            total -= a[k, j] * force[k]
        force[j] = total / a[j, j]
    for j in range(n):
        trial[members[j]] += force[j]
    return not math.isnan(ratio), ratio


@njit
def gibbs_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
    w, g, h, p, values, scratch, rng,
):  # fmt: skip
    """Draw every block in turn, from a random one on; return the status.

    ``settings`` is the number of blocks, then the block of each coordinate, -1 for none.
    """
    dimension, blocks = w.shape[0], int(settings[0])
    trial, trial_g, trial_h = scratch[0], scratch[1], scratch[2]
    a = np.empty((dimension, dimension))
    members = np.empty(dimension, np.int64)
    status, covered = REJECTED, 0
    first = int(rng.random() * blocks)
    for turn in range(blocks):
        n = 0
        for i in range(dimension):
            trial[i] = w[i]
            if settings[1 + i] == (first + turn) % blocks:
                members[n] = i
                n += 1
        covered += n
        possible, ratio = propose(
            potential, beta, box, gauss, w, members, n, a, trial, trial_g, scratch[3], scratch[4],
            rng,
        )  # fmt: skip
        if not possible or outside(box, trial):
            continue
        k = potential(trial, trial_g)
        if k >= OUTSIDE_K and not math.isinf(k):
            continue
        e = prior_energy(energy, gauss, trial, trial_h)
        if not is_finite(k, e, trial_g, trial_h):
            return BROKEN
        if not accepted(beta * (values[0] - k) + (values[1] - e) + ratio, rng):
            continue
        status = TAKEN
        for i in range(dimension):
            w[i] = trial[i]
            g[i] = trial_g[i]
            h[i] = trial_h[i]
        values[0], values[1] = k, e
    if covered < dimension:
        return mala_step(
            potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
            w, g, h, p, values, scratch, rng,
        )  # fmt: skip
    return status


def gibbs(blocks: Sequence[int] | None = None) -> Sampler:
    """Return the sampler that draws blocks of coordinates from their conditional law, exact.

    Parameters
    ----------
    blocks
        The block of each coordinate, counted from 0, or -1 for none; shape (d,). By default they
        are found from the target (:func:`~slt_symbolic.sampling.blocks.quadratic_blocks`).

    Returns
    -------
    Sampler
        One step draws every block once: one gradient more than a block has coordinates, for each.

    Examples
    --------
    >>> gibbs([0, 0, 1]).settings
    (2.0, 0.0, 0.0, 1.0)
    """
    if blocks is None:
        return Sampler("gibbs", gibbs_step, exact=True, prepare=_for_target)
    labels = [int(label) for label in blocks]
    count = max(labels, default=-1) + 1
    if not count or set(labels) - {-1} != set(range(count)):
        raise SamplingError(f"blocks must be numbered 0, 1, ..., or -1 for none, got {labels}")
    # 0.574 for the Langevin step (see mala); without one there is no length to choose.
    aim = 0.574 if -1 in labels else None
    settings = (float(count), *(float(label) for label in labels))
    return Sampler("gibbs", gibbs_step, exact=True, acceptance=aim, settings=settings)


def _for_target(target: Target) -> Sampler:
    from slt_symbolic.sampling.blocks import quadratic_blocks

    return gibbs(quadratic_blocks(target))
