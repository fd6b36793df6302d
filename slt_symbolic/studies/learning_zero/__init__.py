"""Learning zero: a tanh network with h units whose truth is 0.

``learning_zero(StudySettings.quick())`` runs it.
"""

from slt_symbolic.studies.learning_zero.laws import NormalWeights, UniformWeights
from slt_symbolic.studies.learning_zero.results import CurveRow, LearningZero, WidthResult
from slt_symbolic.studies.learning_zero.run import learning_zero
from slt_symbolic.studies.learning_zero.settings import StudySettings
from slt_symbolic.studies.study import Study

__all__ = [
    "STUDY",
    "CurveRow",
    "LearningZero",
    "NormalWeights",
    "StudySettings",
    "UniformWeights",
    "WidthResult",
    "learning_zero",
]

STUDY = Study(
    name="learning-zero",
    title="Learning zero",
    quick=StudySettings.quick,
    full=StudySettings.full,
    run=learning_zero,
)
