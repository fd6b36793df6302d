"""Values of networks at exact points, and the field in which to compare two networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.collecting import Collector
from slt_symbolic.true_set.domains import domain_numbers, require_domain
from slt_symbolic.true_set.representation import RepresentingMeasure


def common_field(
    networks: Sequence[TwoLayer],
    domain: InputDistribution | None,
    more: Iterable[sympy.Expr] = (),
) -> RealField:
    """Return a field that holds all numbers of some networks and a domain.

    Parameters
    ----------
    networks : sequence of TwoLayer
        Of one activation and one number of inputs, without parameters and constants.
    domain : InputDistribution or None
        Where they are compared.
    more : iterable of sympy.Expr
        Further numbers.

    Raises
    ------
    ValueError
        If the networks do not fit together or to the domain, or something is no number.
    """
    first = networks[0]
    for other in networks[1:]:
        if other.activation.name != first.activation.name:
            raise ValueError(
                "the networks must have the same activation, got "
                f"{first.activation.name} and {other.activation.name}"
            )
        if other.inputs != first.inputs:
            raise ValueError(
                f"the networks must have the same inputs, got {first.inputs} and {other.inputs}"
            )
    require_domain(domain, first.inputs)
    numbers = [*domain_numbers(domain), *more]
    unknown = {s for e in numbers for s in e.free_symbols}
    irrational = irrational_numbers(numbers)
    for network in networks:
        unknown |= {*network.constants, *network.parameters}
        irrational |= network.numbers()
    if unknown:
        names = sorted(map(str, unknown))
        raise ValueError(f"networks and inputs must be numbers, got the symbols {names}")
    return RealField.containing(sorted(irrational, key=sympy.default_sort_key))


def value_at_point(
    network: TwoLayer,
    x: Sequence[Any],
    field: OrderedField,
    value: Callable[[sympy.Expr], sympy.Expr] = lambda e: e,
) -> RepresentingMeasure:
    """Return f(x) as the measure of a constant function.

    Parameters
    ----------
    network : TwoLayer
        The network.
    x : sequence of field elements
        The point.
    field : OrderedField
        Where the scalars live.
    value : callable
        Applied to each entry first.

    Examples
    --------
    >>> from flint import fmpq
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.networks import Unit
    >>> tanh = TwoLayer(TANH, [Unit(3, (2,), 1)], 4)
    >>> at = value_at_point(tanh, [fmpq(1, 2)], RealField.containing([]))
    >>> at.constant, at.values
    (4, {2: 3})
    """
    found = Collector(network.activation, 1, field, None)
    found.add_constant(field.element(value(network.output_bias)))
    for unit in network.units:
        q, *plane = (field.element(value(e)) for e in unit.entries())
        if not q:
            continue
        z = plane[-1]
        for w, xk in zip(plane[:-1], x, strict=True):
            z = z + w * xk
        found.add(q, (found.zero, z))
    return found.measure()
