"""Truths that are not minimal, models of other forms, what is refused."""

from itertools import permutations

import pytest
import sympy
from strata_cases import CASES, true_set

from slt_symbolic.activations import (
    RELU,
    SIN,
    SOFTPLUS,
    TANH,
)
from slt_symbolic.inputs import StandardNormal, UniformInterval, UniformSphere
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import NoStrataError, TrueSet, UnsupportedError
from slt_symbolic.true_set.strata import stratum_of_type
from slt_symbolic.true_set.types import normal_places


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
    sphere = TwoLayer.symbolic(TANH, inputs=3, width=1)
    with pytest.raises(UnsupportedError, match="inputs on R"):
        _ = TrueSet(sphere, TwoLayer(TANH, (), inputs=3), UniformSphere(3)).strata
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


def test_graphs_and_nearest_points_need_strata_known_by_type():
    w, q = sympy.symbols("w q", real=True)
    tied = TwoLayer(RELU, [Unit(q, (w,), 0), Unit(q, (-w,), 0)], 0, (w, q))
    both = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(1, (-1,), 0)])
    waves = TwoLayer.symbolic(SIN, width=2)
    for model, truth in ((tied, both), (waves, TwoLayer(SIN, [Unit(1, (1,), 0)]))):
        W0 = TrueSet(model, truth, UniformInterval(-1, 1))
        assert W0.strata
        with pytest.raises(NoStrataError, match="nearest points need"):
            W0.nearest([1.0] * len(model.parameters))
        with pytest.raises(NoStrataError, match="limits need"):
            W0.limits(W0.strata[0])
        with pytest.raises(NoStrataError, match="adjacency and limits need"):
            _ = W0.adjacency
