"""Leading constants where units share a fold, against sampling of exp(−nK)."""

import numpy as np
import pytest
import sympy
from sympy import Rational

from slt_symbolic import (
    KLDivergence,
    StandardNormal,
    TrueSet,
    TwoLayer,
    UniformInterval,
    Unit,
)
from slt_symbolic.activations import RELU, leaky_relu
from slt_symbolic.phases import (
    BoxPrior,
    DivergentConstantError,
    GaussianPrior,
    NotRegularError,
    SharedFolds,
    active_units,
    leading_constant,
    local_learning_coefficient,
    phases,
)
from slt_symbolic.phases.unit_scale import box_scale, normal_scale

HALF = Rational(1, 2)
INTERVAL = UniformInterval(-1, 1)
WALLS = ([HALF, -1, HALF] * 2, [2, 1, 2] * 2)


def stratum_named(W0, name):
    return next(s for s in W0.strata if str(s.type) == name)


def shared(units, width, name, prior, law=INTERVAL, sigma=RELU, **keywords):
    model = TwoLayer.symbolic(sigma, inputs=law.dimension, width=width, **keywords)
    W0 = TrueSet(model, TwoLayer(sigma, units), law)
    return SharedFolds(model, law, stratum_named(W0, name), prior)


def two_on_one(prior, law=INTERVAL, **keywords):
    return shared([Unit(1, (1,), 0)], 2, "[fold1+, fold1+]", prior, law, output_bias=0, **keywords)


def squared_distance(v, f0_slopes, low, high, bias=0.0):
    """E (Σ relu(a_i x + e_i) + bias − f0)², exactly: f0 has a slope above 0 and one below."""
    folds = np.clip(-v[..., 1] / v[..., 0], low, high)
    size = len(folds)
    edges = np.sort(
        np.column_stack([folds, np.zeros(size), np.full(size, low), np.full(size, high)]), axis=1
    )
    total = np.zeros(size)
    for k in range(edges.shape[1] - 1):
        a, b = edges[:, k], edges[:, k + 1]
        mid = (a + b) / 2
        # Readouts are positive: the sign of v is that of the weights.
        on = v[..., 0] * mid[:, None] + v[..., 1] > 0
        slope = (on * v[..., 0]).sum(1) - np.where(mid > 0, *f0_slopes)
        height = (on * v[..., 1]).sum(1) + bias
        at_a, at_b = slope * a + height, slope * b + height
        total += (b - a) * (at_a**2 + at_a * at_b + at_b**2) / 3
    return total / (high - low)


def test_two_units_on_one_fold_against_sampling():
    found = leading_constant(two_on_one(BoxPrior(*WALLS)))
    assert found.known == "quadrature"
    assert found.error < 1e-9
    rng = np.random.default_rng(1)
    size, gram = 200_000, np.array([[1 / 6, 1 / 4], [1 / 4, 1 / 2]])
    gaps = []
    for n in (1e9, 1e12, 1e15):
        root = np.linalg.cholesky(np.linalg.inv(gram) * 1.5 / n)
        z, t = rng.standard_normal((size, 2)), rng.uniform(0.2, 0.8, size)
        width = 3.0 * n ** (-1 / 3)
        y = rng.standard_normal(size)
        rho = z @ root.T
        # v1 + v2 = (1, 0) + ρ; the first fold moves against the second.
        v1 = np.column_stack([t, y * width])
        v2 = np.array([1.0, 0.0]) + rho - v1
        log_proposal = (
            -(z**2).sum(1) / 2 - np.log(2 * np.pi) - np.log(np.diag(root)).sum() - np.log(0.6)
            - y**2 / 2 - np.log(2 * np.pi) / 2 - np.log(width)
        )  # fmt: skip
        K = squared_distance(np.stack([v1, v2], axis=1), (1.0, 0.0), -1, 1) / 2
        mass = np.exp(-n * K - log_proposal)
        for v in (v1, v2):
            low = np.maximum(0.5, np.maximum(v[:, 0] / 2, np.abs(v[:, 1])))
            high = np.minimum(2.0, 2 * v[:, 0])
            mass *= np.maximum(0, 1 / low - 1 / high) / 4.5
        direct, error = mass.mean() * n ** (4 / 3), mass.std() * n ** (4 / 3) / np.sqrt(size)
        gaps.append((direct - found.value) / found.value)
    assert error < 0.01 * found.value
    assert abs(gaps[-1]) < 4 * error / found.value


def test_two_orientations_on_one_fold_against_sampling():
    """|x| by two units: strengths are fixed, and folds split one against the other."""
    found = shared([Unit(1, (1,), 0), Unit(1, (-1,), 0)], 2, "[fold1+, fold1-]", GaussianPrior())
    constant = leading_constant(found)
    assert (constant.known, found.value) == ("exact", Rational(7, 3))
    rng = np.random.default_rng(2)
    size, n = 200_000, 1e13
    # v1, v2, c = (1, 0), (−1, 0), 0 and what keeps f: the folds apart by 2 s, c = −s.
    split = np.array([0, 1.0, 0, 1.0, -1.0]) / np.sqrt(3)
    range_ = np.linalg.svd(np.eye(5) - np.outer(split, split))[0][:, :4]
    x = np.linspace(-1, 1, 20001)
    scores = np.stack([(x > 0) * x, (x > 0) * 1.0, (x < 0) * x, (x < 0) * 1.0, np.ones_like(x)])
    gram = range_.T @ (scores @ scores.T / x.size) @ range_
    root = np.linalg.cholesky(np.linalg.inv(gram) * 1.5 / n)
    z, y, width = rng.standard_normal((size, 4)), rng.standard_normal(size), 3.0 * n ** (-1 / 3)
    at = np.array([1.0, 0, -1.0, 0, 0]) + z @ (range_ @ root).T + np.outer(y * width, split)
    log_proposal = (
        -(z**2).sum(1) / 2 - y**2 / 2 - 2.5 * np.log(2 * np.pi)
        - np.log(np.diag(root)).sum() - np.log(width)
    )  # fmt: skip
    v = at[:, :4].reshape(size, 2, 2)
    K = squared_distance(v, (1.0, -1.0), -1, 1, at[:, 4:].sum(1)[:, None].ravel()) / 2
    norms = np.linalg.norm(v, axis=2)
    prior = np.exp(-norms) / norms / (4 * np.pi)
    mass = np.exp(-n * K - log_proposal - at[:, 4] ** 2 / 2) * prior.prod(1) / np.sqrt(2 * np.pi)
    direct, error = mass.mean() * n ** (7 / 3), mass.std() * n ** (7 / 3) / np.sqrt(size)
    assert error < 0.01 * direct
    assert abs(direct - constant.value) < 4 * error


@pytest.mark.parametrize(("law", "sigma"), [
    (INTERVAL, RELU), (StandardNormal(), RELU), (INTERVAL, leaky_relu(Rational(1, 3))),
], ids=str)  # fmt: skip
def test_lambda_is_the_local_learning_coefficient(law, sigma):
    units = [Unit(2, (1,), -HALF)]
    found = shared(units, 2, "[fold1+, fold1+]", GaussianPrior(), law, sigma)
    K = KLDivergence(found.model, TwoLayer(sigma, units), law)
    answer = local_learning_coefficient(K, found.stratum.point(3))
    assert answer.value == found.value
    assert len(found.directions) == len(found.splits) == 1
    assert all((found.moments * v).is_zero_matrix for v in found.kernel)
    # G and the linear map vanish together: two ways to its rank.
    assert sympy.N(found.determinant) > 0
    assert all(abs(sympy.N(e)) < 1e-12 for v in found.kernel for e in found.gram * v)


def test_noise_and_prior_enter_as_they_must():
    units = [Unit(1, (1,), 0), Unit(1, (-1,), 0)]
    plain = shared(units, 2, "[fold1+, fold1-]", GaussianPrior())
    data = (plain.model, plain.inputs, plain.stratum)
    noisy = SharedFolds(*data, plain.prior, sympy.Integer(4))
    first, second = leading_constant(plain).expression, leading_constant(noisy).expression
    assert sympy.simplify(second / first - 4 ** Rational(7, 3)) == 0
    # |v| = 1 for both units: the normal density at 0, times that of v, twice.
    other = leading_constant(SharedFolds(*data, GaussianPrior(4))).expression
    change = HALF * (normal_scale([1, 0], 4) / normal_scale([1, 0], 1)) ** 2
    assert sympy.simplify(other / first - change) == 0
    boxed = leading_constant(SharedFolds(*data, BoxPrior([-2] * 7, [2] * 7))).value
    by_hand = (
        (Rational(3, 2) / 64) ** 2 / 4 / (normal_scale([1, 0], 1) ** 2 / sympy.sqrt(2 * sympy.pi))
    )
    assert boxed / float(first) == pytest.approx(float(by_hand))


def test_several_inputs_have_an_infinite_constant():
    law = StandardNormal(2)
    units = [Unit(1, (1, 1), HALF)]
    free = shared(units, 2, "[fold1+, fold1+]", GaussianPrior(), law)
    with pytest.raises(DivergentConstantError, match=r"its power -4/3: its integral is infinite"):
        leading_constant(free)
    fixed = shared(units, 2, "[fold1+, fold1+]", GaussianPrior(), law, readouts=1)
    with pytest.raises(NotRegularError, match="has 1 and 2"):
        leading_constant(fixed)


def test_fixed_readouts_keep_strengths_positive():
    found = two_on_one(GaussianPrior(), readouts=1)
    # ∫ over t in (0, 1) of (2π)^-2 exp(-(t² + (1 - t)²)/2) ... by the trapezoidal rule.
    constant = leading_constant(found)
    t = (np.arange(400_000) + 0.5) / 400_000
    kappa = (t * (1 - t)) ** 2 / 3 / 2
    # C(d) = kappa |d|³ in the distance d of the folds; dv1 dv2 = dρ dt t (1 - t) dd.
    inner = 2 * float(sympy.gamma(Rational(4, 3))) * (kappa / 2) ** (-1 / 3) * t * (1 - t)
    density = np.exp(-(t**2 + (1 - t) ** 2) / 2) / (2 * np.pi) ** 2
    by_hand = 2 * np.pi / np.sqrt(1 / 6 / 2 - 1 / 16) * (inner * density).mean()
    assert constant.value == pytest.approx(by_hand, rel=1e-4)


def test_what_is_not_computed_is_refused():
    three = shared([Unit(1, (1,), 0)], 3, "[fold1+, fold1+, fold1+]", GaussianPrior())
    with pytest.raises(NotRegularError, match="has 2 and 2"):
        leading_constant(three)
    with pytest.raises(NotRegularError, match="no fold of the truth"):
        shared([Unit(1, (1,), 0)], 2, "[fold1+, silent0]", GaussianPrior())
    with pytest.raises(NotRegularError, match="with biases"):
        two_on_one(GaussianPrior(), biases=0)


def test_phases_with_shared_folds_have_a_constant():
    model = TwoLayer.symbolic(RELU, width=2, output_bias=0)
    K = KLDivergence(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), StandardNormal())
    two = {p.label: p for p in phases(K, active_units, GaussianPrior())}["2 active"]
    assert (two.value, two.multiplicity) == (Rational(4, 3), 1)
    assert two.constant().value == pytest.approx(2.00752285736, rel=1e-9)
    assert two.log_evidence(10.0) == pytest.approx(np.log(2.00752285736) - np.log(10) * 4 / 3)


def test_scales_integrate_to_the_prior_mass():
    from scipy.integrate import quad

    for v in ([3, 4], [-1, HALF]):
        direct = quad(lambda q, v=v: np.exp(-(float(v[0] ** 2 + v[1] ** 2) / q**2 + q * q) / 2)
                      / q**2, 0, np.inf)[0]  # fmt: skip
        value = float(normal_scale(v, sympy.S.One))
        assert value == pytest.approx(direct / (2 * np.pi) ** 1.5, rel=1e-7)
    walls = [(-1, 2), (HALF, 3), (-3, 2)]
    for sign in (1, -1):
        for v in ([1, 2], [-HALF, 1], [1, -2], [-2, -3]):
            q = sign * (np.arange(300_000) + 0.5) / 100_000
            inside = (q >= -3) & (q <= 2)
            for e, (a, b) in zip(v, walls, strict=False):
                inside &= (float(a) <= float(e) / q) & (float(e) / q <= float(b))
            direct = (inside / q**2).mean() * 3 / 37.5
            assert float(box_scale(v, sign, walls)) == pytest.approx(direct, rel=1e-3, abs=1e-9)
