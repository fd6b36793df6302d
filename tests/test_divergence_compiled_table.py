"""Every activation of the package under every law has a compiled K, or a reason why not."""

from functools import cache

import numpy as np
import pytest
from sympy import Rational

from slt_symbolic import activations
from slt_symbolic.activations import (
    ABSOLUTE,
    IDENTITY,
    RELU,
    SIN,
    STEP,
    TANH,
    Activation,
    leaky_relu,
    polynomial,
    swish,
)
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit

PARABOLA = polynomial((1, -2, 3))
NAMED = [a for a in vars(activations).values() if isinstance(a, Activation)]
ALL = [*NAMED, leaky_relu(Rational(1, 4)), swish(2), PARABOLA, polynomial((1, 2))]
LAWS = [
    UniformInterval(-1, 2),
    UniformBox((-1,), (1,)),
    UniformBox((-1, -1), (1, 2)),
    UniformPolygon([(0, 0), (1, 0), (0, 1)]),
    UniformBox((0,) * 3, (1,) * 3),
    UniformBox((0,) * 4, (1,) * 4),
    *(StandardNormal(n) for n in (1, 2, 3, 4)),
    *(UniformSphere(n) for n in (2, 3, 4, 5)),
    FiniteSample([(0,), (1,), (-2,)]),
]
TABLE = [(a, law) for law in LAWS for a in ALL]
# Nodes per input: few, as the question is not how accurate a rule is.
NODES = 2
# Pairs of different kinds without a compiled form, and the reason that the error gives.
REFUSED = [
    (RELU, TANH, UniformInterval(-1, 1)),
    (RELU, PARABOLA, UniformInterval(-1, 1)),
    (SIN, STEP, StandardNormal(1)),
    (RELU, STEP, StandardNormal(2)),
    (RELU, STEP, UniformSphere(2)),
]
# Different kinds that do compile.
SLOW = pytest.mark.slow
MIXED = [
    pytest.param(RELU, STEP, UniformInterval(-1, 1), marks=SLOW),
    pytest.param(ABSOLUTE, STEP, UniformBox((-1, -1), (1, 1)), marks=SLOW),
    (STEP, IDENTITY, UniformSphere(3)),
    pytest.param(TANH, PARABOLA, UniformInterval(-1, 1), marks=SLOW),
    pytest.param(TANH, SIN, UniformSphere(3), marks=SLOW),
]


@cache
def problem(model, truth, law):
    n = law.dimension
    half = Rational(1, 2)
    units = [Unit(1, (1, *[half] * (n - 1)), Rational(1, 4))]
    return KLDivergence(
        TwoLayer.symbolic(model, inputs=n, width=1), TwoLayer(truth, units, half), law
    )


def test_the_table_holds_all_activations():
    assert {a.name for a in NAMED} == {
        *("abs", "arctan", "cos", "erf", "gaussian", "gelu", "identity", "relu", "sigmoid"),
        *("sin", "softplus", "step", "swish", "tanh"),
    }


@pytest.mark.parametrize(("activation", "law"), TABLE, ids=str)
def test_every_activation_compiles_under_every_law(activation, law):
    assert callable(problem(activation, activation, law).compile(nodes=NODES))


@pytest.mark.parametrize(("model", "truth", "law"), REFUSED, ids=str)
def test_pairs_without_compiled_form_are_refused_with_the_reason(model, truth, law):
    with pytest.raises(ValueError, match=r"units with a break, as .*, compile with piecewise"):
        problem(model, truth, law).compile()


@pytest.mark.parametrize(("model", "truth", "law"), MIXED, ids=str)
def test_mixed_pairs(model, truth, law):
    K = problem(model, truth, law)
    w = [Rational(k - 2, 4) for k in range(len(K.parameters))]
    g = np.zeros(len(w))
    expected = float(K.enclosure(w, digits=12).mid())
    nodes = 16 if law == UniformSphere(3) else 40
    assert K.compile(nodes=nodes)(np.array(w, dtype=float), g) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "law",
    [
        UniformInterval(-1, 2),
        pytest.param(UniformPolygon([(0, 0), (1, 0), (0, 1)]), marks=SLOW),
        pytest.param(UniformBox((-1,) * 4, (1,) * 4), marks=SLOW),
        pytest.param(StandardNormal(2), marks=SLOW),
        UniformSphere(2),
        pytest.param(UniformSphere(5), marks=SLOW),
    ],
    ids=str,
)
def test_polynomial_units_are_exact_with_any_number_of_nodes(law):
    """The rule is exact for the degree at hand, whatever number is asked for."""
    K = problem(PARABOLA, PARABOLA, law)
    w = [Rational(k - 2, 4) for k in range(len(K.parameters))]
    g = np.zeros(len(w))
    value = K.compile(nodes=2)(np.array(w, dtype=float), g)
    assert value == pytest.approx(float(K.at(w)), rel=1e-13)
    expected = np.array(K.gradient(w), dtype=float).ravel()
    np.testing.assert_allclose(g, expected, rtol=1e-12, atol=1e-13)


def test_a_truth_without_units_has_no_activation():
    K = KLDivergence(
        TwoLayer.symbolic(STEP, width=1), TwoLayer(TANH, (), inputs=1), UniformInterval(-1, 1)
    )
    w = np.array([1.0, 0.5, 2.0, 1.0])
    assert K.compile()(w, np.zeros(4)) == pytest.approx(float(K.at([1, Rational(1, 2), 2, 1])))


def test_boxes_of_many_inputs_are_refused():
    law = UniformBox((0,) * 7, (1,) * 7)
    with pytest.raises(ValueError, match="at most 6 inputs"):
        problem(RELU, RELU, law).compile()
