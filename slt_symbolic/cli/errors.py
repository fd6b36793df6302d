"""What the commands share: exit statuses, complaints in one line, reports of progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

INTERRUPTED = 130
_EXTRAS = ("distributed", "hypothesis", "matplotlib")


class InputError(click.ClickException):
    """What was asked for makes no sense: one line, and exit status 2."""

    exit_code = 2


@contextmanager
def input_errors() -> Iterator[None]:
    """Turn complaints about descriptions and requests into one line and an exit status.

    So is Ctrl-C, for commands that keep nothing of what they have begun.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except ImportError as error:
        # What asks for an extra names no module in its error; a module that is named is a fault,
        # but for the extras themselves.
        if error.name is not None and error.name.split(".")[0] not in _EXTRAS:
            raise
        raise InputError(str(error)) from None
    except (ValueError, TypeError, ArithmeticError, OSError) as error:
        message = " ".join(str(error).split()) or type(error).__name__
        raise InputError(message.encode("utf-8", "replace").decode()) from None


def once_a_second() -> Callable[[object], None]:
    """Return a printer of reports to standard error that skips those that come too soon."""
    import time

    last = 0.0

    def show(report: object) -> None:
        nonlocal last
        if time.monotonic() - last >= 1.0:
            click.echo(str(report), err=True)
            last = time.monotonic()

    return show
