"""Where a parameter lies in W0, if it does."""

from __future__ import annotations

from dataclasses import dataclass

from slt_symbolic.true_set.eliminated import EliminatedStratum
from slt_symbolic.true_set.membership import Explanation
from slt_symbolic.true_set.stratum import Stratum
from slt_symbolic.true_set.wave_stratum import WaveStratum

BY_TYPE = "known by type: weights free, no tied entries, no sines or cosines with biases"


class NoStrataError(ValueError):
    """The strata are not known by combinatorial type."""


@dataclass(frozen=True)
class Located(Explanation):
    """Why a parameter is true or not, and on which stratum it lies.

    Parameters
    ----------
    stratum : Stratum, EliminatedStratum, WaveStratum or None
        None if it is not true, or the model's strata are not known by type.
    """

    stratum: Stratum | EliminatedStratum | WaveStratum | None = None

    def __str__(self) -> str:
        if self.stratum is None:
            return super().__str__()
        return f"{super().__str__()}, on [{', '.join(map(str, self.stratum.places))}]"
