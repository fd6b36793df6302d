"""Near-singular swish: one unit of x/(1 + exp(-beta x)) beside its limit, the ReLU.

``near_singular_swish(Settings.quick())`` runs it.
"""

from slt_symbolic.studies.near_singular_swish.results import BetaRow, Coincidence, NearSingularSwish
from slt_symbolic.studies.near_singular_swish.run import near_singular_swish
from slt_symbolic.studies.near_singular_swish.settings import Settings
from slt_symbolic.studies.study import Study

__all__ = [
    "STUDY",
    "BetaRow",
    "Coincidence",
    "NearSingularSwish",
    "Settings",
    "near_singular_swish",
]

STUDY = Study(
    name="near-singular-swish",
    title="Near-singular swish: the posterior beside that of the ReLU",
    quick=Settings.quick,
    full=Settings.full,
    run=near_singular_swish,
)
