"""Replica exchange: one chain is a set of replicas, one for each inverse temperature.

After ``inner`` MALA steps at each temperature, neighbours are exchanged with probability
min(1, exp((beta_i - beta_j)(K_i - K_j))), pairs (0,1), (2,3), ... and (1,2), (3,4), ... in turn.
Both moves keep the product of the tempered posteriors, so each temperature keeps its own. The
exchange lets a narrow valley at large beta be travelled at small beta, where it is wide.

References
----------
Swendsen and Wang (1986), Phys. Rev. Lett. 57, 2607; Okabe, Kawata, Okamoto and Mikami (2001),
Chem. Phys. Lett. 335, 435 (alternating pairs).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numba
import numpy as np
from numba import njit, types

from slt_symbolic.sampling.mala import BROKEN, OUTSIDE, TAKEN, mala_step
from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR

__all__ = ["FINISHED", "compiled_sweeps", "sweeps"]

FINISHED = -1


def sweeps(  # type: ignore[no-untyped-def]  # compiled under an explicit signature
    potential, betas, box, gauss, step, scale, w, g, k, scratch, rng,
    first, inner, draws, kept, accepted, outside, exchanges,
):  # fmt: skip
    """Run ``draws.shape[0]`` sweeps of one chain; return FINISHED, or the replica that broke.

    Shapes, for R temperatures and d parameters: ``betas``, ``step``, ``k`` (R,); ``scale``,
    ``w``, ``g`` (R, d); outputs ``draws``, ``accepted``, ``outside`` (sweeps, R); ``kept``
    (sweeps, R, d), or (0, R, d) to keep no parameters; ``exchanges`` (R, 2), tried and made,
    added to. ``first`` is the number of sweeps made before, so that cutting a run into blocks
    changes nothing.
    """
    replicas = betas.shape[0]
    dimension = w.shape[1]
    for s in range(draws.shape[0]):
        for r in range(replicas):
            taken = 0
            beyond = 0
            for _ in range(inner):
                status, k[r] = mala_step(
                    potential, betas[r], box, gauss, scale[r], step[r], w[r], g[r], k[r],
                    scratch, rng,
                )  # fmt: skip
                if status == TAKEN:
                    taken += 1
                elif status == OUTSIDE:
                    beyond += 1
                elif status == BROKEN:
                    return r
            accepted[s, r] = taken
            outside[s, r] = beyond
        for r in range((first + s) % 2, replicas - 1, 2):
            exchanges[r, 0] += 1
            log_ratio = (betas[r] - betas[r + 1]) * (k[r] - k[r + 1])
            if math.log1p(-rng.random()) < log_ratio:
                exchanges[r, 1] += 1
                k[r], k[r + 1] = k[r + 1], k[r]
                for i in range(dimension):
                    w[r, i], w[r + 1, i] = w[r + 1, i], w[r, i]
                    g[r, i], g[r + 1, i] = g[r + 1, i], g[r, i]
        for r in range(replicas):
            draws[s, r] = k[r]
        if kept.shape[0] > 0:
            for r in range(replicas):
                for i in range(dimension):
                    kept[s, r, i] = w[r, i]
    return FINISHED


@cache
def compiled_sweeps() -> Any:
    """Compile :func:`sweeps` once per process, for every potential and number of chains.

    The function releases the interpreter's lock, so chains run in threads, one call and one
    generator each: their results cannot depend on the number of threads. (A parallel loop
    inside would be compiled anew for every number of chains, and takes longer to compile.)
    """
    real, count = types.float64, types.int64
    matrix, cube = types.Array(real, 2, "C"), types.Array(real, 3, "C")
    counts = types.Array(count, 2, "C")
    generator = numba.typeof(np.random.Generator(np.random.Philox(0)))
    signature = count(
        POTENTIAL_TYPE, VECTOR, matrix, matrix, VECTOR, matrix, matrix, matrix, VECTOR, matrix,
        generator, count, count, matrix, cube, counts, counts, counts,
    )  # fmt: skip
    return njit(signature, nogil=True)(sweeps)
