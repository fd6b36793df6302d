"""Piecewise polynomial units: monomials, and monomials on one side of a hyperplane."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.fisher.basis import Basis
from slt_symbolic.fisher.polynomials import Terms, accumulate, affine, compose, tagged, unit
from slt_symbolic.fisher.support import side_of
from slt_symbolic.kernels.broken import NotDifferentiableError, derivative
from slt_symbolic.networks import Unit


class FoldBasis(Basis):
    """Atoms x^α, and x^α·1[h > 0] for each hyperplane h = 0 that cuts the support.

    Notes
    -----
    They are linearly independent almost everywhere on a support with interior: let
    p_0 + Σ_H p_H 1[h_H > 0] = 0. At a point of H in the interior that lies on no other
    hyperplane the two sides are polynomials that vanish on open sets, hence identically, and
    their difference is ±p_H. So every p_H = 0, and then p_0 = 0.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        branches = self.activation.branches
        if branches is None:
            raise ValueError(f"activation must be piecewise polynomial, not {self.activation.name}")
        self._below = tuple(map(self.field.element, branches.below))
        self._above = tuple(map(self.field.element, branches.above))
        self._continuous = (self._below[:1] or (self._zero,)) == (self._above[:1] or (self._zero,))
        self.hyperplanes: list[tuple[Any, ...]] = []

    @property
    def independence(self) -> str | None:
        """Why the atoms are independent."""
        return (
            "monomials, and monomials on one side of distinct hyperplanes through the interior of "
            "the support, are independent: the jump across each hyperplane determines its part"
        )

    def value(self, unit: Unit) -> Terms:
        """Return σ(⟨w, x⟩ + b)."""
        return self._expand(unit, self._below, self._above)

    def slopes(self, unit: Unit) -> list[Terms]:
        """Return σ′(⟨w, x⟩ + b) times 1, x_1, …, x_n."""
        if not self._continuous:
            raise NotDifferentiableError(
                f"activation must be continuous to be differentiated, {self.activation.name} jumps"
            )
        below, above = derivative(self._below), derivative(self._above)
        slope = self._expand(unit, below, above, differentiated=True)
        return [slope, *(self._by_input(slope, k) for k in range(self._n))]

    def _by_input(self, terms: Terms, k: int) -> Terms:
        """Multiply by x_k."""
        x = unit(k, self._n)
        return {
            (*tag, tuple(i + j for i, j in zip(e, x, strict=True))): c
            for (*tag, e), c in terms.items()
        }

    def _expand(
        self, unit: Unit, below: tuple[Any, ...], above: tuple[Any, ...], *,
        differentiated: bool = False,
    ) -> Terms:  # fmt: skip
        weights, bias = self._entries(unit)
        line, n = affine(weights, bias), self._n
        if below == above:
            return tagged(("monomial",), compose(below, line, n))
        side = side_of(self.inputs, weights, bias, self.field)
        if side is None:
            return self._across(weights, bias, line, below, above)
        if side == 0:  # the unit vanishes throughout
            left, right = (p[0] if p else self._zero for p in (below, above))
            if differentiated and left != right:
                raise NotDifferentiableError(
                    "a unit with zero weight and zero bias sits on the kink of its activation: "
                    "the network is not differentiable in that weight"
                )
            half = self.field.element(sympy.S.Half)
            return tagged(("monomial",), compose(((left + right) * half,), line, n))
        return tagged(("monomial",), compose(above if side > 0 else below, line, n))

    def _across(self, weights: list[Any], bias: Any, line: Terms, below: Any, above: Any) -> Terms:
        terms = tagged(("monomial",), compose(below, line, self._n))
        low = compose(below, line, self._n)
        jump = compose(above, line, self._n)
        accumulate(jump, low, -self._one)
        index, same = self._hyperplane((*weights, bias))
        if not same:  # 1[z > 0] = 1 − 1[−z > 0]
            accumulate(terms, tagged(("monomial",), jump))
            jump = {e: -c for e, c in jump.items()}
        accumulate(terms, tagged(("fold", index), jump))
        return terms

    def _hyperplane(self, line: tuple[Any, ...]) -> tuple[int, bool]:
        """Return the number of a hyperplane, and whether its side h > 0 is that of the line."""
        for index, other in enumerate(self.hyperplanes):
            factor = multiple(line, other)
            if factor is not None:
                return index, self.field.sign(factor) > 0
        self.hyperplanes.append(line)
        return len(self.hyperplanes) - 1, True


def multiple(line: tuple[Any, ...], other: tuple[Any, ...]) -> Any | None:
    """Return the α with line = α·other, or None if there is none."""
    k = next(i for i, c in enumerate(other) if c)
    if not line[k]:
        return None
    factor = line[k] / other[k]
    return factor if all(a == factor * b for a, b in zip(line, other, strict=True)) else None
