"""Figures of decay with proved envelopes; they need matplotlib, the extra ``plot``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from slt_symbolic.spectra.decay import Decay
from slt_symbolic.spectra.mode_bounds import ModeBounds
from slt_symbolic.spectra.network_spectrum import NetworkSpectra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LN10 = log(10)


def decay_figure(decay: Decay, squares: Iterable[tuple[int, arb]], *, title: str = "") -> Figure:
    """Plot enclosed c_k² on a log axis between the proved bounds, and the law.

    Parameters
    ----------
    decay : Decay
        The law with its bounds.
    squares : iterable of (int, flint.arb)
        Orders and enclosures, c_k² > 0.
    title : str
        By default the law.

    Returns
    -------
    matplotlib.figure.Figure
        With its data in base-10 logarithms, so that nothing underflows.

    Examples
    --------
    >>> from slt_symbolic.spectra.coefficients import hermite_coefficients
    >>> from slt_symbolic.spectra.tanh_decay import TanhDecay
    >>> found = hermite_coefficients("tanh", range(1, 40, 2), digits=20)
    >>> figure = decay_figure(TanhDecay(1), [(c.order, c.square) for c in found])
    >>> [len(line.get_xdata()) for line in figure.axes[0].lines]
    [20, 20]
    """
    figure, axes = _figure()
    points = sorted(squares, key=lambda item: item[0])
    if not points:
        raise ValueError("squares must not be empty")
    orders = [k for k, _ in points]
    ends = [decay.bounds(k) for k in orders]
    axes.fill_between(
        orders,
        [_log10(low) for low, _ in ends],
        [_log10(high) for _, high in ends],
        color="0.85",
        label="proved bounds",
    )
    axes.plot(orders, [_log10(decay.law(k)) for k in orders], "-", lw=1, label="law")
    axes.plot(orders, [_log10(c) for _, c in points], ".", ms=4, label=r"$c_k^2$, enclosed")
    axes.set_title(title or f"${decay.latex}$", fontsize=9)
    _finish(axes)
    return figure


def network_figure(spectra: NetworkSpectra) -> Figure:
    """Plot the squared coefficients of random networks, their mean, and the laws.

    Parameters
    ----------
    spectra : NetworkSpectra
        The samples.

    Returns
    -------
    matplotlib.figure.Figure
        One thin line a sample, the mean over samples, the exact expectation over weights and
        readouts, and exp(−π√k/W); on the right, against √k, where that law is a line.

    Examples
    --------
    >>> import numpy as np
    >>> from slt_symbolic.spectra.network_spectrum import random_network_spectra
    >>> drawn = random_network_spectra(range(1, 30, 2), np.random.default_rng(0), samples=4)
    >>> [len(axes.lines) for axes in network_figure(drawn).axes]
    [7, 7]
    """
    figure, first, second = _pair()
    expected = spectra.log_expected / _LN10
    for axes, x in ((first, spectra.orders), (second, spectra.orders**0.5)):
        for i, row in enumerate(spectra.log_squares):
            label = f"{len(spectra.log_squares)} networks" if i == 0 else None
            axes.plot(x, row / _LN10, color="tab:blue", lw=0.4, alpha=0.5, label=label)
        axes.plot(x, spectra.log_mean / _LN10, color="tab:red", lw=1.5, label="their mean")
        axes.plot(x, expected, color="black", lw=1, ls="--", label="expectation")
        axes.plot(x, spectra.log_rate / _LN10, color="tab:green", lw=1, label=_rate(spectra))
        _finish(axes)
    second.set_xlabel(r"$\sqrt{k}$")
    figure.suptitle(f"width {spectra.width}, {spectra.readout} readouts", fontsize=9)
    return figure


def bound_figure(
    rows: Sequence[ModeBounds], *, typical: Sequence[arb] = (), plateau: float | None = None
) -> Figure:
    """Plot the proved upper bounds of λ̂(β) against log₁₀ β.

    Parameters
    ----------
    rows : sequence of ModeBounds
        One for each β.
    typical : sequence of flint.arb
        Bounds of the prior mean for the same β, if wanted.
    plateau : float, optional
        A horizontal line, such as the learning coefficient.

    Examples
    --------
    >>> from slt_symbolic.spectra.mode_bounds import bound_table
    >>> len(bound_figure(bound_table([1, 100, 10**4]), plateau=130 / 23).axes[0].lines)
    4
    """
    figure, axes = _figure()
    x = [log(row.beta.p) / _LN10 - log(row.beta.q) / _LN10 for row in rows]
    axes.plot(x, [float(row.hermite.mid()) for row in rows], label="Hermite modes")
    axes.plot(x, [float(row.subspace.mid()) for row in rows], label="shared subspace")
    axes.axhline(rows[0].width / 2, color="0.5", ls=":", label="$h/2$")
    if typical:
        axes.plot(x, [float(value.mid()) for value in typical], label="mean over the prior")
    if plateau is not None:
        axes.axhline(plateau, color="tab:red", ls="--", label="learning coefficient")
    _finish(axes)
    axes.set_xlabel(r"$\log_{10}\beta$")
    axes.set_ylabel(r"bound of $\hat\lambda(\beta)$")
    return figure


def _rate(spectra: NetworkSpectra) -> str:
    w = spectra.weight_max
    return r"$e^{-\pi\sqrt{k}}$" if w == 1 else rf"$e^{{-\pi\sqrt{{k}}/{w:g}}}$"


def _log10(value: arb) -> float:
    with ctx.workprec(53):
        return float(value.log().mid()) / _LN10


def _figure() -> tuple[Figure, Any]:
    figure = _new((6.0, 4.0))
    return figure, figure.add_subplot()


def _pair() -> tuple[Figure, Any, Any]:
    figure = _new((10.0, 4.0))
    return figure, figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2)


def _new(size: tuple[float, float]) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("figures need matplotlib: pip install slt-symbolic[plot]") from error
    return Figure(figsize=size, layout="constrained")


def _finish(axes: Any) -> None:
    axes.set_xlabel("$k$")
    axes.set_ylabel(r"$\log_{10} c_k^2$")
    axes.legend(fontsize=8)
