"""The command ``slt-symbolic study``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from slt_symbolic.cli.choices import Choice
from slt_symbolic.cli.errors import INTERRUPTED, input_errors
from slt_symbolic.studies.registry import ENTRIES, study_names

_EXAMPLES = (
    "slt-symbolic study learning-zero --quick",
    "slt-symbolic study learning-zero --store zero.json --figure zero.pdf --latex",
)


class _Studies(click.Command):
    """A command whose help lists examples and the studies."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both lists."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            for line in _EXAMPLES:
                formatter.write_text(line)
        with formatter.section("Studies"):
            formatter.write_dl([(entry.name, entry.summary) for entry in ENTRIES])


@click.command(cls=_Studies)
@click.argument("name", type=Choice(study_names()), metavar="NAME")
@click.option(
    "--quick/--full", default=False, help="At most a minute, or the whole experiment (default)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--latex", "as_latex", is_flag=True, help="Print a LaTeX table.")
@click.option(
    "--figure",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figure to FILE: .pdf, .svg or .png (needs matplotlib).",
    metavar="FILE",
)
@click.option("--seed", type=click.IntRange(0), default=0, help="The same seed, the same numbers.")
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep finished rows in FILE (JSON), and go on from what it holds.",
    metavar="FILE",
)
def study(
    name: str,
    quick: bool,
    as_json: bool,
    as_latex: bool,
    figure: Path | None,
    seed: int,
    store: Path | None,
) -> None:
    """Run an experiment of the sources, with the verdict that its numbers deserve.

    Exit status: 0, 2 for a request that makes no sense, 130 if interrupted.
    """
    # Many small matrices: threads of the linear algebra only wait for each other. It reads this
    # when it is loaded, with NumPy, below.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if as_json and as_latex:
        raise click.UsageError("--json and --latex exclude each other")
    with input_errors():
        from slt_symbolic.commands import study as command

        try:
            found = command.run(
                name, quick=quick, seed=seed, store=store,
                progress=lambda line: click.echo(line, err=True),
            )  # fmt: skip
        except KeyboardInterrupt:
            kept = f"; {store} holds what was finished" if store is not None else ""
            click.echo(f"interrupted{kept}", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        if as_latex:
            click.echo(found.latex())
        else:
            click.echo(found.to_json() if as_json else found.text())
        if figure is not None:
            command.write_figure(found, figure)
            click.echo(f"wrote {figure}", err=True)
