"""Equispaced points for a standard normal input, and how far their sum is from the mean.

The trapezoidal rule on the whole line converges geometrically for functions analytic in a strip:
for a density-weighted integrand g with integral of |g(x + ib)| at most M for all |b| <= a,

    |step sum_k g((k + 1/2) step) - integral of g| <= 2 M / (exp(2 pi a / step) - 1).

The density of N(0, 1) grows by exp(a^2/2) inside the strip. tanh(w x) has its poles at the height
pi/(2|w|), and is bounded by max(1, tan(|w| a)) below. At the same number of points the rule is the
better one: Gauss-Hermite spends half of its points where the density is below rounding
(Trefethen 2022).

References
----------
Goodwin (1949), Proc. Camb. Phil. Soc. 45, 241-245; Trefethen and Weideman (2014), SIAM Review 56,
385-458 (Theorem 5.1); Trefethen (2022), SIAM Review 64, 132-150.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["equispaced_bound", "equispaced_rule"]

# P(|X| > 9) is 2e-19: what lies beyond is below rounding.
FARTHEST = 9.0
# Strips tried by the bound, as shares of the height of the poles.
STRIPS = 400


def equispaced_rule(nodes: int) -> tuple[float, NDArray[np.float64]]:
    """Return the step, and the weights of the points (k + 1/2) step, each point and its mirror's.

    Parameters
    ----------
    nodes : int
        Their even number, both signs together.

    Raises
    ------
    ValueError
        If it is not a positive even integer.

    Notes
    -----
    The farthest of the points is near min(9, (12 nodes)^(1/3)): for weights up to 0.8 what is cut
    off and what the step loses are alike; 9 is reached at 61 nodes.

    Examples
    --------
    >>> step, mass = equispaced_rule(64)
    >>> step, len(mass), bool(abs(2 * mass.sum() - 1) < 1e-15)
    (0.28125, 32, True)
    """
    if isinstance(nodes, bool) or not isinstance(nodes, int) or nodes < 2 or nodes % 2:
        raise ValueError(f"nodes must be an even integer, at least 2, got {nodes!r}")
    step = 2.0 * min(FARTHEST, (12.0 * nodes) ** (1.0 / 3.0)) / nodes
    x = (np.arange(nodes // 2) + 0.5) * step
    return step, step * np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def equispaced_bound(nodes: int, weight: float, height: float) -> float:
    """Bound the error of K of tanh networks without biases, rounding apart.

    Parameters
    ----------
    nodes : int
        As for :func:`equispaced_rule`.
    weight : float
        The largest |w| of model and truth (of sigmoid units, half of it).
    height : float
        The sum of their |readouts| and |output biases|.

    Returns
    -------
    float
        What |K of the rule - K| cannot exceed at unit noise variance: an absolute bound. Near the
        true parameters the error is smaller, as K is; see `docs/sampling.md` for what was measured.

    Examples
    --------
    >>> equispaced_bound(64, 1.0, 1.0) < 1e-11 < equispaced_bound(32, 1.0, 1.0)
    True
    """
    step, mass = equispaced_rule(nodes)
    if not (0.0 <= weight < math.inf and 0.0 <= height < math.inf):
        raise ValueError(f"weight and height must be finite, not negative: {weight}, {height}")
    # The density itself has no poles: beyond 2 pi/step nothing is gained.
    highest = min(0.5 * math.pi / weight if weight else math.inf, 2.0 * math.pi / step)
    a = highest * np.arange(1, STRIPS) / STRIPS
    largest = np.maximum(1.0, np.tan(np.minimum(weight * a, 0.25 * math.pi)))
    steep = weight * a > 0.25 * math.pi
    largest[steep] = np.tan(weight * a[steep])
    lost = 2.0 * largest**2 * np.exp(0.5 * a * a) / np.expm1(2.0 * math.pi * a / step)
    # The midpoint sum of a convex function is below its integral, and the density is convex
    # beyond 1.
    cut_off = math.erfc(step * len(mass) / math.sqrt(2.0))
    return 0.5 * height**2 * (float(lost.min()) + cut_off)
