"""Warm-up: choose steps and scales, then freeze them.

The warm-up runs the SAME kernel in blocks; between blocks it moves the step of each temperature
towards the target acceptance and, three times, sets the scales to the standard deviations seen
since the last time. What it returns no longer depends on later draws, so the sampling phase is
a Markov chain with a fixed kernel, and nothing of the warm-up enters an average.

References
----------
Roberts and Rosenthal (1998), J. R. Statist. Soc. B 60, 255-268 (acceptance 0.574 for MALA).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.chains import Chain, Tuning, run_block
from slt_symbolic.sampling.target import Target

__all__ = ["TARGET_ACCEPTANCE", "first_tuning", "warm_up"]

TARGET_ACCEPTANCE = 0.574
BLOCKS = 24
RESCALE_AFTER = (6, 11, 17)
# A step that moves by exp(4 * 0.574), a factor of 10, when every proposal fails, then less.
FIRST_GAIN = 4.0


def first_tuning(target: Target, betas: NDArray[np.float64]) -> Tuning:
    """Start from the prior's spread, shortened as for a K of curvature one.

    Examples
    --------
    >>> import numpy as np
    >>> from slt_symbolic.sampling import Target, UniformBox
    >>> target = Target(lambda w, g: 0.0, UniformBox((0,), (12**0.5,)))
    >>> first_tuning(target, np.array([0.0, 99.0])).step
    array([1. , 0.1])
    """
    scale = np.tile(np.asarray(target.prior.spread, dtype=np.float64), (betas.size, 1))
    return Tuning(step=1.0 / np.sqrt(1.0 + betas), scale=scale)


def warm_up(
    target: Target,
    betas: NDArray[np.float64],
    chains: Sequence[Chain],
    sweeps: int,
    *,
    inner: int,
    threads: int | None,
    report: Callable[[int], None],
) -> Tuning:
    """Run ``sweeps`` sweeps of warm-up and return the frozen tuning."""
    tuning = first_tuning(target, betas)
    edges = np.linspace(0, sweeps, BLOCKS + 1).astype(int)
    seen: list[NDArray[np.float64]] = []
    since_rescale = 0
    for number in range(BLOCKS):
        length = int(edges[number + 1] - edges[number])
        if length == 0:
            continue
        block = run_block(
            target, betas, tuning, chains, length, inner=inner, keep=True, threads=threads
        )
        report(int(edges[number + 1]))
        rate = block.accepted.mean(axis=(0, 1)) / inner
        gain = FIRST_GAIN / (1.0 + since_rescale) ** 0.75
        tuning = Tuning(tuning.step * np.exp(gain * (rate - TARGET_ACCEPTANCE)), tuning.scale)
        since_rescale += 1
        seen.append(block.kept)
        if number + 1 in RESCALE_AFTER:
            tuning = _rescaled(tuning, np.concatenate(seen, axis=1))
            seen, since_rescale = [], 0
    return tuning


def _rescaled(tuning: Tuning, kept: NDArray[np.float64]) -> Tuning:
    """Put the standard deviations into the scales, keeping the overall length of a move.

    A tenth of the old scale is mixed in: a coordinate that has not moved must not be frozen.
    """
    deviation = kept.std(axis=(0, 1))
    if kept.shape[1] < 2:
        return tuning
    scale = np.sqrt(deviation**2 + (0.1 * tuning.scale * tuning.step[:, None]) ** 2)
    length = np.exp(np.mean(np.log(tuning.scale) - np.log(scale), axis=1))
    return Tuning(tuning.step * length, scale)
