"""The commands ``slt-symbolic rlct`` and ``slt-symbolic check``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.errors import INTERRUPTED, input_errors


@click.command()
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
    with input_errors():
        from slt_symbolic.commands import rlct as command

        def line(record: dict[str, object], done: int, planned: int) -> None:
            click.echo(f"[{done}/{planned}] {command.to_line(record)}", err=out is not None)

        job = command.Job(file, out, certificates, budget, jobs, resume)
        records, interrupted = command.run(job, line)
    click.echo(command.summary(records), err=out is not None)
    if interrupted:
        click.echo(f"interrupted after {len(records)} cases", err=True)
        raise click.exceptions.Exit(INTERRUPTED)
    if any(record["status"] == "error" for record in records):
        raise click.exceptions.Exit(1)


@click.command()
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
    with input_errors():
        from slt_symbolic.commands import rlct as command
        from slt_symbolic.rlct import CertificateError

        try:
            verdict = command.verify(certificate, problem, case_id)
        except CertificateError as error:
            click.echo(f"rejected: {' '.join(str(error).split())}", err=True)
            raise click.exceptions.Exit(1) from None
        click.echo(f"accepted: {command.verdict_line(verdict)}")
