"""Problems that are not what they should be end in named errors."""

import pytest
from sympy import Float, Rational, sqrt, tanh
from sympy.abc import x, y

from slt_symbolic.rlct import (
    Certificate,
    CertificateError,
    EmptyRegionError,
    NegativeDivergenceError,
    NotAZeroError,
    NotPolynomialError,
    PiecewiseProblem,
    Problem,
    RLCTError,
    learning_coefficient,
)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((x**2 + 1, (x,), (0,)), NotAZeroError),
        ((x**2 - 1, (x,), (0,)), NegativeDivergenceError),
        ((x - x, (x,), (0,)), NotAZeroError),
        ((tanh(x) ** 2, (x,), (0,)), NotPolynomialError),
        ((1 / x, (x,), (1,)), NotPolynomialError),
        ((sqrt(2) * x**2, (x,), (0,)), NotPolynomialError),
        ((x**2 * y, (x,), (0,)), NotPolynomialError),
        ((Float(0.5) * x**2, (x,), (0,)), NotPolynomialError),
        (("x**2", (x,), (0,)), NotPolynomialError),
        ((x**2, (x,), (0.0,)), NotPolynomialError),
        ((x**2, (x,), (Float(0),)), NotPolynomialError),
        ((x**2, (x,), (sqrt(2),)), NotPolynomialError),
        ((x**2, (x,), (0, 0)), NotPolynomialError),
        ((x**2, (x, x), (0, 0)), NotPolynomialError),
        ((x**2, (), ()), TypeError),
        ((x**2, ("x",), (0,)), TypeError),
        ((x**2, (x,), (0,), (x - 1,)), EmptyRegionError),
        ((x**2, (x,), (0,), (), "1"), NotPolynomialError),
        ((x**2, (x,), (0,), (), 0), NotPolynomialError),
    ],
)
def test_bad_statements(arguments, error):
    with pytest.raises(error):
        Problem(*arguments)


@pytest.mark.parametrize(
    ("K", "region", "error"),
    [
        (x**2 - y**2, (), NegativeDivergenceError),
        (x**3 + y**4, (), NegativeDivergenceError),
        (x * y, (), NegativeDivergenceError),
        (x, (-x,), NegativeDivergenceError),
        (x**2, (y, -y), EmptyRegionError),
        (x**2 + y**2, (x, -x), EmptyRegionError),
        (x**2 + y**2, (-(x**2),), EmptyRegionError),
    ],
)
def test_bad_germs(K, region, error):
    problem = Problem(K, (x, y), (0, 0), region)
    with pytest.raises(error):
        learning_coefficient(problem)


@pytest.mark.parametrize("K", [(y - x**2) ** 2 - x**10, (y - x**2) ** 2 - x**11])
def test_negative_only_along_a_curve(K):
    # Out of reach of the quick test along rays: the resolution finds it.
    problem = Problem(K, (x, y), (0, 0))
    with pytest.raises(NegativeDivergenceError):
        learning_coefficient(problem)
    # On the side x <= 0 the second one is positive.
    if K.coeff(x, 11) != 0:
        answer = learning_coefficient(Problem(K, (x, y), (0, 0), (-x,)))
        assert answer.value == Rational(1, 2) + Rational(1, 11)


def test_piecewise_problems():
    with pytest.raises(NotAZeroError):
        PiecewiseProblem([(x**2 + 1, [x])], (x,), (0,))
    with pytest.raises(EmptyRegionError):
        PiecewiseProblem([(x**2, [x - 1])], (x,), (0,))
    with pytest.raises(NegativeDivergenceError):
        PiecewiseProblem([(x**2 - 1, [x]), (x**2, [-x])], (x,), (0,))


def test_only_problems_are_answered():
    with pytest.raises(TypeError):
        learning_coefficient(x**2)


def test_non_integrable_prior():
    for s in (-1, Rational(-3, 2), -2):
        problem = Problem(x**2 + y**2, (x, y), (0, 0), prior=[(x, s)])
        with pytest.raises(RLCTError, match="integrable"):
            learning_coefficient(problem)
    problem = Problem(x**2, (x,), (0,), (), [(x, Rational(-3, 2))])
    with pytest.raises(RLCTError):
        learning_coefficient(problem)


@pytest.mark.parametrize("text", ["", "[1]", "{", "1" * 10, "[" * 100000])
def test_text_that_is_no_certificate(text):
    with pytest.raises(CertificateError):
        Certificate.from_json(text)
