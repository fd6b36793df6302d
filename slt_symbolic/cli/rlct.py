"""The commands ``slt-symbolic rlct`` and ``slt-symbolic check``."""

from __future__ import annotations

from pathlib import Path

import click

from slt_symbolic.cli.errors import INTERRUPTED, input_errors

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


_EPILOG = """\b
Examples:
  slt-symbolic rlct net.toml                       every stratum of W0
  slt-symbolic rlct net.toml --at "w1=1/3,w2=2/3"  one true parameter
  slt-symbolic rlct --problem cases.json --certificate certificates
"""


@click.command(epilog=_EPILOG)
@click.argument("network", required=False, metavar="[FILE]", type=_FILE)
@click.option("--problem", type=_FILE, help="One case, or a suite of cases, in JSON.")
@click.option("--at", help="Values of parameters, in place of those in FILE.", metavar="W=N,...")
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
    network: Path | None,
    problem: Path | None,
    at: str | None,
    out: Path | None,
    certificates: Path | None,
    budget: float,
    jobs: int,
    resume: bool,
) -> None:
    """Find learning coefficients (RLCT) and multiplicities, with certificates.

    FILE describes a network in TOML: the answer is for K at its parameter, or at that after --at,
    or without any at random points of every stratum of W0. Or FILE, or --problem FILE, holds cases
    in JSON; answers in it are ignored. Each record says how it is known: proved (the certificate
    was accepted by the checker), theorem, value (m open) or bounds.

    Exit status: 0 if every case has an answer, 1 if a case makes no sense or found none, 2 for a
    file that makes no sense, 130 if interrupted.
    """
    if (network is None) == (problem is None):
        raise click.UsageError("give one FILE: a description in TOML, or --problem with JSON")
    if problem is None and network is not None and network.suffix.lower() != ".toml":
        network, problem = None, network
    if resume and out is None:
        raise click.UsageError("--resume needs --json OUT, the records of the earlier run")
    if network is not None and (resume or jobs > 1):
        raise click.UsageError("--resume and --jobs are for cases in JSON")
    if problem is not None and at is not None:
        raise click.UsageError("--at is for a description in TOML")
    with input_errors():
        from slt_symbolic.commands import rlct as command

        def line(record: dict[str, object], done: int, planned: int) -> None:
            click.echo(f"[{done}/{planned}] {command.to_line(record)}", err=out is not None)
            if "at" in record:
                click.echo(on_network.to_line(record), err=out is not None)

        if problem is not None:
            job = command.Job(problem, out, certificates, budget, jobs, resume)
            records, interrupted = command.run(job, line)
        elif network is not None:
            from slt_symbolic.commands import rlct_network as on_network

            place = on_network.Job(network, at, out, certificates, budget)
            records, interrupted = on_network.run(place, line)
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
        from slt_symbolic.commands import check as command
        from slt_symbolic.rlct.errors import CertificateError

        try:
            verdict = command.verify(certificate, problem, case_id)
        except CertificateError as error:
            click.echo(f"rejected: {' '.join(str(error).split())}", err=True)
            raise click.exceptions.Exit(1) from None
        click.echo(f"accepted: {command.verdict_line(verdict)}")
