"""Leading constants of free energies, against direct integration of exp(−nK) φ."""

from itertools import pairwise

import numpy as np
import pytest
import sympy
from scipy.integrate import dblquad, quad
from scipy.special import ndtr
from sympy import Rational

from slt_symbolic import KLDivergence, StandardNormal, TrueSet, TwoLayer, UniformInterval, Unit
from slt_symbolic.activations import ERF, RELU
from slt_symbolic.phases import (
    BoxPrior,
    DivergentConstantError,
    GaussianPrior,
    LeadingConstant,
    NotRegularError,
    StratumDensity,
    active_units,
    leading_constant,
    orientation,
    phases,
)
from slt_symbolic.phases.scaled_constant import scaled_constant

HALF = Rational(1, 2)
# E[x²; x > 0] = 1, so that K = (w q − 1)²/2 for w > 0.
UNIT = UniformInterval(-sympy.sqrt(6), sympy.sqrt(6))
VALLEY = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
TRUTH = TwoLayer(RELU, [Unit(1, (1,), 0)])


def only_stratum(model, truth, inputs):
    (stratum,) = TrueSet(model, truth, inputs).strata
    return stratum


def test_valley_in_a_box():
    prior = BoxPrior([HALF, HALF], [2, 2])
    density = StratumDensity(VALLEY, UNIT, only_stratum(VALLEY, TRUTH, UNIT), prior)
    found = leading_constant(density)
    assert found.known == "quadrature"
    # ∫ dw/w over [1/2, 2], by hand.
    assert abs(found.value - np.sqrt(2 * np.pi) * 2 * np.log(2) / 1.5**2) < 1e-8

    def exact(n):
        def over_q(w):
            s = w * np.sqrt(n)
            return (ndtr(s * (2 - 1 / w)) - ndtr(s * (0.5 - 1 / w))) * np.sqrt(2 * np.pi) / s

        return quad(over_q, 0.5, 2, limit=400, points=[0.5001, 0.501, 1.99])[0] / 1.5**2

    errors = [exact(n) * np.sqrt(n) / found.value - 1 for n in (1e4, 1e6)]
    assert abs(errors[1]) < 1e-3
    assert abs(errors[1]) < abs(errors[0]) / 5


def test_valley_under_a_normal_prior():
    density = StratumDensity(VALLEY, UNIT, only_stratum(VALLEY, TRUTH, UNIT), GaussianPrior(2))
    found = leading_constant(density)
    assert found.known == "exact"

    def over_w(w, n):
        # Complete the square in q: n(wq − 1)²/2 + q²/4.
        a = n * w * w + HALF_FLOAT
        log = -n / 2 + (n * w) ** 2 / (2 * a) - w * w / 4
        return np.exp(log) * np.sqrt(2 * np.pi / a) / (4 * np.pi)

    n = 1e6
    direct = quad(over_w, 0, 40, args=(n,), limit=2000, points=[1e-3, 1e-2, 0.1, 1, 3])[0]
    assert abs(direct * np.sqrt(n) / found.value - 1) < 1e-4
    # Adaptive quadrature over the curve is a third way.
    from slt_symbolic.phases.constant import _along_curve

    value, error = _along_curve(density)
    assert abs(np.sqrt(2 * np.pi) * value - found.value) < 1e-8 + error


HALF_FLOAT = 0.5


def test_bias_and_offset_in_closed_form():
    # Parameters w, b, q, c: rank 3, one scale.
    model = TwoLayer.symbolic(RELU, width=1)
    truth = TwoLayer(RELU, [Unit(1, (1,), -HALF)], Rational(1, 3))
    inputs = UniformInterval(-1, 2)
    stratum = only_stratum(model, truth, inputs)
    density = StratumDensity(model, inputs, stratum, GaussianPrior())
    found = leading_constant(density)
    assert found.known == "exact"
    # φ/√det of the block of dependent parameters, integrated over the free one.
    value = quad(lambda t: density.at(np.array([t])), 0, np.inf, epsabs=0, epsrel=1e-9)[0]
    assert abs((2 * np.pi) ** 1.5 * value / found.value - 1) < 1e-8
    # Direct integration in v = q(w, b) and c, f linear in them but for the moving fold.
    x = np.linspace(-1, 2, 601)
    rule = np.full(x.size, 1 / (x.size - 1))
    rule[[0, -1]] /= 2
    f0 = np.maximum(x - 0.5, 0) + 1 / 3
    rng = np.random.default_rng(0)
    n, size = 4e4, 6000
    point = stratum.point()
    features = np.stack([(x > 0.5) * x, (x > 0.5) * 1.0, np.ones_like(x)])
    gram = (features * rule) @ features.T
    spread = np.linalg.cholesky(np.linalg.inv(gram) * 1.2 / n)
    z = rng.standard_normal((size, 3))
    v = z @ spread.T + np.array([1.0, -0.5, 1 / 3])
    q = np.exp(0.7 * rng.standard_normal(size))
    log_q = -0.5 * (np.log(q) / 0.7) ** 2 - np.log(0.7 * q) - 0.5 * np.log(2 * np.pi)
    log_v = -0.5 * (z**2).sum(1) - 1.5 * np.log(2 * np.pi) - np.log(np.diag(spread)).sum()
    w = np.column_stack([v[:, 0] / q, v[:, 1] / q, q, v[:, 2]])
    f = np.maximum(v[:, :1] * x + v[:, 1:2], 0) + v[:, 2:]
    K = ((f - f0) ** 2) @ rule / 2
    log_prior = -0.5 * (w**2).sum(1) - 2 * np.log(2 * np.pi)
    weights = np.exp(-n * K + log_prior - 2 * np.log(q) - log_q - log_v)
    direct, error = weights.mean() * n**1.5, weights.std() * n**1.5 / np.sqrt(size)
    assert point
    assert error < 0.03 * direct
    assert abs(direct - found.value) < 4 * error + 0.01 * direct


def test_gram_determinant_against_the_block_of_dependent_parameters():
    model = TwoLayer.symbolic(RELU, width=1)
    truth = TwoLayer(RELU, [Unit(1, (1,), -HALF)], Rational(1, 3))
    inputs = UniformInterval(-1, 2)
    stratum = only_stratum(model, truth, inputs)
    density = StratumDensity(model, inputs, stratum, GaussianPrior())
    (free,) = stratum.free
    kept = [k for k, p in enumerate(model.parameters) if p in stratum.dependent]
    for value in (0.3, 1.0, 2.5):
        at = {free: sympy.Rational(value)}
        point = [sympy.S(e).subs(at) for e in density.coordinates]
        block = density.fisher.matrix(point).extract(kept, kept)
        weight = density.prior.density(np.array([float(p) for p in point]))
        other = float(weight / sympy.sqrt(block.det()))
        assert abs(density.at(np.array([value])) / other - 1) < 1e-10


def test_surface_by_sampling():
    # f = A₊x₊ with A₊ = q1w1 + q2w2 on w > 0: given w, A₊ is normal with variance |w|².
    model = TwoLayer.symbolic(RELU, width=2, biases=0, output_bias=0)
    stratum = TrueSet(model, TRUTH, UNIT).strata[0]
    assert (stratum.dimension, stratum.fisher_rank) == (3, 1)
    found = leading_constant(StratumDensity(model, UNIT, stratum, GaussianPrior()), points=1024)
    assert found.known == "sampling"

    def over_radius(r):
        return r * np.exp(-r * r / 2) * np.exp(-1 / (2 * r * r)) / (np.sqrt(2 * np.pi) * r) / 4

    direct = np.sqrt(2 * np.pi) * quad(over_radius, 0, np.inf)[0]
    assert found.error < 0.06 * direct
    assert abs(found.value - direct) < 5 * found.error


def test_isolated_points():
    model = TwoLayer.symbolic(RELU, width=1, readouts=1, output_bias=0)
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    inputs = UniformInterval(-1, 1)
    stratum = only_stratum(model, truth, inputs)
    assert stratum.dimension == 0
    closed = scaled_constant(StratumDensity(model, inputs, stratum, GaussianPrior()))
    # K = E[(δw x + δb)²; x > 0]/2, Gram matrix [[1/6, 1/4], [1/4, 1/2]].
    assert sympy.simplify(closed - sympy.exp(-HALF) * sympy.sqrt(48)) == 0
    n = 1e4

    def integrand(b, w):
        low = np.maximum(-b / w, -1)
        edges = np.sort(np.clip([-1, low, 0, 1], -1, 1))
        total = 0.0
        for a, e in pairwise(edges):
            mid = np.array([a, (a + e) / 2, e])
            f = np.maximum(w * mid + b, 0) - np.maximum(mid, 0)
            total += (e - a) * (f**2 @ np.array([1, 4, 1])) / 6
        return np.exp(-n * total / 4 - (w * w + b * b) / 2) / (2 * np.pi)

    side = 12 / np.sqrt(n)
    direct = dblquad(integrand, 1 - 2 * side, 1 + 2 * side, -side, side, epsabs=1e-9, epsrel=1e-4)
    assert abs(direct[0] * n / float(closed) - 1) < 0.02
    for walls, value in (((2, 3), 0), ((-2, 2), 1)):
        prior = BoxPrior([walls[0], -1], [walls[1], 1])
        constant = leading_constant(StratumDensity(model, inputs, stratum, prior))
        assert (constant.value > 0) == bool(value)
    with pytest.raises(NotRegularError, match="wall"):
        leading_constant(StratumDensity(model, inputs, stratum, BoxPrior([1, -1], [2, 1])))


def test_infinite_constants_are_refused():
    # f = q erf(w x), truth 0: det⊥ I = E erf² ~ w² near w = 0, where m = 2.
    model = TwoLayer.symbolic(ERF, width=1, biases=0, output_bias=0)
    W0 = TrueSet(model, TwoLayer(ERF, (), inputs=1), StandardNormal())
    (silent,) = [
        s
        for s in W0.strata
        if s.is_manifold_there and s.dependent.get(sympy.Symbol("q1", real=True)) == 0
    ]
    prior = BoxPrior([-1, -1], [1, 1])
    density = StratumDensity(model, StandardNormal(), silent, prior)
    with pytest.raises(DivergentConstantError, match=r"distance\*\*-1"):
        leading_constant(density)


def test_strata_without_leading_constant():
    model = TwoLayer.symbolic(RELU, width=2)
    inputs = UniformInterval(-1, 1)
    W0 = TrueSet(model, TwoLayer(RELU, [Unit(2, (1,), 0)]), inputs)
    (shared,) = [s for s in W0.strata if str(s.type) == "[fold1+, fold1+]"]
    with pytest.raises(NotRegularError, match="do not add up"):
        StratumDensity(model, inputs, shared, GaussianPrior())


def test_phases_by_orientation():
    # Example 3.3: both orientations of two opposite units.
    model = TwoLayer.symbolic(RELU, width=2)
    truth = TwoLayer(RELU, [Unit(1, (1,), -1), Unit(1, (-1,), -1)], 2)
    inputs = UniformInterval(-2, 2)
    K = KLDivergence(model, truth, inputs)
    found = {
        p.label: p for p in phases(K, orientation(TrueSet(model, truth, inputs)), GaussianPrior())
    }
    assert set(found) == {"WC", "non-WC"}
    for phase in found.values():
        assert (phase.value, phase.multiplicity, phase.dimension) == (Rational(5, 2), 1, 2)
    constants = {name: p.constant() for name, p in found.items()}
    assert all(c.known == "exact" for c in constants.values())
    ratio = constants["WC"].expression / constants["non-WC"].expression
    # Gram determinants by hand: reversed units see the larger parts of the interval.
    assert sympy.simplify(ratio - sympy.exp(2) * sympy.sqrt(17) / 17) == 0
    assert (
        abs(found["WC"].log_evidence(100) - np.log(constants["WC"].value) + 2.5 * np.log(100))
        < 1e-12
    )
    assert str(found["WC"]) == "WC: 2 strata of dimension <= 2, lambda = 5/2, m = 1"


def test_phases_without_prior_have_no_constant():
    model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    two, one = phases(KLDivergence(model, TRUTH, UNIT), active_units)
    assert (two.label, one.label) == ("2 active", "1 active")
    assert two.value == one.value == HALF
    with pytest.raises(ValueError, match="no prior"):
        two.constant()
    uneven = BoxPrior([0, 0], [2, 3])
    with pytest.raises(ValueError, match="same walls for w1, w2"):
        phases(KLDivergence(model, TRUTH, UNIT), active_units, uneven)
    # The whole segment w1 + w2 = 1 in [0, 2]², on which K = (w1 + w2 − 1)²/2.
    even = phases(KLDivergence(model, TRUTH, UNIT), active_units, BoxPrior([0, 0], [2, 2]))[0]
    assert abs(even.constant().value - np.sqrt(2 * np.pi) / 4) < 1e-9


def test_constants_add_and_multiply():
    exact = LeadingConstant(1.0, 0.0, "exact", sympy.S.One)
    sampled = LeadingConstant(2.0, 0.3, "sampling")
    both = (exact + sampled).times(2)
    assert (both.value, both.known, both.expression) == (6.0, "sampling", None)
    assert both.error == pytest.approx(0.6)
    assert (exact + exact).expression == 2


@pytest.mark.parametrize("wrong", [-1, 0, 0.5])
def test_bad_priors(wrong):
    with pytest.raises((TypeError, ValueError)):
        GaussianPrior(wrong)
    with pytest.raises((TypeError, ValueError)):
        BoxPrior([1], [wrong])
