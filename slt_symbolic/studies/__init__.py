"""Studies: experiments of the sources, run from one call each, with a verdict.

``learning_zero(StudySettings.quick())`` runs the study of a tanh network that learns zero.
"""

from slt_symbolic.studies.learning_zero import learning_zero
from slt_symbolic.studies.results import CurveRow, Finding, LearningZero, WidthResult
from slt_symbolic.studies.settings import StudySettings

__all__ = ["CurveRow", "Finding", "LearningZero", "StudySettings", "WidthResult", "learning_zero"]
