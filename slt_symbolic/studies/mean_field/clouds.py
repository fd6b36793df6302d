"""Whether two clouds of points are draws of one law: energy distance and MMD, by permutation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CloudTest", "compare_clouds"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CloudTest:
    """The distance of two clouds under one kernel.

    Attributes
    ----------
    statistic
        ``energy``, 2E|X-Y| - E|X-X'| - E|Y-Y'|, or ``mmd``, the squared maximum mean discrepancy
        of a normal kernel as wide as the median distance; both are 0 for equal laws alone. Over
        all pairs, those of a point with itself too.
    value
        Between the clouds.
    typical
        Mean over permutations: what equal laws would give.
    p_value
        Share of permutations, the given one among them, that are at least as far apart.
    """

    statistic: str
    value: float
    typical: float
    p_value: float


def compare_clouds(
    one: Array, two: Array, *, permutations: int, seed: int
) -> tuple[CloudTest, CloudTest]:
    """Compare two clouds by energy distance and by MMD.

    Parameters
    ----------
    one, two
        (n, d), (m, d).
    permutations
        Exchanges of the labels, at least 99: the level reached is that of an exact test.
    seed
        Of the permutations.

    Returns
    -------
    energy, mmd

    References
    ----------
    Szekely and Rizzo 2013, "Energy statistics"; Gretton et al. 2012, "A kernel two-sample test".

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> near, far = rng.standard_normal((2, 60, 2)), rng.standard_normal((60, 2)) + 1
    >>> energy, mmd = compare_clouds(near[0], far, permutations=99, seed=0)
    >>> energy.p_value, mmd.p_value
    (0.01, 0.01)
    """
    if permutations < 99:
        raise ValueError(f"permutations must be at least 99, got {permutations}")
    points = np.concatenate([one, two])
    square = (points**2).sum(axis=1)
    distances = np.sqrt(
        np.maximum(square[:, None] + square[None, :] - 2 * points @ points.T, 0.0)
    )  # fmt: skip
    # The diagonal of a difference of squares is not quite 0.
    np.fill_diagonal(distances, 0.0)
    labels = np.empty((len(points), permutations + 1))
    labels[: len(one)], labels[len(one) :] = 1 / len(one), -1 / len(two)
    rng = np.random.Generator(np.random.Philox(key=seed))
    for k in range(1, permutations + 1):
        labels[:, k] = labels[rng.permutation(len(points)), 0]
    width = float(np.median(distances[: len(one), len(one) :]))
    found = []
    for name in ("energy", "mmd"):
        kernel = -distances if name == "energy" else np.exp(-((distances / width) ** 2) / 2)
        values = (labels * (kernel @ labels)).sum(axis=0)
        # The given labels are one of the permutations; rounding must not tell equal ones apart.
        reached = int((values[1:] >= values[0] * (1 - 1e-12)).sum())
        found.append(
            CloudTest(
                name, float(values[0]), float(values[1:].mean()), (1 + reached) / (1 + permutations)
            )
        )  # fmt: skip
    return found[0], found[1]
