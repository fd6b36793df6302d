"""Studies: experiments of the sources, run from one call each, with a verdict.

``load_study("learning-zero")`` is a `Study`; each has a file or a folder of its own here and a
line in `registry`.
"""

from slt_symbolic.studies.registry import load_study, study_names
from slt_symbolic.studies.store import (
    DamagedStoreError,
    ForeignStoreError,
    StoreError,
    StudyStore,
)
from slt_symbolic.studies.study import Finding, Result, Study, settings_key

__all__ = [
    "DamagedStoreError",
    "Finding",
    "ForeignStoreError",
    "Result",
    "StoreError",
    "Study",
    "StudyStore",
    "load_study",
    "settings_key",
    "study_names",
]
