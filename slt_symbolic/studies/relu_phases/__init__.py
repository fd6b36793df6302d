"""Phases of small ReLU networks: nodes that degenerate, orientations that reverse."""

from slt_symbolic.studies.relu_phases.results import ReluPhases
from slt_symbolic.studies.relu_phases.run import relu_phases
from slt_symbolic.studies.relu_phases.settings import PhaseSettings
from slt_symbolic.studies.study import Study

__all__ = ["STUDY", "PhaseSettings", "ReluPhases", "relu_phases"]

STUDY = Study(
    name="relu-phases",
    title="Phases of ReLU networks: node degeneracy and orientation reversal",
    quick=PhaseSettings.quick,
    full=PhaseSettings.full,
    run=relu_phases,
)
