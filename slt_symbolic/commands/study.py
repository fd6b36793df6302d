"""``slt-symbolic study``: an experiment of the sources, from one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from slt_symbolic.studies.registry import load_study
from slt_symbolic.studies.study import Result

__all__ = ["run", "write_figure"]


def run(
    name: str, *, quick: bool, seed: int, store: Path | None, progress: Callable[[str], None]
) -> Result:
    """Run a study by its name.

    Raises
    ------
    ValueError
        If there is no such study, or the store is not its own.
    """
    study = load_study(name)
    settings = study.quick(seed) if quick else study.full(seed)
    return study.run(settings, store=store, progress=progress)


def write_figure(result: Result, path: Path) -> None:
    """Draw a result's figure into a file."""
    result.figure().savefig(path)
