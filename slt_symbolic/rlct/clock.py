"""The deadline of a search: the clock of the checker, whose long loops poll it too."""

from .checker.clock import expired, poll, until

__all__ = ["expired", "poll", "until"]
