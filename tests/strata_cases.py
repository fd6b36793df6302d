"""Models, truths and laws whose strata several tests look at."""

import pytest
from sympy import Rational

from slt_symbolic.activations import (
    ABSOLUTE,
    ERF,
    RELU,
    SIGMOID,
    STEP,
    SWISH,
    TANH,
    leaky_relu,
)
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval, UniformPolygon
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet

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
