"""How K shows itself in a terminal and in a notebook."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.divergence.network_sum import parts_of

__all__ = ["DivergenceView"]

# With more parameters, listing all pieces for the sake of display would take too long.
MOST_PARAMETERS = 4


class DivergenceView:
    """Representations of a divergence between networks.

    Examples
    --------
    >>> from slt_symbolic import KLDivergence, StandardNormal, TwoLayer, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=1, biases=0, readouts=1, output_bias=0)
    >>> KLDivergence(model, TwoLayer(relu, [Unit(1, (1,), 0)]), StandardNormal())
    <K of 1 relu unit in (w1), truth of 1, StandardNormal(dimension=1): exact values>
    """

    model: Any
    truth: Any
    inputs: Any
    noise_variance: Any
    is_algebraic: Any
    expr: Any

    def __repr__(self) -> str:
        size = len(self.model.units)
        names = ", ".join(map(str, self.model.parameters))
        known = "exact, in chambers" if self.is_algebraic else "exact values"
        truth = sum(len(part.units) for part in parts_of(self.truth))
        sigma = self.model.activation
        if sigma.branches is None and not self.is_algebraic:
            known = "exact values where there are closed forms, else enclosures"
        return (
            f"<K of {size} {sigma.name} unit{'s' * (size != 1)} in ({names}), "
            f"truth of {truth}, {self.inputs!r}: {known}>"
        )

    def _repr_latex_(self) -> str:
        if self.is_algebraic and len(self.model.parameters) <= MOST_PARAMETERS:
            return rf"$\displaystyle K = {sympy.latex(self.expr)}$"
        factor = sympy.latex(1 / (2 * self.noise_variance))
        names = ", ".join(map(sympy.latex, self.model.parameters))
        return rf"$\displaystyle K({names}) = {factor}\,\mathrm{{E}}_x[(f - f_0)^2]$"
