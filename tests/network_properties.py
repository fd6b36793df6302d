"""What holds for K of every network, family by family; the number of examples is the caller's."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as Q
from typing import Any

import network_references as references
import sympy
from core_reference import LEAKY, PIECEWISE, fraction, mean, rational, scores
from flint import arb
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from network_families import INTERVALS, POLYGONS, Family, interval_law
from network_references import Surd
from network_strategies import (
    NONZERO,
    SMALL,
    Network,
    annihilating,
    moved,
    moves,
    networks,
    rotated,
    sympy_number,
)

from slt_symbolic.activations import ABSOLUTE, RELU, STEP
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import UniformPolygon
from slt_symbolic.networks import TwoLayer, Unit


def check_examples(test: Callable[..., None], examples: int, *fixed: Any) -> None:
    """Run a property, given what is fixed, on so many drawn examples."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    configured = settings(deadline=None, max_examples=examples, suppress_health_check=slow)
    configured(given(*map(st.just, fixed), st.data())(test))()


def value_of(K: KLDivergence) -> sympy.Expr | arb:
    """K: an exact number where the family is algebraic, else a ball."""
    return K.at(()) if K.is_algebraic else K.enclosure((), digits=22)


FLOAT_ERROR = 1e-9
"""Of the nested Gauss rules, relative to the sum of the terms' sizes."""


def agree(value: sympy.Expr | arb, expected: Any) -> bool:
    """Whether a value is the expected one: exactly, as overlapping narrow balls, or as floats."""
    if isinstance(value, arb):
        if isinstance(expected, arb):
            scale = 1 + float(abs(expected.mid()))
            narrow = max(float(value.rad()), float(expected.rad())) < 1e-12 * scale
            return value.overlaps(expected) and narrow
        number, scale = expected
        return abs(float(value) - number) <= FLOAT_ERROR * scale
    if isinstance(expected, Q | Surd):
        expected = sympy_number(expected)
    return value == expected or sympy.expand(value - expected) == 0


def check_value(family: Family, data: st.DataObject) -> None:
    """K is half the mean square, is not negative, and is the same at an equivalent network."""
    sigma = data.draw(st.sampled_from(family.sigmas))
    law = data.draw(st.sampled_from(family.laws))
    model = data.draw(networks(family.inputs, 1, family.most, family.number))
    truth = data.draw(networks(family.inputs, 0, 1, family.number))
    K = family.divergence(sigma, model, truth, law)
    value = value_of(K)
    assert agree(value, family.reference(sigma.name, model, truth, law))
    if isinstance(value, arb):
        assert not value < 0
        if family.has_values:
            exact = arb(str(sympy.N(K.at(()), 25, maxn=200)))
            assert value.overlaps(exact + arb(0, 1e-18 * (1 + float(abs(exact.mid())))))
    else:
        assert value >= 0
    name = data.draw(st.sampled_from(moves(sigma)))
    other = data.draw(moved(model, sigma, name))
    assert agree(value_of(family.divergence(sigma, other, truth, law)), value)
    # The model as truth, and a network of the same function as model.
    zero = value_of(family.divergence(sigma, other, model, law))
    assert zero.contains(0) if isinstance(zero, arb) else zero == 0


def check_annihilation(family: Family, data: st.DataObject) -> None:
    """Units whose linear parts cancel may all be reversed at once."""
    even = [s for s in family.sigmas if s.reflection.sign == 1 and s.scaling_degree == 1]
    sigma = data.draw(st.sampled_from(even))
    law = data.draw(st.sampled_from(family.laws))
    three, reversed_three = data.draw(annihilating(family.inputs))
    truth = data.draw(networks(family.inputs, most=1))
    zero = Network(family.inputs, ())
    values = [
        value_of(family.divergence(sigma, zero.with_units(units), truth, law))
        for units in (three, reversed_three)
    ]
    assert agree(*values)
    none = value_of(
        family.divergence(sigma, zero.with_units(three), zero.with_units(reversed_three), law)
    )
    assert none.contains(0) if isinstance(none, arb) else none == 0


def check_rotation(family: Family, data: st.DataObject) -> None:
    """A law that rotations preserve makes K invariant under them."""
    sigma = data.draw(st.sampled_from(family.sigmas))
    model, truth = (data.draw(networks(2, least=1, most=m)) for m in (family.most, 1))
    law = family.laws[0]
    first = value_of(family.divergence(sigma, model, truth, law))
    assert agree(value_of(family.divergence(sigma, rotated(model), rotated(truth), law)), first)


def check_gradient(data: st.DataObject) -> None:
    """The gradient of the closed form is E[(f − f0) ∂f], the integral of exact scores."""
    sigma = data.draw(st.sampled_from([RELU, LEAKY, ABSOLUTE]))
    lower, upper = law = data.draw(st.sampled_from(INTERVALS))
    model = data.draw(networks(1, least=1, most=2))
    truth = data.draw(networks(1, most=1))
    K = KLDivergence(
        TwoLayer.symbolic(sigma, width=len(model.units)), truth.package(sigma), interval_law(law)
    )
    rows = [(u.weights[0], u.bias, u.readout) for u in model.units]
    values = [*map(rational, (e for row in rows for e in row)), rational(model.constant)]
    try:
        gradient = K.gradient(values)
    except WallError:
        assume(False)
    g = references.difference(sigma.name, model, truth)
    breaks = [-u.bias / u.weights[0] for u in (*model.units, *truth.units) if u.weights[0]]
    for partial, score in zip(gradient, scores(sigma.name, rows), strict=True):
        expected = mean(lambda x, s=score: g((x,)) * s(x), breaks, lower, upper)
        assert fraction(partial) == expected


def check_walls_on_interval(data: st.DataObject) -> None:
    """Closed forms on both sides of a wall agree on it, with gradients for continuous units."""
    sigma = data.draw(st.sampled_from(PIECEWISE))
    law = data.draw(st.sampled_from(INTERVALS))
    weights = data.draw(st.tuples(NONZERO, NONZERO, NONZERO))
    readouts, other = data.draw(st.tuples(NONZERO, NONZERO, NONZERO)), data.draw(SMALL)
    third = data.draw(NONZERO)
    # The wall: a break of the model at an end, at the truth's break, or at its other break.
    inside = (law[0] + law[1]) / 2 + third / 100
    at = data.draw(st.sampled_from([law[0], law[1], inside, other]))
    places = [at, other, inside]
    w, b, v, c = parameters = sympy.symbols("w b v c", real=True)
    model = TwoLayer(
        sigma,
        [Unit(rational(readouts[0]), (w,), b), Unit(rational(readouts[1]), (v,), c)],
        rational(other),
        parameters,
    )
    truth = TwoLayer(
        sigma,
        [Unit(rational(readouts[2]), (rational(weights[2]),), -rational(weights[2] * inside))],
    )
    K = KLDivergence(model, truth, interval_law(law))
    wall = [rational(e) for u, t in zip(weights[:2], places, strict=False) for e in (u, -u * t)]
    _check_wall(K, wall, data, smooth=sigma != STEP)


def check_walls_in_plane(data: st.DataObject) -> None:
    """The same for a unit whose line runs through a corner of a polygon, or the truth's line."""
    sigma = data.draw(st.sampled_from(PIECEWISE))
    vertices = data.draw(st.sampled_from(POLYGONS))
    a, b = data.draw(st.tuples(NONZERO, NONZERO))
    x, y = data.draw(st.sampled_from(vertices))
    u, v, c = parameters = sympy.symbols("u v c", real=True)
    model = TwoLayer(sigma, [Unit(rational(data.draw(NONZERO)), (u, v), c)], 0, parameters)
    truth = data.draw(networks(2, most=1)).package(sigma)
    K = KLDivergence(model, truth, UniformPolygon(vertices))
    _check_wall(K, [rational(e) for e in (a, b, -a * x - b * y)], data, smooth=sigma != STEP)


def _check_wall(
    K: KLDivergence, wall: list[sympy.Rational], data: st.DataObject, *, smooth: bool
) -> None:
    step = data.draw(st.lists(st.integers(1, 9), min_size=len(wall), max_size=len(wall)))
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=len(wall), max_size=len(wall)))
    here = dict(zip(K.parameters, wall, strict=True))
    value, slopes = K.at(wall), []
    for side in (1, -1):
        near = [
            e + sympy.Rational(side * s * k, 10**7)
            for e, s, k in zip(wall, signs, step, strict=True)
        ]
        try:
            form = K.chamber(near).expr
        except WallError:
            assume(False)
        denominator = sympy.fraction(sympy.together(form))[1]
        assume(denominator.subs(here) != 0)
        assert form.subs(here) == value
        slopes.append([sympy.diff(form, p).subs(here) for p in K.parameters])
    if smooth:
        assert slopes[0] == slopes[1]
