"""Every activation under every law has a Fisher matrix: enclosed, compiled, and the integral."""

from itertools import product

import numpy as np
import pytest
import sympy
from sympy import Rational
from test_kernels_table import ACTIVATIONS, BIASES, FLOAT, LAWS, UNITS

from slt_symbolic.fisher import FisherInformation
from slt_symbolic.kernels import NoClosedFormError
from slt_symbolic.networks import TwoLayer, Unit

READOUTS = (Rational(2), Rational(-1, 3))
TABLE = list(product(LAWS, ACTIVATIONS))


def case(sigma, n):
    """Return a network of two units and a parameter; of a step only the readouts can move."""
    units = [
        [*map(sympy.sympify, w[:n]), b, q] for w, b, q in zip(UNITS, BIASES, READOUTS, strict=True)
    ]
    if sigma.name != "step":
        model = TwoLayer.symbolic(sigma, inputs=n, width=2)
        return model, [*(e for u in units for e in u), sympy.S.One]
    q = sympy.symbols("q1:3", real=True)
    fixed = [Unit(r, tuple(u[:n]), u[n]) for r, u in zip(q, units, strict=True)]
    c = sympy.Symbol("c", real=True)
    model = TwoLayer(sigma, fixed, c, (*q, c))
    return model, [*READOUTS, sympy.S.One]


def integral(name, sigma):
    """Return the matrix by a rule of thousands of points; slopes are difference quotients."""
    law, nodes, _ = LAWS[name]
    x, weights = nodes()
    f, h = FLOAT[sigma.name], 1e-5
    columns = []
    for unit, bias, q in zip(UNITS, BIASES, READOUTS, strict=True):
        z = x @ np.array(unit[: law.dimension], float) + float(bias)
        slope = float(q) * (f(z + h) - f(z - h)) / (2 * h)
        if sigma.name != "step":
            columns += [*(slope[:, None] * x).T, slope]
        columns.append(f(z))
    s = np.stack([*columns, np.ones(len(x))])
    return (s * weights) @ s.T


def check(name, sigma):
    law, _, tolerance = LAWS[name]
    model, values = case(sigma, law.dimension)
    fisher = FisherInformation(model, law)
    balls = fisher.enclosure(values, digits=5)
    expected = integral(name, sigma)
    allowed = 3 * (max(tolerance, 1e-7) if sigma.branches is not None or name == "cube" else 2e-4)
    for i, j in product(range(len(expected)), repeat=2):
        assert balls[i, j].rad() < 1e-4, (i, j)
        difference = abs(float(balls[i, j].mid()) - expected[i, j])
        assert difference < allowed * (1 + np.sqrt(expected[i, i] * expected[j, j])), (i, j)
    try:
        exact = fisher.matrix(values)
    except NoClosedFormError:
        return
    for i, j in product(range(len(expected)), repeat=2):
        value = float(sympy.N(exact[i, j], 15))
        assert abs(value - float(balls[i, j].mid())) < 1e-5 * (1 + abs(value))


@pytest.mark.parametrize(
    ("name", "sigma"), TABLE[::11], ids=[f"{n}-{s.name}" for n, s in TABLE[::11]]
)
def test_an_activation_has_a_matrix_which_is_the_integral(name, sigma):
    check(name, sigma)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "sigma"), TABLE, ids=[f"{n}-{s.name}" for n, s in TABLE])
def test_every_activation_has_a_matrix_which_is_the_integral(name, sigma):
    check(name, sigma)


NODES = {1: 120, 2: 80, 3: 24, 4: 20}


def check_compiled(name, sigma):
    law = LAWS[name][0]
    model, values = case(sigma, law.dimension)
    fisher = FisherInformation(model, law)
    parameter = np.array([float(v) for v in values])
    compiled = fisher.compile(nodes=NODES[law.dimension])(parameter)
    balls = fisher.enclosure(values, digits=9)
    exact = sigma.branches is not None
    for i, j in product(range(len(compiled)), repeat=2):
        middle = float(balls[i, j].mid())
        allowed = float(balls[i, j].rad()) + (1e-13 if exact else 2e-7) * (1 + abs(middle))
        assert abs(compiled[i, j] - middle) < allowed, (i, j)


def test_a_compiled_matrix_is_the_enclosed_one():
    # By nodes; the parts between two breaks take many seconds to compile.
    check_compiled("normal plane", next(s for s in ACTIVATIONS if s.name == "tanh"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "sigma"), TABLE, ids=[f"{n}-{s.name}" for n, s in TABLE])
def test_every_compiled_matrix_is_the_enclosed_one(name, sigma):
    check_compiled(name, sigma)
