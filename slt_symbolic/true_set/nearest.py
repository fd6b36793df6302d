"""True parameters near a given one, with certified bounds on the distance from both sides.

The search is numerical and promises nothing about being best; what it finds is rounded to exact
numbers, decided to be true exactly, and its distance enclosed. That no true parameter is nearer
than a lower bound is proved in :mod:`slt_symbolic.true_set.distance_bounds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from flint import arb, fmpq
from scipy.optimize import least_squares, linear_sum_assignment

from slt_symbolic.exact.balls import enclose
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.true_set.piece import Values
from slt_symbolic.true_set.setting import Setting
from slt_symbolic.true_set.strata import stratum_of_type
from slt_symbolic.true_set.stratum import Stratum
from slt_symbolic.true_set.types import GROUPS, Place, Role, normal_places

CANDIDATES = 16
DIGITS = 30
_DENOMINATORS = (2**10, 2**40)


@dataclass(frozen=True)
class Nearest:
    """A true parameter near a given one.

    Parameters
    ----------
    stratum : Stratum
        Where it lies, its units in the given parameter's order.
    point : dict
        The true parameter, exact.
    distance : float
        At least its Euclidean distance to the given parameter, rounding included. So the distance
        of the given parameter to W0 is at most this; it may be less, for the search for the
        nearest stratum is numerical.
    lower : float
        The distance of the given parameter to W0 is at least this, proved; 0 if nothing is.
    """

    stratum: Stratum
    point: Values
    distance: float
    lower: float = 0.0

    def __str__(self) -> str:
        places = ", ".join(map(str, self.stratum.places))
        return (
            f"within {self.distance:.3g} of a true parameter on [{places}], "
            f"at least {self.lower:.3g} from any"
        )


@dataclass(frozen=True)
class _Target:
    """The given parameter, unit by unit, in floating point."""

    data: Setting
    values: dict[sympy.Symbol, float]

    def entry(self, e: sympy.Expr) -> float:
        return self.values[e] if e in self.values else float(e)

    def unit(self, i: int) -> tuple[float, np.ndarray]:
        unit = self.data.model.units[i]
        return self.entry(unit.readout), np.array([self.entry(e) for e in unit.entries()[1:]])


def nearest(data: Setting, strata: Sequence[Stratum], values: dict[sympy.Symbol, float]) -> Nearest:
    """Return a true parameter near a given one.

    Parameters
    ----------
    data : Setting
        The classification's data.
    strata : sequence of Stratum
        All strata up to permutations.
    values : dict
        Floating point values of all parameters.

    Raises
    ------
    ValueError
        If W0 is empty, or no stratum could be reached.
    """
    target = _Target(data, values)
    ranked = sorted(
        (_assign(target, s) for s in strata), key=lambda e: e[0] - 1e-9 * e[1].dimension
    )
    best: Nearest | None = None
    for _, stratum, places in ranked[:CANDIDATES]:
        placed = stratum_of_type(data, stratum.type, places)
        found = None if placed is None else _project(placed, values)
        if found is not None and (best is None or found.distance < best.distance):
            best = found
    if best is None:
        reason = "W0 is empty" if not strata else "no stratum could be reached from here"
        raise ValueError(f"there is no nearest true parameter: {reason}")
    return best


def _assign(target: _Target, stratum: Stratum) -> tuple[float, Stratum, tuple[Place, ...]]:
    """Return roughly how far a stratum is, with the order of its units that comes closest."""
    data, size = target.data, len(stratum.places)
    costs = np.full((size, size), 1e9)
    for i in range(size):
        for k, place in enumerate(stratum.places):
            if data.model.kinds[i] == data.model.kinds[k]:
                costs[i, k] = _cost(target, i, place) ** 2
    rows, columns = linear_sum_assignment(costs)
    places = [stratum.places[k] for k in columns]
    total = float(costs[rows, columns].sum())
    return total + _imbalance(target, places), stratum, normal_places(places)


def _cost(target: _Target, i: int, place: Place) -> float:
    """Return roughly how far a unit is from a place."""
    data = target.data
    q, plane = target.unit(i)
    n = data.inputs
    if place.role is data.true_role:
        h = np.array([float(data.field.to_sympy(c)) for c in data.planes[place.index or 0]])
        return _from_ray(plane, h * (place.sign or 1), scaled=data.family.folded)
    if place.role is Role.FLAT:
        wrong = (
            max(0.0, -place.sign * plane[n]) if place.sign else abs(plane[n]) * (place.sign == 0)
        )
        return float(np.hypot(np.linalg.norm(plane[:n]), wrong))
    if place.role in GROUPS:
        others = [target.unit(k)[1] for k in range(len(data.model.units)) if k != i]
        both = [
            _from_ray(plane, s * other, scaled=data.family.folded)
            for other in others
            for s in (1, -1)
        ]
        return min(both, default=0.0) / 2
    heights = [
        plane[:n] @ [float(data.field.to_sympy(x)) for x in c] + plane[n]
        for c in data.corners or ()
    ]
    if place.role is Role.SILENT:
        out = 0.0 if not place.sign else max(0.0, max(-place.sign * h for h in heights))
        return float(np.hypot(q, out))
    side = 1 if place.role is Role.ON else -1
    wrong = max(0.0, -place.sign * q) if place.sign else 0.0
    return float(np.hypot(max(0.0, max(-side * h for h in heights)), wrong))


def _from_ray(v: np.ndarray, h: np.ndarray, *, scaled: bool) -> float:
    if not scaled:
        return float(np.linalg.norm(v - h))
    square = float(h @ h)
    return (
        float(np.linalg.norm(v - max(0.0, float(v @ h) / square) * h))
        if square
        else float(np.linalg.norm(v))
    )


def _imbalance(target: _Target, places: Sequence[Place]) -> float:
    """Return roughly what it takes to bring the strengths of every class to their sum."""
    data, total = target.data, 0.0
    sums: dict[tuple[Role, int | None], list[float]] = {}
    for i, p in enumerate(places):
        if p.role not in (data.true_role, *GROUPS):
            continue
        q, plane = target.unit(i)
        scale = float(np.linalg.norm(plane)) if data.family.scaling == 1 else 1.0
        if p.role is data.true_role and data.family.scaling == 1:
            h = np.array([float(data.field.to_sympy(c)) for c in data.planes[p.index or 0]])
            scale = abs(float(plane @ h)) / float(h @ h)
        entry = sums.setdefault((p.role, p.index), [0.0, 1e-12])
        entry[0] += float(data.family.factor[p.sign or 1]) * q * scale
        entry[1] += scale**2 + (q**2 if data.family.scaling == 1 else 0.0)
    for (role, index), (found, weight) in sums.items():
        wanted = (
            float(data.field.to_sympy(data.strengths[index or 0]))
            if role is data.true_role
            else 0.0
        )
        total += (found - wanted) ** 2 / weight
    return total


def _project(stratum: Stratum, values: dict[sympy.Symbol, float]) -> Nearest | None:
    """Return a point of a stratum near given values, None if none was found."""
    free, data = stratum.free, stratum.system.setting
    parameters = data.model.parameters
    expressions = [stratum.dependent.get(p, p) for p in parameters]
    inside = [*stratum.positive, *stratum.nonnegative]
    point: Any = sympy.lambdify([free], expressions, modules=["scipy", "numpy"])
    heights: Any = sympy.lambdify([free], inside, modules=["scipy", "numpy"])
    goal = np.array([values[p] for p in parameters])

    def residual(theta: np.ndarray, margin: float) -> np.ndarray:
        with np.errstate(all="ignore"):
            found = np.array(point(theta), dtype=float) - goal
            if margin:
                missing = np.maximum(0.0, margin - np.array(heights(theta), dtype=float))
                found = np.append(found, 1e4 * missing)
        return np.nan_to_num(found, nan=1e9, posinf=1e9, neginf=-1e9)

    theta = np.array([values.get(v, 1.0) for v in free])
    theta[theta == 0] = 1e-3
    # First freely, then, if that ends outside, with the stratum's walls kept at a small margin.
    for margin in (0.0, 1e-7, 1e-3):
        if free:
            theta = least_squares(residual, theta, args=(margin,), x_scale="jac", max_nfev=60).x
        reached = np.linalg.norm(residual(theta, 0.0))
        for denominator in _DENOMINATORS:
            found = _exactly(stratum, theta, denominator, values)
            if found is not None and found.distance <= 1.001 * reached + 1e-9:
                return found
    return None


def _exactly(
    stratum: Stratum, theta: np.ndarray, denominator: int, values: dict[sympy.Symbol, float]
) -> Nearest | None:
    """Round free parameters, check all conditions exactly, and enclose the distance."""
    data = stratum.system.setting
    at = {
        v: sympy.Rational(round(x * denominator), denominator)
        for v, x in zip(stratum.free, theta, strict=True)
    }
    for condition in stratum.conditions():
        if condition.subs(at) != sympy.true:
            return None
    point = {p: stratum.dependent.get(p, p).subs(at) for p in data.model.parameters}
    if any(e.has(sympy.nan, sympy.zoo) for e in point.values()):
        return None
    square = arb(0)
    numbers = irrational_numbers([e for e in point.values() if e.is_algebraic])
    field = RealField.containing(numbers)
    for p, e in point.items():
        numerator, scale = float(values[p]).as_integer_ratio()
        given = arb(fmpq(numerator, scale))
        # A unit of zero weight, or the output bias for it, holds a value of the activation.
        ball = field.enclose(field.element(e)) if e.is_algebraic else enclose(e, digits=DIGITS)
        square += (ball - given) ** 2
    return Nearest(stratum, point, float(square.sqrt().upper().str(20, radius=False)) * (1 + 1e-15))
