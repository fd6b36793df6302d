"""Which law a rising curve follows: a + b L, a + b L^(3/2), a + b L², or a + b L^p with p found.

The laws are compared by what they leave over, and the power p by the bootstrap over the draws
behind the curve, so that the correlation between temperatures is accounted for. That interval is
of statistics alone: that no power law need hold exactly is seen from its residual, and from the
powers found on the two halves of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["GrowthComparison", "compare_growth", "fitted_power"]

Array = NDArray[np.float64]

_POWERS = np.linspace(0.4, 3.0, 261)


@dataclass(frozen=True)
class GrowthComparison:
    """How well each law fits.

    Attributes
    ----------
    window
        log10 β of the first and last point used.
    residuals
        Root mean square of what is left over by (1, L), (1, L^1.5) and (1, L²), in this order.
    power
        The p of a + b L^p with the least residual.
    power_interval
        The 2.5 % and 97.5 % points of p over bootstrap samples; both equal p where the curve has
        no sampling error.
    power_residual
        Root mean square of what that law leaves over.
    halves
        The powers found on the lower and the upper half of the window.
    """

    window: tuple[float, float]
    residuals: tuple[float, float, float]
    power: float
    power_interval: tuple[float, float]
    power_residual: float
    halves: tuple[float, float]

    @property
    def best(self) -> str:
        """The name of the best of the three fixed laws."""
        return ("linear", "power 3/2", "quadratic")[int(np.argmin(self.residuals))]


def _residual(x: Array, y: Array, power: float) -> float:
    design = np.stack([np.ones_like(x), x**power], axis=1)
    rest = y - design @ np.linalg.lstsq(design, y)[0]
    return float(np.sqrt(np.mean(rest**2)))


def fitted_power(log_betas: ArrayLike, values: ArrayLike) -> float:
    """Return the p in [0.4, 3] for which a + b L^p fits best, to 0.01.

    Examples
    --------
    >>> L = np.linspace(0, 40, 9)
    >>> round(fitted_power(L, 0.5 + 0.01 * L**1.5), 2)
    1.5
    """
    x, y = np.asarray(log_betas, dtype=float), np.asarray(values, dtype=float)
    return float(_POWERS[int(np.argmin([_residual(x, y, p) for p in _POWERS]))])


def compare_growth(
    log_betas: ArrayLike,
    values: ArrayLike,
    *,
    samples: Sequence[ArrayLike] = (),
    keep: Callable[[Array], NDArray[np.bool_]] | None = None,
) -> GrowthComparison | None:
    """Compare laws of growth on a curve.

    Parameters
    ----------
    log_betas, values
        The curve, log β ascending from 0.
    samples
        Bootstrap samples of the values.
    keep
        Which points to use, given log β; all by default.

    Returns
    -------
    GrowthComparison or None
        None with fewer than five points: too few for three unknowns and a judgement.

    Examples
    --------
    >>> L = np.linspace(0, 40, 9)
    >>> compare_growth(L, 0.5 + 0.1 * L).best
    'linear'
    """
    x, y = np.asarray(log_betas, dtype=float), np.asarray(values, dtype=float)
    chosen = np.ones(len(x), dtype=bool) if keep is None else keep(x)
    x, y = x[chosen], y[chosen]
    if len(x) < 5:
        return None
    power = fitted_power(x, y)
    powers = [fitted_power(x, np.asarray(s, dtype=float)[chosen]) for s in samples] or [power]
    low, high = np.percentile(powers, [2.5, 97.5])
    middle = len(x) // 2
    return GrowthComparison(
        window=(float(x[0] / np.log(10)), float(x[-1] / np.log(10))),
        residuals=(_residual(x, y, 1.0), _residual(x, y, 1.5), _residual(x, y, 2.0)),
        power=power,
        power_interval=(float(low), float(high)),
        power_residual=_residual(x, y, power),
        halves=(
            fitted_power(x[: middle + 1], y[: middle + 1]), fitted_power(x[middle:], y[middle:])
        ),
    )  # fmt: skip
