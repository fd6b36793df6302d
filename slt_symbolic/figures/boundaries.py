"""Activation boundaries of a network with two inputs, its regions, and the weights on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.figures.canvas import LINE_COLOURS, PlotError, new_figure
from slt_symbolic.networks import Point, TwoLayer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
GRID = 400


def activation_boundaries(
    network: TwoLayer, values: Point = (), *, half_width: float = 1.0
) -> Figure:
    """Draw where the units of a network with two inputs change their branch.

    Parameters
    ----------
    network : TwoLayer
        A network of two inputs with piecewise linear units.
    values : mapping or sequence
        Exact values of its parameters, if it has any.
    half_width : float
        The picture shows [−half_width, half_width]².

    Returns
    -------
    matplotlib.figure.Figure
        A line ⟨w_i, x⟩ + b_i = 0 for each unit with a boundary in the picture, its weight vector
        anchored on it and pointing to where the unit is on, and the regions shaded.

    Raises
    ------
    PlotError
        If the network has not two inputs, or its units have no boundary.

    References
    ----------
    L. Carroll, DSLT 3: Neural Networks are Singular (2023), example 3.1 and its figure.

    Examples
    --------
    >>> from slt_symbolic import TwoLayer, Unit, activation
    >>> network = TwoLayer(activation("relu"), [Unit(1, (1, 0), 0), Unit(1, (1, 1), 0)])
    >>> axes = activation_boundaries(network).axes[0]
    >>> [line.get_label() for line in axes.lines]
    ['unit 1', 'unit 2']
    """
    if network.inputs != 2:
        raise PlotError(f"boundaries are drawn for two inputs, the network has {network.inputs}")
    if network.activation.branches is None:
        raise PlotError(f"units of {network.activation.name} have no activation boundary")
    if not half_width > 0 or not np.isfinite(half_width):
        raise PlotError(f"half_width must be positive, got {half_width}")
    at = network.at(values)
    if at.constants:
        raise PlotError(f"{at.constants} must be numbers to be drawn")
    figure, axes = new_figure()
    _regions(axes, at, half_width)
    for i, unit in enumerate(at.units):
        w = np.array([float(e) for e in unit.weights])
        ends = _segment(w, float(unit.bias), half_width)
        if ends is None:
            continue
        colour = LINE_COLOURS[i % len(LINE_COLOURS)]
        axes.plot(*ends.T, color=colour, lw=2, label=f"unit {i + 1}")
        tip = 0.3 * half_width * w / np.hypot(*w)
        axes.annotate(
            "",
            xy=tuple(ends.mean(axis=0) + tip),
            xytext=tuple(ends.mean(axis=0)),
            arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.5},
        )
        axes.annotate(f"$w_{{{i + 1}}}$", tuple(ends.mean(axis=0) + 1.15 * tip), color=colour)
    axes.set(
        xlim=(-half_width, half_width),
        ylim=(-half_width, half_width),
        xlabel="$x_1$",
        ylabel="$x_2$",
        aspect="equal",
    )
    if axes.lines:
        axes.legend(loc="upper right")
    return figure


def _segment(w: Array, b: float, a: float) -> Array | None:
    """Return the ends of a line within the square, None if it does not cross it."""
    found = []
    for k in (0, 1):
        for side in (-a, a):
            if w[1 - k] != 0:
                other = -(b + w[k] * side) / w[1 - k]
                if -a <= other <= a:
                    end = np.empty(2)
                    end[k], end[1 - k] = side, other
                    found.append(end)
    if not found:
        return None
    first = found[0]
    last = max(found, key=lambda p: float(np.hypot(*(p - first))))
    return np.array([first, last]) if np.hypot(*(last - first)) > 0 else None


def _regions(axes: Any, network: TwoLayer, a: float) -> None:
    """Shade the regions where the same units are on."""
    x = np.linspace(-a, a, GRID)
    code = np.zeros((GRID, GRID))
    for unit in network.units:
        w1, w2 = (float(e) for e in unit.weights)
        code = 2 * code + (w1 * x[None, :] + w2 * x[:, None] + float(unit.bias) > 0)
    _, numbers = np.unique(code, return_inverse=True)
    shades = numbers.reshape(code.shape)
    axes.imshow(
        shades,
        origin="lower",
        extent=(-a, a, -a, a),
        cmap="Pastel2",
        vmin=0,
        vmax=max(7, int(shades.max())),
        interpolation="nearest",
    )
