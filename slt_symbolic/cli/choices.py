"""Names on the command line: an unknown one is answered by the one that was probably meant."""

from __future__ import annotations

from typing import Any

import click

from slt_symbolic.spelling import hint


class Choice(click.Choice[str]):
    """One of some names, with a suggestion in the complaint about another."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return the complaint."""
        complaint = super().get_invalid_choice_message(value, ctx).rstrip(".")
        return complaint + hint(value, self.choices)
