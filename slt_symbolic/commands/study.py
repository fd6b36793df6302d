"""``slt-symbolic study``: an experiment of the sources, from one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from slt_symbolic.studies.learning_zero import learning_zero
from slt_symbolic.studies.results import LearningZero
from slt_symbolic.studies.settings import StudySettings

STUDIES = ("learning-zero",)


def run(
    name: str,
    *,
    quick: bool,
    seed: int,
    store: Path | None,
    progress: Callable[[str], None],
) -> LearningZero:
    """Run a study by its name.

    Raises
    ------
    ValueError
        If there is no such study.
    """
    if name not in STUDIES:
        raise ValueError(f"no study {name!r}: there are {', '.join(STUDIES)}")
    settings = StudySettings.quick(seed) if quick else StudySettings.full(seed)
    return learning_zero(settings, store=store, progress=progress)


def write_figure(study: LearningZero, path: Path) -> None:
    """Draw the study's figure into a file."""
    from slt_symbolic.studies.report import study_figure

    study_figure(study).savefig(path)
