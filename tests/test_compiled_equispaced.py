"""The equispaced rule for smooth networks: its points, its error, what it refuses."""

import mpmath
import numpy as np
import pytest
from sympy import Rational, symbols

from slt_symbolic import KLDivergence, StandardNormal, TwoLayer, UniformInterval, Unit
from slt_symbolic.activations import RELU, SIGMOID, TANH
from slt_symbolic.compiled.layout import compiled_error
from slt_symbolic.divergence.equispaced_rule import equispaced_bound, equispaced_rule
from slt_symbolic.sampling import Gaussian, SamplingError, UniformBox, population_target
from slt_symbolic.sampling.potential import gradient_error

NOTHING = TwoLayer(TANH, (), inputs=1)
LINE = StandardNormal(1)


def target(model, truth=NOTHING, **options):
    K = KLDivergence(model, truth, LINE)
    size = len(K.parameters)
    return population_target(K, Gaussian((0.0,) * size, (1.0,) * size), **options)


def network(width, activation=TANH, **options):
    return TwoLayer.symbolic(activation, width=width, biases=0, **options)


def exact_loss(weights, readouts):
    """K of a tanh network against 0, by tanh-sinh quadrature to 30 digits."""
    with mpmath.workdps(40):
        pairs = [(mpmath.mpf(w), mpmath.mpf(q)) for w, q in zip(weights, readouts, strict=True)]

        def integrand(x):
            return sum(q * mpmath.tanh(w * x) for w, q in pairs) ** 2 * mpmath.npdf(x)

        return mpmath.quad(integrand, [0, 0.1, 0.3, 1, 2, 4, 8, 15])


def measured_error(weights, readouts, **options):
    """The relative error of the compiled K."""
    options = {"rule": "equispaced", **options}
    found = target(network(len(weights), output_bias=0), **options)
    w = np.ravel(np.column_stack([weights, readouts]))
    exact = exact_loss(weights, readouts)
    return float(abs(found.value(w) - exact) / exact), float(exact)


def point_by_point(model, points, omega, y):
    """K and its gradient by the sum itself, whatever K is compiled to."""
    error = compiled_error(model)
    return lambda w, g: error(points, omega, y, w, g)


def families():
    a, b, c = symbols("a b c", real=True)
    three = TwoLayer(TANH, (Unit(Rational(1, 3), (Rational(1, 2),), 0),), inputs=1)
    shared = TwoLayer(
        TANH,
        (Unit(b, (a,), 0), Unit(3, (2 * a + 1,), 0), Unit(c - 1, (Rational(5, 7),), 0)),
        output_bias=c / 2,
        inputs=1,
        parameters=(a, b, c),
    )
    yield "one unit", network(1, output_bias=0), NOTHING
    yield "eight units and an output bias", network(8), three
    yield "nine units", network(9, output_bias=0), three
    yield "sixty-five units", network(65, output_bias=0), NOTHING
    yield "shared parameters", shared, three
    yield "sigmoid", network(3, SIGMOID), three
    yield (
        "a truth that is not odd",
        network(2),
        TwoLayer(SIGMOID, (Unit(2, (1,), Rational(1, 4)),), inputs=1),
    )


@pytest.mark.parametrize(
    ("model", "truth"), [pytest.param(*rest, id=name) for name, *rest in families()]
)
def test_potential_is_the_sum_over_its_points(model, truth):
    found = target(model, truth, rule="equispaced", nodes=22)
    step, mass = equispaced_rule(22)
    x = (np.arange(11) + 0.5) * step
    points = np.concatenate([x, -x])[:, None]
    values = np.array([float(truth(Rational(float(p)))) for p in points[:, 0]])
    plain = point_by_point(model, points, np.concatenate([mass, mass]), values)
    rng = np.random.default_rng(3)
    for size in (5.0, 0.1, 1.0):
        w = size * rng.normal(size=found.dimension)
        gradient = np.zeros_like(w)
        assert found.value(w) == pytest.approx(plain(w, gradient), rel=1e-13)
        np.testing.assert_allclose(found.gradient(w), gradient, rtol=1e-11, atol=1e-13)
    assert gradient_error(found.compiled, w) < 1e-7


def test_rule_agrees_with_many_gauss_hermite_nodes_and_with_the_enclosure():
    truth = TwoLayer(TANH, (Unit(1, (Rational(1, 2),), 0),), inputs=1)
    for model, activation in ((network(2), TANH), (network(2, SIGMOID), SIGMOID)):
        own = TwoLayer(activation, truth.units, inputs=1)
        w = np.array([0.75, 0.5, -0.5, 1.25, 0.125])
        found = target(model, own, rule="equispaced")
        gauss = target(model, own, nodes=300)
        assert found.value(w) == pytest.approx(gauss.value(w), rel=1e-13)
        np.testing.assert_allclose(found.gradient(w), gauss.gradient(w), rtol=1e-12, atol=1e-15)
    K = KLDivergence(network(2), truth, LINE)
    ball = K.enclosure(tuple(Rational(float(c)) for c in w))
    assert abs(target(network(2), truth, rule="equispaced").value(w) - float(ball)) < 1e-15


# Largest weight: twice the relative error of 64 nodes that was measured at random and at nearly
# true parameters.
@pytest.mark.parametrize(
    ("weight", "random", "near"),
    [(0.1, 2e-15, 7e-5), (1.0, 2e-13, 4e-6), (3.0, 4e-4, 1e-4), (10.0, 0.25, 2e-3)],
)
def test_error_at_64_nodes(weight, random, near):
    rng = np.random.default_rng(1)
    weights, readouts = rng.uniform(-weight, weight, 3), rng.normal(size=3)
    error, exact = measured_error(weights, readouts)
    assert error < random
    assert error * exact <= equispaced_bound(64, weight, np.abs(readouts).sum()) + 1e-14 * exact
    if weight >= 1:
        assert error < measured_error(weights, readouts, rule="gauss")[0]
    # Two units that nearly cancel: what is left of f is 1e-10 w, and its rounding 1e-16 w.
    close = np.array([0.9, 0.9 * (1 + 1e-10), 1e-10]) * weight
    error, exact = measured_error(close, [1.0, -1.0, 1.0])
    assert exact < 1e-18
    assert error < near
    # Small readouts: nothing cancels.
    assert measured_error(weights, 1e-12 * readouts)[0] < random


@pytest.mark.parametrize("nodes", [8, 16, 32, 64, 128])
def test_bound_holds(nodes):
    for weight in (0.1, 1.0, 3.0):
        weights, readouts = [weight, -weight / 2], [1.0, 0.5]
        error, exact = measured_error(weights, readouts, nodes=nodes)
        assert error * exact <= equispaced_bound(nodes, weight, 1.5) + 4e-15 * exact


def test_bound_is_not_far_from_the_error():
    error, exact = measured_error([3.0], [1.0], nodes=64)
    assert equispaced_bound(64, 3.0, 1.0) < 1e3 * error * exact
    assert equispaced_bound(64, 0.0, 1.0) < 1e-15


def test_what_the_rule_does_not_serve_is_named():
    prior = UniformBox((-1, -1), (1, 1))
    good = network(1, output_bias=0)
    relu = TwoLayer(RELU, (Unit(1, (1,), 0),), inputs=1)
    for model, truth, law, options, message in (
        (good, NOTHING, UniformInterval(-1, 1), {}, "standard normal law of one input"),
        (network(1, RELU, output_bias=0), NOTHING, LINE, {}, "units with a break: relu"),
        (good, relu, LINE, {}, "units with a break: relu"),
        (good, NOTHING, LINE, {"nodes": 7}, "even integer"),
        (good, NOTHING, LINE, {"nodes": 1 << 20}, "at most 16384 points"),
        (good, NOTHING, LINE, {"rule": "simpson"}, "rule must be one of gauss, equispaced"),
    ):
        with pytest.raises(SamplingError, match=message):
            population_target(
                KLDivergence(model, truth, law), prior, **{"rule": "equispaced", **options}
            )
    for weight, height in ((np.inf, 1.0), (1.0, -1.0), (np.nan, 1.0)):
        with pytest.raises(ValueError, match="must be finite"):
            equispaced_bound(64, weight, height)


def test_not_a_number_is_not_hidden():
    found = target(network(2, output_bias=0), rule="equispaced")
    assert np.isnan(found.value([np.nan, 1, 1, 1]))
    assert found.value([1e200, 1, 1, 1]) > 0
