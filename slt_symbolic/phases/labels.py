"""Labels that divide W0 into phases: functions from a stratum to a text."""

from __future__ import annotations

from collections.abc import Callable

from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.true_set import Role, Stratum, TrueSet
from slt_symbolic.true_set.placing import canonical
from slt_symbolic.true_set.types import GROUPS

Label = Callable[[Stratum], str]


def active_units(stratum: Stratum) -> str:
    """Return how many units have a function of their own: neither silent, flat, off nor on.

    Examples
    --------
    >>> from slt_symbolic import TrueSet, TwoLayer, UniformInterval, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, biases=0, readouts=1, output_bias=0)
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    >>> [active_units(s) for s in W0.strata]
    ['2 active', '1 active']
    """
    on_class = (Role.FOLD, Role.UNIT, *GROUPS)
    return f"{sum(p.role in on_class for p in stratum.places)} active"


def orientation(true_set: TrueSet) -> Label:
    """Return a label that counts the folds whose orientation is not the truth's.

    ``"WC"`` (weight annihilation) if all are reversed, ``"non-WC"`` if none is, else
    ``"k reversed"``; a fold counts as reversed if some unit on it is. Truths with several units
    on one fold have no orientation there.

    Parameters
    ----------
    true_set : TrueSet
        W0 of a network with folds.

    Raises
    ------
    ValueError
        If the truth's units do not have an orientation on each fold.
    """
    data = true_set.setting
    if data is None or not data.family.folded:
        raise ValueError("orientations need units with a fold, and weights that are parameters")
    field: ChamberField = data.field
    signs: dict[int, int] = {}
    for unit in true_set.truth.units:
        plane = [field.element(e) for e in (*unit.weights, unit.bias)]
        if not any(plane[:-1]):
            continue
        key, sign, _ = canonical(data, plane, field)
        if key in data.planes:
            fold = data.planes.index(key)
            if signs.setdefault(fold, sign) != sign:
                raise ValueError("the truth has units of both orientations on one fold")

    def label(stratum: Stratum) -> str:
        reversed_folds = {
            p.index
            for p in stratum.places
            if p.role is Role.FOLD and p.index is not None and p.sign != signs[p.index]
        }
        if not reversed_folds:
            return "non-WC"
        if len(reversed_folds) == len(signs):
            return "WC"
        return f"{len(reversed_folds)} reversed"

    return label
