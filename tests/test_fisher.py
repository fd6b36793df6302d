"""The Fisher information: entries as integrals, ranks with proof, exact null relations."""

from fractions import Fraction as Q

import flint
import mpmath
import numpy as np
import pytest
import sympy
from core_reference import LEAKY, breaks_of, fraction, mean, network, rational, scores
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, RELU, STEP
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.networks import TwoLayer, Unit

NUMBER = st.sampled_from([Q(k, d) for d in (1, 2) for k in range(-2, 3)])
UNIT = st.tuples(NUMBER, NUMBER, NUMBER)
ENDS = (Q(-1), Q(3, 2))
LAW = UniformInterval(*map(rational, ENDS))
SIGMAS = (RELU, LEAKY, ABSOLUTE)


def flat(units, constant=0):
    return [*(rational(e) for u in units for e in u), rational(constant)]


def smooth(units):
    return all(w != 0 or b != 0 or q == 0 for w, b, q in units)


def gram(name, units):
    s = scores(name, units)
    cuts = breaks_of(units)
    return [[mean(lambda x, g=g, h=h: g(x) * h(x), cuts, *ENDS) for h in s] for g in s]


def flint_rank(matrix):
    rows = [[flint.fmpq(int(fraction(e).numerator), int(fraction(e).denominator)) for e in r]
            for r in matrix.tolist()]  # fmt: skip
    return flint.fmpq_mat(rows).rank()


@pytest.mark.parametrize("sigma", SIGMAS, ids=str)
@given(st.lists(UNIT, min_size=1, max_size=3), st.sampled_from([Q(1), Q(2, 5)]))
@settings(deadline=None, max_examples=10)
def test_entries_are_integrals_and_the_rank_is_that_of_the_matrix(sigma, units, variance):
    assume(smooth(units))
    fisher = FisherInformation(
        TwoLayer.symbolic(sigma, width=len(units)), LAW, noise_variance=rational(variance)
    )
    matrix = fisher.matrix(flat(units))
    if all(w or b for w, b, _ in units):  # the reference's slope at a kink is a convention
        expected = gram(sigma.name, units)
        got = [[fraction(e) * variance for e in row] for row in matrix.tolist()]
        assert got == expected
    relations = fisher.null_relations(flat(units))
    assert relations.rank == fisher.rank(flat(units)) == flint_rank(matrix)
    assert relations.rank + len(relations.fields) == len(fisher.parameters)
    for v in relations.fields:
        assert matrix * sympy.Matrix(v) == sympy.zeros(matrix.rows, 1)
        assert any(v)


@given(st.lists(UNIT, min_size=2, max_size=2))
@settings(deadline=None, max_examples=3)
def test_fields_hold_in_their_chamber(units):
    fisher = FisherInformation(TwoLayer.symbolic(RELU, width=2), LAW)
    point = fisher.model.point(flat(units))
    try:
        fields = fisher.null_fields(point)
        matrix, chamber = fisher.closed_form(point)
    except WallError:
        assume(False)
    assert chamber.contains(point)
    assert fields.chamber.contains(point)
    assert matrix.subs(point) == fisher.matrix(point)
    for v in fields.fields:
        null = sympy.Matrix(v).subs(point)
        assert fisher.matrix(point) * null == sympy.zeros(len(point), 1)
    assert fisher.rank(point) <= fields.rank
    for k in range(1, 4):
        there = {p: x + Rational(k * j, 97) for j, (p, x) in enumerate(point.items())}
        if fields.chamber.contains(there) and chamber.contains(there):
            assert matrix.subs(there) == fisher.matrix(there)
            for v in fields.fields:
                null = sympy.Matrix(v).subs(there)
                assert fisher.matrix(there) * null == sympy.zeros(len(there), 1)


def test_an_entry_by_symbolic_differentiation_and_mpmath():
    model = TwoLayer.symbolic(RELU, width=2)
    values = [1, Rational(1, 3), 2, -2, 1, Rational(1, 2), 0]
    matrix = FisherInformation(model, LAW).matrix(values)
    x = sympy.Symbol("x", real=True)
    f = sum(
        (q * (w * x + b) * sympy.Heaviside(w * x + b) for w, b, q in
         (model.parameters[:3], model.parameters[3:6])), model.parameters[6],
    )  # fmt: skip
    point = model.point(values)
    derivatives = [sympy.lambdify(x, f.diff(p).subs(point).replace(
        lambda e: isinstance(e, sympy.DiracDelta), lambda _: sympy.S.Zero), "mpmath")
        for p in model.parameters]  # fmt: skip
    cuts = [-1, mpmath.mpf(-1) / 3, mpmath.mpf(1) / 2, mpmath.mpf(3) / 2]
    for i, g in enumerate(derivatives):
        for j, h in enumerate(derivatives):
            quad = mpmath.quad(lambda t, g=g, h=h: g(t) * h(t), cuts) / 2.5
            assert abs(quad - mpmath.mpf(matrix[i, j].p) / int(matrix[i, j].q)) < 1e-10


@pytest.mark.slow
@pytest.mark.parametrize("sigma", SIGMAS, ids=str)
def test_at_true_parameters_it_is_the_hessian_of_k(sigma):
    units = [
        (Q(1), Q(1, 3), Q(2)),
        (Q(-2), Q(1, 2), Q(1, 2)),
    ]
    model = TwoLayer.symbolic(sigma, width=2)
    K = KLDivergence(model, network(sigma, units, Q(1)), LAW, noise_variance=3)
    fisher = FisherInformation(model, LAW, noise_variance=3)
    # The true parameter lies on walls of K, where K is C² nevertheless: use exact differences
    # of the compiled gradient on the scale where both the wall and rounding are invisible.
    potential, w = K.compile(), np.array([float(v) for v in flat(units, 1)])
    information = np.array(fisher.matrix(flat(units, 1)).tolist(), dtype=float)
    h = 1e-6
    for j in range(7):
        ahead, behind, e = np.empty(7), np.empty(7), h * np.eye(7)[j]
        potential(w + e, ahead)
        potential(w - e, behind)
        np.testing.assert_allclose((ahead - behind) / (2 * h), information[:, j], atol=2e-5)


def test_inside_a_chamber_it_is_the_exact_hessian():
    model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    law = UniformInterval(-sqrt(6), sqrt(6))
    K = KLDivergence(model, network(RELU, [(Q(1), Q(0), Q(1))]), law)
    true = [Rational(1, 4), Rational(3, 4)]
    assert K.at(true) == 0
    hessian = sympy.hessian(K.chamber(true).expr, model.parameters)
    assert hessian == FisherInformation(model, law).matrix(true)


def test_irrational_parameters_have_certain_ranks():
    model = TwoLayer.symbolic(RELU, width=2, output_bias=0)
    fisher = FisherInformation(model, UniformInterval(-sqrt(3), sqrt(3)))
    same = [sqrt(2), 1, 1, 2, sqrt(2), 3]  # both break at −1/√2
    apart = [sqrt(2), 1, 1, 2, sqrt(2) + Rational(1, 10**20), 3]
    assert fisher.rank(same) == 2  # 1 and x right of the one fold
    assert fisher.rank(apart) == 4
    relations = fisher.null_relations(same)
    matrix = fisher.matrix(same)
    for v in relations.fields:
        assert all(sympy.simplify(e) == 0 for e in matrix * sympy.Matrix(v))


@pytest.mark.parametrize(
    ("point", "rank"),
    [
        ([1, 0, 1, 0], 3),  # all but the scaling
        ([1, 0, 0, 0], 2),  # silent: only q and c move f
        ([1, -5, 1, 0], 1),  # off throughout
        ([1, 5, 1, 0], 2),  # on throughout: affine functions
        ([0, 1, 1, 0], 2),  # constant unit
        ([0, -1, 1, 0], 1),
        ([0, 0, 0, 0], 1),  # zero readout: the kink is invisible to first order
    ],
)
def test_known_ranks_of_one_relu(point, rank):
    assert FisherInformation(TwoLayer.symbolic(RELU, width=1), LAW).rank(point) == rank


@pytest.mark.parametrize("sigma", SIGMAS, ids=str)
@pytest.mark.parametrize("method", ["matrix", "rank", "null_relations"])
def test_a_unit_on_its_kink_is_not_differentiable(sigma, method):
    fisher = FisherInformation(TwoLayer.symbolic(sigma, width=2), LAW)
    with pytest.raises(NotDifferentiableError, match="zero weight and zero bias"):
        getattr(fisher, method)([1, 0, 1, 0, 0, 2, 0])


def test_a_jump_is_differentiable_in_the_readouts_only():
    readouts = FisherInformation(TwoLayer.symbolic(STEP, width=2, weights=1, biases=0), LAW)
    assert readouts.matrix([1, 1, 0])[0, 0] == Rational(3, 5)
    assert readouts.rank([1, 1, 0]) == 2
    with pytest.raises(NotDifferentiableError, match="step jumps"):
        FisherInformation(TwoLayer.symbolic(STEP, width=1), LAW).matrix([1, 0, 1, 0])


def test_walls_stop_fields_but_not_matrices():
    fisher = FisherInformation(TwoLayer.symbolic(RELU, width=2), LAW)
    wall = [1, 0, 1, 1, 0, 1, 0]
    assert fisher.rank(wall) == flint_rank(fisher.matrix(wall)) == 3
    with pytest.raises(WallError):
        fisher.closed_form(wall)


def test_tied_parameters_sum_their_scores():
    w = sympy.Symbol("w", real=True)
    model = TwoLayer(RELU, [Unit(w, (w,), 0), Unit(1, (-w,), 0)], 0, (w,))
    matrix = FisherInformation(model, UniformInterval(-1, 1)).matrix([3])
    # ∂f/∂w = 2w·x on x > 0 and −x on x < 0.
    assert matrix == sympy.Matrix([[(36 + 1) / Rational(6)]])


@pytest.mark.parametrize(("arguments", "keywords", "error", "match"), [
    (((), LAW), {}, ValueError, "model must be a network"),
    (([TwoLayer.symbolic(RELU, width=k) for k in (1, 2)], LAW), {}, ValueError, "same parameters"),
    ((TwoLayer.symbolic(RELU, inputs=2, width=1), LAW), {}, ValueError, "model must have 1"),
    ((TwoLayer.symbolic(RELU, width=1), LAW), {"noise_variance": 0}, ValueError, "noise_variance"),
    ((TwoLayer.symbolic(RELU, width=1), LAW), {"noise_variance": -1}, ValueError, "noise_variance"),
    ((TwoLayer.symbolic(RELU, width=1), LAW), {"noise_variance": 1.0}, TypeError, "noise_variance"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(arguments, keywords, error, match):
    with pytest.raises(error, match=match):
        FisherInformation(*arguments, **keywords)


@pytest.mark.parametrize("values", [[1, 2], [1.0, 0, 1, 0], {"w1": 1}, [float("nan")] * 4])
def test_bad_parameters_are_refused_by_name(values):
    fisher = FisherInformation(TwoLayer.symbolic(RELU, width=1), LAW)
    for method in ("matrix", "rank", "null_relations", "null_fields", "closed_form"):
        with pytest.raises((ValueError, TypeError), match="value"):
            getattr(fisher, method)(values)


def test_relations_print_what_vanishes():
    fisher = FisherInformation(TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0), LAW)
    assert str(fisher.null_fields([2, 3])) == "rank 1 of 2; (w1)*d/dw1 + (-q1)*d/dq1 = 0"
