"""Potential wells: a deep sharp well against a shallow flat one, Bayes against descent.

K = (w + 1)²((w - h)⁴ + k) has minima at -1, where K = 0, and at 1, where K = C. The posterior
prefers the flat one up to a number of data that is enclosed here, and then leaves it; gradient
descent stays where it began.
"""

from slt_symbolic.studies.potential_wells.results import PotentialWells
from slt_symbolic.studies.potential_wells.run import potential_wells
from slt_symbolic.studies.potential_wells.settings import WellSettings
from slt_symbolic.studies.potential_wells.wells import Wells
from slt_symbolic.studies.study import Study

__all__ = ["STUDY", "PotentialWells", "WellSettings", "Wells", "potential_wells"]

STUDY = Study(
    name="potential-wells",
    title="Potential wells: the posterior changes wells, gradient descent does not",
    quick=WellSettings.quick,
    full=WellSettings.full,
    run=potential_wells,
)
