"""The commands of the ledger: ``slt-symbolic verify``, ``claims`` and ``show``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slt_symbolic.cli.errors import INTERRUPTED, InputError

if TYPE_CHECKING:
    from slt_symbolic.claims import ClaimResult, Ledger, Verification
    from slt_symbolic.claims.runner import Progress

# A claim of the ledger, or a source document: never taken for a folder. "./004" is one.
_NAME = re.compile(r"[A-Z]?\d+")

_path_option = click.option(
    "--path",
    type=click.Path(exists=True, path_type=Path),
    help="Folder or file with proofs, instead of the package's own.",
)


@click.command()
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
    "--report",
    "report_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write DIR/index.html and DIR/ledger_report.tex: derivations, graph, figures.",
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
    report_folder: Path | None,
    journal: Path | None,
    resume: bool,
) -> None:
    """Run the claims of the ledger, or a SELECTION of them.

    A SELECTION is an identifier (B8), a glob ('B*') or a source document (004). The claims that a
    selected one uses run as well. A folder or file of your own claims may stand in its place, or
    before it: "verify mine", "verify mine X1". It is the same as --path.

    Exit status: 0 if every claim comes out as its file records, 1 if not, 2 for a request that
    makes no sense, 130 if interrupted.
    """
    from slt_symbolic.claims import report

    selection, path = _own_claims(selection, path)
    if resume and journal is None:
        raise click.UsageError("--resume needs --journal FILE, the journal of the interrupted run")
    folders = [f.parent for f in (json_file, journal) if f is not None]
    with _ledger_errors():
        for folder in (*folders, latex_folder, report_folder):
            if folder is not None:  # before the work, not after it
                folder.mkdir(parents=True, exist_ok=True)
    with _ledger_errors(), _progress() as progress:
        from slt_symbolic.claims import verify as run_ledger

        run = run_ledger(selection, path, jobs, progress, journal=journal, resume=resume)
    out = report.console()
    out.print(report.table(run))
    explained = report.details(run)
    if explained:
        click.echo(explained + "\n")
    click.echo(report.summary(run.results))
    with _ledger_errors():
        if json_file is not None:
            report.write_atomically(json_file, report.to_json(run) + "\n")
        if latex_folder is not None:
            from slt_symbolic.tables import write_tables

            write_tables(latex_folder, run.results)
        if report_folder is not None:
            from slt_symbolic.claims import Ledger
            from slt_symbolic.report import write_report

            written, _ = write_report(report_folder, Ledger.discover(path), run.results)
            click.echo(f"report: {written}")
    _finish(run)


def _own_claims(
    selection: tuple[str, ...], path: Path | None
) -> tuple[tuple[str, ...], Path | None]:
    """Take a path out of a selection. What may be an identifier or a document is none."""
    paths = [s for s in selection if not _NAME.fullmatch(s) and Path(s).exists()]
    if not paths:
        return selection, path
    if path is not None or len(paths) > 1:
        given = ", ".join([*([str(path)] if path is not None else []), *paths])
        raise click.UsageError(f"claims come from one folder or file, not from several: {given}")
    return tuple(s for s in selection if s not in paths), Path(paths[0])


@click.command()
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


@click.command()
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
        raise click.exceptions.Exit(INTERRUPTED)
    if result is None or not result.as_expected:
        raise click.exceptions.Exit(1)


@contextmanager
def _ledger_errors() -> Iterator[None]:
    """Turn the ledger's own errors into messages and exit statuses."""
    from slt_symbolic.claims import LedgerError, UnknownSelectionError

    try:
        yield
    except KeyboardInterrupt:  # while the ledger loads; a run that has begun handles it itself
        raise click.exceptions.Exit(INTERRUPTED) from None
    except UnknownSelectionError as error:
        raise click.UsageError(str(error)) from None
    except LedgerError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise InputError(str(error)) from None


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
        raise click.exceptions.Exit(INTERRUPTED)
    if not run.ok:
        raise click.exceptions.Exit(1)
