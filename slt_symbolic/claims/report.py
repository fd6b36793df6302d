"""How results are shown and written."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slt_symbolic.claims.result import ClaimResult
from slt_symbolic.claims.verdict import Status, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["details", "summary", "table", "to_json", "write_atomically"]

_STYLES = {
    "proved": "green",
    "enclosed": "green",
    "supported": "cyan",
    "refuted": "magenta",
    "open": "yellow",
    "failed": "bold red",
    "crashed": "bold red",
}


def table(results: Iterable[ClaimResult]) -> Table:
    """Lay results out as a table for the terminal.

    Parameters
    ----------
    results
        What a run gave.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    layout = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("claim", "verdict"):
        layout.add_column(name, no_wrap=True)
    layout.add_column("evidence", max_width=40)
    layout.add_column("ways", justify="right")
    layout.add_column("seconds", justify="right")
    layout.add_column("title")
    for result in results:
        verdict = Text(result.outcome, style=_STYLES[result.outcome])
        if not result.as_expected and result.status is Status.DECIDED:
            verdict.append(f" (expected {result.expected})", style="bold red")
        cells = (result.summary, str(result.ways), f"{result.seconds:.2f}", result.title)
        layout.add_row(Text(result.id), verdict, *(Text(cell) for cell in cells))
    return layout


def summary(results: Sequence[ClaimResult]) -> str:
    """Count the results by outcome in one line.

    Parameters
    ----------
    results
        What a run gave.

    Examples
    --------
    >>> summary([])
    '0 claims: 0 as recorded'
    """
    counts = Counter(result.outcome for result in results)
    known = [*Verdict, Status.FAILED, Status.CRASHED]
    parts = [f"{counts[word]} {word}" for word in map(str, known) if counts[word]]
    parts.append(f"{sum(r.as_expected for r in results)} as recorded")
    return f"{len(results)} claim{'' if len(results) == 1 else 's'}: " + ", ".join(parts)


def details(results: Iterable[ClaimResult]) -> str:
    """Explain each result that is open, or is not what its claim file records.

    Parameters
    ----------
    results
        What a run gave.
    """
    parts = []
    for result in results:
        if result.as_expected and result.verdict is not Verdict.OPEN:
            continue
        head = f"{result.id} {result.outcome}"
        if not result.as_expected and result.status is Status.DECIDED:
            head += f", but its file records {result.expected}"
        lines = [head + (f": {result.message}" if result.message else "")]
        lines += [f"    {line}" for line in result.traceback.strip().splitlines()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def to_json(results: Iterable[ClaimResult]) -> str:
    """Write results as a JSON list of objects.

    Parameters
    ----------
    results
        What a run gave.

    Examples
    --------
    >>> to_json([])
    '[]'
    """
    return json.dumps([result.to_json() for result in results], indent=2, ensure_ascii=False)


def write_atomically(path: str | Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Parameters
    ----------
    path
        The file; its folder must exist.
    text
        What it will hold.
    """
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private; give it what an ordinary new file has.
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def console(*, stderr: bool = False) -> Console:
    """Open a console that is wide where no terminal sets the width.

    Parameters
    ----------
    stderr
        Write to standard error.
    """
    from rich.console import Console

    plain = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if plain.is_terminal:
        return plain
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=140)
