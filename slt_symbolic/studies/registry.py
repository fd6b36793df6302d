"""The studies by name. Each is imported when it is asked for and not before."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from slt_symbolic.spelling import hint
from slt_symbolic.studies.study import Study

__all__ = ["ENTRIES", "Entry", "load_study", "study_names"]


@dataclass(frozen=True)
class Entry:
    """Where a study is.

    Attributes
    ----------
    name
        As on the command line.
    module
        The module whose ``STUDY`` it is.
    summary
        One line.
    """

    name: str
    module: str
    summary: str


ENTRIES = (
    Entry(
        "learning-zero",
        "slt_symbolic.studies.learning_zero",
        "lambda-hat(beta) of a tanh network that learns zero, to beta = 1e80",
    ),
    Entry(
        "airy-pearcey",
        "slt_symbolic.studies.airy_pearcey",
        "free energy and lambda-hat across a cubic and a quartic singularity, exact",
    ),
    Entry(
        "near-singular-swish",
        "slt_symbolic.studies.near_singular_swish",
        "posterior and lambda-hat of a swish unit as it tends to a ReLU",
    ),
    Entry(
        "potential-wells",
        "slt_symbolic.studies.potential_wells",
        "a deep and a flat well: the posterior changes wells, gradient descent does not",
    ),
    Entry(
        "relu-phases",
        "slt_symbolic.studies.relu_phases",
        "phases of ReLU networks as nodes degenerate and orientations reverse, sampled",
    ),
    Entry(
        "mean-field",
        "slt_symbolic.studies.mean_field",
        "neurons trained alone against their background, and the self-consistency equation",
    ),
    Entry(
        "modular-addition",
        "slt_symbolic.studies.modular_addition",
        "two phases of neurons that add modulo P: predicted point, Langevin dynamics",
    ),
    Entry(
        "reference-table",
        "slt_symbolic.studies.reference_table",
        "lambda and m at every stratum of small networks, with certificates, and sampled",
    ),
)


def study_names() -> tuple[str, ...]:
    """Return the names of all studies.

    Examples
    --------
    >>> "learning-zero" in study_names()
    True
    """
    return tuple(entry.name for entry in ENTRIES)


def load_study(name: str) -> Study[Any]:
    """Import a study.

    Raises
    ------
    ValueError
        If there is no study of that name.

    Examples
    --------
    >>> load_study("learning-zero").title
    'Learning zero'
    """
    for entry in ENTRIES:
        if entry.name == name:
            study = import_module(entry.module).STUDY
            if not isinstance(study, Study):
                raise TypeError(f"{entry.module}.STUDY is not a Study")
            return study
    known = study_names()
    raise ValueError(f"no study {name!r}: there are {', '.join(known)}{hint(name, known)}")
