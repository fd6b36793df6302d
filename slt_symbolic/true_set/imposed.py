"""Strata of networks with fixed and tied entries: those of the network with all entries free, cut.

A parameter is true exactly when the network's entries, as functions of it, are a true parameter of
the network whose entries are all free. So every stratum of that network, with its units in every
order, gives equations and conditions, which are solved one variable at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.constraints import Constraints
from slt_symbolic.true_set.eliminated import EliminatedStratum
from slt_symbolic.true_set.setting import Setting, setting
from slt_symbolic.true_set.strata import all_types, stratum_of_type
from slt_symbolic.true_set.types import Place, Type

MAX_ORDERED = 5000


def freed(model: TwoLayer) -> TwoLayer:
    """Return the network with all entries free that a network is a special case of.

    Readouts and an output bias that are numbers stay, and so do biases that are all zero.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> w = sympy.Symbol("w", real=True)
    >>> tied = TwoLayer(RELU, [Unit(1, (w, 2), 0), Unit(w, (w, w), 0)], 0, (w,))
    >>> [len(u.weights) for u in freed(tied).units], len(freed(tied).parameters)
    ([2, 2], 5)
    """
    parameters: list[sympy.Symbol] = []

    def free(name: str) -> sympy.Symbol:
        parameters.append(sympy.Dummy(name, real=True))
        return parameters[-1]

    biased = any(u.bias != 0 for u in model.units)
    units = tuple(
        Unit(
            u.readout if u.readout.is_number and u.readout != 0 else free("q"),
            tuple(free("w") for _ in u.weights),
            free("b") if biased else sympy.S.Zero,
        )
        for u in model.units
    )
    constant = model.output_bias if model.output_bias.is_number else free("c")
    return TwoLayer(model.activation, units, constant, tuple(parameters), model.inputs)


def freed_setting(model: TwoLayer, truth: TwoLayer, law: InputDistribution) -> Setting:
    """Return the classification's data of a network with all entries free.

    Raises
    ------
    UnsupportedError
        If the activation or the law has no classification.
    """
    data = setting(freed(model), truth, law)
    if data is None:
        raise ArithmeticError("a network with all entries free has no layout: please report this")
    return data


def imposed_strata(
    model: TwoLayer, truth: TwoLayer, law: InputDistribution
) -> Iterator[EliminatedStratum]:
    """Yield the non-empty strata of a network of any form, with units in every order.

    Raises
    ------
    UnsupportedError
        If the activation or the law has no classification.
    UndecidedError
        If a type could be neither solved nor excluded, or there are too many.
    """
    data = freed_setting(model, truth, law)
    count = 0
    for kind in all_types(data):
        if stratum_of_type(data, kind, kind.places) is None:
            continue
        for places in kind.orders():
            count += 1
            if count > MAX_ORDERED:
                raise UndecidedError(f"the model has more than {MAX_ORDERED} ordered types")
            found = imposed_stratum(model, data, places)
            if found is not None:
                yield found


def imposed_stratum(
    model: TwoLayer, data: Setting, places: tuple[Place, ...]
) -> EliminatedStratum | None:
    """Return the stratum on which units have given places, None if it is empty.

    Parameters
    ----------
    model : TwoLayer
        The network.
    data : Setting
        The data of the network with all entries free.
    places : tuple of Place
        What each unit does.
    """
    whole = stratum_of_type(data, Type.of(data.model.kinds, places), places)
    if whole is None:
        return None
    entries = [e for u in data.model.units for e in u.entries()] + [data.model.output_bias]
    values = [e for u in model.units for e in u.entries()] + [model.output_bias]
    put = {e: v for e, v in zip(entries, values, strict=True) if e in data.model.parameters}

    def at(e: sympy.Expr) -> sympy.Expr:
        return e.xreplace(put)

    nonzero = tuple(map(at, whole.nonzero))
    if any(sympy.expand(e) == 0 for e in nonzero):
        return None  # denominators are products of what must not vanish
    equations = tuple(put[p] - at(e) for p, e in whole.dependent.items())
    # Scales come last: equations are solved for what comes last.
    scales = [s for s in whole.free if s not in put]
    system = Constraints(
        (*model.parameters, *scales),
        equations,
        tuple(map(at, whole.positive)),
        tuple(map(at, whole.nonnegative)),
        nonzero,
    )
    solved = system.eliminate()
    if solved is None or (point := solved.point()) is None:
        return None
    sample = {**point, **{v: e.subs(point) for v, e in solved.solved.items()}}
    return EliminatedStratum(
        whole.places, solved, {p: sample[p] for p in model.parameters}, model.parameters
    )
