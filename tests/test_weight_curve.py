"""K by a weight curve: its arithmetic, its polynomials, its agreement with the sum over points."""

import mpmath
import numpy as np
import pytest
from numba import njit
from sympy import Rational, symbols

from slt_symbolic import TwoLayer, Unit, activation
from slt_symbolic.activations import TANH
from slt_symbolic.compiled import eights
from slt_symbolic.compiled.activations import value_and_slope
from slt_symbolic.compiled.curve_pieces import basis_of, piece_of
from slt_symbolic.compiled.elementary import tanh_slope
from slt_symbolic.compiled.layout import LEAST_WORK, compile_network, compiled_error
from slt_symbolic.compiled.weight_curve import weight_curve
from slt_symbolic.divergence.gauss_rules import gauss_rule, half_rule
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.sampling.potential import gradient_error

POINTS, OMEGA = gauss_rule(StandardNormal(1), 64)
HALF_POINTS, HALF_OMEGA = half_rule(POINTS, OMEGA, odd=True)


def both(model, points, omega, y):
    """The compiled potential, and K by the sum itself."""
    error = compiled_error(model)
    found = compile_network(model, points, omega, y)

    def evaluated(w):
        w = np.array(w, dtype=float)
        g, h = np.full_like(w, 9.0), np.full_like(w, 9.0)
        return found(w, g), g, error(points, omega, y, w, h), h

    return evaluated, found


def free(name, width, **options):
    return TwoLayer.symbolic(activation(name), width=width, biases=0, **options)


def test_eight_numbers_are_those_of_numpy():
    @njit
    def everything(a, b, c, out):
        x, y, z = eights.load(a, 1), eights.load(b, 0), eights.load(c, 2)
        eights.store(out, 0, eights.multiply(x, y))
        eights.store(out, 8, eights.multiply_add(x, y, z))
        eights.store(out, 16, eights.repeated(a[0]))
        t = b[0]
        eights.store(out, 24, eights.powers(t, t * t, (t * t) * (t * t)))
        return eights.sum_of(x)

    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 10))
    out = np.zeros(33)
    total = everything(a, b, c, out)
    np.testing.assert_array_equal(out[:8], a[1:9] * b[:8])
    np.testing.assert_allclose(out[8:16], a[1:9] * b[:8] + c[2:], rtol=1e-14)
    np.testing.assert_array_equal(out[16:24], np.full(8, a[0]))
    np.testing.assert_allclose(out[24:32], b[0] ** np.arange(8), rtol=1e-15)
    assert out[32] == 0
    assert total == pytest.approx(a[1:9].sum(), rel=1e-14)


def test_basis_is_orthonormal_and_no_larger_than_the_rows_need():
    rng = np.random.default_rng(1)
    # Singular values down to 1e-20: at the end, what is left of a row is rounding.
    rows = (rng.normal(size=(60, 25)) * 0.16 ** np.arange(25)) @ rng.normal(size=(25, 40))
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    basis = basis_of(rows)
    assert 15 < len(basis) < 32
    assert np.abs(basis @ basis.T - np.eye(len(basis))).max() < 4e-15
    missing = rows - rows @ basis.T @ basis
    assert np.linalg.norm(missing, axis=1).max() < 2e-15


def test_piece_is_refused_where_it_is_no_polynomial():
    def corner(t):
        return np.abs(t)[:, None]

    assert piece_of(corner, 0.0, 1.0) is None
    _, coefficients = piece_of(corner, 2.0, 1.0)
    np.testing.assert_allclose(coefficients[:, 0], [2, 1] + [0] * 14, atol=1e-10)


@pytest.mark.parametrize("weight", [1e-9, 0.03, 0.07, 0.4, 1.3, 1.5, 1.99, 5.0, 60.0])
def test_curve_is_met_to_rounding(weight):
    omega, x = HALF_OMEGA, HALF_POINTS[:, 0]
    y = np.sin(3 * x)
    curve = weight_curve(tanh_slope, -1, x, omega, y)
    assert curve.coefficients.shape[1] <= 24
    if weight < 2.0**curve.lowest:
        piece, t = 0, weight / 2.0**curve.lowest
    else:
        octave = int(np.floor(np.log2(weight)))
        second = weight >= 1.5 * 2.0**octave
        piece = 1 + 2 * (octave - curve.lowest) + second
        t = (weight - (1.75 if second else 1.25) * 2.0**octave) / (0.25 * 2.0**octave)
    short = curve.coefficients[piece] @ t ** np.arange(16)
    with mpmath.workdps(40):
        phi = np.array([float(mpmath.tanh(mpmath.mpf(weight) * c)) for c in x]) * np.sqrt(omega)
    size = np.linalg.norm(phi)
    # Lengths, and inner products with the constant and the target, are those in R^N.
    assert np.linalg.norm(short) == pytest.approx(size, rel=4e-15)
    for inside, lifted in ((curve.constant, np.sqrt(omega)), (curve.target, np.sqrt(omega) * y)):
        assert abs(short @ inside - phi @ lifted) < 4e-15 * size * np.linalg.norm(lifted)
    lifted = np.sqrt(omega) * y
    assert 2 * curve.rest + curve.target @ curve.target == pytest.approx(lifted @ lifted, rel=1e-14)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "softplus", "erf", "arctan"])
def test_smooth_units_have_a_curve(name):
    sigma, parity = value_and_slope(activation(name)), activation(name).parity
    curve = weight_curve(sigma, parity, POINTS[:, 0], OMEGA, POINTS[:, 0])
    assert -6 <= curve.lowest < 0
    assert curve.coefficients.shape[1] <= 32


def families():
    a, b, c = symbols("a b c", real=True)
    shared = TwoLayer(
        TANH,
        (Unit(b, (a,), 0), Unit(3, (2 * a + 1,), 0), Unit(c - 1, (Rational(-5, 7),), 0)) * 2,
        output_bias=c / 2,
        inputs=1,
        parameters=(a, b, c),
    )
    yield "eight tanh", free("tanh", 8, output_bias=0)
    yield "seventy tanh and a constant", free("tanh", 70)
    yield "shared parameters", shared
    for name in ("sigmoid", "gelu", "softplus", "erf", "arctan"):
        yield name, free(name, 9)


@pytest.mark.parametrize("model", [pytest.param(model, id=name) for name, model in families()])
def test_potential_is_the_sum_over_the_points(model):
    y = np.cos(POINTS[:, 0]) + POINTS[:, 0]
    evaluated, found = both(model, POINTS, OMEGA, y)
    rng = np.random.default_rng(2)
    for size in (1e-7, 0.05, 1.0, 8.0):
        w = size * rng.normal(size=len(model.parameters))
        k, g, expected, gradient = evaluated(w)
        assert k == pytest.approx(expected, rel=2e-14)
        assert np.abs(g - gradient).max() < 2e-12 * max(1.0, np.abs(gradient).max())
    assert gradient_error(found, rng.normal(size=len(w))) < 1e-7


def test_small_losses_keep_their_relative_accuracy():
    model = free("tanh", 16, output_bias=0)
    evaluated, _ = both(model, HALF_POINTS, HALF_OMEGA, np.zeros(len(HALF_POINTS)))
    rng = np.random.default_rng(3)
    for weight, readout in ((1e-8, 1.0), (1.0, 1e-12), (1e-5, 1e-9), (20.0, 1e-30)):
        w = np.ravel(np.column_stack([weight * rng.normal(size=16), readout * rng.normal(size=16)]))
        k, g, expected, gradient = evaluated(w)
        assert k == pytest.approx(expected, rel=1e-13)
        for part in (slice(0, None, 2), slice(1, None, 2)):
            assert np.abs(g - gradient)[part].max() < 1e-11 * np.abs(gradient[part]).max()
    # Units that cancel: f is 1e-8 of each, its rounding 1e-16.
    w[0::2] = np.repeat(rng.uniform(0.1, 3, 8), 2)
    w[1::2] = np.tile([1.0, -1.0], 8) * (1 + 1e-8 * rng.normal(size=16))
    k, _, expected, _ = evaluated(w)
    assert k == pytest.approx(expected, rel=1e-6)
    assert k < 1e-14


def test_ends_of_the_intervals_and_what_lies_beyond():
    model = free("tanh", 8, output_bias=0)
    evaluated, _ = both(model, HALF_POINTS, HALF_OMEGA, np.sin(HALF_POINTS[:, 0]))
    curve = weight_curve(tanh_slope, -1, HALF_POINTS[:, 0], HALF_OMEGA, np.sin(HALF_POINTS[:, 0]))
    top = curve.lowest + (curve.intervals - 1) // 2
    ends = [s * 2.0**e for e in range(curve.lowest - 1, top + 2) for s in (1.0, 1.5)]
    rng = np.random.default_rng(4)
    for end in ends:
        for near in (np.nextafter(end, 0), end, np.nextafter(end, 99), -end):
            w = rng.normal(size=16)
            w[0] = near
            k, g, expected, gradient = evaluated(w)
            assert k == pytest.approx(expected, rel=1e-14), near
            np.testing.assert_allclose(g, gradient, rtol=1e-10, atol=1e-12)
            if abs(near) >= 2.0**top:
                # Nothing is left to the curve: bit by bit the sum over the points.
                assert k == expected
                np.testing.assert_array_equal(g, gradient)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_not_a_number_is_not_hidden(wrong):
    evaluated, _ = both(free("tanh", 8), HALF_POINTS, HALF_OMEGA, np.zeros(len(HALF_POINTS)))
    for place in (0, 1, 16):
        w = np.ones(17)
        w[place] = wrong
        k, _, expected, _ = evaluated(w)
        np.testing.assert_equal(k, expected)


def test_intervals_without_units_do_not_matter():
    evaluated, _ = both(free("tanh", 8), HALF_POINTS, HALF_OMEGA, np.zeros(len(HALF_POINTS)))
    rng = np.random.default_rng(5)
    for size in range(400, 4000, 40):
        # What the work space is made of next holds no numbers.
        waste = [np.full(size + k, np.nan) for k in range(8)]
        del waste
        w = rng.normal(size=17)
        w[0:16:2] = rng.uniform(1.0, 1.4, size=8)
        k, g, expected, gradient = evaluated(w)
        assert k == pytest.approx(expected, rel=1e-13)
        np.testing.assert_allclose(g, gradient, rtol=1e-9, atol=1e-11)


def test_what_has_no_curve_is_summed_over_its_points():
    x, y = HALF_POINTS[:, 0], np.zeros(len(HALF_POINTS))
    assert weight_curve(value_and_slope(activation("sin")), -1, x, HALF_OMEGA, y) is None
    assert weight_curve(tanh_slope, -1, 1e200 * x, HALF_OMEGA, y) is None
    assert weight_curve(tanh_slope, -1, 0 * x, HALF_OMEGA, y) is None
    assert weight_curve(tanh_slope, -1, x, -HALF_OMEGA, y) is None
    evaluated, _ = both(free("sin", 8), HALF_POINTS, HALF_OMEGA, y)
    k, g, expected, gradient = evaluated(np.arange(17.0) / 5)
    assert k == expected
    np.testing.assert_array_equal(g, gradient)


def test_any_scale_of_the_inputs_is_served():
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=300), rng.normal(size=300)
    omega = np.full(300, 1 / 300)
    for scale in (1e-20, 1e5):
        evaluated, _ = both(free("tanh", 8), (scale * x)[:, None], omega, y)
        w = rng.normal(size=17)
        w[0:16:2] /= scale
        k, _, expected, _ = evaluated(w)
        assert k != expected
        assert k == pytest.approx(expected, rel=1e-14)
    assert LEAST_WORK < 300 * 8
