"""Reference table: the learning coefficient at every stratum of small networks.

``reference_table(Settings.quick())`` runs it.
"""

from slt_symbolic.studies.reference_table.results import ReferenceTable
from slt_symbolic.studies.reference_table.rows import Row
from slt_symbolic.studies.reference_table.run import reference_table
from slt_symbolic.studies.reference_table.sampled import Sampled
from slt_symbolic.studies.reference_table.settings import Case, Settings
from slt_symbolic.studies.study import Study

__all__ = ["STUDY", "Case", "ReferenceTable", "Row", "Sampled", "Settings", "reference_table"]

STUDY = Study(
    name="reference-table",
    title="Learning coefficients of small networks, stratum by stratum",
    quick=Settings.quick,
    full=Settings.full,
    run=reference_table,
)
