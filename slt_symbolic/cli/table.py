"""The command ``slt-symbolic table``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.choices import Choice
from slt_symbolic.cli.errors import input_errors

_KINDS = ("pieces", "fisher", "strata", "rlct", "spectra", "sampling", "ledger")


_EPILOG = """\b
KIND      FILE                            shows
pieces    a description in TOML           the closed forms of K
fisher    the same, with a parameter      Fisher information, null relations
strata    a description in TOML           the strata of W0
rlct      from rlct --json FILE           learning coefficients, routes
spectra   from hermite --json FILE        coefficients, certified digits
sampling  from sample --json > FILE.json  estimates, diagnostics, verdict
          or sample --store FILE.nc
ledger    from verify --json FILE         claims and verdicts

\b
Examples:
  slt-symbolic table strata net.toml --label tab:strata
  slt-symbolic table rlct records.json --output rlct.tex
  slt-symbolic table fisher net.toml --at "w1=1/3" --pdf fisher.pdf
  slt-symbolic table sampling run.nc --predict 1/2,1
"""


@click.command(epilog=_EPILOG)
@click.argument("kind", type=Choice(_KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", help="Values of parameters, for fisher.", metavar="W=N,...")
@click.option(
    "--digits", type=click.IntRange(1, 1000), default=30, help="At most, of spectra; default 30."
)
@click.option(
    "--predict",
    help="Compare a stored run with a prediction, such as 1/2,1; for sampling.",
    metavar="LAMBDA,M",
)
@click.option("--caption", default="", help="In place of the one that says what is shown.")
@click.option("--label", default="", help="For cross-references: letters, digits, : . _ -")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE instead of printing.",
    metavar="FILE.tex",
)
@click.option("--document", "complete", is_flag=True, help="A complete document that compiles.")
@click.option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Compile it to FILE (needs pdflatex).",
    metavar="FILE.pdf",
)
def table(
    kind: str,
    file: Path,
    at: str | None,
    digits: int,
    predict: str | None,
    caption: str,
    label: str,
    output: Path | None,
    complete: bool,
    pdf: Path | None,
) -> None:
    """Write results as a LaTeX table with booktabs rules, a caption and a label.

    FILE is a description in TOML, or what another command wrote: see below. The tables need the
    packages amsmath, array, booktabs, longtable and siunitx.

    Exit status: 0, 1 if LaTeX fails, 2 for a file or a request that makes no sense.
    """
    with input_errors():
        from slt_symbolic.commands import table as command
        from slt_symbolic.tables import LatexError

        request = command.Request(kind, file, at, digits, caption, label, predict)
        written = command.latex(request, complete=complete)
        if output is not None:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(written + "\n", encoding="utf-8")
        if pdf is not None:
            try:
                command.write_pdf(request, pdf)
            except LatexError as error:
                raise click.ClickException(str(error)) from None
        if output is None and pdf is None:
            click.echo(written)
