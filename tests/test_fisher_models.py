"""Matrices of the Fisher information by three routes; one's own models; deep ReLU networks."""

import flint
import numpy as np
import pytest
import sympy
from sympy import Rational

from slt_symbolic.activations import GELU, RELU, SIN, STEP, TANH, leaky_relu, swish
from slt_symbolic.fisher import DeepReLU, ExpressionFisher, FisherInformation
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.linear_networks import DeepLinear
from slt_symbolic.networks import TwoLayer, Unit


def floats(matrix):
    return np.array([[float(sympy.N(e, 30)) for e in row] for row in matrix.tolist()])


def middles(balls):
    return np.array([[float(balls[i, j].mid()) for j in range(balls.ncols())]
                     for i in range(balls.nrows())])  # fmt: skip


def sampled(model, law, values, size=200_000):
    """Monte Carlo with scores written by hand for ReLU units."""
    x = law.sample(np.random.default_rng(0), size)
    network, columns = model.at(values), []
    for u in network.units:
        w, q = np.array([float(e) for e in u.weights]), float(u.readout)
        z = x @ w + float(u.bias)
        on = (z > 0).astype(float)
        columns += [*(q * on * x[:, k] for k in range(model.inputs)), q * on, z * on]
    columns.append(np.ones(size))
    s = np.stack(columns, axis=1)
    return s.T @ s / size


@pytest.mark.parametrize("law", [StandardNormal(2), UniformPolygon([(0, 0), (2, 0), (0, 2)]),
                                 UniformBox((-1, 0), (1, 2))], ids=str)  # fmt: skip
def test_relu_matrices_in_the_plane(law):
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    for values in ([1, 1, -1, 2, 1, -2, Rational(1, 2), -1, 0],
                   [1, 1, -1, 2, -2, -2, 2, 3, 0]):  # fmt: skip
        fisher = FisherInformation(model, law)
        exact = floats(fisher.matrix(values))
        np.testing.assert_allclose(exact, middles(fisher.enclosure(values)), atol=1e-14)
        np.testing.assert_allclose(exact, sampled(model, law, values), atol=0.06)


def test_the_sphere_has_exact_matrices():
    model = TwoLayer.symbolic(RELU, inputs=3, width=1, biases=0, output_bias=0)
    matrix = FisherInformation(model, UniformSphere(3)).matrix([0, 0, 2, 3])
    # E[x x^T 1[x_3 > 0]] = I/6, and z = 2 x_3
    expected = sympy.diag(*[Rational(3, 2)] * 3, Rational(2, 3)).as_mutable()
    expected[2, 3] = expected[3, 2] = 1
    assert matrix == expected
    biased = TwoLayer.symbolic(RELU, inputs=3, width=1, output_bias=0)
    matrix = FisherInformation(biased, UniformSphere(3)).matrix([0, 0, 2, 1, 3])
    # x_3 is uniform on [-1, 1], the unit is active for x_3 > -1/2, E[x_1^2 | x_3] = (1 - x_3^2)/2
    x = sympy.Symbol("x", real=True)
    for (i, j), integrand in {
        (0, 0): 9 * (1 - x**2) / 2, (2, 2): 9 * x**2, (2, 3): 9 * x, (3, 3): 9,
        (3, 4): 3 * (2 * x + 1), (4, 4): (2 * x + 1) ** 2, (0, 2): 0,
    }.items():  # fmt: skip
        expected = sympy.integrate(integrand, (x, -Rational(1, 2), 1)) / 2
        assert sympy.simplify(matrix[i, j] - expected) == 0


def by_balls_and_by_nodes(sigma, law):
    model = TwoLayer.symbolic(sigma, width=2)
    values = [Rational(1, 2), Rational(1, 3), 2, Rational(-3, 4), 1, Rational(1, 2), 1]
    fisher = FisherInformation(model, law)
    balls = middles(fisher.enclosure(values, digits=12))
    np.testing.assert_allclose(balls, fisher.compile(nodes=120)(np.array(values, float)),
                               atol=1e-10)  # fmt: skip


def test_analytic_matrices_by_balls_and_by_nodes():
    by_balls_and_by_nodes(TANH, StandardNormal())


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [TANH, GELU, SIN, swish(2)], ids=str)
def test_more_analytic_matrices_by_balls_and_by_nodes(sigma):
    by_balls_and_by_nodes(sigma, UniformInterval(-1, Rational(3, 2)))
    by_balls_and_by_nodes(sigma, StandardNormal())


def test_analytic_matrix_in_the_plane():
    model = TwoLayer.symbolic(TANH, inputs=2, width=2, biases=0, output_bias=0)
    values = [Rational(1, 2), 0, 2, Rational(1, 4), Rational(-1, 2), 1]
    fisher = FisherInformation(model, StandardNormal(2))
    balls = middles(fisher.enclosure(values, digits=8))
    nodes = fisher.compile(nodes=60)(np.array(values, float))
    np.testing.assert_allclose(balls, nodes, atol=1e-8)


def test_compiled_breaks_are_exact_to_rounding():
    rng = np.random.default_rng(5)
    for law in (UniformInterval(-1, 2), StandardNormal()):
        model = TwoLayer.symbolic(RELU, width=3)
        fisher = FisherInformation(model, law, noise_variance=2)
        compiled = fisher.compile()
        with pytest.raises(ValueError, match="as many entries as the network has parameters"):
            compiled(np.ones(1))
        for _ in range(3):
            values = [Rational(int(k), 8) for k in rng.integers(-20, 20, 10)]
            expected = floats(fisher.matrix(values))
            np.testing.assert_allclose(compiled(np.array(values, float)), expected,
                                       atol=1e-12)  # fmt: skip


def test_samples_have_exact_transcendental_matrices():
    law = FiniteSample([(1,), (2,), (2,)])
    unit = TwoLayer.symbolic(TANH, width=1, biases=0, output_bias=0)
    matrix = FisherInformation(unit, law).matrix([1, 1])
    assert sympy.simplify(matrix[1, 1] - sympy.tanh(1) ** 2 / 3 - 2 * sympy.tanh(2) ** 2 / 3) == 0


def test_closed_forms_hold_around_a_point():
    law = UniformPolygon([(0, 0), (2, 0), (0, 2)])
    model = TwoLayer.symbolic(RELU, inputs=2, width=1, output_bias=0)
    fisher = FisherInformation(model, law)
    matrix, chamber = fisher.closed_form([1, 2, -1, 3])
    there = fisher.model.point([Rational(11, 10), 2, Rational(-21, 20), 4])
    assert chamber.contains(there)
    assert matrix.subs(there) == fisher.matrix(there)


def test_own_models():
    a, b, x, y = sympy.symbols("a b x y", real=True)
    square = UniformBox((0, 0), (1, 1))
    fisher = ExpressionFisher(a * x * y + a * b**2 * x, [a, b], [x, y], square)
    matrix, _ = fisher.closed_form([1, 2])
    scores = [x * y + b**2 * x, 2 * a * b * x]
    expected = [[sympy.integrate(sympy.expand(s * t), (x, 0, 1), (y, 0, 1)) for t in scores]
                for s in scores]  # fmt: skip
    assert (matrix - sympy.Matrix(expected)).applyfunc(sympy.expand).is_zero_matrix
    assert fisher.rank([1, 2]) == fisher.generic().rank == 2
    assert set(fisher.degeneracy_locus([1, 2])) == {(a * b,)}
    assert fisher.rank([0, 1]) == 1
    growth = ExpressionFisher("exp(a)*x + b*exp(-a)", ["a", "b"], ["x"], StandardNormal())
    assert growth.rank([0, 1]) == growth.generic().rank == 2
    sphere = ExpressionFisher("a*x**2 + a*y**2 + b", ["a", "b"], ["x", "y"], UniformSphere(2))
    assert sphere.generic().rank == 1
    points = ExpressionFisher("a*x + b*x**3", ["a", "b"], ["x"], FiniteSample([(1,), (-1,)]))
    assert points.rank([0, 0]) == 1


@pytest.mark.parametrize(("widths", "zero"), [((2, 1, 2), 3), ((2, 2, 2), 4), ((3, 1, 2), 4)])
def test_deep_linear_ranks_are_those_of_the_product(widths, zero):
    network = DeepLinear.symbolic(widths)
    fisher = ExpressionFisher.linear(network, StandardNormal(widths[0]))
    rng = np.random.default_rng(0)
    values = [Rational(int(rng.integers(1, 9, endpoint=True))) for _ in network.parameters]
    jacobian = network.product.reshape(widths[0] * widths[-1], 1).jacobian(network.parameters)
    expected = jacobian.subs(network.point(values)).rank()
    assert fisher.rank(values) == expected == zero
    assert fisher.generic().rank == expected
    assert fisher.rank([0] * len(values)) == 0


@pytest.mark.parametrize(("arguments", "error", "match"), [
    (("a*x", ["a"], ["x", "y"], StandardNormal()), ValueError, "variables must be 1"),
    (("a*x", ["a", "x"], ["x"], StandardNormal()), ValueError, "must not be parameters"),
    (("a*tanh(x)", ["a"], ["x"], StandardNormal()), ValueError, "polynomials"),
    ((sympy.Symbol("z", real=True), ["a"], ["x"], StandardNormal()), ValueError, "use only"),
    (([], ["a"], ["x"], StandardNormal()), ValueError, "at least one"),
    (([1.5], ["a"], ["x"], StandardNormal()), TypeError, "SymPy"),
])  # fmt: skip
def test_models_that_make_no_sense_are_refused(arguments, error, match):
    with pytest.raises(error, match=match):
        ExpressionFisher(*arguments)


@pytest.mark.parametrize("widths", [(1, 2, 1), (2, 2, 1), (1, 2, 2, 1), (1, 1, 2, 1, 1)])
def test_deep_scaling_fields_are_found_and_proved(widths):
    network = DeepReLU(widths)
    found = network.linear_fields()
    assert len(found.fields) == network.hidden_units
    assert all(map(network.verify, network.scaling_fields()))
    stacked = sympy.Matrix([*found.fields, *network.scaling_fields()])
    values = {p: sympy.Integer(k**2 + 1) for k, p in enumerate(network.parameters)}
    assert stacked.subs(values).rank() == network.hidden_units
    wrong = list(network.scaling_fields()[0])
    wrong[next(k for k, v in enumerate(wrong) if v != 0)] *= 2
    assert not network.verify(wrong)


def test_two_layers_are_a_deep_network_of_depth_two():
    deep = DeepReLU((1, 2, 1))
    flat = TwoLayer.symbolic(RELU, width=2)
    values = {"w1_1_1": 1, "w1_2_1": -2, "b1_1": 1, "b1_2": 3, "w2_1_1": 1, "w2_1_2": 2, "b2_1": 0}
    proof = deep.rank_proof(values)
    assert proof.known == "proved"
    ordered = [1, 1, 1, -2, 3, 2, 0]
    assert proof.value == FisherInformation(flat, StandardNormal()).rank(ordered)
    w = [flint.fmpq(int(values[str(p)])) for p in deep.parameters]
    (gradient,) = deep.gradients(w, [flint.fmpq(1, 2)])
    # preactivations 3/2 and 2: both active
    assert gradient == [flint.fmpq(1, 2), 1, 1, 2, flint.fmpq(3, 2), 2, 1]


@pytest.mark.parametrize("widths", [(1, 1), (1, 0, 1), (1, True, 1), "111"])
def test_bad_widths_are_refused(widths):
    with pytest.raises(ValueError, match="widths"):
        DeepReLU(widths)


@pytest.mark.slow
def test_compiled_cells_of_a_polygon_are_exact_to_rounding():
    rng = np.random.default_rng(3)
    fisher = FisherInformation(
        TwoLayer.symbolic(RELU, inputs=2, width=3), UniformPolygon([(0, 0), (2, 0), (0, 2)])
    )
    compiled = fisher.compile()
    for _ in range(8):
        values = [Rational(int(k), 4) for k in rng.integers(-9, 9, 13)]
        expected = floats(fisher.matrix(values))
        np.testing.assert_allclose(compiled(np.array(values, float)), expected, atol=1e-12)


@pytest.mark.slow
def test_compiled_matrices_of_tied_entries_and_several_outputs():
    w, q = sympy.symbols("w q", real=True)
    outputs = [
        TwoLayer(swish(2), [Unit(q**2, (w * q,), w), Unit(1, (-w,), 0)], q, (w, q)),
        TwoLayer(swish(2), [Unit(w, (q,), 1)], 0, (w, q)),
    ]
    fisher = FisherInformation(outputs, UniformInterval(-1, 1), noise_variance=3)
    compiled = fisher.compile(nodes=40)(np.array([0.5, -1.25]))
    balls = fisher.enclosure([Rational(1, 2), Rational(-5, 4)], digits=12)
    np.testing.assert_allclose(compiled, middles(balls), atol=1e-11)


@pytest.mark.slow
def test_compiled_rules_in_two_inputs():
    values = [1, -1, Rational(1, 3), 2, Rational(1, 2), 1, Rational(-1, 2), -1, 0]
    for law in (UniformPolygon([(0, 0), (2, 0), (0, 2)]), UniformSphere(2)):
        fisher = FisherInformation(TwoLayer.symbolic(TANH, inputs=2, width=2), law)
        compiled = fisher.compile(nodes=50)(np.array(values, float))
        np.testing.assert_allclose(compiled, middles(fisher.enclosure(values, digits=10)),
                                   atol=1e-9)  # fmt: skip


def test_what_cannot_be_compiled_is_refused():
    box = UniformBox((0,) * 6, (1,) * 6)
    with pytest.raises(ValueError, match="at most 5 inputs, got 6"):
        FisherInformation(TwoLayer.symbolic(RELU, inputs=6, width=1), box).compile()
    for law in (StandardNormal(2), UniformSphere(2), UniformPolygon([(0, 0), (2, 0), (0, 2)])):
        with pytest.raises(NotDifferentiableError, match="step jumps"):
            FisherInformation(TwoLayer.symbolic(STEP, inputs=2, width=1), law).compile()
    with pytest.raises(ValueError, match="nodes"):
        FisherInformation(TwoLayer.symbolic(TANH, width=1), StandardNormal()).compile(nodes=1)


@pytest.mark.slow
@pytest.mark.parametrize("law", [StandardNormal(2), StandardNormal(3), UniformSphere(2),
                                 UniformSphere(3), UniformSphere(5)], ids=str)  # fmt: skip
def test_compiled_wedges_are_exact_to_rounding(law):
    """Also where hyperplanes agree, are parallel, nearly agree, or miss the sphere."""
    n = law.dimension
    rng = np.random.default_rng(7)
    fisher = FisherInformation(TwoLayer.symbolic(leaky_relu(Rational(-1, 3)), inputs=n, width=2),
                               law)  # fmt: skip
    compiled = fisher.compile()
    tiny = Rational(1, 2**20)
    for case in range(7):
        values = [Rational(int(k), 4) for k in rng.integers(-6, 7, len(fisher.parameters))]
        plane = values[: n + 1]
        second = {
            0: plane, 1: [-2 * e for e in plane], 2: [*plane[:n], plane[n] + Rational(1, 4)],
            3: [plane[0] + tiny, *plane[1:]], 4: [*plane[:n], Rational(40)],
        }.get(case)  # fmt: skip
        if second is not None:
            values[n + 2 : 2 * n + 3] = second
        expected = middles(fisher.enclosure(values, digits=14))
        size = 1 + np.abs(expected).max()
        np.testing.assert_allclose(compiled(np.array(values, float)), expected,
                                   atol=size * (2e-10 if case == 3 else 1e-14))  # fmt: skip
