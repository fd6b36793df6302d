"""Which proof gives the coefficients of an activation, for many orders at once.

A route maps orders to balls at the working precision; it promises no accuracy. Weights are
positive here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.spectra import hermite_functions as closed
from slt_symbolic.spectra.coefficient import Method
from slt_symbolic.spectra.errors import NoRouteError
from slt_symbolic.spectra.families import Family
from slt_symbolic.spectra.fourier import tanh_trapezoid
from slt_symbolic.spectra.line_trapezoid import line_trapezoid
from slt_symbolic.spectra.moments import node_count, tanh_moments
from slt_symbolic.spectra.parabolic import integral_by_quadrature, pole_integrals, quarter_turned
from slt_symbolic.spectra.poles import pole_sums
from slt_symbolic.spectra.quadrature import integral_on_line, linear_growth

METHODS: tuple[Method, ...] = get_args(Method)
Values = dict[int, arb]
_TANH_KINDS = ("tanh", "sigmoid", "swish", "softplus")
_CLOSED_KINDS = ("piecewise", "erf", "gelu", "sin", "cos", "exponential")


@dataclass(frozen=True)
class Unit:
    """The unit x ↦ σ(wx + b), w > 0.

    Parameters
    ----------
    activation : Activation
        σ.
    family : Family
        Its family.
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    growth : (A, B), optional
        |σ(z)| ≤ A + B|z| on the real line, where the activation does not say so itself.
    """

    activation: Activation
    family: Family
    weight: fmpq
    bias: fmpq
    growth: tuple[fmpq, fmpq] | None = None


def methods_for(unit: Unit, order: int) -> tuple[Method, ...]:
    """Return the routes that apply to an order, the preferred first."""
    kind = unit.family.kind
    found: list[Method] = []
    if kind in _CLOSED_KINDS and not (kind == "piecewise" and order <= degree(unit.activation)):
        found.append("recurrence")
    if kind in _TANH_KINDS and not (kind == "softplus" and order == 0):
        found.append("Fourier trapezoid")
        if order > {"softplus": 1, "swish": 1}.get(kind, 0):
            found.append("pole sum")
            if _prefers_poles(unit, order):
                found.reverse()
    if kind == "arctan" and order > 0:
        found += ["pole sum", "Fourier quadrature"]
    strip = unit.activation.strip_bound
    if unit.activation.ball is not None and (
        strip is None or unit.growth or len(strip(arb(0))) < 3
    ):
        found.append("ball quadrature")
        if strip is not None:
            found.append("line trapezoid")
    return tuple(found)


def degree(activation: Activation) -> int:
    """Return the larger degree of the two branches, or −1 where there are none."""
    branches = activation.branches
    return -1 if branches is None else max(len(branches.below), len(branches.above)) - 1


def values(unit: Unit, orders: Sequence[int], method: Method, bits: int) -> Values:
    """Return balls around c_k of the unit by one route, at the working precision.

    Parameters
    ----------
    unit : Unit
        The unit.
    orders : sequence of int
        Increasing; none that a reflection settles.
    method : str
        One of those that :func:`methods_for` names for these orders.
    bits : int
        Relative accuracy aimed at, below the working precision.
    """
    wanted = list(orders)
    if method == "recurrence":
        return _recurrence(unit, wanted)
    if method in ("ball quadrature", "line trapezoid"):
        growth = linear_growth(unit.activation, unit.growth)
        on_line = integral_on_line if method == "ball quadrature" else line_trapezoid
        return {
            k: on_line(unit.activation, k, unit.weight, unit.bias, bits, growth) for k in wanted
        }
    if unit.family.kind == "arctan":
        return _arctan(unit, wanted, quadrature=method == "Fourier quadrature")
    sums = _trapezoids if method == "Fourier trapezoid" else pole_sums
    return _from_tanh(unit, wanted, lambda k, w, b: sums(k, w, b, bits))


def _from_tanh(
    unit: Unit, orders: list[int], tanh: Callable[[list[int], fmpq, fmpq], Values]
) -> Values:
    kind, w, b = unit.family.kind, unit.weight, unit.bias

    def of_tanh(wanted: list[int], scale: fmpq | int) -> Values:
        u, v = w * scale, b * scale
        kept = [k for k in wanted if v != 0 or k % 2]
        found = tanh(kept, u, v) if kept else {}
        # tanh is odd: without a bias its even orders vanish.
        return {k: found.get(k, arb(0)) for k in wanted}

    def of_sigmoid(wanted: list[int], rate: fmpq | int) -> Values:
        # sigmoid(βz) = (1 + tanh(βz/2))/2
        return {k: (v + (k == 0)) / 2 for k, v in of_tanh(wanted, fmpq(rate) / 2).items()}

    if kind == "tanh":
        return of_tanh(orders, 1)
    if kind == "sigmoid":
        return of_sigmoid(orders, 1)
    if kind == "softplus":
        # f′ = w sigmoid(wx + b) and c_k[f] = c_{k−1}[f′]/√k.
        derivative = of_sigmoid([k - 1 for k in orders], 1)
        return {k: arb(w) * derivative[k - 1] / arb(k).sqrt() for k in orders}
    around = sorted({j for k in orders for j in (k - 1, k, k + 1) if j >= 0})
    if b == 0:
        # Without a bias the product with z asks the neighbours only.
        around = [j for j in around if j + 1 in orders or j - 1 in orders]
    sigmoids = of_sigmoid(around, unit.family.parameters[0])
    return closed.times_argument(sigmoids, orders, w, b)


def _trapezoids(orders: list[int], weight: fmpq, bias: fmpq, bits: int) -> Values:
    if len(orders) >= 6 and orders[-1] - orders[0] <= 40 * len(orders):
        return tanh_moments(orders, weight, bias, bits)
    return {k: tanh_trapezoid(k, weight, bias, bits) for k in orders}


def _prefers_poles(unit: Unit, order: int) -> bool:
    scale = fmpq(1) if unit.family.kind == "tanh" else fmpq(1, 2)
    if unit.family.kind == "swish":
        scale *= unit.family.parameters[0]
    w = unit.weight * scale
    if w > fmpq(1, 4):
        return False
    return w < fmpq(1, 8) or node_count(order, w, ctx.prec) > 4000


def _arctan(unit: Unit, orders: list[int], *, quadrature: bool) -> Values:
    # E[arctan(wX + b)He_k(X)] = Re i^{k−1} J_{k−1}((1 − ib)/w), by the transform πe^{−|t|} of
    # 1/(1 + z²): one pair of poles, one integral.
    real = arb(1 / unit.weight)
    z = acb(real, -arb(unit.bias / unit.weight))
    first, last = orders[0] - 1, orders[-1] - 1
    if quadrature:
        found = {k: integral_by_quadrature(k - 1, z) for k in orders}
    elif unit.bias == 0:
        found = {k + 1: acb(j) for k, j in enumerate(pole_integrals(first, last, real), first)}
    else:
        found = {k + 1: j for k, j in enumerate(pole_integrals(first, last, z), first)}
    return {k: quarter_turned(found[k], k) * arb.fac_ui(k).rsqrt() for k in orders}


def _recurrence(unit: Unit, orders: list[int]) -> Values:
    kind, w, b = unit.family.kind, unit.weight, unit.bias
    last = orders[-1]
    if kind in ("sin", "cos"):
        return closed.wave_values(orders, kind == "sin", w, b)
    if kind == "piecewise":
        return _piecewise(unit, orders)
    if kind == "exponential":
        every = closed.exponential_values(last, unit.family.parameters, w, b)
    elif kind == "erf":
        steps = closed.normal_law_values(last, w, b, fmpq(1, 2))
        every = [2 * v - (k == 0) for k, v in enumerate(steps)]
    else:
        law = dict(enumerate(closed.normal_law_values(last + 1, w, b, fmpq(1))))
        return closed.times_argument(law, orders, w, b)
    return {k: every[k] for k in orders}


def _piecewise(unit: Unit, orders: list[int]) -> Values:
    branches = unit.activation.branches
    if branches is None:
        raise NoRouteError(f"{unit.activation.name} is not piecewise polynomial")
    jumps = [fmpq(0)] * (degree(unit.activation) + 1)
    for sign, branch in ((-1, branches.below), (1, branches.above)):
        for j, c in enumerate(branch):
            jumps[j] += sign * fmpq(int(c.p), int(c.q))
    step = closed.step_values(orders[-1], unit.weight, unit.bias)
    found = {}
    for k in orders:
        # The j-th derivative of z^j·1{z>0} is j! times a step: c_k = w^j j! c_{k−j}/√(k…(k−j+1)).
        total, factor = arb(0), arb(1)
        for j, jump in enumerate(jumps):
            if j:
                factor *= arb(unit.weight) * j / arb(k - j + 1).sqrt()
            if jump != 0:
                total += arb(jump) * factor * step[k - j]
        found[k] = total
    return found
