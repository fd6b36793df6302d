"""The command ``slt-symbolic``.

Each command is a small function that imports what it needs when it runs: ``--help`` loads click
and nothing else.
"""

from __future__ import annotations

import click

from slt_symbolic import __version__
from slt_symbolic.cli.completion import completion
from slt_symbolic.cli.divergence import divergence
from slt_symbolic.cli.fisher import fisher
from slt_symbolic.cli.hermite import hermite
from slt_symbolic.cli.ledger import claims, show, verify
from slt_symbolic.cli.rlct import check, rlct
from slt_symbolic.cli.sample import sample, sweep
from slt_symbolic.cli.study import study
from slt_symbolic.cli.table import table
from slt_symbolic.cli.true_set import true_set

__all__ = ["cli", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slt-symbolic")
def cli() -> None:
    """Exact derivations and trustworthy numerics for singular learning theory."""


for _command in (
    check,
    claims,
    completion,
    divergence,
    fisher,
    hermite,
    rlct,
    sample,
    show,
    study,
    sweep,
    table,
    true_set,
    verify,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line."""
    cli(prog_name="slt-symbolic")
