"""Replica exchange for a density that is no power of beta: exp(-U(w, log beta)) times the prior.

The same sampler's steps at every temperature, with log beta as one more coordinate that never
moves: its length is 0, so it meets neither drift nor noise, and the steps see a density of
w alone. Neighbours are exchanged with probability

    min(1, exp(U(w_i, b_i) + U(w_j, b_j) - U(w_j, b_i) - U(w_i, b_j))),

which takes two further evaluations. What is drawn is dU/dbeta = E[K | w]: its mean is that of K,
and its variance less, since the readouts are averaged over and not drawn (Rao-Blackwell).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numba
import numpy as np
from numba import njit, types

from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR
from slt_symbolic.sampling.samplers import Sampler
from slt_symbolic.sampling.samplers.common import BROKEN, DIVERGED, OUTSIDE, SCRATCH_ROWS, TAKEN
from slt_symbolic.sampling.tempering import FINISHED, GENERATOR
from slt_symbolic.sampling.witness import witness

__all__ = ["compiled_marginal_sweeps", "marginal_sweeps"]


def marginal_sweeps(  # type: ignore[no-untyped-def]  # compiled under an explicit signature
    step, potential, energy, exchanging, betas, box, gauss, off_centre, scale, basis, stretch,
    length, settings, w, g, h, p, values, scratch, rng, first, inner, draws, kept, events,
    exchanges,
):  # fmt: skip
    """Run sweeps as :func:`slt_symbolic.sampling.tempering.sweeps` does, same arrays throughout."""
    replicas, dimension = w.shape
    one = dimension + 1
    v, vg = np.zeros((replicas, one)), np.zeros((replicas, one))
    vh, vp = np.zeros((replicas, one)), np.zeros((replicas, one))
    lengths, directions = np.zeros((replicas, one)), np.zeros((replicas, basis.shape[1], one))
    walls, bell = np.zeros((2, one)), np.zeros((2, one))
    space, cross = np.zeros((SCRATCH_ROWS, one)), np.zeros((2, one))
    walls[0, dimension], walls[1, dimension] = -np.inf, np.inf
    walls[:, :dimension] = box
    bell[:, :dimension] = gauss
    lengths[:, :dimension] = scale
    directions[:, :, :dimension] = basis
    for r in range(replicas):
        v[r, :dimension] = w[r]
        v[r, dimension] = math.log(betas[r])
        vp[r, :dimension] = p[r]
        # Evaluated anew at the start of each block: what it gives does not depend on the cut.
        values[r, 0] = potential(v[r], vg[r])
        vh[r, :dimension] = h[r]
    for s in range(draws.shape[0]):
        for r in range(replicas):
            taken = beyond = diverged = 0
            for _ in range(inner):
                status = step(
                    potential, energy, 1.0, walls, bell, lengths[r], directions[r], stretch[r],
                    length[r], settings, v[r], vg[r], vh[r], vp[r], values[r], space, rng,
                )  # fmt: skip
                if status == TAKEN:
                    taken += 1
                elif status == OUTSIDE:
                    beyond += 1
                elif status == DIVERGED:
                    diverged += 1
                elif status == BROKEN:
                    scratch[0] = space[0, :dimension]
                    return r
            events[s, r, 0] = taken
            events[s, r, 1] = beyond
            events[s, r, 2] = diverged
        for r in range((first + s) % 2, replicas - 1 if exchanging else 0, 2):
            exchanges[r, 0] += 1
            v[r, dimension], v[r + 1, dimension] = v[r + 1, dimension], v[r, dimension]
            low = potential(v[r + 1], cross[0])
            high = potential(v[r], cross[1])
            if math.log1p(-rng.random()) < values[r, 0] + values[r + 1, 0] - low - high:
                exchanges[r, 1] += 1
                for i in range(one):
                    v[r, i], v[r + 1, i] = v[r + 1, i], v[r, i]
                    vh[r, i], vh[r + 1, i] = vh[r + 1, i], vh[r, i]
                    vg[r, i], vg[r + 1, i] = cross[0, i], cross[1, i]
                values[r, 0], values[r + 1, 0] = low, high
                values[r, 1], values[r + 1, 1] = values[r + 1, 1], values[r, 1]
            else:
                v[r, dimension], v[r + 1, dimension] = v[r + 1, dimension], v[r, dimension]
        for r in range(replicas):
            draws[s, r, 0] = vg[r, dimension] / betas[r]
            # The potential is the whole energy here, beta included.
            witness(
                1.0, box, gauss, off_centre, v[r, :dimension], vg[r, :dimension],
                vh[r, :dimension], draws[s, r, 1:],
            )  # fmt: skip
        if kept.shape[0] > 0:
            for r in range(replicas):
                kept[s, r] = v[r, :dimension]
    for r in range(replicas):
        w[r], g[r], h[r], p[r] = (
            v[r, :dimension], vg[r, :dimension], vh[r, :dimension], vp[r, :dimension],
        )  # fmt: skip
    return FINISHED


@cache
def compiled_marginal_sweeps(sampler: Sampler) -> Any:
    """Compile :func:`marginal_sweeps` once per process and sampler, for every potential."""
    return _compiled(sampler.step)


@cache
def _compiled(step: Any) -> Any:
    real, count = types.float64, types.int64
    matrix, cube = types.Array(real, 2, "C"), types.Array(real, 3, "C")
    counts, tallies = types.Array(count, 2, "C"), types.Array(count, 3, "C")
    signature = count(
        numba.typeof(step), POTENTIAL_TYPE, POTENTIAL_TYPE, types.boolean, VECTOR, matrix, matrix,
        VECTOR, matrix, cube, matrix, VECTOR, VECTOR, matrix, matrix, matrix, matrix, matrix,
        matrix, GENERATOR, count, count, cube, cube, tallies, counts,
    )  # fmt: skip
    return njit(signature, nogil=True)(marginal_sweeps)
