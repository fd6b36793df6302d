"""The deadline of a running search, which long computations poll; a check has none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import CertificateError

_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))


def expired() -> bool:
    """Say whether the deadline of the running search has passed.

    Examples
    --------
    >>> with until(0.0):
    ...     expired()
    True
    >>> expired()
    False
    """
    return time.monotonic() > _deadline.get()


def poll() -> None:
    """Give up a computation that runs past the deadline.

    Raises
    ------
    CertificateError
        If the deadline has passed: what was being looked for is not found.
    """
    if expired():
        raise CertificateError("out of time")


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Set the deadline, a value of ``time.monotonic()``, inside a block."""
    token = _deadline.set(min(deadline, _deadline.get()))
    try:
        yield
    finally:
        _deadline.reset(token)
