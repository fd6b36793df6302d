"""The commands ``slt-symbolic sample`` and ``slt-symbolic sweep``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.errors import INTERRUPTED, input_errors, once_a_second

_SAMPLE_EXAMPLES = """\b
Examples:
  slt-symbolic sample net.toml --json
  slt-symbolic sample --problem suite.json --case nc-02 --betas 1e2:1e8:10
  slt-symbolic sample --problem suite.json --case nc-02 --confirm 60
  slt-symbolic sample net.toml --store run.nc --resume
  slt-symbolic sample net.toml --around 1.02,0.49,1.97,0.26 --radius 0.3
"""

_SWEEP_EXAMPLES = """\b
[sweep]
models = ["net.toml"]
problems = [{ file = "suite.json", case = "nc-02" }]
ladders = ["1e2:1e6:7", "1e2:1e8:10"]
seeds = [0, 1, 2]
"""


@click.command(epilog=_SAMPLE_EXAMPLES)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--problem",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An RLCT problem, or a suite, in JSON, instead of FILE.",
)
@click.option("--case", help="The identifier of one case of the suite.")
@click.option("--half-width", default="1", help="Of the box around a problem's point; default 1.")
@click.option(
    "--around", help="Weights of the network: sample near them, not from [prior].",
    metavar="W,W,...",
)  # fmt: skip
@click.option(
    "--radius", type=click.FloatRange(0, min_open=True), metavar="R",
    help="Of the ball around them.",
)  # fmt: skip
@click.option(
    "--gamma", type=click.FloatRange(0, min_open=True), metavar="G",
    help="Instead of a ball: the factor exp(-G |w - W|^2 / 2).",
)  # fmt: skip
@click.option("--betas", help="LOW:HIGH:COUNT, or a list.", metavar="BETAS")
@click.option("--sampler", help="mala, hmc, ghmc, gibbs, slice, valley, langevin or underdamped.")
@click.option("--chains", type=click.IntRange(2, 1000), help="Independent chains.")
@click.option("--draws", type=click.IntRange(8), help="Draws of each chain.")
@click.option("--warmup", type=click.IntRange(1), help="Sweeps before them.")
@click.option("--seed", type=click.IntRange(0), help="The same seed gives the same draws.")
@click.option("--predict", help="The prediction, or 'none'; default: derive it.", metavar="L,M")
@click.option(
    "--budget", type=click.FloatRange(0, 1e6), default=30.0, help="Seconds for deriving it."
)
@click.option(
    "--confirm", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
    help="Run after run, longer and colder, until the prediction is decided.",
)  # fmt: skip
@click.option("--level", type=click.FloatRange(1e-9, 0.4), help="Of the test; default 0.01.")
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the run in FILE (netCDF) as it goes.",
    metavar="FILE",
)
@click.option("--resume", is_flag=True, help="Go on from the run in --store.")
@click.option("--despite-problems", is_flag=True, help="Show estimates that are not to be trusted.")
@click.option(
    "--plot",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write plots to DIR (needs matplotlib).",
    metavar="DIR",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sample(
    file: Path | None,
    problem: Path | None,
    case: str | None,
    half_width: str,
    around: str | None,
    radius: float | None,
    gamma: float | None,
    betas: str | None,
    predict: str | None,
    budget: float,
    confirm: float | None,
    store: Path | None,
    resume: bool,
    despite_problems: bool,
    plot: Path | None,
    as_json: bool,
    **changes: object,
) -> None:
    """Estimate lambda and m by sampling, and compare with what theory predicts.

    FILE describes a network in TOML with a section [prior], and [sampling] if wished
    (docs/sampling.md). Estimates whose diagnostics fail are withheld.

    Exit status: 0, 1 if inconsistent or withheld, 2 for a request that makes no sense, 130 if
    interrupted; what was sampled by then is shown.
    """
    with input_errors():
        from slt_symbolic.commands import sample as command
        from slt_symbolic.commands.sampling_config import read_ladder
        from slt_symbolic.commands.sampling_report import to_json, to_text

        given = {**changes, "betas": None if betas is None else read_ladder(betas)}
        request = command.Request(
            file=file, problem=problem, case=case, half_width=half_width, changes=given,
            predict=predict, budget=budget, around=around, radius=radius, gamma=gamma,
            store=store, resume=resume,
            despite_problems=despite_problems, plots=plot is not None, confirm=confirm,
        )  # fmt: skip
        try:
            outcome = command.answer(request, once_a_second())
        except KeyboardInterrupt:
            click.echo("interrupted before the first draw", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        click.echo(to_json(outcome) if as_json else to_text(outcome))
        if plot is not None:
            from slt_symbolic.sampling.plots import write_plots

            target = outcome.model.target
            for path in write_plots(outcome.measured, plot, outcome.prediction_pair, target):
                click.echo(f"wrote {path}", err=True)
    raise click.exceptions.Exit(command.exit_status(outcome))


@click.command(epilog=_SWEEP_EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the records; what is finished there is not computed again.",
    metavar="DIR",
)
@click.option("--jobs", "-j", type=click.IntRange(1, 256), help="Processes; default: one per core.")
@click.option("--dask", help="A Dask cluster instead of processes.", metavar="ADDRESS")
@click.option("--json", "as_json", is_flag=True, help="Print the records as a JSON list.")
def sweep(file: Path, out: Path, jobs: int | None, dask: str | None, as_json: bool) -> None:
    """Sample models x ladders x seeds as FILE says, in TOML, side by side.

    Exit status: 0, 1 if a run failed, was withheld or is inconsistent, 2 for a request that makes
    no sense, 130 if interrupted; running it again goes on from there.
    """
    with input_errors():
        from slt_symbolic.commands import sweep as command

        records, interrupted = command.run(
            file, out, jobs=jobs, dask=dask, report=lambda line: click.echo(line, err=True)
        )
        click.echo(command.to_json(records) if as_json else command.to_text(records))
    if interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    if any(command.failed(record) for record in records):
        raise click.exceptions.Exit(1)
