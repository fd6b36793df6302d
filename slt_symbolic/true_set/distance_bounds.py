r"""How far a parameter is at least from every true one.

At a true parameter w' the function is f0 at every x of the inputs' support, and f is Lipschitz in
w. With L the Lipschitz constant of σ, z = ⟨w, x⟩ + b and ρ = |w' − w|,

    |q'σ(z') − qσ(z)| ≤ |q' − q| |σ(z)| + |q| L |z' − z| + |q' − q| L |z' − z|,

so that, by Cauchy–Schwarz, with x̃ the factors of the free weights and bias,

    |f(x; w) − f0(x)| ≤ N ρ + L |x̃| ρ²/2,   N² = Σ_i (σ(z_i)² + q_i² L² |x̃|²) + 1,

terms of fixed readouts, or of a fixed output bias, left out. Each x gives a lower bound on ρ; all
is evaluated in balls, so that it is proved. A bound is zero only if f agrees with f0 at all points
tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice

import numpy as np
import sympy
from flint import acb, arb, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer

POINTS = 400
TRIED = 24
_DENOMINATOR = 2**12
_SUP_SLOPE = {
    "tanh": fmpq(1),
    "arctan": fmpq(1),
    "sin": fmpq(1),
    "cos": fmpq(1),
    "softplus": fmpq(1),
    "sigmoid": fmpq(1, 4),
    # 2/√π, √(2/e), Φ(√2) + √2 φ(√2), and the maximum of s + u s (1 − s), s = σ(u), rounded up.
    "erf": fmpq(1129, 1000),
    "gaussian": fmpq(858, 1000),
    "gelu": fmpq(1129, 1000),
    "swish": fmpq(11, 10),
}


def lipschitz(sigma: Activation) -> fmpq | None:
    """Return a bound on |σ'|, None if none is known.

    Examples
    --------
    >>> from slt_symbolic.activations import STEP, activation, leaky_relu
    >>> lipschitz(activation("sigmoid")), lipschitz(leaky_relu(-3)), lipschitz(STEP)
    (1/4, 3, None)
    """
    if sigma.branches is not None:
        if max(len(sigma.branches.below), len(sigma.branches.above)) > 2:
            return None
        (low, down), (high, up) = sigma.lines()
        if low != high:  # a step
            return None
        bound = max(abs(down), abs(up))
        return fmpq(int(bound.p), int(bound.q))
    return _SUP_SLOPE.get(sigma.name.split("(")[0])


def distance_at_least(
    model: TwoLayer,
    truth: TwoLayer,
    law: InputDistribution,
    values: dict[sympy.Symbol, float],
) -> float:
    """Return a lower bound on the distance of a parameter to all true ones, proved.

    Parameters
    ----------
    model, truth : TwoLayer
        The network and the truth.
    law : InputDistribution
        Its support is where they are compared.
    values : dict
        Finite floating point values of all parameters.

    Returns
    -------
    float
        0 if no bound is known for the activation or the inputs.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.inputs import UniformInterval
    >>> from slt_symbolic.networks import Unit
    >>> model = TwoLayer.symbolic(RELU, width=1, biases=0, readouts=1, output_bias=0)
    >>> truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    >>> given = {model.parameters[0]: 3.0}
    >>> round(distance_at_least(model, truth, UniformInterval(-1, 1), given), 9)
    2.0
    """
    slope = lipschitz(model.activation)
    if slope is None or isinstance(law, UniformSphere) or truth.constants or model.constants:
        return 0.0
    exact = {p: fmpq(*float(v).as_integer_ratio()) for p, v in values.items()}
    numbers = sorted({*truth.numbers(), *model.numbers()}, key=sympy.default_sort_key)
    field = RealField.containing(numbers)

    def ball(e: sympy.Expr) -> arb:
        return arb(exact[e]) if e in exact else field.enclose(field.element(e))

    promising = _promising(model, truth, values, list(_points(model, truth, law, values)))
    best = arb(0)
    for x in islice((x for x in promising if _is_inside(law, x)), TRIED):
        bound = _bound_at(model, truth, x, ball, slope, set(exact))
        if bound > best:
            best = bound
    return max(0.0, float(best.lower().str(20, radius=False)) * (1 - 1e-15))


def _bound_at(
    model: TwoLayer,
    truth: TwoLayer,
    x: Sequence[fmpq],
    ball: Callable[[sympy.Expr], arb],
    slope: fmpq,
    free: set[sympy.Symbol],
) -> arb:
    """Return the bound of one point."""
    difference = ball(model.output_bias) - ball(truth.output_bias)
    square = arb(int(model.output_bias in free))
    largest = arb(0)
    for sign, network in ((1, model), (-1, truth)):
        for unit in network.units:
            q, z = ball(unit.readout), ball(unit.bias)
            for w, c in zip(unit.weights, x, strict=True):
                z += ball(w) * arb(c)
            value = _value(network.activation, z)
            difference += sign * q * value
            if sign > 0:
                entries = zip((*unit.weights, unit.bias), (*x, fmpq(1)), strict=True)
                reach = sum((arb(c) ** 2 for e, c in entries if e in free), arb(0))
                square += (q * arb(slope)) ** 2 * reach
                if unit.readout in free:
                    square += value**2
                    largest = largest.max(reach)
    gap = abs(difference).lower()
    if not gap > 0:
        return arb(0)
    curve = arb(slope) * largest.sqrt()
    return (2 * gap / (square.sqrt() + (square + 2 * curve * gap).sqrt())).lower()


def _value(sigma: Activation, z: arb) -> arb:
    if sigma.branches is None and sigma.ball is not None:
        return sigma.ball(acb(z)).real
    low, high = (
        arb(fmpq(int(c.p), int(c.q))) + arb(fmpq(int(d.p), int(d.q))) * z for c, d in sigma.lines()
    )
    if z > 0:
        return high
    return low if z < 0 else low.union(high)


def _promising(
    model: TwoLayer,
    truth: TwoLayer,
    values: dict[sympy.Symbol, float],
    points: list[tuple[fmpq, ...]],
) -> list[tuple[fmpq, ...]]:
    """Return points, those with the largest bounds first, roughly."""
    x = np.array([[float(Fraction(int(c.p), int(c.q))) for c in p] for p in points])
    total, size = np.zeros(len(x)), np.full(len(x), 1e-9 + (model.output_bias in values))
    for sign, network in ((1.0, model), (-1.0, truth)):
        value = sympy.lambdify(
            sympy.Symbol("z"), network.activation(sympy.Symbol("z")), ["scipy", "numpy"]
        )

        def number(e: sympy.Expr) -> float:
            return values[e] if e in values else float(e)

        total += sign * number(network.output_bias)
        for unit in network.units:
            z = x @ np.array([number(w) for w in unit.weights]) + number(unit.bias)
            with np.errstate(all="ignore"):
                height = np.nan_to_num(value(z)) * np.ones(len(x))
            total += sign * number(unit.readout) * height
            if sign > 0:
                reach = (unit.bias in values) + (x**2).sum(axis=1)
                size += (unit.readout in values) * height**2 + number(unit.readout) ** 2 * reach
    order = np.argsort(-np.nan_to_num(np.abs(total) / np.sqrt(size)))
    return [points[k] for k in order]


def _points(
    model: TwoLayer, truth: TwoLayer, law: InputDistribution, values: dict[sympy.Symbol, float]
) -> Iterator[tuple[fmpq, ...]]:
    """Yield rational points, most of them in the support, and on folds."""
    rng = np.random.default_rng(0)
    if isinstance(law, FiniteSample):
        for p in law.points:
            if all(c.is_Rational for c in p):
                yield tuple(fmpq(int(c.p), int(c.q)) for c in p)
        return
    n = law.dimension
    corners = _corners(law)
    if corners is None:
        cloud = 2.0 * rng.standard_normal((POINTS, n))
    else:
        cloud = rng.dirichlet(np.full(len(corners), 0.7), POINTS) @ corners
    planes = [
        [values[e] if e in values else float(e) for e in (*u.weights, u.bias)]
        for network in (model, truth)
        for u in network.units
    ]
    onto = []
    for plane in planes:
        w = np.array(plane[:-1])
        if w @ w > 0:
            near = cloud[: POINTS // 8]
            onto.append(near - np.outer((near @ w + plane[-1]) / (w @ w), w))
    for row in np.vstack([cloud, *onto]):
        point = tuple(fmpq(round(float(c) * _DENOMINATOR), _DENOMINATOR) for c in row)
        yield point


def _corners(law: InputDistribution) -> np.ndarray | None:
    if isinstance(law, UniformInterval):
        return np.array([[float(law.lower)], [float(law.upper)]])
    if isinstance(law, UniformBox):
        sides = [(float(a), float(b)) for a, b in zip(law.lower, law.upper, strict=True)]
        grid = np.meshgrid(*sides)
        return np.stack([g.ravel() for g in grid], axis=1)
    if isinstance(law, UniformPolygon):
        return np.array([[float(c) for c in v] for v in law.vertices])
    return None


def _is_inside(law: InputDistribution, point: tuple[fmpq, ...]) -> bool:
    x = [sympy.Rational(int(c.p), int(c.q)) for c in point]
    if isinstance(law, UniformInterval):
        return bool(law.lower <= x[0] <= law.upper)
    if isinstance(law, UniformBox):
        return all(bool(a <= c <= b) for a, c, b in zip(law.lower, x, law.upper, strict=True))
    if isinstance(law, UniformPolygon):
        return _is_in_polygon(law, x)
    return True


def _is_in_polygon(law: UniformPolygon, x: list[sympy.Rational]) -> bool:
    """Whether a point is on one side of all edges of a convex polygon."""
    corners = [tuple(v) for v in law.vertices]
    sides = set()
    for (a, b), (c, d) in zip(corners, [*corners[1:], corners[0]], strict=True):
        sides.add(sympy.sign((c - a) * (x[1] - b) - (d - b) * (x[0] - a)))
    return len(sides - {0}) <= 1
