"""Plots of a run; they need matplotlib (the extra ``plot``), which is imported when they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.runs import LadderRun
from slt_symbolic.sampling.target import Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "plot_energies", "plot_lambda", "plot_posterior", "plot_traces", "write_plots",
]  # fmt: skip

_MOST_POINTS = 4000


def _figure(width: float, height: float) -> Figure:
    # A figure of its own, not one of pyplot's: nothing global is touched, and no display needed.
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SamplingError("plots need the extra: pip install 'slt-symbolic[plot]'") from None
    return Figure(figsize=(width, height), layout="constrained")


def plot_lambda(
    run: LadderRun,
    prediction: tuple[float, int] | None = None,
    *,
    curve: Callable[[float], float] | None = None,
) -> Figure:
    """Plot beta E[K] against beta, with the predicted asymptote and its finite-beta form.

    Parameters
    ----------
    run
        The run. Temperatures whose diagnostics failed are drawn hollow.
    prediction
        (lambda, m): lambda as a line, and its form at finite beta, lambda - (m-1)/(log beta + c)
        for m > 1, lambda + a beta^(-1/2) for m = 1, with c or a fitted to the measured.
    curve
        The exact E[beta K] as a function of beta, where it is known.

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox, run_ladder
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> run = run_ladder(Target(potential, UniformBox((-2,), (2,))), [10, 100], draws=200)
    >>> plot_lambda(run, (0.5, 1)).axes[0].get_xscale()
    'log'
    """
    figure = _figure(6, 4)
    axes = figure.subplots()
    for trusted in (True, False):
        points = [p for p in run.points if p.diagnostics.ok == trusted]
        if not points:
            continue
        axes.errorbar(
            [p.beta for p in points],
            [p.lambda_hat.value for p in points],
            [2 * min(p.lambda_hat.standard_error, 1e300) for p in points],
            fmt="o", color="C0", mfc="C0" if trusted else "none",
            label="measured, 2 s.e." if trusted else "measured, diagnostics failed",
        )  # fmt: skip
    betas = np.geomspace(run.betas[0], run.betas[-1], 200)
    if prediction is not None:
        value, m = prediction
        axes.axhline(value, color="C1", label=f"predicted λ = {value:g}")
        axes.plot(betas, _form(run, value, m, betas), "C1--", label=f"form with m = {m}")
    if curve is not None:
        axes.plot(betas, [curve(float(b)) for b in betas], "C2", label="exact at finite β")
    axes.set(xscale="log", xlabel="β", ylabel="β E[K]")
    axes.legend()
    return figure


def _form(run: LadderRun, value: float, m: int, betas: np.ndarray[Any, Any]) -> Any:
    """Return the form at finite beta with what is free in it fitted.

    That is a for m = 1, and the c that fits the colder half best for m > 1.
    """
    if m == 1:
        powers = np.array(run.betas) ** -0.5
        weights = np.array([1.0 / max(p.lambda_hat.standard_error, 1e-300) for p in run.points])
        gaps = np.array([p.lambda_hat.value - value for p in run.points])
        total = np.sum((weights * powers) ** 2)
        slope = np.sum(weights**2 * powers * gaps) / total if total > 0 else 0.0
        return value + slope * betas**-0.5
    cold = run.points[len(run.points) // 2 :]
    gaps = np.array([value - p.lambda_hat.value for p in cold])
    logs = np.log([p.beta for p in cold])
    trials = -logs[0] + np.exp(np.linspace(-4, 6, 200))
    losses = [float(np.sum((gaps - (m - 1) / (logs + c)) ** 2)) for c in trials]
    shifted = np.log(betas) + trials[int(np.argmin(losses))]
    return np.where(shifted > 0.05, value - (m - 1) / np.maximum(shifted, 0.05), np.nan)


def plot_traces(run: LadderRun) -> Figure:
    """Plot beta K over the draws, one panel for each temperature, one line for each chain.

    Examples
    --------
    >>> plot_traces.__name__
    'plot_traces'
    """
    figure, panels = _panels(run)
    for axes, point in zip(panels, run.points, strict=True):
        step = max(1, point.draws.shape[1] // 1000)
        at = np.arange(0, point.draws.shape[1], step)
        for chain in point.draws:
            axes.plot(at, point.beta * chain[::step], lw=0.5)
        axes.set_title(f"β = {point.beta:.3g}", fontsize="small")
    return figure


def plot_energies(run: LadderRun) -> Figure:
    """Plot histograms of beta K, with the Gamma(lambda-hat) law of m = 1 at large beta.

    Examples
    --------
    >>> plot_energies.__name__
    'plot_energies'
    """
    from scipy import stats

    figure, panels = _panels(run)
    for axes, point in zip(panels, run.points, strict=True):
        logs = np.log(np.maximum(point.beta * point.draws.ravel(), 1e-300))
        axes.hist(logs, bins=60, density=True, color="C0", alpha=0.6)
        low, high = np.quantile(logs, [0.001, 0.999])
        grid = np.linspace(float(low), float(high), 200)
        shape = max(point.lambda_hat.value, 1e-6)
        axes.plot(grid, stats.gamma(shape).pdf(np.exp(grid)) * np.exp(grid), "C1")
        axes.set_title(f"log βK at β = {point.beta:.3g}", fontsize="small")
    return figure


def _panels(run: LadderRun) -> tuple[Figure, list[Axes]]:
    columns = min(3, len(run.betas))
    rows = -(-len(run.betas) // columns)
    figure = _figure(3.2 * columns, 2.2 * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in grid[len(run.betas) :]:
        spare.set_axis_off()
    return figure, grid[: len(run.betas)]


def plot_posterior(run: LadderRun, target: Target, beta: float) -> Figure:
    """Plot the draws of a two-parameter run over the level sets of K.

    Parameters
    ----------
    run
        A run with ``keep_parameters=True``.
    target
        What it sampled.
    beta
        One of its temperatures.

    Raises
    ------
    SamplingError
        If there are not two parameters, none were kept, or beta is none of the run's.

    Examples
    --------
    >>> plot_posterior.__name__
    'plot_posterior'
    """
    if target.dimension != 2:
        raise SamplingError(f"the posterior is drawn for 2 parameters, not {target.dimension}")
    if run.parameters is None:
        raise SamplingError("the run kept no parameters: sample with keep_parameters=True")
    if beta not in run.betas:
        raise SamplingError(f"beta must be one of {run.betas}, got {beta}")
    draws = run.parameters[run.betas.index(beta)].reshape(-1, 2)
    draws = draws[:: max(1, len(draws) // _MOST_POINTS)]
    box = np.array(target.prior.box)
    low = np.where(np.isfinite(box[0]), box[0], draws.min(axis=0))
    high = np.where(np.isfinite(box[1]), box[1], draws.max(axis=0))
    first, second = (np.linspace(low[i], high[i], 121) for i in range(2))
    levels = np.array([[target.value((x, y)) for x in first] for y in second])
    figure = _figure(5, 4.5)
    axes = figure.subplots()
    logs = np.log10(np.maximum(np.where(levels < 1e299, levels, np.nan), 1e-12))
    drawn = axes.contourf(first, second, logs, levels=20, cmap="Greys_r", alpha=0.6)
    figure.colorbar(drawn, ax=axes, label="log10 K")
    axes.plot(draws[:, 0], draws[:, 1], ",", color="C3")
    axes.set(title=f"posterior at β = {beta:g}", xlabel="w1", ylabel="w2")
    return figure


def write_plots(
    run: LadderRun,
    folder: str | Path,
    prediction: tuple[float, int] | None = None,
    target: Target | None = None,
) -> list[Path]:
    """Write the plots of a run as PNG files and return their paths.

    With a target of two parameters, and draws kept, the posterior at the hottest temperature is
    among them: at the coldest its valleys are too narrow to be seen.

    Examples
    --------
    >>> write_plots.__name__
    'write_plots'
    """
    folder = Path(folder)
    figures = {
        "lambda": plot_lambda(run, prediction),
        "traces": plot_traces(run),
        "energies": plot_energies(run),
    }
    if target is not None and target.dimension == 2 and run.parameters is not None:
        figures["posterior"] = plot_posterior(run, target, run.betas[0])
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures.items():
        paths.append(folder / f"{name}.png")
        figure.savefig(paths[-1], dpi=150)
    return paths
