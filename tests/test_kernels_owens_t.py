"""Owen's T and the bivariate normal law: tables, identities, certified enclosures."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from sympy import atan, erf, oo, pi, sqrt

from slt_symbolic.kernels.bivariate_normal import (
    BivariateNormalCDF,
    bivariate_normal_cdf,
    normal_cdf,
    owen_form,
)
from slt_symbolic.kernels.owens_t import OwensT, owens_t

R = sympy.Rational
H, A, RHO = sympy.symbols("h a rho", real=True)
K = sympy.Symbol("k", real=True)
SMALL = st.sampled_from([R(p, q) for q in (1, 2, 3) for p in range(-6, 7)])
CORRELATIONS = st.sampled_from([R(p, 10) for p in range(-9, 10)] + [R(3, 5), R(-4, 5)])


# Patefield and Tandy (2000), table of test values.
@pytest.mark.parametrize(("h", "a", "value"), [
    (R(1, 16), R(1, 4), "3.8911930234701366e-02"),
    (R(13, 2), R(7, 16), "2.0005773048508315e-11"),
    (R(7), R(31, 32), "6.3990627193898685e-13"),
    (R(153, 32), R(1, 16), "1.0632974804687463e-07"),
    (R(2), R(1, 2), "8.6250779855215071e-03"),
    (R(1), R(9999975, 10**7), "6.6741808978228592e-02"),
])  # fmt: skip
def test_published_values(h, a, value):
    ball = owens_t(arb(str(h.n(30))), arb(str(a.n(30))))
    assert float(ball) == pytest.approx(float(value), rel=1e-15)
    assert float(OwensT(h, a).n(20)) == pytest.approx(float(value), rel=1e-15)


@given(st.floats(-8, 8), st.floats(-60, 60))
@settings(deadline=None, max_examples=200)
def test_scipy_agrees(h, a):
    assert float(owens_t(arb(h), arb(a))) == pytest.approx(special.owens_t(h, a), abs=2e-15)


def by_mpmath(h, a):
    """T from its definition, in panels; the tolerance of quad is absolute, hence the factor."""
    inner = mpmath.quad(
        lambda x: mpmath.exp(-((h * x) ** 2) / 2) / (1 + x * x), mpmath.linspace(0, a, 25)
    )
    return inner * mpmath.exp(-h * h / 2) / (2 * mpmath.pi)


@pytest.mark.parametrize(
    ("h", "a"), [(1, 2), (3, "0.1"), (20, "0.7"), ("0.1", 10), (0, 3), (-2, -3)]
)
def test_mpmath_agrees_at_thirty_digits(h, a):
    with mpmath.workdps(35):
        value = by_mpmath(mpmath.mpf(h), mpmath.mpf(a))
        ours = mpmath.mpf(str(OwensT(R(h), R(a)).n(35)))
        assert abs(ours - value) <= abs(value) * mpmath.mpf("1e-30")


@pytest.mark.parametrize("digits", [15, 50, 120])
@pytest.mark.parametrize(("h", "a"), [(1, 2), (3, "0.1"), (30, "0.7"), ("0.01", 900), (0, 3)])
def test_balls_are_tight_and_hold_the_printed_digits(h, a, digits):
    with ctx.workdps(digits + 5):
        ball = owens_t(arb(h), arb(a))
        assert ball.rel_accuracy_bits() > digits * 3.32
        value = OwensT(R(h), R(a)).n(digits + 10)
    with ctx.workdps(digits + 30):
        assert ball.overlaps(arb(str(value)) * arb(1, f"1e-{digits + 5}"))


def test_the_definition_as_a_certified_integral():
    """No reflection, no substitution, no cut: the integral itself, for a > 1 too."""
    for h, a in ((1, 3), (2, 5), (0.5, 0.25)):
        with ctx.workdps(40):
            body = acb.integral(
                lambda x, _, h=h: (-(arb(h) ** 2) * (1 + x * x) / 2).exp() / (1 + x * x), 0, a
            ).real / (2 * arb.pi())
            assert owens_t(arb(h), arb(a)).overlaps(body)
            assert body.rad() < 1e-35


def test_wide_balls_contain_what_they_should():
    rng = np.random.default_rng(1)
    for _ in range(100):
        h, a = rng.normal(0, 3), rng.normal(0, 3)
        wide = owens_t(arb(h, 0.01), arb(a, 0.02))
        for _ in range(3):
            x, y = h + rng.uniform(-0.01, 0.01), a + rng.uniform(-0.02, 0.02)
            assert wide.overlaps(owens_t(arb(x), arb(y)))
    assert bivariate_normal_cdf(arb(0, 1e-9), arb(1), arb(0), arb(1)).contains(arb(0.4))


def test_special_values_and_symmetries():
    assert OwensT(0, A) == atan(A) / (2 * pi)
    assert OwensT(H, 0) == 0
    assert OwensT(-H, A) == OwensT(H, A)
    assert OwensT(H, -A) == -OwensT(H, A)
    assert OwensT(oo, A) == 0
    assert OwensT(2, oo) == sympy.erfc(sqrt(2)) / 4
    assert OwensT(2, -oo) == -sympy.erfc(sqrt(2)) / 4
    assert OwensT(H, 1) == R(1, 8) - erf(H / sqrt(2)) ** 2 / 8
    assert OwensT(sympy.nan, A) is sympy.nan
    assert OwensT(H, A).is_real
    assert sympy.latex(OwensT(H, A) ** 2) == r"T^{2}\left(h, a\right)"
    with pytest.raises(TypeError):
        OwensT(H)


def test_derivatives_of_t():
    at = {H: R(3, 4), A: R(5, 3)}
    for s, order in ((H, 0), (A, 1)):
        exact = sympy.diff(OwensT(H, A), s).subs(at).n(20)
        numbers = [mpmath.mpf(3) / 4, mpmath.mpf(5) / 3]

        def along(x, order=order, numbers=numbers):
            point = list(numbers)
            point[order] = x
            return special.owens_t(*map(float, point))

        step = 1e-4
        centre = float(numbers[order])
        slope = (along(centre + step) - along(centre - step)) / (2 * step)
        assert float(exact) == pytest.approx(slope, abs=1e-8)
    # The mixed derivative is the same in both orders.
    first = sympy.diff(OwensT(H, A), H, A)
    assert sympy.simplify(first - sympy.diff(OwensT(H, A), A, H)) == 0


@given(SMALL, SMALL, CORRELATIONS)
@settings(deadline=None, max_examples=80)
def test_the_orthant_probability_against_scipy(h, k, rho):
    expected = stats.multivariate_normal([0, 0], [[1, float(rho)], [float(rho), 1]]).cdf(
        [float(h), float(k)]
    )
    value = BivariateNormalCDF(h, k, rho)
    assert not value.has(BivariateNormalCDF)
    assert float(value) == pytest.approx(expected, abs=1e-9)
    ball = bivariate_normal_cdf(
        *(arb(x.p) / x.q for x in (h, k, rho)), (1 - (arb(rho.p) / rho.q) ** 2).sqrt()
    )
    assert float(ball) == pytest.approx(float(value), abs=1e-14)
    assert value == BivariateNormalCDF(k, h, rho)


def test_degenerate_correlations():
    assert BivariateNormalCDF(1, 2, 1) == normal_cdf(sympy.Integer(1))
    assert BivariateNormalCDF(-1, 2, -1) == erf(sqrt(2)) / 2 - erf(sqrt(2) / 2) / 2
    assert BivariateNormalCDF(-2, 1, -1) == 0
    assert BivariateNormalCDF(0, 0, R(1, 2)) == R(1, 3)
    assert BivariateNormalCDF(H, K, 0).expand() == (normal_cdf(H) * normal_cdf(K)).expand()
    near = bivariate_normal_cdf(arb(1), arb(2), 1 - arb(1e-12), arb(1.414213562373e-6))
    assert float(near) == pytest.approx(stats.norm.cdf(1), abs=1e-12)


def test_plackett_identity_and_the_heat_equation():
    """∂Φ₂/∂ρ = ∂²Φ₂/∂h∂k, exactly."""
    cdf = BivariateNormalCDF(H, K, RHO)
    assert sympy.simplify(cdf.diff(RHO) - cdf.diff(H, K)) == 0
    assert sympy.simplify(cdf.diff(H, K) - cdf.diff(K, H)) == 0


def test_owen_form_has_the_same_derivative():
    h, k = sympy.symbols("h k", positive=True)
    form = owen_form(h, k, RHO)
    cdf = BivariateNormalCDF(h, k, RHO)
    for s in (h, k, RHO):
        gap = (form.diff(s) - cdf.diff(s)).subs({h: R(2, 3), k: R(5, 4), RHO: R(-3, 7)})
        assert abs(sympy.N(gap, 30, maxn=200)) < 1e-28
    assert owen_form(H, K, RHO) is None
    assert cdf.subs({h: R(1), k: R(2), RHO: R(1, 2)}) == owen_form(R(1), R(2), R(1, 2))


def test_latex_and_arguments():
    assert sympy.latex(BivariateNormalCDF(H, K, RHO)) == r"\Phi_{2}\left(h, k; \rho\right)"
    with pytest.raises(TypeError):
        BivariateNormalCDF(H, K)
    assert math.isclose(float(OwensT(0.5, 0.5)), special.owens_t(0.5, 0.5))
