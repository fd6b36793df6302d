"""How a claim shows itself in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

__all__ = ["claim_html"]


def claim_html(claim: Any) -> str:
    r"""Return a claim as HTML: what is asserted, where, and the verdict that its file records.

    Examples
    --------
    >>> from slt_symbolic.claims import Claim, Source, Verdict
    >>> claim = Claim(id="X1", title="A square", statement=r"x^2 \ge 0", plain="It is.",
    ...               source=Source("notebook"), expected=Verdict.PROVED)
    >>> print(claim_html(claim))
    <p><b>X1: A square</b> (notebook)</p><p>$x^2 \ge 0$</p><p>It is.</p><p>recorded: proved</p>
    """
    statement = claim.statement
    shown = statement if "$" in statement else f"${statement}$"
    parts = (
        f"<b>{escape(claim.id)}: {escape(claim.title)}</b> ({escape(str(claim.source))})",
        escape(shown, quote=False),
        escape(claim.plain),
        f"recorded: {escape(str(claim.expected))}",
    )
    return "".join(f"<p>{part}</p>" for part in parts)
