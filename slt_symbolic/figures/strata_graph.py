"""The graph of strata: which stratum's closure meets which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.figures.canvas import LINE_COLOURS, PlotError, new_figure
from slt_symbolic.true_set import Stratum, TrueSet
from slt_symbolic.true_set.located import BY_TYPE
from slt_symbolic.true_set.types import Type

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_STRATA = 80


def strata_graph(true_set: TrueSet) -> Figure:
    r"""Draw the strata of W0 by dimension, with a line where one's closure meets another.

    Parameters
    ----------
    true_set : TrueSet
        W0 of a network whose strata are known by type.

    Returns
    -------
    matplotlib.figure.Figure
        A labelled box for each stratum up to permutations, the height its dimension; filled where
        W0 is a manifold along which K is Morse–Bott.

    Raises
    ------
    PlotError
        If strata are not known by type, or there are more than 80.

    Examples
    --------
    >>> from slt_symbolic import TrueSet, TwoLayer, UniformInterval, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, biases=0, readouts=1, output_bias=0)
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    >>> axes = strata_graph(W0).axes[0]
    >>> [text.get_text() for text in axes.texts], len(axes.lines)
    (['[fold1+, fold1+]', '[fold1+, flat0]\n×2'], 1)
    """
    strata = [s for s in true_set.strata if isinstance(s, Stratum)]
    if len(strata) != len(true_set.strata):
        raise PlotError(f"the graph needs strata that are {BY_TYPE}")
    if not strata or len(strata) > MAX_STRATA:
        raise PlotError(f"there must be between 1 and {MAX_STRATA} strata, there are {len(strata)}")
    rows: dict[int, list[Stratum]] = {}
    for stratum in strata:
        rows.setdefault(stratum.dimension, []).append(stratum)
    widest = max(len(row) for row in rows.values())
    figure, axes = new_figure(max(5.0, 1.9 * widest), 1.4 * len(rows) + 1.2)
    places: dict[Type, tuple[float, float]] = {}
    for dimension, row in rows.items():
        for k, stratum in enumerate(row):
            places[stratum.type] = ((k + 0.5) * widest / len(row), float(dimension))
    for source, targets in true_set.adjacency.items():
        for target in targets:
            axes.plot(*_edge(places[source], places[target]), color="0.6", lw=1, zorder=1)
    for stratum in strata:
        label = str(stratum.type) + (f"\n×{stratum.orbit}" if stratum.orbit > 1 else "")
        axes.text(
            *places[stratum.type],
            label,
            ha="center",
            va="center",
            fontsize=8,
            bbox={
                "boxstyle": "round",
                "ec": LINE_COLOURS[0],
                "fc": "#d6e6f4" if stratum.is_manifold_there else "white",
            },
        )
    axes.set(xlim=(0, widest), ylabel="dimension", xticks=[], yticks=sorted(rows))
    axes.margins(y=0.2)
    axes.set_ylim(min(rows) - 0.5, max(rows) + 0.5)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    return figure


def _edge(a: tuple[float, float], b: tuple[float, float]) -> NDArray[np.float64]:
    """Return a curve from one box to another; in one row it passes below those between."""
    t = np.linspace(0, 1, 33)
    x, y = (p + (q - p) * t for p, q in zip(a, b, strict=True))
    if a[1] == b[1]:
        y = y - 1.2 * t * (1 - t)
    return np.array([x, y])
