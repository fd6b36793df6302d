"""Fitted slopes of log c_k² with confidence intervals, to stand beside a proved rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from slt_symbolic.spectra.fast_tanh import FloatArray

Variable = Literal["root", "order", "log"]
_TRANSFORM: dict[Variable, Callable[[FloatArray], FloatArray]] = {
    "root": np.sqrt,
    "order": np.asarray,
    "log": np.log,
}
_LATEX = {"root": r"\sqrt{k}", "order": "k", "log": r"\log k"}


@dataclass(frozen=True)
class RateFit:
    """A least-squares line log c_k² ≈ intercept + slope·x(k).

    Parameters
    ----------
    variable : {"root", "order", "log"}
        x(k): √k, k or log k.
    slope, intercept : float
        The fitted line.
    interval : tuple of float
        Confidence interval of the slope.
    level : float
        Its level.
    r_squared : float
        Share of the variance explained.
    """

    variable: Variable
    slope: float
    intercept: float
    interval: tuple[float, float]
    level: float
    r_squared: float

    def covers(self, rate: float) -> bool:
        """Whether the interval contains a proved slope."""
        return self.interval[0] <= rate <= self.interval[1]

    def __repr__(self) -> str:
        low, high = self.interval
        return (
            f"<log c_k^2 fitted on {self.variable}: slope {self.slope:.6g}, "
            f"{100 * self.level:g} % interval [{low:.6g}, {high:.6g}], R^2 {self.r_squared:.6f}>"
        )

    def _repr_latex_(self) -> str:
        return (
            rf"$\log c_k^2 \approx {self.intercept:.4g} {self.slope:+.5g}\,{_LATEX[self.variable]}$"
        )


def fit_rate(
    orders: ArrayLike,
    log_squares: ArrayLike,
    variable: Variable = "root",
    *,
    power: float = 0.0,
    level: float = 0.95,
) -> RateFit:
    """Fit log c_k² − power·log k by a line in √k, k or log k.

    Parameters
    ----------
    orders : array_like of int
        Orders k ≥ 1, at least three.
    log_squares : array_like of float
        log c_k².
    variable : {"root", "order", "log"}
        What the line runs in.
    power : float
        A known power k^power of the law, divided out first.
    level : float
        Confidence level, in (0, 1).

    Notes
    -----
    The interval is Student's for independent errors of equal variance. The errors of a law are
    neither: they are smooth in k, so that a fit to exact coefficients can exclude the true rate
    with any stated confidence while its law is still approaching. It is descriptive; the proved
    bounds decide.

    Examples
    --------
    >>> k = np.arange(1, 200, 2)
    >>> fit = fit_rate(k, 2 - 3 * np.sqrt(k), "root")
    >>> round(fit.slope, 9), fit.covers(-3.0)
    (-3.0, True)
    """
    from scipy.special import stdtrit

    if variable not in _TRANSFORM:
        raise ValueError(f"variable must be one of {', '.join(_TRANSFORM)}; got {variable!r}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie in (0, 1), got {level}")
    k = np.asarray(orders, dtype=np.float64)
    y = np.asarray(log_squares, dtype=np.float64) - power * np.log(k)
    if k.ndim != 1 or k.shape != y.shape or k.size < 3:
        raise ValueError("orders and log_squares must be one-dimensional, of equal length above 2")
    if not np.isfinite(y).all():
        raise ValueError("log_squares must be finite: leave out coefficients that vanish")
    x = _TRANSFORM[variable](k)
    dx, dy = x - x.mean(), y - y.mean()
    slope = float(dx @ dy / (dx @ dx))
    residual = dy - slope * dx
    error = float(np.sqrt(residual @ residual / (k.size - 2) / (dx @ dx)))
    # At least the rounding of the data: an exact line has no interval of width zero.
    error = max(error, float(np.abs(y).max() * 2.0**-50 / np.sqrt(dx @ dx)))
    margin = float(stdtrit(k.size - 2, (1 + level) / 2)) * error
    total = float(dy @ dy)
    explained = 1.0 if total == 0 else 1 - float(residual @ residual) / total
    intercept = float(y.mean() - slope * x.mean())
    return RateFit(variable, slope, intercept, (slope - margin, slope + margin), level, explained)


def compare_rates(
    orders: Sequence[int], log_squares: Sequence[float], *, level: float = 0.95
) -> tuple[RateFit, ...]:
    """Return the fits in √k, k and log k, the best first.

    Examples
    --------
    >>> compare_rates([1, 3, 5, 7, 9], [-1.0, -3.0, -5.0, -7.0, -9.0])[0].variable
    'order'
    """
    names: tuple[Variable, ...] = ("root", "order", "log")
    fits = [fit_rate(orders, log_squares, name, level=level) for name in names]
    return tuple(sorted(fits, key=lambda fit: -fit.r_squared))
