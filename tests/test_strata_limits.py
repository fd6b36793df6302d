"""Nearest points of W0, and how strata meet."""

import numpy as np
import pytest
import sympy
from strata_cases import CASES, is_algebraic, true_set
from sympy import Rational

from slt_symbolic.activations import (
    RELU,
)
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import Unit
from slt_symbolic.true_set.types import Role


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
            assert limit.curve(0) == end
            with pytest.raises(TypeError, match="t must be exact"):
                limit.curve(0.0)
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
