"""E[x^α φ(u) ψ(v)] of analytic atoms on boxes and polygons, in balls."""

from __future__ import annotations

from typing import Any

import sympy
from flint import arb

from slt_symbolic.fisher.atom_functions import AtomFunction
from slt_symbolic.fisher.products import BallNumbers, Numbers
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.inputs import UniformBox, UniformPolygon
from slt_symbolic.kernels import Feature, NoClosedFormError
from slt_symbolic.kernels.quadrature import parity, refined
from slt_symbolic.kernels.quadrature_region import Memory, RegionQuadratureKernel, region_mean


class RegionProducts:
    """Expectations of two atoms' product by certified quadrature over the region.

    Notes
    -----
    In several dimensions x_k is no function of the two preactivations; it is a factor of its own.
    """

    def __init__(
        self, scores: Scores, inputs: UniformBox | UniformPolygon, numbers: Numbers
    ) -> None:
        self._scores, self._inputs, self._numbers = scores, inputs, numbers
        self._memory: Memory = {}
        self._symmetric = RegionQuadratureKernel(inputs).symmetric

    def product(self, f: AtomFunction, g: AtomFunction) -> Any:
        """Return E[f g]."""
        exponents = tuple(i + j for i, j in zip(f.exponents, g.exponents, strict=True))
        lines = [h for h in (f, g) if h.line]
        if not lines:
            return self._numbers.lift(self._inputs.moment(*exponents))
        n = self._inputs.dimension
        factors = [h.feature(0, tuple(map(self._scores.expression, h.line)), n) for h in lines]
        if not any(exponents) and not isinstance(self._numbers, BallNumbers):
            others = [Feature.constant(n)] if len(factors) == 1 else []
            return self._numbers.expect(self._inputs, *factors, *others)
        factors += [Feature.coordinate(k, n) for k, e in enumerate(exponents) for _ in range(e)]
        if self._symmetric and parity(*factors) == -1:
            return self._numbers.lift(sympy.S.Zero)
        if not isinstance(self._numbers, BallNumbers):
            raise NoClosedFormError(
                f"products of scores under {self._inputs!r} have no closed form here; an "
                "enclosure has as many digits as wanted"
            )
        return refined(self._mean(factors), self._numbers.digits)

    def _mean(self, factors: list[Feature]) -> Any:
        def mean(bits: int) -> arb:
            return region_mean(self._inputs, factors, bits, memory=self._memory)

        return mean
