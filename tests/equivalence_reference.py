"""What equivalence is tested against: values of networks by mpmath, and changes that keep them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import mpmath
import sympy
from sympy import Rational

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    GELU,
    IDENTITY,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    Activation,
    leaky_relu,
    polynomial,
    swish,
)
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import equivalent

LEAKY, SQUARE, CUBIC = leaky_relu(Rational(1, 3)), polynomial((1, 3, 2)), polynomial((0, 1, 2, 1))
ANALYTIC = (ARCTAN, COS, ERF, GAUSSIAN, GELU, SIGMOID, SIN, SOFTPLUS, SWISH, swish(3), TANH)
BROKEN = (RELU, LEAKY, ABSOLUTE, STEP)
POLYNOMIAL = (IDENTITY, SQUARE, CUBIC)
ALL: tuple[Activation, ...] = (*ANALYTIC, *BROKEN, *POLYNOMIAL)

# Definitions of their own: nothing of the package's formulas is used.
VALUE: dict[str, Any] = {
    "abs": abs,
    "arctan": mpmath.atan,
    "cos": mpmath.cos,
    "erf": mpmath.erf,
    "gaussian": lambda z: mpmath.exp(-z * z),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "identity": lambda z: z,
    "relu": lambda z: z if z > 0 else 0 * z,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "sin": mpmath.sin,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "step": lambda z: 1 if z > 0 else (0 if z < 0 else mpmath.mpf(1) / 2),
    "swish": lambda z: z / (1 + mpmath.exp(-z)),
    "swish(3)": lambda z: z / (1 + mpmath.exp(-3 * z)),
    "tanh": mpmath.tanh,
    LEAKY.name: lambda z: z if z > 0 else z / 3,
    SQUARE.name: lambda z: 1 + 3 * z + 2 * z**2,
    CUBIC.name: lambda z: z + 2 * z**2 + z**3,
}


def seeded(seed: object) -> Random:
    return Random(str(seed))  # noqa: S311 - reproducible cases, nothing secret


def number(e: sympy.Expr) -> Any:
    if e.is_Rational:
        return mpmath.mpf(int(e.p)) / int(e.q)
    return mpmath.mpf(str(sympy.N(e, mpmath.mp.dps)))


def value(name: str, units: Sequence[Unit], constant: sympy.Expr, x: Sequence[Any]) -> Any:
    """f(x) at mpmath's working precision."""
    total = number(constant)
    for u in units:
        z = number(u.bias) + sum(number(w) * xk for w, xk in zip(u.weights, x, strict=True))
        total += number(u.readout) * VALUE[name](z)
    return total


def value_of(network: TwoLayer, x: Sequence[Any]) -> Any:
    return value(network.activation.name, network.units, network.output_bias, x)


def small(rng: Random) -> Rational:
    return Rational(rng.randint(-6, 6), rng.choice([1, 1, 2, 3]))


def unit(rng: Random, inputs: int, readout: Any = None) -> Unit:
    q = small(rng) if readout is None else readout
    return Unit(q, tuple(small(rng) for _ in range(inputs)), small(rng))


def network(rng: Random, sigma: Activation, inputs: int, width: int, bias: Any = None) -> TwoLayer:
    units = [unit(rng, inputs) for _ in range(width)]
    return TwoLayer(sigma, units, small(rng) if bias is None else bias, (), inputs)


def changed(rng: Random, net: TwoLayer, steps: int = 4) -> TwoLayer:
    """The same function by other parameters: splits, pairs, scalings, reflections, order."""
    sigma, n = net.activation, net.inputs
    units, c = list(net.units), net.output_bias
    for _ in range(steps):
        kind = rng.choice(["split", "pair", "scale", "reflect", "empty", "annihilate"])
        r, k = sigma.reflection, sigma.scaling_degree
        i = rng.randrange(len(units)) if units else None
        if kind == "split" and i is not None:
            u, t = units.pop(i), small(rng)
            units += [Unit(t, u.weights, u.bias), Unit(u.readout - t, u.weights, u.bias)]
        elif kind == "pair":
            u = unit(rng, n)
            units += [u, Unit(-u.readout, u.weights, u.bias)]
        elif kind == "scale" and i is not None and k is not None:
            u, a = units[i], Rational(rng.randint(1, 5), rng.randint(1, 4))
            units[i] = Unit(u.readout / a**k, tuple(a * w for w in u.weights), a * u.bias)
        elif kind == "reflect" and i is not None and r is not None and r.slope == 0:
            u = units[i]
            units[i] = Unit(r.sign * u.readout, tuple(-w for w in u.weights), -u.bias)
            c = c + u.readout * r.constant
        elif kind == "empty":
            units.append(unit(rng, n, 0))
        elif kind == "annihilate" and r is not None and r.slope != 0:
            # Two units and a third with Σ q (w, b) = 0 in one orientation, less them in the other.
            u, v, q = unit(rng, n), unit(rng, n), rng.choice([1, -2, Rational(1, 2)])
            third = [
                -(u.readout * a + v.readout * b) / q
                for a, b in zip((*u.weights, u.bias), (*v.weights, v.bias), strict=True)
            ]
            for w in (u, v, Unit(q, tuple(third[:-1]), third[-1])):
                units += [w, Unit(-w.readout, tuple(-e for e in w.weights), -w.bias)]
    rng.shuffle(units)
    return TwoLayer(sigma, units, c, (), n)


def nudged(rng: Random, net: TwoLayer, size: Rational) -> TwoLayer:
    """The network with one entry changed a little."""
    units, c = list(net.units), net.output_bias
    i = rng.randrange(len(units) + 1)
    if i == len(units):
        return TwoLayer(net.activation, units, c + size, (), net.inputs)
    entries = list(units[i].entries())
    k = rng.randrange(len(entries))
    entries[k] = entries[k] + size
    units[i] = Unit(entries[0], tuple(entries[1:-1]), entries[-1])
    return TwoLayer(net.activation, units, c, (), net.inputs)


def same(first: TwoLayer, second: TwoLayer, law: InputDistribution | None = None) -> bool:
    """Whether the networks are found equal, with moves that replay."""
    answer = equivalent(first, second, law)
    return answer.is_equivalent and answer.check()
