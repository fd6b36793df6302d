"""Replica exchange: one chain is a set of replicas, one for each inverse temperature.

After ``inner`` steps of any sampler at each temperature, neighbours are exchanged with probability
min(1, exp((beta_i - beta_j)(K_i - K_j))), pairs (0,1), (2,3), ... and (1,2), (3,4), ... in turn.
Both moves keep the product of the tempered posteriors, so each temperature keeps its own. The
exchange lets a narrow valley at large beta be travelled at small beta, where it is wide. Momenta
stay at their temperature: they are independent of the parameter.

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

from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR
from slt_symbolic.sampling.samplers import Sampler
from slt_symbolic.sampling.samplers.common import BROKEN, DIVERGED, OUTSIDE, TAKEN
from slt_symbolic.sampling.witness import witness

__all__ = ["FINISHED", "GENERATOR", "MINIBATCH_TYPE", "compiled_sweeps", "sweeps"]

FINISHED = -1
GENERATOR = numba.typeof(np.random.Generator(np.random.Philox(0)))
MINIBATCH_TYPE = types.FunctionType(types.float64(VECTOR, VECTOR, GENERATOR))


def sweeps(  # type: ignore[no-untyped-def]  # compiled under an explicit signature
    step, potential, energy, exchanging, betas, box, gauss, off_centre, scale, basis, stretch,
    length, settings, w, g, h, p, values, scratch, rng, first, inner, draws, kept, events,
    exchanges,
):  # fmt: skip
    """Run ``draws.shape[0]`` sweeps of one chain; return FINISHED, or the replica that broke.

    Shapes, for R temperatures and d parameters: ``off_centre`` as :func:`witness` has it;
    ``betas``, ``length`` (R,); ``scale``, ``w``,
    ``g``, ``h``, ``p`` (R, d); ``basis`` (R, r, d), ``stretch`` (R, r); ``values`` (R, 2);
    outputs ``draws`` (sweeps, R, 3), K and its :mod:`.witness`; ``events`` (sweeps, R, 3), steps
    accepted, outside the box and divergent; ``kept`` (sweeps, R, d), or (0, R, d) to keep no
    parameters; ``exchanges`` (R, 2), tried and made, added to. ``first`` is the number of sweeps
    made before, so that cutting a run into blocks changes nothing.
    """
    replicas = betas.shape[0]
    dimension = w.shape[1]
    for s in range(draws.shape[0]):
        for r in range(replicas):
            taken = beyond = diverged = 0
            for _ in range(inner):
                status = step(
                    potential, energy, betas[r], box, gauss, scale[r], basis[r], stretch[r],
                    length[r], settings, w[r], g[r], h[r], p[r], values[r], scratch, rng,
                )  # fmt: skip
                if status == TAKEN:
                    taken += 1
                elif status == OUTSIDE:
                    beyond += 1
                elif status == DIVERGED:
                    diverged += 1
                elif status == BROKEN:
                    return r
            events[s, r, 0] = taken
            events[s, r, 1] = beyond
            events[s, r, 2] = diverged
        for r in range((first + s) % 2, replicas - 1 if exchanging else 0, 2):
            exchanges[r, 0] += 1
            log_ratio = (betas[r] - betas[r + 1]) * (values[r, 0] - values[r + 1, 0])
            if math.log1p(-rng.random()) < log_ratio:
                exchanges[r, 1] += 1
                for j in range(2):
                    values[r, j], values[r + 1, j] = values[r + 1, j], values[r, j]
                for i in range(dimension):
                    w[r, i], w[r + 1, i] = w[r + 1, i], w[r, i]
                    g[r, i], g[r + 1, i] = g[r + 1, i], g[r, i]
                    h[r, i], h[r + 1, i] = h[r + 1, i], h[r, i]
        for r in range(replicas):
            draws[s, r, 0] = values[r, 0]
            witness(betas[r], box, gauss, off_centre, w[r], g[r], h[r], draws[s, r, 1:])
        if kept.shape[0] > 0:
            for r in range(replicas):
                for i in range(dimension):
                    kept[s, r, i] = w[r, i]
    return FINISHED


@cache
def compiled_sweeps(sampler: Sampler) -> Any:
    """Compile :func:`sweeps` once per process and sampler, for every potential.

    The function releases the interpreter's lock, so chains run in threads, one call and one
    generator each: their results cannot depend on the number of threads. (A parallel loop
    inside would be compiled anew for every number of chains, and takes longer to compile.)
    """
    return _compiled(sampler.step, sampler.minibatch)


@cache
def _compiled(step: Any, minibatch: bool) -> Any:
    real, count = types.float64, types.int64
    matrix, cube = types.Array(real, 2, "C"), types.Array(real, 3, "C")
    counts, tallies = types.Array(count, 2, "C"), types.Array(count, 3, "C")
    signature = count(
        numba.typeof(step), MINIBATCH_TYPE if minibatch else POTENTIAL_TYPE, POTENTIAL_TYPE,
        types.boolean, VECTOR, matrix, matrix, VECTOR, matrix, cube, matrix, VECTOR, VECTOR,
        matrix, matrix, matrix, matrix, matrix, matrix, GENERATOR, count, count,
        cube, cube, tallies, counts,
    )  # fmt: skip
    return njit(signature, nogil=True)(sweeps)
