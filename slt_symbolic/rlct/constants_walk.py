"""The constant of Z(beta) = integral of exp(-beta K), followed through the proof of lambda and m.

With Z ~ B beta**(-lambda) log(beta)**(m - 1), where B depends on K at the point alone:

* sums in disjoint variables multiply Z, so B; squares a u**2 that split off give sqrt(pi / a) each;
* an automorphism has a constant Jacobian determinant; a positive unit factor c of K counts as its
  value at the point, B c**(-lambda), since the rest of K's neighbourhood is of lower order;
* a Newton leaf: `slt_symbolic.rlct.constants_face`, and B = A Gamma(lambda) / (m - 1)!.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import factorial
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from .checker.algebra import (
    at_origin,
    compose,
    divide_out,
    gradient_at_origin,
    polynomial,
    rational,
    support_variables,
)
from .checker.blocks import _restrict
from .checker.germ import Germ, orthants_of
from .checker.leaves import _expand
from .checker.newton import Factor
from .constants_amount import Amount
from .constants_face import face_coefficient
from .errors import ConstantsError

Node = dict[str, Any]


@dataclass(frozen=True)
class Law:
    """Z ~ B beta**(-value) log(beta)**(order - 1)."""

    value: fmpq
    order: int
    B: Amount

    def scaled(self, factor: Amount) -> Law:
        """Return the law with another constant."""
        return replace(self, B=self.B * factor)


def follow(germ: Germ, node: Node) -> Law:
    """Return the law of a germ for a density that is 1 times the prior, from its proof.

    Raises
    ------
    ConstantsError
        If a step of the proof keeps lambda and m but not the constant.
    """
    if node["kind"] not in _KINDS:
        raise ConstantsError(f"a step of the kind {node['kind']!r} does not keep the constant")
    return _KINDS[node["kind"]](germ, node)


def _determinant(system: Sequence[fmpq_mpoly]) -> fmpq:
    return fmpq(abs(fmpq_mat([gradient_at_origin(u) for u in system]).det()))


def _newton(germ: Germ, node: Node) -> Law:
    n, gens = germ.ring.nvars(), list(germ.ring.gens())
    system = [polynomial(u, germ.ring) for u in node["system"]] if node["system"] else gens
    factors = []
    for data in node["factors"]:
        _, units, every = _expand(germ, system, data["terms"])
        factors.append(Factor(data["power"], units, every, ()))
    scale, tau = Amount.of(1 / _determinant(system)), [fmpq(0)] * n
    for p, s in germ.prior:
        unit = p
        for i, u in enumerate(system):
            unit, k = divide_out(unit, u)
            tau[i] += s * k
        scale = scale * Amount.of(abs(at_origin(unit))).power(s)
    orthants = orthants_of(germ, system, set(range(n)))
    value, m, A = face_coefficient(factors, tau, orthants)
    B = A * Amount.gamma(value) * Amount.of(fmpq(1, factorial(m - 1)))
    return Law(value, m, B * scale)


def _split(germ: Germ, node: Node) -> Law:
    unit = polynomial(node["unit"], germ.ring)
    if node["free"]:
        raise ConstantsError("the zero set is no point: the constant depends on its extent")
    squares = germ.ring.from_dict({})
    system, scale = [], Amount.of(1)
    for weight, data in node["squares"]:
        u = polynomial(data, germ.ring)
        squares += rational(weight) * u**2
        system.append(u)
        scale = scale * (Amount.pi() * Amount.of(1 / rational(weight))).power(fmpq(1, 2))
    rest, gens = node["rest"], germ.ring.gens()
    full = [*system, *(gens[i] for i in rest)]
    inside = [r for r in germ.region if support_variables(r) <= set(rest)]
    outside = [r for r in germ.region if r not in inside]
    signs = orthants_of(replace(germ, region=tuple(outside)), full, set(range(len(full))))
    share = Amount.of(fmpq(len(signs), 2 ** len(full)))
    scale = scale * share * Amount.of(1 / _determinant(full))
    J = unit * germ.K - squares
    if J.is_zero():
        if rest:
            raise ConstantsError("the zero set is no point: the constant depends on its extent")
        law = Law(fmpq(0), 1, Amount.of(1))
    else:
        law = follow(_restrict(replace(germ, K=J, region=tuple(inside)), rest), node["child"])
    value = law.value + fmpq(len(system), 2)
    # unit * K is the sum, so K is the sum divided by the unit.
    return Law(value, law.order, law.B * scale * Amount.of(at_origin(unit)).power(value))


def _sum(germ: Germ, node: Node) -> Law:
    zero, gens = germ.ring.from_dict({}), germ.ring.gens()
    law = Law(fmpq(0), 1, Amount.of(1))
    for block, child in zip(node["blocks"], node["children"], strict=True):
        part = compose(germ.K, [x if i in block else zero for i, x in enumerate(gens)])
        region = tuple(r for r in germ.region if support_variables(r) <= set(block))
        prior = tuple((p, s) for p, s in germ.prior if support_variables(p) <= set(block))
        found = follow(_restrict(Germ(germ.ring, part, region, prior), block), child)
        law = Law(law.value + found.value, law.order + found.order - 1, law.B * found.B)
    return law


def _change(germ: Germ, node: Node) -> Law:
    images = [polynomial(p, germ.ring) for p in node["images"]]
    law = follow(germ.substitute(images), node["child"])
    return law.scaled(Amount.of(_determinant(images)))


def _scale(germ: Germ, node: Node) -> Law:
    unit = polynomial(node["unit"], germ.ring)
    law = follow(replace(germ, K=germ.K * unit), node["child"])
    return law.scaled(Amount.of(at_origin(unit)).power(law.value))


def _redundant(germ: Germ, node: Node) -> Law:
    region = tuple(r for i, r in enumerate(germ.region) if i != node["index"])
    return follow(replace(germ, region=region), node["child"])


_KINDS = {
    "newton": _newton,
    "split": _split,
    "sum": _sum,
    "change": _change,
    "scale": _scale,
    "redundant": _redundant,
}
