"""Modular addition by quadratic units: two phases of neurons, and the point where they meet.

``modular_addition(ModularSettings.quick())`` runs the study.
"""

from slt_symbolic.studies.modular_addition.results import ModularResult, PointRow, Run
from slt_symbolic.studies.modular_addition.run import modular_addition
from slt_symbolic.studies.modular_addition.settings import Case, ModularSettings
from slt_symbolic.studies.modular_addition.theory import ModularAddition
from slt_symbolic.studies.study import Study

__all__ = [
    "STUDY",
    "Case",
    "ModularAddition",
    "ModularResult",
    "ModularSettings",
    "PointRow",
    "Run",
    "modular_addition",
]

STUDY = Study(
    name="modular-addition",
    title="Modular addition",
    quick=ModularSettings.quick,
    full=ModularSettings.full,
    run=modular_addition,
)
