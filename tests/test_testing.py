"""The strategies and ready-made properties of slt_symbolic.testing."""

import subprocess
import sys

import pytest
import sympy
from hypothesis import find, given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic.activations import ABSOLUTE, COS, RELU, SIGMOID, STEP, TANH
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.rlct import LearningCoefficient, Problem, learning_coefficient
from slt_symbolic.testing import (
    EquivalentPair,
    KnownProblem,
    NearTrue,
    PropertyError,
    Reversal,
    Scaling,
    Split,
    activations,
    blown_down_monomials,
    check_certificate,
    check_divergence,
    check_equivalence_preserves_function,
    check_invariance,
    check_known_answer,
    check_true_parameter,
    equivalent_pairs,
    input_distributions,
    monomials,
    moved_parameter,
    near_true_parameters,
    networks,
    parameters,
    rationals,
    rlct_problems,
    situations,
    symmetries,
    true_parameters,
)
from slt_symbolic.true_set import NoStrataError, TrueSet

FEW = settings(max_examples=15, deadline=None)
MODEL = TwoLayer.symbolic(RELU, width=2, biases=0, output_bias=0)
TRUTH = TwoLayer(RELU, [Unit(1, (1,), 0)])
W0 = TrueSet(MODEL, TRUTH, StandardNormal())
K = KLDivergence(MODEL, TRUTH, StandardNormal())


@FEW
@given(situations(most=2), st.data())
def test_k_is_not_negative_and_invariant(situation, data):
    values = data.draw(parameters(situation.model))
    check_divergence(situation.divergence, values)
    change = data.draw(symmetries(situation.model))
    check_invariance(situation.divergence, change, values)


@settings(max_examples=6, deadline=None)
@given(situations(activations("analytic"), inputs=StandardNormal()), st.data())
def test_the_same_for_analytic_units(situation, data):
    values = data.draw(parameters(situation.model))
    change = data.draw(symmetries(situation.model))
    check_invariance(situation.divergence, change, values)


@settings(max_examples=40, deadline=None)
@given(equivalent_pairs(most=2))
def test_pairs_are_equivalent(pair):
    check_equivalence_preserves_function(pair)


@FEW
@given(true_parameters(W0), near_true_parameters(W0))
def test_true_parameters_are_true_and_their_neighbours_agree_with_k(true, near):
    assert W0.contains(true)
    check_true_parameter(K, W0, true)
    check_true_parameter(K, W0, near.values)
    assert W0.contains(near.true)
    assert max(abs(near.values[p] - v) for p, v in near.true.items()) <= Rational(1, 100)


@given(st.data())
@FEW
def test_the_stratum_can_be_chosen(data):
    for i, stratum in enumerate(W0.strata):
        for choice in (i, stratum):
            values = data.draw(true_parameters(W0, choice))
            assert sorted(map(str, W0.stratum_of(values).places)) == sorted(
                map(str, stratum.places)
            )


@settings(max_examples=25, deadline=None)
@given(rlct_problems())
def test_known_answers_are_found(known):
    check_known_answer(known)


@pytest.mark.parametrize("strategy", [monomials(), blown_down_monomials()])
def test_constructions_are_answered_exactly(strategy):
    """Bounds would pass :func:`check_known_answer` too: these answers are exact."""
    known = find(strategy, lambda k: k.multiplicity == 2)
    answer = learning_coefficient(known.problem)
    assert (answer.value, answer.multiplicity) == (known.value, 2)


def test_simple_things_come_first():
    assert find(rationals(), lambda q: q > 1) == 2
    assert find(rationals(positive=True), lambda _: True) == 1
    found = find(networks(RELU), lambda f: bool(f.units and f.units[0].readout > 1))
    assert [found.output_bias, *found.units[0].entries()] == [0, 2, 0, 0]
    near = find(near_true_parameters(W0, 0), lambda n: n.true != n.values)
    assert sum(near.values[p] != v for p, v in near.true.items()) == 1


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_laws_have_the_dimension(dimension):
    kinds = ("normal", "interval", "box", "polygon", "sphere", "sample")

    @FEW
    @given(input_distributions(dimension, kinds))
    def check(law):
        assert law.dimension == dimension

    check()


def test_false_statements_are_caught():
    two = Rational(2)
    wrong = EquivalentPair(TRUTH, TwoLayer(RELU, [Unit(2, (1,), 0)]), ())
    with pytest.raises(PropertyError, match="is called different"):
        check_equivalence_preserves_function(wrong)

    class Doubling(Scaling):
        def __call__(self, network):
            changed = super().__call__(network)
            unit = changed.units[0]
            return TwoLayer(RELU, [Unit(2 * unit.readout, unit.weights, 0), *changed.units[1:]])

    with pytest.raises(PropertyError, match=r"K = 1/4 at .* but 1 after .*Doubling"):
        check_invariance(K, Doubling(0, two), (1, 1, 1, 1))
    other = TrueSet(MODEL, TwoLayer(RELU, [Unit(3, (1,), 0)]), StandardNormal())
    with pytest.raises(PropertyError, match="not in W0"):
        check_true_parameter(K, other, (1, 1, 1, 0))
    x = sympy.Symbol("x", real=True)
    problem = Problem(x**4, (x,), (0,))
    with pytest.raises(PropertyError, match="lambda = 1/2"):
        check_known_answer(KnownProblem(problem, Rational(1, 2), 1, "wrong"))
    with pytest.raises(PropertyError, match="m = 2"):
        check_known_answer(KnownProblem(problem, Rational(1, 4), 2, "wrong"))
    answer = learning_coefficient(problem)
    lying = LearningCoefficient(**{**vars(answer), "lower": Rational(1, 8)})
    with pytest.raises(PropertyError, match="certificate"):
        check_certificate(problem, lying)

    class Negative:
        is_algebraic = True

        def at(self, _):
            return Rational(-1)

        def enclosure(self, *_, **__):
            from flint import arb

            return arb(0, 2)

    with pytest.raises(PropertyError, match="K = -1 < 0"):
        check_divergence(Negative(), ())


def test_symmetries_leave_fixed_entries_alone():
    tied = TwoLayer.symbolic(TANH, width=2, readouts=1)
    with pytest.raises(ValueError, match="no free parameter"):
        moved_parameter(tied, Reversal(0), (1, 1, 1, 1, 1))
    with pytest.raises(ValueError, match="number of units"):
        moved_parameter(MODEL, Split(0, Rational(1)), (1, 1, 1, 1))
    free = TwoLayer.symbolic(SIGMOID, width=1)
    moved = moved_parameter(free, Reversal(0), (2, 3, 5, 7))
    assert list(moved.values()) == [-2, -3, -5, 12]

    @FEW
    @given(symmetries(tied))
    def check(change):
        assert type(change).__name__ == "Permutation"

    check()


@pytest.mark.parametrize("sigma", [ABSOLUTE, COS, SIGMOID, STEP, TANH], ids=str)
def test_reversals_occur_and_keep_k(sigma):
    model = TwoLayer.symbolic(sigma, width=1)
    change = find(symmetries(model), lambda c: isinstance(c, Reversal))
    D = KLDivergence(model, TwoLayer(sigma, [Unit(1, (2,), 1)]), UniformInterval(-1, 1))
    check_invariance(D, change, (1, Rational(1, 3), 2, 1))


def test_requests_that_make_no_sense():
    for bad in (
        lambda: activations("all of them"),
        lambda: input_distributions(1, ("cauchy",)),
        lambda: input_distributions(2, ("interval",)),
        lambda: rationals(most=0),
        lambda: find(true_parameters(W0, 17), lambda _: True),
        lambda: find(near_true_parameters(W0, distance=0), lambda _: True),
        lambda: Scaling(0, Rational(2))(TwoLayer(TANH, [Unit(1, (1,), 0)])),
        lambda: Reversal(0)(TRUTH),
    ):
        with pytest.raises(ValueError, match=r"must|none of|is not|has no"):
            bad()
    nothing = TrueSet(MODEL, TwoLayer(RELU, [Unit(1, (1,), 1)]), StandardNormal())
    with pytest.raises((ValueError, NoStrataError), match="empty"):
        find(true_parameters(nothing), lambda _: True)
    assert NearTrue({}, {}).values == {}


def test_without_hypothesis_there_is_a_named_error():
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import slt_symbolic\n"
        "try:\n    import slt_symbolic.testing\n"
        "except ImportError as e:\n    print(type(e).__name__, e)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("MissingHypothesisError slt_symbolic.testing needs Hypothesis")
