"""The branch-free functions: against 50 digits over their whole range, and in vectors."""

import math
import re

import mpmath
import numpy as np
import pytest
import sympy
from numba import njit

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    GELU,
    IDENTITY,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    leaky_relu,
    polynomial,
    swish,
)
from slt_symbolic.compiled import elementary
from slt_symbolic.compiled.activations import value_and_slope
from slt_symbolic.compiled.vectors import wide_vectors

SMALLEST_NORMAL = 2.0**-1022

# name: function, what it should be, largest error in units in the last place
CASES = {
    "tanh": (elementary.tanh, mpmath.tanh, 2.5),
    "tanh with slope": (lambda x: elementary.tanh_slope(x)[0], mpmath.tanh, 2.5),
    "slope of tanh": (
        lambda x: elementary.tanh_slope(x)[1],
        lambda x: mpmath.sech(x) ** 2,
        6.0,
    ),
    "exp(-|x|)": (lambda x: elementary.exp_minus(abs(x)), lambda x: mpmath.exp(-abs(x)), 1.5),
    "sigmoid": (lambda x: elementary.sigmoid(x)[0], lambda x: 1 / (1 + mpmath.exp(-x)), 2.5),
    "softplus": (elementary.softplus, lambda x: mpmath.log1p(mpmath.exp(x)), 2.5),
}


def arguments():
    rng = np.random.default_rng(0)
    return np.concatenate(
        [
            rng.uniform(-1, 1, 400),
            rng.uniform(-20, 20, 400),
            rng.uniform(-354, 354, 150),
            rng.choice((-1, 1), 200) * 10.0 ** rng.uniform(-320, 0, 200),
            # The ends of the reduction, where the polynomial is stretched most.
            np.outer([1, -1], (np.arange(1, 40) + 0.5) * math.log(2) / 2).ravel(),
        ]
    )


@pytest.mark.parametrize("name", CASES)
def test_error_in_units_in_the_last_place(name):
    function, truth, allowed = CASES[name]
    with mpmath.workdps(50):
        for x in arguments().tolist():
            exact = truth(mpmath.mpf(x))
            if abs(exact) >= 4 * SMALLEST_NORMAL:
                error = abs(mpmath.mpf(function(x)) - exact) / np.spacing(abs(float(exact)))
                assert error <= allowed, x


def test_limits_zeros_and_what_is_no_number():
    for sign in (1.0, -1.0):
        assert elementary.tanh(sign * math.inf) == sign
        assert elementary.tanh(sign * 1e308) == sign
        assert math.copysign(1, elementary.tanh(sign * 0.0)) == sign
        assert elementary.tanh(sign * 5e-324) == sign * 5e-324
        assert elementary.tanh_slope(sign * math.inf) == (sign, 0.0)
    assert elementary.sigmoid(math.inf) == (1.0, 0.0)
    assert elementary.sigmoid(-math.inf) == (0.0, 1.0)
    assert elementary.softplus(math.inf) == math.inf
    assert elementary.softplus(-math.inf) == 0.0
    assert elementary.exp_minus(math.inf) == 0.0
    for values in (
        (elementary.tanh(math.nan), elementary.softplus(math.nan)),
        elementary.tanh_slope(math.nan),
        elementary.sigmoid(math.nan),
        (elementary.exp_minus(math.nan),),
    ):
        assert all(map(math.isnan, values))


def test_tanh_is_odd_and_never_above_one():
    x = np.random.default_rng(1).uniform(0, 30, 2000)
    values = np.array([elementary.tanh_slope(v)[0] for v in x])
    assert np.array_equal([elementary.tanh_slope(-v)[0] for v in x], -values)
    assert values.max() == 1.0


@pytest.mark.parametrize("name", ["tanh", "softplus"])
def test_loops_become_vectors(name):
    function = getattr(elementary, name)

    @njit(error_model="numpy")
    def loop(x, out):
        wide_vectors()
        for i in range(x.shape[0]):
            out[i] = function(x[i])

    x = np.linspace(-3, 3, 64)
    loop(x, np.zeros_like(x))
    # A division of several doubles at once, in the words of x86 or of ARM.
    assembly = next(iter(loop.inspect_asm().values()))
    assert re.search(r"\bv?divpd\b|\bfdiv\s+v\d+\.2d", assembly)
    assert '"prefer-vector-width"="512"' in next(iter(loop.inspect_llvm().values()))


KNOWN = [
    *(ABSOLUTE, ARCTAN, COS, ERF, GAUSSIAN, GELU, IDENTITY, RELU, SIGMOID, SIN, SOFTPLUS, STEP),
    *(SWISH, TANH, leaky_relu(sympy.Rational(1, 10)), polynomial((1, -2, 0, 3))),
]


@pytest.mark.parametrize("sigma", KNOWN, ids=lambda a: a.name)
def test_activation_agrees_with_its_formula(sigma):
    z = sympy.Symbol("z", real=True)
    both = value_and_slope(sigma)
    for x in (-37.5, -2.25, -0.125, 0.5, 3.0, 20.0):
        exact = sympy.Rational(x)
        around = sympy.Piecewise((sigma(z), True)) if sigma is not ABSOLUTE else sigma(z)
        value = float(sigma(exact).evalf(30))
        slope = float(sympy.diff(around, z).doit().subs(z, exact).evalf(30))
        assert both(x) == (pytest.approx(value, rel=1e-14), pytest.approx(slope, rel=1e-14))


def test_strangers_have_no_compiled_form():
    assert value_and_slope(swish(2)) is None
