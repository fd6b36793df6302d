"""The command ``slt-symbolic true-set``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.errors import input_errors


@click.command("true-set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", help="Values of parameters, in place of those in FILE.", metavar="W=N,...")
@click.option("--strata", is_flag=True, help="Print the strata although there is a parameter.")
@click.option("--ordered", is_flag=True, help="Print the strata with units in every order.")
@click.option("--latex", "as_latex", is_flag=True, help="Print LaTeX.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, exact numbers as strings.")
def true_set(
    file: Path, at: str | None, strata: bool, ordered: bool, as_latex: bool, as_json: bool
) -> None:
    """Print the strata of W0 for the network that FILE describes, in TOML.

    With a parameter, in FILE or after --at, it is decided exactly whether that one is true, and
    said on which stratum it lies or what differs.

    Exit status: 0, or 2 for a description or request that makes no sense.
    """
    if as_latex and as_json:
        raise click.UsageError("--latex and --json exclude each other")
    with input_errors():
        from slt_symbolic.commands import true_set as command

        write = {(True, False): command.to_latex, (False, True): command.to_json}
        result = command.answer(file, at=at, strata=strata, ordered=ordered)
        click.echo(write.get((as_latex, as_json), command.to_text)(result))
