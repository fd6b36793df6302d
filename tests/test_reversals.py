"""Joint changes of orientation: paths, and proofs that there is none."""

from itertools import combinations, product
from random import Random

import pytest
import sympy
from equivalence_reference import LEAKY
from sympy import Rational

from slt_symbolic.activations import RELU, SOFTPLUS, SWISH
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import NotConnectedError, Path, connect, equivalent
from slt_symbolic.true_set.reversals import Reversals, Shape, Shares

ZERO, ONE = sympy.S.Zero, sympy.S.One


def empty(count, inputs=1):
    return [Unit(0, (0,) * inputs, 0)] * count


def turned(units):
    """Units in the other orientation, σ(z) = σ(−z) + z, up to an affine function."""
    return [Unit(u.readout, tuple(-w for w in u.weights), -u.bias) for u in units]


def reached(first, second, *, expected):
    if expected:
        assert connect(first, second).check()
        return
    with pytest.raises(NotConnectedError) as info:
        connect(first, second)
    assert info.value.proved


def test_two_units_to_spare_turn_two_others():
    units = [Unit(1, (1,), 0), Unit(1, (-1,), -1)]
    for spare, expected in ((0, False), (1, False), (2, True), (3, True)):
        first = TwoLayer(RELU, [*units, *empty(spare)])
        second = TwoLayer(RELU, [*empty(spare), *turned(units)], -1)
        assert equivalent(first, second)
        reached(first, second, expected=expected)


@pytest.mark.parametrize(("sigma", "shift"), [
    (RELU, -5), (LEAKY, Rational(-20, 3)), (SOFTPLUS, -5), (SWISH, -5),
], ids=str)  # fmt: skip
def test_a_pair_that_is_linear_moves(sigma, shift):
    """x is σ(x) − σ(−x), or the same on another plane: one unit to spare carries it over."""
    first = TwoLayer(sigma, [Unit(1, (1,), 0), Unit(-1, (-1,), 0), Unit(0, (1,), 1)])
    second = TwoLayer(sigma, [Unit(1, (1,), 5), Unit(-1, (-1,), -5), Unit(0, (1,), 1)], shift)
    assert connect(first, second).check()


def test_three_units_to_spare_are_always_enough():
    rng = Random(4)  # noqa: S311 - test points
    lengths = set()
    for _ in range(6):
        n = rng.choice([1, 2])
        r = rng.choice([2, 3])
        vectors = [tuple(rng.randint(-3, 3) or 1 for _ in range(n)) for _ in range(r - 1)]
        vectors.append(tuple(-sum(v[k] for v in vectors) for k in range(n)))
        if not any(vectors[-1]):
            continue
        units = [Unit(1, v, rng.randint(-2, 2)) for v in vectors]
        c = sum(u.bias for u in units)
        first = TwoLayer(RELU, [*units, *empty(3, n)])
        back = turned(units)
        rng.shuffle(back)
        second = TwoLayer(RELU, [*back, *empty(3, n)], c)
        if len({tuple(sympy.Matrix([*u.weights, u.bias]).normalized()) for u in units}) < r:
            continue
        path = connect(first, second)
        assert path.check()
        lengths.add(len(path))
        for t in (Rational(k, 5) * len(path) for k in range(1, 5)):
            *flat, bias = path.at(t)
            size = n + 2
            net = TwoLayer(RELU, [
                Unit(flat[i + n + 1], tuple(flat[i : i + n]), flat[i + n])
                for i in range(0, len(flat), size)
            ], bias)  # fmt: skip
            assert equivalent(first, net)
    assert max(lengths) > 7


def test_units_that_cannot_move_keep_their_places_and_scales():
    x, y = Unit(1, (1,), 0), Unit(2, (2,), 1)
    with pytest.raises(NotConnectedError, match="proved: no path, for no unit is empty") as info:
        connect(TwoLayer(RELU, [x, y]), TwoLayer(RELU, [y, x]))
    assert info.value.proved
    scaled = TwoLayer(RELU, [Unit(Rational(1, 2), (2,), 0), y])
    with pytest.raises(NotConnectedError, match="by scalings only") as info:
        connect(TwoLayer(RELU, [x, y]), scaled)
    assert not info.value.proved


def test_on_an_interval_nothing_is_disproved():
    units = [Unit(1, (1,), 0), Unit(1, (-1,), -Rational(1, 2))]
    first = TwoLayer(RELU, [*units, *empty(1)])
    second = TwoLayer(RELU, [*empty(1), *turned(units)], -Rational(1, 2))
    with pytest.raises(NotConnectedError, match="proved"):
        connect(first, second)
    with pytest.raises(NotConnectedError) as info:
        connect(first, second, UniformInterval(-1, 1))
    assert not info.value.proved


def test_a_forged_pair_is_refused():
    first = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(-1, (-1,), 0), Unit(0, (1,), 1)])
    second = TwoLayer(RELU, [Unit(1, (1,), 5), Unit(-1, (-1,), -5), Unit(0, (1,), 1)], -5)
    path = connect(first, second)
    assert Path(first, second, (path.vertices[0], path.vertices[-1])).check()
    bent = TwoLayer(RELU, [Unit(1, (2,), 5), Unit(-1, (-1,), -5), Unit(0, (1,), 1)], -5)
    with pytest.raises(NotConnectedError, match="differ"):
        connect(first, bent)
    curved = TwoLayer(RELU, [Unit(2, (Rational(1, 2),), 5), Unit(-1, (-1,), -10), Unit(0, (1,), 1)],
                      -10)  # fmt: skip
    ends = connect(first, curved).vertices
    with pytest.raises(NotConnectedError, match="units move while"):
        Path(first, curved, (ends[0], ends[-1])).check()


def test_pairs_must_cancel_and_keep_their_readouts():
    half = Rational(1, 2)
    pair = [Unit(1, (1,), 0), Unit(-1, (-1,), 0)]
    steep = [Unit(2, (half,), 0), Unit(-2, (-half,), 0)]
    absolute, swapped = [Unit(1, (s,), 0) for s in (1, -1)], [Unit(1, (s,), 0) for s in (-1, 1)]
    for before, after in ((pair, steep), (absolute, swapped)):
        ends = [TwoLayer(RELU, [*units, *empty(3)]) for units in (before, after)]
        vertices = connect(*ends).vertices
        with pytest.raises(NotConnectedError, match="units move while"):
            Path(*ends, (vertices[0], vertices[-1])).check()


def components(strengths, slopes, width, bound):
    """Components of integer parameters, by brute force: steps keep to so many places.

    Places are the classes and one plane more, in two orientations; a parameter gives each an
    integer strength. Two lie in one convex set of parameters if all their places are few enough.
    """
    planes = [*zip(strengths, slopes, strict=True), (0, 1)]
    goal = 0
    states = []
    for shares in product(range(-bound, bound + 1), repeat=len(planes)):
        pair = [(t - r, r) for (t, _), r in zip(planes, shares, strict=True)]
        if sum(r * s for (_, s), r in zip(planes, shares, strict=True)) != goal:
            continue
        used = frozenset((j, o) for j, p in enumerate(pair) for o in (0, 1) if p[o])
        if len(used) <= width:
            states.append((shares, used))
    parent = list(range(len(states)))

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for (i, a), (k, b) in combinations(enumerate(states), 2):
        # The segment between them uses no other places.
        if len(a[1] | b[1]) <= width:
            parent[root(i)] = root(k)
    return {shares: root(i) for i, (shares, _) in enumerate(states)}


@pytest.mark.parametrize(("strengths", "slopes"), [
    ((1, 1), (1, -1)), ((1, 2), (2, -1)), ((1, 1, 1), (1, 1, -2)), ((1, 1, 2), (1, -1, 1)),
    ((1, 1, 1), (1, -1, 2)),
], ids=str)  # fmt: skip
def test_routes_are_the_components_found_by_brute_force(strengths, slopes):
    r, seen = len(strengths), set()
    graph_data = [(sympy.Integer(s),) for s in slopes], [sympy.Integer(t) for t in strengths]
    for spare in (0, 1, 2, 3):
        graph = Reversals(*graph_data, (ZERO,), r + spare)
        found = components(strengths, slopes, r + spare, 3)
        pure = [s for s in found if s[-1] == 0
                and all(x in (0, t) for x, t in zip(s[:-1], strengths, strict=True))]  # fmt: skip
        for a, b in combinations(pure, 2):
            ends = [
                (Shape(frozenset(), frozenset(j for j in range(r) if s[j]), pair=False),
                 Shares(tuple(map(sympy.Integer, s[:-1]))))
                for s in (a, b)
            ]  # fmt: skip
            connected = graph.route(*ends) is not None
            assert connected == (found[a] == found[b]), (spare, a, b)
            seen.add((spare, connected))
    assert (0, False) in seen
    assert (3, True) in seen
