"""What all pictures share: matplotlib, imported when a picture is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRUE_COLOUR = "#c1272d"
LINE_COLOURS = ("#1f77b4", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b")


class PlotError(ValueError):
    """Something cannot be drawn: the message names what can."""


def new_figure(width: float = 5.0, height: float = 5.0) -> tuple[Figure, Any]:
    """Return a figure with one pair of axes; it belongs to no window and no global state.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "pictures need matplotlib: install slt-symbolic with its extra 'plot'"
        ) from error
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()
