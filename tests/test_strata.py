"""Strata of W0 for all activations: enumeration, points, equations, dimensions, ranks."""

from itertools import product
from math import factorial
from random import Random

import pytest
import sympy
from strata_cases import CASES, HALF, cases, is_algebraic, true_set
from sympy import Rational

from slt_symbolic.activations import (
    RELU,
    TANH,
)
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval
from slt_symbolic.networks import Unit
from slt_symbolic.true_set.types import GROUPS, Place, Role, Type, normal_places, types


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
