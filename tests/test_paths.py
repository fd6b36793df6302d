"""Paths of one function between two parameters."""

from collections import Counter
from dataclasses import replace

import mpmath
import pytest
import sympy
from equivalence_reference import ALL, network, seeded, small, unit, value
from sympy import Rational

from slt_symbolic.activations import RELU, TANH
from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import (
    NotConnectedError,
    Path,
    canonical_form,
    connect,
    representing_measure,
)


def padded(rng, core, width):
    """An equivalent network of that width, by splits, empty units, cancelling pairs, flips."""
    units, c, n, r = list(core.units), core.output_bias, core.inputs, core.activation.reflection
    while len(units) < width:
        kind = rng.choice(["split", "empty", "pair"])
        if kind == "split" and units:
            u, t = units.pop(rng.randrange(len(units))), small(rng)
            units += [Unit(t, u.weights, u.bias), Unit(u.readout - t, u.weights, u.bias)]
        elif kind == "pair" and len(units) + 2 <= width:
            u = unit(rng, n)
            units += [u, Unit(-u.readout, u.weights, u.bias)]
        else:
            units.append(unit(rng, n, 0))
    for i, u in enumerate(units):
        if r is not None and r.slope == 0 and rng.random() < 0.5:
            units[i] = Unit(r.sign * u.readout, tuple(-w for w in u.weights), -u.bias)
            c = c + u.readout * r.constant
    rng.shuffle(units)
    return TwoLayer(core.activation, units, c, (), n)


def along(path, k, t):
    """The network at t on a segment, with t a symbol; the output bias apart."""
    start, end = (path.vertices[j].units for j in (k, k + 1))
    return [
        Unit(*(
            (1 - t) * u.readout + t * v.readout,
            tuple((1 - t) * a + t * b for a, b in zip(u.weights, v.weights, strict=True)),
            (1 - t) * u.bias + t * v.bias,
        ))
        for u, v in zip(start, end, strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("sigma", ALL, ids=str)
def test_paths_keep_the_function_as_an_identity_in_t(sigma):
    rng = seeded(sigma.name)
    t = sympy.Symbol("t", real=True)
    for _ in range(3):
        n = rng.choice([1, 2])
        core = network(rng, sigma, n, rng.randint(0, 3))
        width = rng.randint(2 * len(core.units), 2 * len(core.units) + 2) or 1
        first, second = padded(rng, core, width), padded(rng, core, width)
        path = connect(first, second)
        assert path.check()
        assert len(path) <= 7
        for k in range(len(path)):
            # Over Q(t), at a generic sample: readout-free units drop out identically.
            field = ChamberField((t,), (), {t: Rational(314159, 1000000)})
            live = [u for u in along(path, k, t) if sympy.expand(u.readout) != 0]
            moving = representing_measure(TwoLayer(sigma, live, 0, (), n), field)
            fixed = representing_measure(first, field)
            change = moving - fixed
            assert (change.folds, change.atoms, change.monomials) == ({}, {}, {})
            assert not any(change.slope)
        with mpmath.workdps(25):
            x = [mpmath.mpf(rng.gauss(0, 1)) for _ in range(n)]
            values = []
            for j in range(3 * len(path) + 1):
                *flat, c = path.at(Rational(j, 3))
                units = [
                    Unit(flat[i + n + 1], tuple(flat[i : i + n]), flat[i + n])
                    for i in range(0, len(flat), n + 2)
                ]
                constant = mpmath.mpf(str(sympy.N(c, 25)))
                values.append(value(sigma.name, units, sympy.S.Zero, x) + constant)
            assert max(abs(v - values[0]) for v in values) < 1e-12


def test_seven_segments_if_half_of_the_units_are_redundant_and_any_reducible_parameter():
    rng = seeded("tanh")
    seen = Counter()
    for _ in range(80):
        core = network(rng, TANH, 1, rng.randint(1, 5))
        width = rng.randint(len(core.units), 10)
        first, second = padded(rng, core, width), padded(rng, core, width)
        r = canonical_form(core).rank
        if r == width:
            continue
        path = connect(first, second)
        assert path.check()
        if 2 * r <= width:
            assert len(path) <= 7
            seen["roomy", len(path)] += 1
        else:
            seen["tight", len(path)] += 1
    assert seen["roomy", 7]
    assert max(length for kind, length in seen if kind == "tight") > 7


def test_one_empty_unit_lets_all_others_change_places():
    planes = [(1, 0), (2, 1), (3, -1), (1, 5), (2, 2)]
    units = [Unit(q, (w,), b) for q, (w, b) in enumerate(planes, start=1)]
    flipped = [Unit(-u.readout, tuple(-w for w in u.weights), -u.bias) for u in units]
    order = [flipped[i] for i in (1, 2, 0, 4, 3)]
    empty = Unit(0, (7,), 7)
    path = connect(TwoLayer(TANH, [*units, empty]), TwoLayer(TANH, [*order, empty]))
    assert path.check()
    assert path.at(0)[:3] == (1, 0, 1)
    assert path.at(len(path))[:3] == (-2, -1, -2)


def test_relu_units_change_places_and_scales():
    first = TwoLayer(RELU, [Unit(1, (2,), 1), Unit(3, (1,), 5), Unit(0, (1,), 1)])
    second = TwoLayer(
        RELU,
        [
            Unit(Rational(3, 2), (2,), 10),
            Unit(0, (0,), 0),
            Unit(8, (Rational(1, 4),), Rational(1, 8)),
        ],
    )
    path = connect(first, second)
    assert path.check()
    dead = TwoLayer(RELU, [Unit(1, (2,), 1), Unit(3, (1,), 5), Unit(9, (1,), -4)])
    with pytest.raises(NotConnectedError, match="the networks differ: different functions"):
        connect(dead, second)
    assert connect(dead, first, UniformInterval(-1, 1)).check()


def test_what_is_not_connected_says_why():
    x, y = Unit(1, (1,), 0), Unit(2, (2,), 1)
    with pytest.raises(NotConnectedError, match="no unit is redundant"):
        connect(TwoLayer(TANH, [x, y]), TwoLayer(TANH, [y, x]))
    same = connect(TwoLayer(TANH, [x, y]), TwoLayer(TANH, [x, y]))
    assert len(same) == 0
    assert same.check()
    assert same.at(0) == (1, 0, 1, 2, 1, 2, 0)
    with pytest.raises(ValueError, match="t must be between 0 and 0"):
        same.at(1)
    with pytest.raises(ValueError, match="same width, got 2 and 1"):
        connect(TwoLayer(TANH, [x, y]), TwoLayer(TANH, [x]))


def test_a_forged_path_is_refused():
    first = TwoLayer(TANH, [Unit(1, (1,), 0), Unit(0, (2,), 5)])
    second = TwoLayer(TANH, [Unit(0, (7,), 1), Unit(-1, (-1,), 0)])
    path = connect(first, second)
    cut = Path(first, second, path.vertices[:1] + path.vertices[2:])
    with pytest.raises(NotConnectedError, match="units move while their readout is not 0"):
        cut.check()
    with pytest.raises(NotConnectedError, match="does not join"):
        Path(second, first, path.vertices).check()
    vertex = path.vertices[1]
    doubled = tuple(Unit(2 * u.readout, u.weights, u.bias) for u in vertex.units)
    bent = (path.vertices[0], replace(vertex, units=doubled), *path.vertices[1:])
    with pytest.raises(NotConnectedError, match="the function changes on the way to vertex 1"):
        Path(first, second, bent).check()
