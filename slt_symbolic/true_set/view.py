"""How W0 shows itself in a terminal and in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

__all__ = ["TrueSetView"]


class TrueSetView:
    """Representations of a set of true parameters.

    Examples
    --------
    >>> from slt_symbolic import StandardNormal, TrueSet, TwoLayer, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, biases=0, readouts=1, output_bias=0)
    >>> TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), StandardNormal())
    <W0 of 2 relu units in (w1, w2), truth of 1, StandardNormal(dimension=1)>
    """

    model: Any
    truth: Any
    inputs: Any
    strata: Any
    reduction: Any

    def __repr__(self) -> str:
        size = len(self.model.units)
        names = ", ".join(map(str, self.model.parameters))
        return (
            f"<W0 of {size} {self.model.activation.name} unit{'s' * (size != 1)} in ({names}), "
            f"truth of {len(self.truth.units)}, {self.inputs!r}>"
        )

    def _repr_html_(self) -> str:
        from slt_symbolic.tables import stratum_latex

        try:
            strata = self.strata
        except ValueError as reason:  # no classification: membership is still decided
            return f"<p>{escape(repr(self))}</p><p>No strata: {escape(str(reason))}</p>"
        head = "".join(
            f"<th>{name}</th>"
            for name in ("units", "dim", "Fisher rank", "number", "equations and conditions")
        )
        rows = []
        for s in strata:
            rank = "–" if s.fisher_rank is None else s.fisher_rank
            cells = (", ".join(map(str, s.places)), s.dimension, rank, s.orbit, stratum_latex(s))
            rows.append("".join(f"<td>{escape(str(cell))}</td>" for cell in cells))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<p>W0: {escape(self.reduction)}</p><table><tr>{head}</tr>{body}</table>"
