"""Descent in the wells: where it ends without noise, and how long it stays with noise.

dw = -K'(w) dt + √(2T) dB has the stationary density e^{-K/T}: with T = 1/n it would, in the end,
sample the posterior. How long that takes is the mean time of escape.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from slt_symbolic.studies.potential_wells.wells import Wells

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["descend", "escape_times", "kramers_log_time", "mean_log_time"]

_FAR = 2.0


def descend(wells: Wells, starts: int, rate: float, most: int = 200_000) -> list[tuple[float, int]]:
    """Run gradient descent from points spread over [-2, 2]; return each start and its well.

    Raises
    ------
    ArithmeticError
        If one has not come within 10⁻⁶ of a minimum after ``most`` steps.

    Examples
    --------
    >>> from fractions import Fraction
    >>> [well for _, well in descend(Wells(Fraction(1, 10)), 4, 1e-3)]
    [-1, -1, 1, 1]
    """
    a = float(wells.shift)
    begun = np.linspace(-_FAR, _FAR, starts)
    w = begun.copy()
    for _ in range(most):
        w -= rate * _slope(w, a)
        distance = np.minimum(abs(w + 1), abs(w - 1))
        if distance.max() < 1e-6:
            return [(float(s), 1 if end > 0 else -1) for s, end in zip(begun, w, strict=True)]
    raise ArithmeticError(f"still {distance.max():g} from a minimum after {most} steps")


def _slope(w: NDArray[np.float64], a: float) -> NDArray[np.float64]:
    u = w - 1 - a
    return 2 * (w + 1) * (u**4 + 4 * a**3 - a**4) + 4 * (w + 1) ** 2 * u**3


def _values(w: NDArray[np.float64], a: float) -> NDArray[np.float64]:
    return (w + 1) ** 2 * ((w - 1 - a) ** 4 + 4 * a**3 - a**4)


def mean_log_time(wells: Wells, temperature: float, well: int, points: int = 40_001) -> float:
    """Return the logarithm of the mean time from one minimum to the other, by quadrature.

    Parameters
    ----------
    wells
        The potential.
    temperature
        T.
    well
        1: from the flat well to the deep one; -1: the other way.
    points
        Of the grid.

    Notes
    -----
    The mean time from x to e < x with a reflecting wall at L > x is
    (1/T) ∫ₑˣ e^{K(y)/T} ∫_y^L e^{-K(z)/T} dz dy (Gardiner, Handbook of Stochastic Methods, 5.5).
    The wall is at 2, where K exceeds the barrier or is not reached from the flat well.
    """
    y = np.linspace(-1.0, _FAR, points) if well == 1 else np.linspace(-_FAR, 1.0, points)
    K = _values(y, float(wells.shift))
    if well == -1:
        K, y = K[::-1], -y[::-1]
    # y runs from the target to the wall; the start is one unit before the wall.
    step = y[1] - y[0]
    start = round(2 / step)
    top, bottom = K[: start + 1].max(), K[start]
    inside = np.exp(-(K - bottom) / temperature)
    cells = (inside[1:] + inside[:-1]) / 2 * step
    inner = np.concatenate([np.cumsum(cells[::-1])[::-1], [0.0]])[: start + 1]
    outer = np.exp((K[: start + 1] - top) / temperature) * inner
    total = (outer.sum() - (outer[0] + outer[-1]) / 2) * step / temperature
    return float(math.log(total) + (top - bottom) / temperature)


def kramers_log_time(wells: Wells, temperature: float, well: int) -> float:
    """Return the logarithm of Kramers' 2π e^{ΔK/T}/√(K''(well)|K''(barrier)|).

    Notes
    -----
    Kramers (1940), Physica 7, 284-304: the limit of the mean time for T → 0.
    """
    b = wells.barrier
    height = float(wells.value(b)) - (float(wells.loss) if well == 1 else 0.0)
    # flint's ball of an integer is exact.
    from flint import arb

    curves = float(wells.curvature(arb(well))) * -float(wells.curvature(b))
    return math.log(2 * math.pi / math.sqrt(curves)) + height / temperature


def escape_times(
    wells: Wells,
    temperature: float,
    well: int,
    *,
    walkers: int,
    step: float,
    longest: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Simulate walkers from one minimum until they reach the other.

    Parameters
    ----------
    wells, temperature, well
        As for `mean_log_time`.
    walkers
        How many, independent.
    step
        Time step.
    longest
        Time after which a walker is stopped.
    rng
        Its draws.

    Returns
    -------
    numpy.ndarray
        Times, shape (walkers,); infinity for walkers that were stopped.

    Notes
    -----
    The scheme of Leimkuhler and Matthews (2013), Applied Mathematics Research eXpress 2013, 34-56:
    Euler's, with the mean of two successive normals, has a stationary law of second order.
    """
    most = int(longest / step)
    a = float(wells.shift)
    found: NDArray[np.float64] = _kernel()(a, temperature, float(well), walkers, step, most, rng)
    return found


@cache
def _kernel() -> Any:
    from numba import njit

    @njit
    def walk(  # type: ignore[no-untyped-def]  # compiled
        a, temperature, well, walkers, step, most, rng
    ):  # fmt: skip
        times = np.full(walkers, np.inf)
        noise = math.sqrt(temperature * step / 2)
        k = 4 * a**3 - a**4
        for i in range(walkers):
            w, old = well, rng.standard_normal()
            for j in range(most):
                new = rng.standard_normal()
                u, v = w - 1 - a, w + 1
                w += noise * (old + new) - step * (
                    2 * v * (u * u * u * u + k) + 4 * v * v * u * u * u
                )
                old = new
                if (w + well) * well < 0:
                    times[i] = (j + 1) * step
                    break
        return times

    return walk
