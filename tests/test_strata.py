"""Strata of W0 for all activations: enumeration, equations, dimensions, ranks, completeness."""

from itertools import permutations, product
from math import factorial
from random import Random

import numpy as np
import pytest
import sympy
from flint import fmpq
from scipy.optimize import linprog, minimize
from sympy import Rational

from slt_symbolic.activations import (
    ABSOLUTE,
    ERF,
    RELU,
    SIGMOID,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    leaky_relu,
)
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval, UniformPolygon
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet, UnsupportedError
from slt_symbolic.true_set.general import eliminated_strata
from slt_symbolic.true_set.linear_program import maximise
from slt_symbolic.true_set.strata import all_types, stratum_of_type
from slt_symbolic.true_set.types import GROUPS, Place, Role, Type, normal_places, types

HALF = Rational(1, 2)
LEAKY = leaky_relu(Rational(1, 3))
BOX = UniformBox((-2, -2), (2, 2))
TRIANGLE = UniformPolygon([(-2, -2), (3, -1), (0, 2)])


def true_set(sigma, inputs, width, law, units=None, **keywords):
    bias = 0 if keywords.get("biases") == 0 else HALF
    truth = units if units is not None else [Unit(1, (1,) * inputs, bias)]
    model = TwoLayer.symbolic(sigma, inputs=inputs, width=width, **keywords)
    return TrueSet(model, TwoLayer(sigma, truth, inputs=inputs), law)


FIXED = {"readouts": 1, "output_bias": 0}
CASES = {
    "relu": true_set(RELU, 1, 3, StandardNormal()),
    "relu, interval": true_set(RELU, 1, 2, UniformInterval(-2, 2)),
    "relu, interval, fixed": true_set(RELU, 1, 3, UniformInterval(-2, 2), **FIXED),
    "relu, plane": true_set(RELU, 2, 3, StandardNormal(2)),
    "relu, plane, no biases": true_set(RELU, 2, 3, StandardNormal(2), biases=0),
    "relu, line, no biases": true_set(RELU, 1, 3, StandardNormal(), biases=0),
    "relu, box": true_set(RELU, 2, 2, BOX),
    "relu, triangle": true_set(RELU, 2, 2, TRIANGLE, output_bias=0),
    "relu, no truth": true_set(RELU, 2, 4, StandardNormal(2), []),
    "leaky, box": true_set(LEAKY, 2, 2, BOX, output_bias=0),
    "abs, interval": true_set(ABSOLUTE, 1, 2, UniformInterval(-2, 2)),
    "step, interval": true_set(STEP, 1, 2, UniformInterval(-2, 2), output_bias=0),
    "tanh": true_set(TANH, 1, 3, StandardNormal()),
    "tanh, plane, fixed": true_set(TANH, 2, 3, BOX, output_bias=0),
    "erf, no biases": true_set(ERF, 1, 3, StandardNormal(), biases=0, output_bias=0),
    "sigmoid": true_set(SIGMOID, 1, 2, StandardNormal(), output_bias=0),
    "swish, plane": true_set(SWISH, 2, 3, StandardNormal(2)),
}
cases = pytest.mark.parametrize("name", CASES)


def is_algebraic(point):
    return all(v.is_algebraic for v in point.values())


# Enumeration


@pytest.mark.parametrize("kinds", [(0, 0, 0), (0, 0, 0, 0), (0, 0, 1, 1), (0, 1, 0)])
def test_types_are_the_orbits_of_all_ordered_types(kinds):
    folds = [(Place(Role.FOLD, s, 0), frozenset({0, 1})) for s in (1, -1)]
    slots = [*folds, (Place(Role.SILENT, None), frozenset({0}))]
    found = list(types(kinds, slots, 1))
    options = [p for p, _ in slots] + [
        Place(Role.CANCELLING, s, g) for g in (0, 1) for s in (1, -1)
    ]
    ordered = set()
    for places in product(options, repeat=len(kinds)):
        groups = [p.index for p in places if p.role in GROUPS]
        fits = all(k == 0 for p, k in zip(places, kinds, strict=True) if p.role is Role.SILENT)
        if (
            fits
            and any(p.role is Role.FOLD for p in places)
            and all(groups.count(g) > 1 for g in groups)
        ):
            ordered.add(normal_places(places))
    assert len(found) == len(set(found))
    assert {places for t in found for places in t.orders()} == ordered
    assert sum(t.orbit for t in found) == len(ordered)
    for t in found:
        assert len(list(t.orders())) == t.orbit
        assert all(Type.of(kinds, places) == t for places in t.orders())


def test_width_equal_to_the_truth_leaves_permutations_and_orientations_only():
    """B11: scaling is inside a stratum; in general position no reversal is admissible."""
    units = [Unit(1, (1, 2), 0), Unit(2, (1, -1), 1), Unit(-1, (0, 1), 2)]
    (stratum,) = true_set(RELU, 2, 3, StandardNormal(2), units).strata
    assert [str(p) for p in stratum.places] == ["fold1+", "fold2+", "fold3+"]
    assert (stratum.orbit, stratum.dimension, stratum.fisher_rank) == (factorial(3), 3, 10)
    # An odd activation may flip each unit.
    flips = true_set(TANH, 2, 3, StandardNormal(2), units).strata
    assert sorted(s.orbit for s in flips) == [6] * 8
    # Weight annihilation: w1 + w2 + w3 = 0 admits the reversal of all three.
    triangle = [Unit(1, (1, 0), 1), Unit(1, (0, 1), 1), Unit(1, (-1, -1), 1)]
    both = true_set(RELU, 2, 3, StandardNormal(2), triangle).strata
    assert sorted({tuple(p.sign for p in s.places) for s in both}) == [(-1, -1, 1), (1, 1, -1)]


def test_excess_units_may_cancel_on_a_boundary_of_their_own():
    """B10 and B12, corrected."""
    W0 = true_set(RELU, 2, 3, StandardNormal(2), [Unit(2, (1, 0), 1)])
    pair = next(s for s in W0.strata if [str(p) for p in s.places][1:] == ["cancel1+"] * 2)
    assert (pair.dimension, pair.fisher_rank, pair.is_manifold_there) == (6, 7, True)
    assert (
        W0.explain([1, 0, 1, 2, 1, 1, 1, 5, 2, 2, 2, -Rational(5, 2), 0]).stratum.type == pair.type
    )
    # Reversed partly, the pair adds a linear function, which the truth's unit makes up for.
    turned = next(
        s for s in W0.strata if [str(p) for p in s.places] == ["fold1-", "cancel1+", "cancel1-"]
    )
    assert (turned.dimension, turned.is_manifold_there) == (4, True)
    # With readouts of one sign nothing cancels.
    positive = true_set(RELU, 2, 3, StandardNormal(2), [Unit(2, (1, 0), 1)], readouts=1)
    assert not any(p.role in GROUPS for s in positive.strata for p in s.places)


def test_more_groups_than_one_and_groups_that_balance():
    strata = CASES["relu, no truth"].strata
    names = {tuple(map(str, s.places)) for s in strata}
    assert ("cancel1+", "cancel1+", "cancel2+", "cancel2+") in names
    assert ("balanced1+", "balanced1+", "balanced1-", "balanced1-") in names
    # A group that bends needs another to straighten the sum.
    assert ("cancel1+", "cancel1-", "cancel2+", "cancel2-") in names
    assert ("cancel1+", "cancel1+", "cancel1-", "cancel1-") not in names


def test_zero_on_an_interval_has_the_extra_types_of_a_bounded_domain():
    """B14: dead units, silent units that are on, and what needs no domain."""
    W0 = true_set(RELU, 1, 1, UniformInterval(-1, 1), [])
    found = {str(s.places[0]): s.dimension for s in W0.strata}
    assert found == {"off": 3, "silent0": 2, "silent+": 2, "flat-": 2, "flat+": 2, "flat0": 1}
    everywhere = true_set(RELU, 1, 1, StandardNormal(), [])
    assert {str(s.places[0]) for s in everywhere.strata} == {"silent", "flat-", "flat+", "flat0"}


# Points, equations, dimensions


@cases
def test_random_points_are_true_and_on_their_own_stratum(name):
    W0 = CASES[name]
    rng = Random(1)  # noqa: S311 - test points
    xs = [[Rational(rng.randint(-14, 14), 7) for _ in range(W0.model.inputs)] for _ in range(12)]
    for s in W0.strata:
        first = s.point(1)
        assert s.point(1) == first
        assert any(s.point(k) != first for k in range(2, 6)) or s.dimension == 0
        if not is_algebraic(first):
            continue
        assert W0.stratum_of(first).type == s.type
        # Without the measure: the two functions at some inputs inside the domain.
        ours = W0.model.at(first)
        for x in xs if isinstance(W0.inputs, StandardNormal | UniformInterval | UniformBox) else ():
            difference = ours(*x) - W0.truth(*x)
            on_fold = any(u.preactivation(*x) == 0 for u in (*ours.units, *W0.truth.units))
            assert on_fold or abs(sympy.N(difference, 20)) < 1e-15


@cases
def test_dimensions_agree_and_are_ranks_of_the_parametrisation(name):
    W0 = CASES[name]
    for s in W0.strata:
        assert s.dimension == len(s.free)
        assert set(s.dependent) | (set(s.free) & set(W0.model.parameters)) == set(
            W0.model.parameters
        )
        at = {v: Rational(k + 2, k + 3) for k, v in enumerate(s.free)}
        map_ = sympy.Matrix([s.dependent.get(p, p) for p in W0.model.parameters])
        rank = map_.jacobian(s.free).subs(at).rank() if s.free else 0
        assert rank == s.dimension


@cases
def test_points_satisfy_the_parametrisation_and_its_conditions(name):
    W0 = CASES[name]
    for s in W0.strata:
        point = s.point(4)
        if set(s.free) <= set(W0.model.parameters):
            free = {v: point[v] for v in s.free}
            assert all(sympy.simplify(e.subs(free) - point[p]) == 0 for p, e in s.dependent.items())
            assert all(c.subs(free) == sympy.true for c in s.conditions())
            assert all(sympy.simplify(e.subs(point)) == 0 for e in s.equations)


@cases
def test_ranks_by_counting_are_the_ranks_at_exact_points(name):
    W0 = CASES[name]
    for s in W0.strata:
        if s.fisher_rank is None or not is_algebraic(s.point(5)):
            continue
        assert W0.fisher_rank(s, 5) == s.fisher_rank, str(s)
        assert s.dimension + s.fisher_rank <= s.ambient


def test_orientation_does_not_change_the_rank_of_distinct_hyperplanes():
    """B18: (n + 1)d + 1 whatever the orientations."""
    for n in (1, 2):
        units = [Unit(k + 1, (1, k)[:n], k - HALF) for k in range(3)]
        for signs in product((1, -1), repeat=3):
            turned = [
                Unit(u.readout, tuple(s * w for w in u.weights), s * u.bias)
                for s, u in zip(signs, units, strict=True)
            ]
            W0 = true_set(RELU, n, 3, StandardNormal(n), turned)
            assert {s.fisher_rank for s in W0.strata} >= {3 * (n + 1) + 1}


# Completeness


def silent(stratum):
    places = [Place(p.role, None) if p.role is Role.SILENT else p for p in stratum.places]
    return Type.of([0] * len(places), places)


@pytest.mark.parametrize(("sigma", "keywords"), [
    (RELU, FIXED), (RELU, {"biases": 0}),
    *(pytest.param(s, k, marks=pytest.mark.slow)
      for s, k in [(ABSOLUTE, FIXED), *product((RELU, ABSOLUTE), ({}, {"output_bias": 0}))]),
], ids=str)  # fmt: skip
def test_elimination_finds_the_same_types(sigma, keywords):
    """Another algorithm: ordered types, polynomial elimination, other conditions."""
    for law in (UniformInterval(-2, 2), StandardNormal()):
        W0 = true_set(sigma, 1, 2, law, **keywords)
        pieces = list(eliminated_strata(W0.model, W0.truth, law))
        found = [W0.stratum_of(p.point()) for p in pieces]
        # Elimination has one type of silent units, wherever they fold.
        assert {silent(s) for s in found} == {silent(s) for s in W0.strata}
        largest = {}
        for piece, s in zip(pieces, found, strict=True):
            largest[silent(s)] = max(largest.get(silent(s), 0), piece.dimension)
        assert largest == {silent(s): s.dimension for s in W0.strata}


def test_empty_types_have_no_real_solution():
    """Every empty type of two units against one, by a Gröbner basis."""
    W0 = true_set(RELU, 2, 2, StandardNormal(2))
    p1, p2 = sympy.symbols("p1 p2", real=True)
    found = {s.type for s in W0.strata}
    for kind in all_types(W0.setting):
        signs = [p.sign for p in kind.places if p.role is Role.FOLD]
        if kind in found or any(p.role in GROUPS for p in kind.places):
            continue
        strengths = [p1, p2][: len(signs)]
        reversed_sum = sympy.Add(*(p for p, s in zip(strengths, signs, strict=True) if s < 0))
        # Strengths sum to 1, the slope excludes a reversed sum, no strength is zero.
        t = sympy.Symbol("t")
        system = [sympy.Add(*strengths) - 1, reversed_sum, t * sympy.Mul(*strengths) - 1]
        assert sympy.groebner(system, *strengths, t).exprs == [1]
    assert len(found) == 5


def grid_points(W0, values):
    model = W0.model
    axes = [values[p.name[0]] for p in model.parameters]
    for point in product(*axes):
        yield dict(zip(model.parameters, point, strict=True))


@pytest.mark.parametrize(("sigma", "width", "keywords"), [
    (RELU, 2, {"output_bias": 0}), (RELU, 3, {"biases": 0, "output_bias": 0}),
    (TANH, 2, {"output_bias": 0}), (SWISH, 3, {"biases": 0, "output_bias": 0}),
], ids=str)  # fmt: skip
def test_every_true_grid_point_is_on_a_listed_stratum(sigma, width, keywords):
    """True or not is decided by values of the functions at many inputs."""
    W0 = true_set(sigma, 1, width, StandardNormal(), [Unit(1, (1,), 0)], **keywords)
    listed = {s.type for s in W0.strata}
    xs = np.linspace(-3.1, 3.2, 23)
    value = sympy.lambdify(sympy.Symbol("z"), sigma(sympy.Symbol("z")), "numpy")
    truth = value(xs)
    values = {"w": (-1, 0, 1, 2), "b": (-1, 0, 1), "q": (-1, 0, 1, HALF)}
    count = 0
    for point in grid_points(W0, values):
        net = W0.model.at(point)
        total = sum(
            float(u.readout) * value(float(u.weights[0]) * xs + float(u.bias)) for u in net.units
        )
        true = bool(np.abs(total - truth).max() < 1e-9)
        if true:
            count += 1
            assert W0.stratum_of(point).type in listed
        elif count % 7 == 0:
            assert W0.stratum_of(point) is None
    assert count > 20


@pytest.mark.parametrize(("sigma", "width", "starts"), [
    (RELU, 2, 3), *(pytest.param(*case, marks=pytest.mark.slow)
                    for case in ((RELU, 2, 20), (RELU, 3, 12), (ABSOLUTE, 2, 12))),
], ids=str)  # fmt: skip
def test_minimising_K_ends_on_a_listed_stratum(sigma, width, starts):
    W0 = true_set(sigma, 1, width, UniformInterval(-2, 2), [Unit(1, (1,), HALF)])
    potential = KLDivergence(W0.model, W0.truth, W0.inputs).compile()
    rng = np.random.default_rng(2)

    def value(w):
        g = np.empty_like(w)
        return potential(w, g), g

    reached = set()
    for _ in range(starts):
        end = minimize(value, rng.standard_normal(len(W0.model.parameters)), jac=True,
                       method="BFGS", options={"gtol": 1e-9})  # fmt: skip
        if end.fun > 1e-9:
            continue
        near = W0.nearest(list(end.x))
        # K grows quadratically at least like the cube of the distance to W0.
        assert near.distance < 40 * end.fun ** (1 / 3) + 1e-4
        assert W0.contains(near.point)
        reached.add(near.stratum.type)
    assert reached


# Nearest points, limits


@pytest.mark.parametrize("name", ["relu, interval", "relu, plane", "tanh", "swish, plane"])
def test_nearest_points_are_true_and_as_near_as_a_known_one(name):
    W0 = CASES[name]
    rng = np.random.default_rng(3)
    for s in W0.strata[1 :: max(1, len(W0.strata) // 2)]:
        point = s.point(6)
        offset = 1e-3 * rng.standard_normal(len(point))
        given = {p: float(v) + e for (p, v), e in zip(point.items(), offset, strict=True)}
        near = W0.nearest(given)
        # Positive conditions may hide the very nearest point; a factor covers the search.
        assert near.distance < 1.5 * np.linalg.norm(offset)
        exact = sum((sympy.Rational(given[p]) - v) ** 2 for p, v in near.point.items())
        assert sympy.N(exact, 30) <= sympy.Rational(near.distance) ** 2
        if is_algebraic(near.point):
            assert W0.stratum_of(near.point).type == near.stratum.type


def test_nearest_refuses_what_is_no_float():
    W0 = CASES["relu, interval"]
    with pytest.raises(ValueError, match="must be finite"):
        W0.nearest([float("nan")] * 7)
    with pytest.raises(ValueError, match="must give every one of"):
        W0.nearest([0.0] * 6)
    empty = true_set(RELU, 1, 1, StandardNormal(), [Unit(1, (1,), 0), Unit(1, (1,), 1)])
    assert empty.strata == ()
    with pytest.raises(ValueError, match="W0 is empty"):
        empty.nearest([0.0] * 4)


@pytest.mark.parametrize("name", ["relu, interval", "relu", "tanh", "swish, plane"])
def test_limits_are_proved_by_curves(name):
    W0 = CASES[name]
    size = {s.type: s.dimension for s in W0.strata}
    for s in W0.strata:
        for limit in W0.limits(s):
            assert limit.target in size
            end = limit.curve(sympy.S.Zero)
            assert W0.stratum_of(end).type == limit.target
            gaps = []
            for k in (10, 20, 30):
                point = limit.curve(Rational(1, 2**k))
                if is_algebraic(point):
                    assert W0.stratum_of(point).type == s.type
                gaps.append(max(abs(float(point[p] - end[p])) for p in end))
            assert gaps[2] <= gaps[1] / 500 <= gaps[0] / 200000


@pytest.mark.slow
def test_a_bending_group_straightens_into_a_balanced_one():
    W0 = true_set(RELU, 1, 6, StandardNormal())
    places = ["fold1+", "fold1-", "cancel1+", "cancel1+", "cancel1-", "cancel1-"]
    bent = next(s for s in W0.strata if [str(p) for p in s.places] == places)
    reached = [{p.role for p in limit.target.places} for limit in W0.limits(bent)]
    assert any(Role.BALANCED in roles for roles in reached)


def test_symmetries_that_act_on_a_stratum():
    strata = {tuple(map(str, s.places)): s for s in CASES["relu, plane"].strata}
    pair = strata["fold1+", "cancel1+", "cancel1+"]
    assert (pair.permutations, pair.orbit, pair.scalings) == (2, 3, 3)
    fixed = CASES["relu, interval, fixed"].strata[0]
    assert fixed.scalings == 0


def test_the_graph_of_two_units_against_one():
    names = {
        str(a): {str(b) for b in targets}
        for a, targets in true_set(RELU, 1, 2, StandardNormal()).adjacency.items()
    }
    assert names == {
        "[fold1+, fold1+]": {"[fold1+, silent]", "[fold1+, flat0]"},
        "[fold1+, silent]": {"[fold1+, flat+]", "[fold1+, flat-]", "[fold1+, flat0]"},
        "[fold1+, flat+]": {"[fold1+, flat0]"},
        "[fold1+, flat-]": {"[fold1+, flat0]"},
        "[fold1+, flat0]": set(),
    }


# Truths and models of other forms


def test_a_truth_that_is_not_minimal_is_reduced():
    units = [Unit(1, (1, 0), 1), Unit(1, (2, 0), 2), Unit(5, (0, 1), 0), Unit(-5, (0, 1), 0)]
    W0 = true_set(RELU, 2, 2, StandardNormal(2), units)
    assert W0.reduction == "truth with 4 units, in canonical form 1 fold"
    small = true_set(RELU, 2, 2, StandardNormal(2), [Unit(3, (1, 0), 1)])
    assert [str(s) for s in W0.strata] == [str(s) for s in small.strata]


def test_a_network_without_units():
    empty = TwoLayer(RELU, (), sympy.Symbol("c", real=True), (sympy.Symbol("c", real=True),), 1)
    (stratum,) = TrueSet(empty, TwoLayer(RELU, (), 3, inputs=1), StandardNormal()).strata
    assert (stratum.dependent, stratum.dimension) == ({empty.output_bias: 3}, 0)
    assert TrueSet(empty, TwoLayer(RELU, [Unit(1, (1,), 0)]), StandardNormal()).strata == ()


def test_what_has_no_strata_is_refused_by_name():
    mixed = TrueSet(TwoLayer.symbolic(RELU, width=1), TwoLayer(TANH, [Unit(1, (1,), 0)]),
                    StandardNormal())  # fmt: skip
    with pytest.raises(ValueError, match="one activation"):
        _ = mixed.strata
    tied = TwoLayer.symbolic(TANH, width=2, weights=1)
    with pytest.raises(UnsupportedError, match="piecewise linear"):
        _ = TrueSet(tied, TwoLayer(TANH, (), inputs=1), StandardNormal()).strata
    with pytest.raises(UnsupportedError, match=r"log\(2\)"):
        _ = true_set(SOFTPLUS, 1, 2, StandardNormal(), biases=0, output_bias=0).strata
    step = CASES["step, interval"]
    with pytest.raises(UnsupportedError, match="not continuous"):
        step.limits(step.strata[0])


def test_permuted_parameters_lie_on_permuted_strata():
    W0 = CASES["relu, plane"]
    block = 4
    for s in W0.strata[::5]:
        values = list(s.point(7).values())
        for order in permutations(range(3)):
            moved = [v for k in order for v in values[block * k : block * (k + 1)]] + values[-1:]
            found = W0.stratum_of(moved)
            assert found.type == s.type
            assert found.places == normal_places([s.places[k] for k in order])
            placed = stratum_of_type(W0.setting, found.type, found.places)
            assert placed.dimension == s.dimension


def test_linear_programs_agree_with_floating_point():
    field = RealField.containing([])
    rng = Random(1)  # noqa: S311 - test points
    empty = 0
    for _ in range(150):
        n, m = rng.randint(1, 4), rng.randint(1, 6)
        rows = [[rng.randint(-3, 3) for _ in range(n)] for _ in range(m)]
        right = [rng.randint(-4, 4) for _ in range(m)]
        for k in range(n):
            for s in (1, -1):
                rows.append([s * (i == k) for i in range(n)])
                right.append(5)
        goal = [rng.randint(-3, 3) for _ in range(n)]
        exact = maximise([fmpq(c) for c in goal], [[fmpq(a) for a in r] for r in rows],
                         [fmpq(b) for b in right], field)  # fmt: skip
        answer = linprog([-c for c in goal], A_ub=rows, b_ub=right, bounds=(None, None))
        assert (exact is None) == (answer.status == 2)
        if exact is None:
            empty += 1
            continue
        assert float(exact[0]) == pytest.approx(-answer.fun, abs=1e-7)
        for row, b in zip(rows, right, strict=True):
            assert sum(a * x for a, x in zip(row, exact[1], strict=True)) <= b
    assert empty > 10
