"""The command ``slt-symbolic fisher``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.errors import input_errors

_FISHER_EXAMPLES = """\b
Examples:
  slt-symbolic fisher net.toml
  slt-symbolic fisher net.toml --at "w1=1/3" --rank --relations
  slt-symbolic fisher net.toml --fields --json
"""


@click.command(epilog=_FISHER_EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", help="Values of parameters, in place of those in FILE.", metavar="W=N,...")
@click.option("--digits", type=click.IntRange(1, 1000), help="Enclose I(w) to so many digits.")
@click.option("--rank", is_flag=True, help="Print the rank, and what proves it from both sides.")
@click.option("--relations", is_flag=True, help="Print all null relations at the parameter.")
@click.option("--fields", is_flag=True, help="Print the null relations around it, as fields.")
@click.option("--latex", "as_latex", is_flag=True, help="Print LaTeX.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, exact numbers as strings.")
def fisher(
    file: Path,
    at: str | None,
    digits: int | None,
    rank: bool,
    relations: bool,
    fields: bool,
    as_latex: bool,
    as_json: bool,
) -> None:
    """Print the Fisher information of the network that FILE describes, in TOML.

    Without further options it is the matrix at the parameter: exact, or balls where there is no
    closed form. The parameter stands in FILE or after --at; the truth plays no part.

    Exit status: 0, or 2 for a description or request that makes no sense.
    """
    if as_latex and as_json:
        raise click.UsageError("--latex and --json exclude each other")
    with input_errors():
        from slt_symbolic.commands import fisher as command

        write = {(True, False): command.to_latex, (False, True): command.to_json}
        result = command.answer(
            file, at=at, digits=digits, rank=rank, relations=relations, fields=fields
        )
        click.echo(write.get((as_latex, as_json), command.to_text)(result))
