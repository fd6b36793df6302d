"""The strata of W0, one for each combinatorial type that is not empty.

A unit of a true network is on a fold of the truth (a unit of it, for analytic activations), or
cancels with others on a class of their own, or has zero readout or zero weight, or, on a bounded
domain, does not fold inside it. This is complete because units are independent modulo their
activation's relations: the weights of every class, and the affine part, must agree with the
truth's.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from slt_symbolic.true_set.sampling import generic_solution
from slt_symbolic.true_set.setting import Setting
from slt_symbolic.true_set.stratum import Stratum
from slt_symbolic.true_set.system import System
from slt_symbolic.true_set.types import Place, Type, types


def all_types(data: Setting) -> Iterator[Type]:
    """Yield the combinatorial types of a model, empty ones included."""
    return types(
        data.model.kinds,
        data.slots(),
        len(data.planes),
        orientations=data.family.orientations,
        balancing=data.family.bends,
        # Through the origin of the line there is one hyperplane only.
        one_group=data.family.folded and data.size == 1,
    )


def stratum_of_type(data: Setting, kind: Type, places: tuple[Place, ...]) -> Stratum | None:
    """Return the stratum of one type with its units in one order, None if it is empty.

    Raises
    ------
    UndecidedError
        If it could be neither solved nor excluded.
    """
    system = System(data, places)
    solution = system.solve()
    if solution is None:
        return None
    if len(system.groups) > 1:
        generic_solution(system, solution, Random(0))  # noqa: S311 - not a secret
    return Stratum(places, kind, system, solution)


def strata(data: Setting) -> Iterator[Stratum]:
    """Yield the non-empty strata up to permutations of interchangeable units."""
    for kind in all_types(data):
        found = stratum_of_type(data, kind, kind.places)
        if found is not None:
            yield found
