"""The command ``slt-symbolic hermite``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.choices import Choice
from slt_symbolic.cli.errors import INTERRUPTED, input_errors

_HERMITE_EXAMPLES = """\b
Examples:
  slt-symbolic hermite --activation tanh --orders 0:1000 --json tanh.json
  slt-symbolic hermite --activation swish --beta 3/2 --weight 1/4 --bias 0.1 --orders 7
  slt-symbolic hermite --activation leaky_relu --slope 1/10 --orders 0:20 --latex
  slt-symbolic hermite --activation "exp(-z**2/3)" --orders 0,2,4,100:110
"""


@click.command(epilog=_HERMITE_EXAMPLES)
@click.option("--activation", "name", required=True, help="tanh, relu, ..., or a formula in z.")
@click.option("--weight", default="1", help="Exact w, such as 1/4 or 0.25; default 1.")
@click.option("--bias", default="0", help="Exact b; default 0.")
@click.option("--orders", required=True, help="7, 0:1000 (without 1000), 1:99:2, or a list.")
@click.option("--digits", type=click.IntRange(1, 100_000), default=50, help="Default 50.")
@click.option(
    "--normalisation",
    type=Choice(["orthonormal", "probabilists", "series"]),
    default="orthonormal",
    help="E[f He_k] over the root of k! (default), over 1, or over k!.",
)
@click.option("--beta", help="Of swish: z*sigmoid(beta*z); default 1.")
@click.option("--slope", help="Of leaky_relu, below zero.")
@click.option("--coefficients", help="Of polynomial, constant first: 0,0,1 is z^2.")
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a JSON list to OUT: order, mid, rad, exact, ... of each.",
    metavar="OUT",
)
@click.option(
    "--latex", "as_latex", is_flag=True, help="Print a LaTeX table, certified digits only."
)
def hermite(
    name: str,
    weight: str,
    bias: str,
    orders: str,
    digits: int,
    normalisation: str,
    beta: str | None,
    slope: str | None,
    coefficients: str | None,
    out: Path | None,
    as_latex: bool,
) -> None:
    """Enclose Hermite coefficients of a unit x -> sigma(w*x + b), x standard normal.

    Each is a ball mid +/- rad that contains the coefficient, rounding included, good to --digits
    digits relative to its value, however small it is.

    Exit status: 0, 2 for a request that makes no sense, 130 if interrupted.
    """
    with input_errors():
        from slt_symbolic.commands import hermite as command

        sigma = command.read_activation(name, beta=beta, slope=slope, coefficients=coefficients)
        job = command.read_job(sigma, weight, bias, orders, digits, normalisation)

        def progress(done: int, planned: int) -> None:
            if planned > command.CHUNK:
                click.echo(f"[{done}/{planned}]", err=True)

        found, interrupted = command.run(job, out, progress)
        if found and as_latex:
            click.echo(command.to_latex(found, digits))
        elif found and out is None:
            click.echo(command.to_text(found, digits))
    if interrupted:
        click.echo(f"interrupted after {len(found)} of {len(job.orders)} orders", err=True)
        raise click.exceptions.Exit(INTERRUPTED)
