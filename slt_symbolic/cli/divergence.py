"""The command ``slt-symbolic divergence``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.errors import input_errors


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", help="Values of parameters, in place of those in FILE.", metavar="W=N,...")
@click.option("--digits", type=click.IntRange(1, 1000), help="Enclose K to so many digits.")
@click.option("--chamber", is_flag=True, help="Print the closed form around the parameter.")
@click.option("--pieces", is_flag=True, help="Print all closed forms and where they hold.")
@click.option("--latex", "as_latex", is_flag=True, help="Print LaTeX; pieces become a table.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, exact numbers as strings.")
def divergence(
    file: Path,
    at: str | None,
    digits: int | None,
    chamber: bool,
    pieces: bool,
    as_latex: bool,
    as_json: bool,
) -> None:
    """Print K of the network that FILE describes, in TOML.

    Without --chamber and --pieces it is K at the parameter: exact, or an enclosure if there is no
    closed form or --digits is given. The parameter stands in FILE or after --at, as in
    --at "w1=1/3,w2=sqrt(2)".

    Exit status: 0, or 2 for a description or request that makes no sense.
    """
    if as_latex and as_json:
        raise click.UsageError("--latex and --json exclude each other")
    with input_errors():
        from slt_symbolic.commands import divergence as command

        write = {(True, False): command.to_latex, (False, True): command.to_json}
        result = command.answer(file, at=at, digits=digits, chamber=chamber, pieces=pieces)
        click.echo(write.get((as_latex, as_json), command.to_text)(result))
