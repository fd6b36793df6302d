"""Fisher ranks of any network: against independent evaluations of the scores, and by type."""

from itertools import product

import flint
import mpmath
import numpy as np
import pytest
import sympy
from sympy import Rational, sqrt

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    GELU,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    TANH,
    leaky_relu,
    polynomial,
    swish,
)  # fmt: skip
from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.fisher import FisherInformation, RankProof, relu_rank, relu_strata
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.networks import TwoLayer, Unit

PLANE = [
    StandardNormal(2), UniformBox((-1, -1), (1, 2)), UniformPolygon([(0, 0), (3, 0), (0, 3)]),
    UniformSphere(2),
]  # fmt: skip
SMOOTH = [TANH, SIGMOID, SOFTPLUS, swish(2), GELU, ERF, GAUSSIAN, ARCTAN, SIN, COS]


def inputs_of(law, rng, count):
    """Rational points of the support, for laws of this file."""
    points = []
    while len(points) < count:
        t = [
            Rational(int(rng.integers(-3000, 3000, endpoint=True)), 1000)
            for _ in range(law.dimension)
        ]
        if isinstance(law, UniformSphere):
            square = sum(c * c for c in t[1:])
            t = [*(2 * c / (1 + square) for c in t[1:]), (square - 1) / (1 + square)]
        inside = (
            not isinstance(law, UniformBox | UniformInterval | UniformPolygon)
            or law.density(*t) != 0
        )
        if inside:
            points.append(tuple(t))
    return points


def fmpq(e):
    return flint.fmpq(int(e.p), int(e.q))


def relu_values_rank(model, values, points):
    """Exact scores of a ReLU network at many points, written down unit by unit; their rank."""
    network, rows = model.at(values), []
    for x in points:
        row = []
        for u in network.units:
            z = u.preactivation(*x)
            on = 1 if z > 0 else 0
            row += [*(u.readout * c * on for c in x), u.readout * on, z * on]
        if model.output_bias in model.parameters:
            row.append(sympy.S.One)
        rows.append([fmpq(sympy.Rational(e)) for e in row])
    return flint.fmpq_mat(rows).rank()


def analytic_values_rank(model, values, points, dps=70):
    """Numerical rank at high precision of SymPy's own derivatives at many points."""
    x = sympy.symbols(f"x0:{model.inputs}", real=True)
    f, point = model(*x), model.point(values)
    with mpmath.workdps(dps):
        scores = [sympy.lambdify(x, f.diff(p).xreplace(point), "mpmath") for p in model.parameters]
        exact = [[mpmath.mpf(int(c.p)) / int(c.q) for c in t] for t in points]
        matrix = mpmath.matrix([[s(*t) for s in scores] for t in exact])
        gram = matrix.T * matrix
        eigenvalues = mpmath.eigsy(gram, eigvals_only=True)
        largest = max(eigenvalues)
        return sum(e > largest * mpmath.mpf(10) ** -45 for e in eigenvalues)


def random_relu(rng, n, d, bias=True):
    model = TwoLayer.symbolic(RELU, inputs=n, width=d, output_bias=None if bias else 0)
    units = []
    for i in range(d):
        line = [Rational(int(rng.integers(-2, 2, endpoint=True))) for _ in range(n + 1)]
        if i and rng.random() < 0.5:
            factor = int(rng.choice((1, -1, 2, -2)))
            line = [factor * e for e in units[rng.integers(i)][:-1]]
        if rng.random() < 0.15:
            line[:-1] = [sympy.S.Zero] * n
        units.append([*line, Rational(int(rng.choice((0, 1, -1, 2))))])
    return model, [e for u in units for e in u] + ([sympy.S.One] if bias else [])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_relu_formula_elimination_and_gram_agree(n):
    rng, checked, degenerate = np.random.default_rng(n), 0, 0
    for _ in range(60):
        d, bias = int(rng.integers(1, 4, endpoint=True)), rng.random() < 0.7
        law = (StandardNormal(n), UniformBox([-1] * n, [2] * n))[rng.integers(2)]
        model, values = random_relu(rng, n, d, bias)
        try:
            expected = relu_rank(model, values, law)
        except NotDifferentiableError:
            with pytest.raises(NotDifferentiableError):
                FisherInformation(model, law).rank(values)
            continue
        fisher = FisherInformation(model, law)
        assert fisher.rank(values) == expected
        checked += 1
        degenerate += expected < (n + 1) * d + bias
        if n < 3 and isinstance(law, UniformBox):
            matrix = [[fmpq(e) for e in row] for row in fisher.matrix(values).tolist()]
            assert flint.fmpq_mat(matrix).rank() == expected
    assert checked > 30
    assert degenerate > 12


@pytest.mark.slow
def test_relu_formula_on_thousands_of_gram_matrices():
    rng, checked = np.random.default_rng(7), 0
    while checked < 3000:
        n, d = map(int, rng.choice([(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2)]))
        law = UniformInterval(-1, 2) if n == 1 else UniformBox([-1] * n, [2] * n)
        model, values = random_relu(rng, n, d)
        try:
            matrix = FisherInformation(model, law).matrix(values)
        except NotDifferentiableError:
            continue
        rows = [[fmpq(e) for e in row] for row in matrix.tolist()]
        assert flint.fmpq_mat(rows).rank() == relu_rank(model, values, law)
        checked += 1


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 5), (2, 3), (3, 3), (4, 2)])
def test_with_distinct_hyperplanes_orientations_do_not_matter(n, d):
    rng = np.random.default_rng(10 * n + d)
    model = TwoLayer.symbolic(RELU, inputs=n, width=d)
    fisher = FisherInformation(model, StandardNormal(n))
    lines = [[Rational(i - d // 2, 2) ** k for k in range(n + 1)] for i in range(d)]
    for _ in range(3):
        signs = [int(rng.choice((1, -1))) for _ in range(d)]
        units = [[s * e for e in line] + [Rational(int(rng.choice((-2, 3))))]
                 for s, line in zip(signs, lines, strict=True)]  # fmt: skip
        values = [e for u in units for e in u] + [0]
        relations = fisher.null_relations(values)
        assert relations.rank == (n + 1) * d + 1
        points = inputs_of(StandardNormal(n), rng, 40 * d * (n + 1))
        assert relu_values_rank(model, values, points) <= relations.rank
        if n <= 2:
            assert relu_values_rank(model, values, points) == relations.rank


def analytic_ranks(sigma, seed, laws):
    rng = np.random.default_rng(seed)
    for law in laws:
        n = law.dimension
        model = TwoLayer.symbolic(sigma, inputs=n, width=2)
        line = [Rational(int(rng.integers(1, 3, endpoint=True)), 2) for _ in range(n + 1)]
        for second in (line, [-e for e in line], [e + 1 for e in line]):
            values = [*line, 2, *second, int(rng.choice((0, -2, 3))), 1]
            proof = FisherInformation(model, law).rank_proof(values)
            points = inputs_of(law, rng, 5 * len(values))
            assert proof.known == "proved"
            assert proof.value == analytic_values_rank(model, values, points)


@pytest.mark.parametrize("k", range(4))
def test_analytic_ranks_against_derivatives_at_many_points(k):
    sigma = (TANH, GELU, SIN, SIGMOID)[k]
    analytic_ranks(sigma, k, [PLANE[k] if k % 2 else UniformInterval(-2, 1)])


@pytest.mark.slow
@pytest.mark.parametrize("sigma", SMOOTH, ids=str)
def test_all_analytic_ranks_against_derivatives_at_many_points(sigma):
    analytic_ranks(sigma, len(sigma.name), [UniformInterval(-2, 1), *PLANE])


@pytest.mark.parametrize("sigma", [RELU, ABSOLUTE, leaky_relu(Rational(1, 3)),
                                   polynomial((0, 1, 1))], ids=str)  # fmt: skip
def test_piecewise_ranks_are_those_of_the_exact_gram_matrix(sigma):
    law = UniformPolygon([(0, 0), (3, 0), (0, 3)])
    model = TwoLayer.symbolic(sigma, inputs=2, width=2)
    for values in ([1, -1, 0, 2, 1, 1, -2, 3, 1], [1, -1, 1, 2, -2, 2, -2, 3, 1],
                   [1, 1, 5, 2, 1, 0, -1, 3, 1], [1, 1, 1, 0, -1, -1, -1, 1, 1]):  # fmt: skip
        fisher = FisherInformation(model, law)
        rows = [[fmpq(e) for e in row] for row in fisher.matrix(values).tolist()]
        assert fisher.rank(values) == flint.fmpq_mat(rows).rank()


@pytest.mark.parametrize(("values", "rank"), [
    ([1, 1, 2, 1, 1, 2, 0], 4),      # equal units: only Σq moves, and the shared line once
    ([1, 1, 2, -1, -1, 2, 0], 4),    # opposite units
    ([1, 1, 0, 2, 1, 3, 0], 5),      # a silent unit
    ([0, 1, 2, 2, 1, 3, 0], 5),      # a unit without weight: it moves as 1 and x
    ([0, 0, 2, 2, 1, 3, 0], 5),      # … whose value is 0
    ([1, 1, 2, 2, 1, 3, 0], 7),      # regular
])  # fmt: skip
def test_degeneracies_of_tanh(values, rank):
    fisher = FisherInformation(TwoLayer.symbolic(TANH, width=2), StandardNormal())
    relations = fisher.null_relations(values)
    assert relations.proof.known == "proved"
    assert relations.rank == rank
    x = sympy.Symbol("x", real=True)
    f, point = fisher.model(x), fisher.model.point(values)
    scores = [f.diff(p).xreplace(point) for p in fisher.parameters]
    for v in relations.fields:
        total = sum(a * s for a, s in zip(v, scores, strict=True))
        assert sympy.simplify(total) == 0


def test_the_circle_where_two_lines_share_a_point():
    # Both lines pass through (1, 0); both jumps there, one jump each elsewhere.
    law = UniformSphere(2)
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    values = [1, 1, -1, 1, 1, -1, -1, 1, 0]
    rng = np.random.default_rng(1)
    found = relu_values_rank(model, values, inputs_of(law, rng, 300))
    assert FisherInformation(model, law).rank(values) == found
    # Four lines through four common points: jumps at the corners of a square are shared.
    square = TwoLayer.symbolic(RELU, inputs=2, width=4, output_bias=0)
    values = [1, 1, -1, 1, 1, -1, -1, 1, -1, 1, -1, 1, -1, -1, -1, 1]
    found = relu_values_rank(square, values, inputs_of(law, rng, 400))
    assert FisherInformation(square, law).rank(values) == found


def test_finite_samples_have_the_rank_of_their_values():
    law = FiniteSample([(k,) for k in (-3, -1, 1, 2, 4)])
    rng, checked = np.random.default_rng(4), 0
    for _ in range(20):
        model, values = random_relu(rng, 1, 3)
        values = [v + Rational(1, 7) for v in values]
        try:
            found = FisherInformation(model, law).rank(values)
        except NotDifferentiableError:  # a unit breaks at a point
            continue
        assert found == relu_values_rank(model, values, [tuple(x) for x in law.points])
        checked += 1
    assert checked > 5
    tanh = FisherInformation(TwoLayer.symbolic(TANH, width=2), law)
    proof = tanh.rank_proof([1, 1, 2, 2, 1, 3, 0])
    assert (proof.value, proof.upper_by) == (5, "the number of distinct points, times the outputs")
    assert tanh.rank([1, 1, 2, 1, 1, 3, 0]) == 4
    relations = tanh.null_relations([1, 1, 2, 2, 1, 3, 0])
    assert (relations.fields, relations.missing) == ((), 2)
    assert str(relations) == "rank 5 of 7; 2 more on this finite sample alone, not listed"
    assert tanh.null_relations([1, 1, 2, 1, 1, 3, 0]).missing == 0
    on_kink = FisherInformation(TwoLayer.symbolic(RELU, width=1), law)
    with pytest.raises(NotDifferentiableError, match="kink"):
        on_kink.rank([1, 1, 2, 0])


def test_tied_parameters_and_parity_pairs():
    w, q = sympy.symbols("w q", real=True)
    pair = TwoLayer(TANH, [Unit(q, (w,), 0), Unit(q, (-w,), 0)], 0, (w, q))
    assert FisherInformation(pair, StandardNormal()).generic().rank == 0
    even = TwoLayer(GAUSSIAN, [Unit(q, (w,), 0), Unit(q, (-w,), 0)], 0, (w, q))
    assert FisherInformation(even, StandardNormal()).generic().rank == 2
    relu = TwoLayer(RELU, [Unit(q, (w,), 0), Unit(-q, (-w,), 0)], 0, (w, q))
    fields = FisherInformation(relu, StandardNormal()).generic()
    assert fields.fields == ((w, -q),)  # f = q w x


@pytest.mark.parametrize(("point", "rank", "fields"), [
    # One hyperplane throughout, same orientation: 1 and x on its right are all there is.
    ([1, 2, 3, 4, 5], 2, 3),
    # Opposite orientation: the two sides move together.
    ([1, 2, 3, 4, -5], 3, 2),
])  # fmt: skip
def test_hyperplanes_that_coincide_identically(point, rank, fields):
    w, b, q, r, s = sympy.symbols("w b q r s", real=True)
    model = TwoLayer(RELU, [Unit(q, (w,), b), Unit(r, (s * w,), s * b)], 0, (w, b, q, r, s))
    found = FisherInformation(model, StandardNormal()).null_fields(point)
    assert (found.rank, len(found.fields)) == (rank, fields)
    x = sympy.Symbol("x", real=True)
    on = {1: 1, -1: 0}
    side = int(sympy.sign(point[-1]))
    for inside in (1, -1):  # right and left of the line wx + b = 0
        f = q * (w * x + b) * on[inside] + r * s * (w * x + b) * on[side * inside]
        for v in found.fields:
            total = sum(c * f.diff(p) for c, p in zip(v, model.parameters, strict=True))
            assert sympy.expand(total) == 0


def test_scaling_fields_come_out_for_every_unit():
    model = TwoLayer.symbolic(RELU, inputs=2, width=3)
    found = FisherInformation(model, StandardNormal(2)).generic()
    symbols = model.parameters
    assert found.rank == 10
    for i, field in enumerate(found.fields):
        unit = symbols[4 * i : 4 * i + 4]
        assert field == (*(0,) * (4 * i), *unit[:3], -unit[3], *(0,) * (4 * (2 - i) + 1))


def test_silent_units_and_outputs_have_their_own_fields():
    q, r, w, b = sympy.symbols("q r w b", real=True)
    outputs = [TwoLayer(TANH, [Unit(e, (w,), b)], 0, (w, b, q, r)) for e in (q, r)]
    fisher = FisherInformation(outputs, StandardNormal())
    assert fisher.rank([1, 1, 2, 3]) == 4
    assert fisher.rank([1, 1, 0, 0]) == 2
    both = [TwoLayer(RELU, [Unit(e, (w,), b)], 0, (w, b, q, r)) for e in (q, r)]
    (field,) = FisherInformation(both, StandardNormal()).generic().fields
    assert field == (w, b, -q, -r)
    total = sum((FisherInformation(m, UniformInterval(-1, 1)).matrix([1, 0, 2, 3]) for m in both),
                sympy.zeros(4, 4))  # fmt: skip
    assert FisherInformation(both, UniformInterval(-1, 1)).matrix([1, 0, 2, 3]) == total


def test_strata_list_every_type_once():
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    strata = relu_strata(model)
    assert strata[0].kinds == ("H1+", "H2+")
    assert strata[0].rank == 7
    assert len({s.kinds for s in strata}) == len(strata) == 27
    fisher = FisherInformation(model, StandardNormal(2))
    for s in strata:
        assert fisher.rank(s.point) == s.rank
        assert all(e.subs(s.point) == 0 for e in s.equations)
    signs = {s.kinds for s in strata if s.codimension == 0}
    assert signs == {("H1+", "H2+")}


def test_the_locus_is_where_the_rank_drops():
    fisher = FisherInformation(TwoLayer.symbolic(RELU, width=2), StandardNormal())
    locus = fisher.degeneracy_locus([1, 2, 3, 4, 5, 6, 7])
    q1, q2 = sympy.symbols("q1 q2", real=True)
    assert set(locus) == {(q1,), (q2,)}
    a, b = sympy.symbols("a b", real=True)
    model = TwoLayer(TANH, [Unit(a * b, (1,), 0), Unit(a + b, (2,), 0)], 0, (a, b))
    (equations,) = FisherInformation(model, StandardNormal()).degeneracy_locus([1, 2])
    assert equations == (a - b,)


def test_irrational_parameters_and_bounds():
    fisher = FisherInformation(TwoLayer.symbolic(TANH, width=2), StandardNormal())
    assert fisher.rank([sqrt(2), 1, 1, -sqrt(2), -1, 1, 0]) == 4
    waves = FisherInformation(TwoLayer.symbolic(SIN, width=3, output_bias=0), StandardNormal())
    assert waves.rank([1, 0, 1, 1, sqrt(2), 1, 1, Rational(1, 3), 1]) == 4
    assert RankProof(1, 2, 3, "a", "b").known == "bounds"
    with pytest.raises(UndecidedError, match="between 1"):
        _ = RankProof(1, 2, 3, "a", "b").value


@pytest.mark.parametrize(("model", "law"), [
    (TwoLayer.symbolic(TANH, width=1), None),
    (TwoLayer.symbolic(RELU, width=1, biases=0), None),
    (TwoLayer.symbolic(RELU, width=1), FiniteSample([(1,)])),
])  # fmt: skip
def test_the_formula_refuses_other_networks(model, law):
    with pytest.raises(ValueError, match="model must"):
        relu_rank(model, [1] * len(model.parameters), law)


def test_every_orientation_of_two_units_has_the_same_field_rank():
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    fisher = FisherInformation(model, StandardNormal(2))
    for s, t in product((1, -1), repeat=2):
        assert fisher.null_fields([s, 0, s, 1, 0, t, t, 1, 0]).rank == 7
