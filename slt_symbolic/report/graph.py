"""Which claim relies on which, drawn in layers, with verdicts in colour: as SVG and as TikZ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from slt_symbolic.tables import escape as tex

__all__ = ["COLOURS", "Graph", "layered", "svg", "tikz"]

#: Of each outcome, as red, green, blue in hexadecimal.
COLOURS = {
    "proved": "2e7d32",
    "enclosed": "558b2f",
    "supported": "0277bd",
    "refuted": "8e24aa",
    "open": "f9a825",
    "failed": "c62828",
    "crashed": "c62828",
}
_NOT_RUN = "9e9e9e"
_STEP_X, _STEP_Y = 62, 64
_PER_ROW = 14


@dataclass(frozen=True)
class Graph:
    """Places and edges.

    Attributes
    ----------
    places
        Column and row of each claim; premises stand in rows above.
    edges
        Pairs (premise, claim).
    outcomes
        Verdict or status of each claim, empty if it was not run.
    """

    places: Mapping[str, tuple[float, int]]
    edges: tuple[tuple[str, str], ...]
    outcomes: Mapping[str, str]

    def colour(self, claim: str) -> str:
        """Return the colour of a claim's outcome."""
        return COLOURS.get(self.outcomes.get(claim, ""), _NOT_RUN)


def layered(premises: Mapping[str, Sequence[str]], outcomes: Mapping[str, str]) -> Graph:
    """Place each claim below all its premises; wide layers take several rows.

    Parameters
    ----------
    premises
        Of each claim, those of the same mapping; without cycles.
    outcomes
        By claim.

    Examples
    --------
    >>> graph = layered({"A1": (), "A2": (), "B1": ("A1", "A2")}, {"A1": "proved"})
    >>> graph.places["B1"][1] > graph.places["A1"][1], graph.edges
    (True, (('A1', 'B1'), ('A2', 'B1')))
    """
    depth: dict[str, int] = {}

    def deep(claim: str) -> int:
        if claim not in depth:
            depth[claim] = 1 + max((deep(p) for p in premises[claim]), default=-1)
        return depth[claim]

    layers: dict[int, list[str]] = {}
    for claim in premises:
        layers.setdefault(deep(claim), []).append(claim)
    places: dict[str, tuple[float, int]] = {}
    row = 0
    for level in sorted(layers):
        # Near the mean place of its premises, a claim has short edges.
        layer = sorted(layers[level], key=lambda c: (_mean(places, premises[c]), _natural(c)))
        for start in range(0, len(layer), _PER_ROW):
            part = layer[start : start + _PER_ROW]
            for column, claim in enumerate(part):
                places[claim] = (column + (_PER_ROW - len(part)) / 2, row)
            row += 1
    edges = tuple((p, claim) for claim in premises for p in premises[claim])
    return Graph(places, edges, outcomes)


def _mean(places: Mapping[str, tuple[float, int]], claims: Sequence[str]) -> float:
    columns = [places[c][0] for c in claims]
    return sum(columns) / len(columns) if columns else 0.0


def _natural(claim: str) -> tuple[str, int]:
    digits = "".join(c for c in claim if c.isdigit())
    return claim.rstrip("0123456789"), int(digits or 0)


def svg(graph: Graph) -> str:
    """Draw the graph as SVG; each claim links to its section.

    Examples
    --------
    >>> 'href="#A1"' in svg(layered({"A1": ()}, {}))
    True
    """
    rows = 1 + max((row for _, row in graph.places.values()), default=0)
    width, height = _STEP_X * _PER_ROW, _STEP_Y * rows
    at = {c: ((x + 0.5) * _STEP_X, (y + 0.5) * _STEP_Y) for c, (x, y) in graph.places.items()}
    parts = [
        f'<svg viewBox="0 0 {width} {height}" role="img" xmlns="http://www.w3.org/2000/svg">',
        "<title>Which claim relies on which</title>",
    ]
    for premise, claim in graph.edges:
        (x1, y1), (x2, y2) = at[premise], at[claim]
        bend = (y1 + y2) / 2
        parts.append(
            f'<path d="M{x1:g},{y1 + 14:g} C{x1:g},{bend:g} {x2:g},{bend:g} {x2:g},{y2 - 14:g}"/>'
        )
    for claim, (x, y) in at.items():
        name, outcome = escape(claim), escape(graph.outcomes.get(claim, "not run"))
        parts.append(
            f'<a href="#{name}"><title>{name}: {outcome}</title>'
            f'<rect x="{x - 24:g}" y="{y - 14:g}" width="48" height="28" rx="6" '
            f'fill="#{graph.colour(claim)}"/><text x="{x:g}" y="{y + 5:g}">{name}</text></a>'
        )
    return "\n".join([*parts, "</svg>"])


def tikz(graph: Graph) -> str:
    r"""Draw the graph as a TikZ picture of LaTeX.

    Examples
    --------
    >>> tikz(layered({"A1": ()}, {})).splitlines()[0]
    '\\begin{tikzpicture}[x=12mm,y=-16mm]'
    """
    lines = [r"\begin{tikzpicture}[x=12mm,y=-16mm]"]
    used = {graph.colour(claim) for claim in graph.places}
    lines += [rf"\definecolor{{c{code}}}{{HTML}}{{{code.upper()}}}" for code in sorted(used)]
    for premise, claim in graph.edges:
        (x1, y1), (x2, y2) = graph.places[premise], graph.places[claim]
        lines.append(rf"\draw[gray!60] ({x1:g},{y1}) to[out=-90,in=90] ({x2:g},{y2});")
    for claim, (x, y) in graph.places.items():
        style = rf"fill=c{graph.colour(claim)},text=white,rounded corners,font=\small\bfseries"
        lines.append(rf"\node[{style}] at ({x:g},{y}) {{{tex(claim)}}};")
    return "\n".join([*lines, r"\end{tikzpicture}"])
