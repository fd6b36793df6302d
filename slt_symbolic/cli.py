"""The command ``slt-symbolic``.

Each command is a small function that imports what it needs when it runs: ``--help`` loads click
and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slt_symbolic import __version__

if TYPE_CHECKING:
    from slt_symbolic.claims import ClaimResult, Ledger, Verification
    from slt_symbolic.claims.runner import Progress

__all__ = ["main"]

_INTERRUPTED = 130

_path_option = click.option(
    "--path",
    type=click.Path(exists=True, path_type=Path),
    help="Folder or file with proofs, instead of the package's own.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slt-symbolic")
def cli() -> None:
    """Exact derivations and trustworthy numerics for singular learning theory."""


@cli.command()
@click.argument("selection", nargs=-1)
@_path_option
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Processes; default: one per core.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the results to FILE as a JSON list.",
    metavar="FILE",
)
@click.option(
    "--latex",
    "latex_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the ledger to DIR/ledger.tex.",
    metavar="DIR",
)
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write each result to FILE as it arrives.",
    metavar="FILE",
)
@click.option("--resume", is_flag=True, help="Take from the journal what is still valid.")
def verify(
    selection: tuple[str, ...],
    path: Path | None,
    jobs: int | None,
    json_file: Path | None,
    latex_folder: Path | None,
    journal: Path | None,
    resume: bool,
) -> None:
    """Run the claims of the ledger, or a SELECTION of them.

    A SELECTION is an identifier (B8), a glob ('B*') or a source document (004). The claims that a
    selected one uses run as well.

    Exit status: 0 if every claim comes out as its file records, 1 if not, 2 for a request that
    makes no sense, 130 if interrupted.
    """
    from slt_symbolic.claims import report

    if resume and journal is None:
        raise click.UsageError("--resume needs --journal FILE, the journal of the interrupted run")
    with _ledger_errors(), _progress() as progress:
        from slt_symbolic.claims import verify as run_ledger

        run = run_ledger(selection, path, jobs, progress, journal=journal, resume=resume)
    out = report.console()
    out.print(report.table(run))
    explained = report.details(run)
    if explained:
        click.echo(explained + "\n")
    click.echo(report.summary(run.results))
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        report.write_atomically(json_file, report.to_json(run) + "\n")
    if latex_folder is not None:
        from slt_symbolic.tables import write_tables

        write_tables(latex_folder, run.results)
    _finish(run)


@cli.command()
@_path_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def claims(path: Path | None, as_json: bool) -> None:
    """List the claims of the ledger."""
    with _ledger_errors():
        from slt_symbolic.claims import Ledger

        ledger = Ledger.discover(path)
    if as_json:
        import json

        click.echo(json.dumps([_listed(ledger, i) for i in ledger.claims], indent=2))
    else:
        _print_list(ledger)
    for broken in ledger.broken:
        click.echo(f"cannot load {broken.path}:\n{broken.traceback}", err=True)
    if ledger.broken:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("claim_id", metavar="ID")
@_path_option
@click.option("--run/--no-run", default=True, help="Run it and show its evidence (the default).")
def show(claim_id: str, path: Path | None, run: bool) -> None:
    """Print one claim with its derivation as readable mathematics."""
    with _ledger_errors():
        from slt_symbolic.claims import Ledger, UnknownSelectionError
        from slt_symbolic.claims import verify as run_ledger
        from slt_symbolic.claims.prose import describe

        ledger = Ledger.discover(path)
        if claim_id not in ledger.claims:
            raise UnknownSelectionError(ledger.unknown(claim_id))
    if not run:
        click.echo(describe(ledger.claims[claim_id]))
        return
    with _ledger_errors(), _progress() as progress:
        verification = run_ledger([claim_id], path, 1, progress)
    result = {r.id: r for r in verification}.get(claim_id)
    click.echo(describe(ledger.claims[claim_id], result))
    if verification.interrupted:
        raise click.exceptions.Exit(_INTERRUPTED)
    if result is None or not result.as_expected:
        raise click.exceptions.Exit(1)


@cli.command()
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
    with _input_errors():
        from slt_symbolic.commands import divergence as command

        write = {(True, False): command.to_latex, (False, True): command.to_json}
        result = command.answer(file, at=at, digits=digits, chamber=chamber, pieces=pieces)
        click.echo(write.get((as_latex, as_json), command.to_text)(result))


@cli.command("true-set")
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
    with _input_errors():
        from slt_symbolic.commands import true_set as command

        write = {(True, False): command.to_latex, (False, True): command.to_json}
        result = command.answer(file, at=at, strata=strata, ordered=ordered)
        click.echo(write.get((as_latex, as_json), command.to_text)(result))


@cli.command()
@click.option(
    "--problem",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One case, or a suite of cases, in JSON.",
)
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the records to OUT as a JSON list, after every case.",
    metavar="OUT",
)
@click.option(
    "--certificate",
    "certificates",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write one certificate for each case to DIR.",
    metavar="DIR",
)
@click.option(
    "--budget", type=click.FloatRange(0, 1e6), default=30.0, help="Seconds a case; default 30."
)
@click.option("--jobs", "-j", type=click.IntRange(1, 256), default=1, help="Processes; default 1.")
@click.option("--resume", is_flag=True, help="Keep the exact records in OUT of unchanged cases.")
def rlct(
    file: Path,
    out: Path | None,
    certificates: Path | None,
    budget: float,
    jobs: int,
    resume: bool,
) -> None:
    """Find learning coefficients (RLCT) and multiplicities, with certificates.

    Answers in FILE are ignored. Each record says how it is known: proved (the certificate was
    accepted by the checker), theorem, value (m open) or bounds.

    Exit status: 0 if every case has an answer, 1 if a case makes no sense or found none, 2 for a
    file that makes no sense, 130 if interrupted.
    """
    if resume and out is None:
        raise click.UsageError("--resume needs --json OUT, the records of the earlier run")
    with _input_errors():
        from slt_symbolic.commands import rlct as command

        def line(record: dict[str, object], done: int, planned: int) -> None:
            click.echo(f"[{done}/{planned}] {command.to_line(record)}", err=out is not None)

        job = command.Job(file, out, certificates, budget, jobs, resume)
        records, interrupted = command.run(job, line)
    click.echo(command.summary(records), err=out is not None)
    if interrupted:
        click.echo(f"interrupted after {len(records)} cases", err=True)
        raise click.exceptions.Exit(_INTERRUPTED)
    if any(record["status"] == "error" for record in records):
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--problem",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The case, or a suite with the case, that it must be about.",
)
@click.option("--id", "case_id", help="Which case of the suite.")
def check(certificate: Path, problem: Path | None, case_id: str | None) -> None:
    """Verify a CERTIFICATE of a learning coefficient.

    Exit status: 0 if the checker accepts it, 1 if not, 2 for a problem that makes no sense.
    """
    if case_id is not None and problem is None:
        raise click.UsageError("--id needs --problem FILE")
    with _input_errors():
        from slt_symbolic.commands import rlct as command
        from slt_symbolic.rlct import CertificateError

        try:
            verdict = command.verify(certificate, problem, case_id)
        except CertificateError as error:
            click.echo(f"rejected: {' '.join(str(error).split())}", err=True)
            raise click.exceptions.Exit(1) from None
        click.echo(f"accepted: {command.verdict_line(verdict)}")


@cli.command()
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
    r"""Print the Fisher information of the network that FILE describes, in TOML.

    Without further options it is the matrix at the parameter: exact, or balls where there is no
    closed form. The parameter stands in FILE or after --at; the truth plays no part.

    \b
    Examples:
      slt-symbolic fisher net.toml
      slt-symbolic fisher net.toml --at "w1=1/3" --rank --relations
      slt-symbolic fisher net.toml --fields --json

    Exit status: 0, or 2 for a description or request that makes no sense.
    """
    if as_latex and as_json:
        raise click.UsageError("--latex and --json exclude each other")
    with _input_errors():
        from slt_symbolic.commands import fisher as command

        write = {(True, False): command.to_latex, (False, True): command.to_json}
        result = command.answer(
            file, at=at, digits=digits, rank=rank, relations=relations, fields=fields
        )
        click.echo(write.get((as_latex, as_json), command.to_text)(result))


@cli.command()
@click.option("--activation", "name", required=True, help="tanh, relu, ..., or a formula in z.")
@click.option("--weight", default="1", help="Exact w, such as 1/4 or 0.25; default 1.")
@click.option("--bias", default="0", help="Exact b; default 0.")
@click.option("--orders", required=True, help="7, 0:1000 (without 1000), 1:99:2, or a list.")
@click.option("--digits", type=click.IntRange(1, 100_000), default=50, help="Default 50.")
@click.option(
    "--normalisation",
    type=click.Choice(["orthonormal", "probabilists", "series"]),
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
@click.option("--latex", "as_latex", is_flag=True, help="Print a LaTeX table, certified digits only.")
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

    \b
    Examples:
      slt-symbolic hermite --activation tanh --orders 0:1000 --json tanh.json
      slt-symbolic hermite --activation swish --beta 3/2 --weight 1/4 --bias 0.1 --orders 7
      slt-symbolic hermite --activation leaky_relu --slope 1/10 --orders 0:20 --latex
      slt-symbolic hermite --activation "exp(-z**2/3)" --orders 0,2,4,100:110

    Exit status: 0, 2 for a request that makes no sense, 130 if interrupted.
    """
    with _input_errors():
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
        raise click.exceptions.Exit(_INTERRUPTED)


class _InputError(click.ClickException):
    """What was asked for makes no sense: one line, and exit status 2."""

    exit_code = 2


@contextmanager
def _input_errors() -> Iterator[None]:
    """Turn complaints about descriptions and requests into one line and an exit status."""
    try:
        yield
    except (ValueError, TypeError, ArithmeticError, OSError) as error:
        message = " ".join(str(error).split()) or type(error).__name__
        raise _InputError(message.encode("utf-8", "replace").decode()) from None


@contextmanager
def _ledger_errors() -> Iterator[None]:
    """Turn the ledger's own errors into messages and exit statuses."""
    from slt_symbolic.claims import LedgerError, UnknownSelectionError

    try:
        yield
    except KeyboardInterrupt:  # while the ledger loads; a run that has begun handles it itself
        raise click.exceptions.Exit(_INTERRUPTED) from None
    except UnknownSelectionError as error:
        raise click.UsageError(str(error)) from None
    except LedgerError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar on a terminal, else one line for each result, on standard error."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from slt_symbolic.claims import report

    console = report.console(stderr=True)

    def line(result: ClaimResult, done: int, planned: int) -> None:
        click.echo(f"[{done}/{planned}] {result.id} {result.outcome}", err=True)

    if not console.is_terminal:
        yield line
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("loading the ledger", total=None)

        def advance(result: ClaimResult, done: int, planned: int) -> None:
            words = f"{result.id} {result.outcome}"
            bar.update(task, completed=done, total=planned, description=words)

        yield advance


def _listed(ledger: Ledger, claim_id: str) -> dict[str, object]:
    claim = ledger.claims[claim_id]
    return {
        "id": claim.id,
        "title": claim.title,
        "source": {"document": claim.source.document, "place": claim.source.place},
        "uses": list(claim.uses),
        "expected": str(claim.expected),
    }


def _print_list(ledger: Ledger) -> None:
    rows = [(c.id, str(c.expected), str(c.source), c.title) for c in ledger]
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[3]]))


def _finish(run: Verification) -> None:
    if run.interrupted:
        click.echo(f"interrupted after {len(run)} of {run.planned} claims", err=True)
        raise click.exceptions.Exit(_INTERRUPTED)
    if not run.ok:
        raise click.exceptions.Exit(1)


def main() -> None:
    """Run the command line."""
    cli(prog_name="slt-symbolic")
