"""Level sets of K for two parameters, with W0 drawn in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy
from numpy.typing import NDArray

from slt_symbolic.divergence import KLDivergence
from slt_symbolic.figures.canvas import TRUE_COLOUR, PlotError, new_figure
from slt_symbolic.true_set import TrueSet
from slt_symbolic.true_set.piece import Piece

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
GRID = 161
CURVE = 801


def divergence_levels(
    divergence: KLDivergence,
    first: tuple[float, float] = (-2.0, 2.0),
    second: tuple[float, float] = (-2.0, 2.0),
    *,
    levels: int = 12,
) -> Figure:
    """Draw level sets of K in the plane of its two parameters, and W0.

    Parameters
    ----------
    divergence : KLDivergence
        With two parameters and all pieces known.
    first, second : pair of float
        The ranges of the two parameters.
    levels : int
        Number of levels, spaced so that √K is even.

    Returns
    -------
    matplotlib.figure.Figure
        Contours, with a curve or a point for each stratum of W0.

    Raises
    ------
    PlotError
        If K has not two parameters, or is not known in closed form.

    Examples
    --------
    >>> from slt_symbolic import KLDivergence, TwoLayer, UniformInterval, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, biases=0, readouts=1, output_bias=0)
    >>> K = KLDivergence(model, TwoLayer(relu, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    >>> axes = divergence_levels(K).axes[0]
    >>> [line.get_label() for line in axes.lines]
    ['[fold1+, fold1+]', '[fold1+, flat0]', '[flat0, fold1+]']
    """
    if len(divergence.parameters) != 2:
        raise PlotError(f"K must have two parameters to be drawn, it has {divergence.parameters}")
    if not divergence.is_algebraic or divergence.constants:
        raise PlotError("K must be known in closed form, without unknown constants")
    if isinstance(levels, bool) or not isinstance(levels, int) or levels < 1:
        raise PlotError(f"levels must be a positive integer, got {levels!r}")
    for name, (low, high) in (("first", first), ("second", second)):
        if not (np.isfinite([low, high]).all() and low < high):
            raise PlotError(f"{name} must be an increasing pair of numbers, got {(low, high)}")
    figure, axes = new_figure()
    x, y = np.meshgrid(np.linspace(*first, GRID), np.linspace(*second, GRID))
    K = _values(divergence, x, y)
    heights = np.linspace(0, np.sqrt(np.nanmax(K)), levels + 1)[1:] ** 2
    axes.contour(x, y, K, levels=heights, cmap="viridis", linewidths=1)
    W0 = TrueSet(divergence.model, divergence.truth, divergence.inputs)
    for stratum in W0.ordered:
        _draw(axes, stratum, divergence.parameters, first)
    names = [str(p) for p in divergence.parameters]
    axes.set(xlim=first, ylim=second, xlabel=names[0], ylabel=names[1])
    if axes.lines:
        axes.legend(loc="upper right", title="W0")
    return figure


def _values(divergence: KLDivergence, x: Array, y: Array) -> Array:
    """Return K on a grid, piece by piece; nan only where no piece is known."""
    K = np.full(x.shape, np.nan)
    for piece in divergence.pieces():
        form = sympy.lambdify(divergence.parameters, piece.expr, modules="numpy")
        with np.errstate(all="ignore"):
            values = np.broadcast_to(form(x, y), x.shape)
        for chamber in piece.chambers:
            inside = np.ones(x.shape, dtype=bool)
            for condition in chamber.conditions:
                sign = sympy.lambdify(divergence.parameters, condition, modules="numpy")
                inside &= np.broadcast_to(sign(x, y) >= 0, x.shape)
            K = np.where(inside & np.isnan(K), values, K)
    return K


def _draw(
    axes: Any,
    stratum: Piece,
    parameters: tuple[sympy.Symbol, ...],
    reach: tuple[float, float],
) -> None:
    """Draw one stratum: a point, or a curve over its free parameter."""
    kind = f"[{', '.join(map(str, stratum.places))}]"
    if stratum.dimension == 0:
        at = [float(stratum.point()[p]) for p in parameters]
        axes.plot(*at, "o", color=TRUE_COLOUR, label=kind)
        return
    if stratum.dimension != 1:
        return
    (u,) = stratum.free
    t = np.linspace(*reach, CURVE)
    entries = [stratum.dependent.get(p, p) for p in parameters]
    with np.errstate(all="ignore"):
        curve = [np.broadcast_to(sympy.lambdify(u, e, "numpy")(t), t.shape) for e in entries]
        inside = np.ones(t.shape, dtype=bool)
        for p in (*stratum.positive, *stratum.nonnegative):
            inside &= np.broadcast_to(sympy.lambdify(u, p, "numpy")(t) >= 0, t.shape)
    shown = [np.where(inside, c, np.nan) for c in curve]
    axes.plot(*shown, color=TRUE_COLOUR, lw=2.5, label=kind)
