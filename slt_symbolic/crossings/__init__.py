"""Crossings: the free energy of a minimum while the order of its singularity changes.

The learning coefficient of K jumps where a control parameter makes a minimum degenerate, while the
free energy at finite n is smooth. One special function of one scaled variable joins the sides:
Scorer's for the cubic edge, Airy's for the well behind a barrier, Pearcey's for the quartic.

>>> from slt_symbolic.crossings import QUARTIC
>>> QUARTIC.coefficient(10**6, 0, 0).str(5, radius=False)
'0.25000'
"""

from slt_symbolic.crossings.crossing import Crossing, Regime
from slt_symbolic.crossings.cubic_edge import CUBIC_EDGE
from slt_symbolic.crossings.cubic_well import CUBIC_WELL
from slt_symbolic.crossings.quartic import QUARTIC

CROSSINGS: tuple[Crossing, ...] = (CUBIC_EDGE, CUBIC_WELL, QUARTIC)

__all__ = ["CROSSINGS", "CUBIC_EDGE", "CUBIC_WELL", "QUARTIC", "Crossing", "Regime"]
