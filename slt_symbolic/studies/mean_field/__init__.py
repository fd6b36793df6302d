"""Mean field: neurons that react alone to a background reproduce the neurons that make it.

``mean_field(MeanFieldSettings.quick())`` runs the study.
"""

from slt_symbolic.studies.mean_field.model import Model
from slt_symbolic.studies.mean_field.results import MeanField, WidthRow
from slt_symbolic.studies.mean_field.run import mean_field
from slt_symbolic.studies.mean_field.settings import MeanFieldSettings
from slt_symbolic.studies.study import Study

__all__ = ["STUDY", "MeanField", "MeanFieldSettings", "Model", "WidthRow", "mean_field"]

STUDY = Study(
    name="mean-field",
    title="Mean field of a two-layer network",
    quick=MeanFieldSettings.quick,
    full=MeanFieldSettings.full,
    run=mean_field,
)
