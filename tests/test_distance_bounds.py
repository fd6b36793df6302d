"""Lower bounds on the distance to W0: against known true parameters, and against slopes."""

from random import Random

import mpmath
import numpy as np
import pytest
from equivalence_reference import ANALYTIC, VALUE
from strata_cases import CASES, true_set
from sympy import Rational

from slt_symbolic.activations import RELU, STEP, TANH, polynomial
from slt_symbolic.inputs import FiniteSample, StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.distance_bounds import distance_at_least, lipschitz


@pytest.mark.parametrize("sigma", ANALYTIC, ids=str)
def test_lipschitz_constants_hold_and_are_sharp(sigma):
    bound = float(str(lipschitz(sigma).p)) / float(str(lipschitz(sigma).q))
    value = VALUE[sigma.name]
    slopes = [abs(mpmath.diff(value, mpmath.mpf(k) / 40)) for k in range(-200, 201)]
    assert 0.98 * bound < max(slopes) <= bound


@pytest.mark.parametrize("name", CASES)
def test_no_true_parameter_is_nearer_than_the_bound(name):
    W0 = CASES[name]
    rng = np.random.default_rng(5)
    positive = 0
    for s in W0.strata[:: max(1, len(W0.strata) // 3)]:
        point = s.point(6)
        for size in (1e-3, 0.3, 3.0):
            offset = rng.standard_normal(len(point))
            offset *= size / np.linalg.norm(offset)
            given = {p: float(v) + e for (p, v), e in zip(point.items(), offset, strict=True)}
            lower = distance_at_least(W0.model, W0.truth, W0.inputs, given)
            true = {p: float(v) for p, v in point.items()}
            assert lower <= np.sqrt(sum((true[p] - v) ** 2 for p, v in given.items()))
            positive += lower > 0
            # And on no other stratum.
            for other in W0.strata[:: max(1, len(W0.strata) // 8)]:
                for seed in range(2):
                    end = other.point(seed)
                    gap = np.sqrt(sum((float(end[p]) - v) ** 2 for p, v in given.items()))
                    assert lower <= gap * (1 + 1e-12)
    assert (positive > 0) == (W0.model.activation is not STEP)


def test_a_true_parameter_has_the_bound_zero():
    for name in ("relu", "tanh", "relu, box"):
        W0 = CASES[name]
        point = W0.strata[0].point(2)
        if all(v.q & (v.q - 1) == 0 for v in point.values()):
            given = {p: float(v) for p, v in point.items()}
            assert distance_at_least(W0.model, W0.truth, W0.inputs, given) == 0.0
    W0 = true_set(RELU, 1, 2, StandardNormal(), [Unit(1, (1,), 0)])
    given = dict(zip(W0.model.parameters, [2.0, 0.0, 0.5, 1.0, 3.0, 0.0, 0.0], strict=True))
    assert distance_at_least(W0.model, W0.truth, W0.inputs, given) == 0.0


@pytest.mark.parametrize("sigma", [pytest.param(RELU, marks=pytest.mark.slow), TANH], ids=str)
def test_intervals_are_narrow(sigma):
    W0 = true_set(sigma, 1, 2, UniformInterval(-2, 2), [Unit(1, (1,), Rational(1, 2))])
    rng = Random(3)  # noqa: S311 - test points
    ratios = []
    for _ in range(8):
        near = W0.nearest([rng.gauss(0, 1) for _ in W0.model.parameters])
        assert 0 < near.lower <= near.distance
        ratios.append(near.distance / near.lower)
    assert np.median(ratios) < 4


def test_one_dimension_is_exact():
    model = TwoLayer.symbolic(RELU, width=1, biases=0, readouts=1, output_bias=0)
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    (w,) = model.parameters
    for value in (-2.0, 0.25, 7.0):
        for law in (StandardNormal(), UniformInterval(-3, 1), FiniteSample([(1,), (2,)])):
            found = distance_at_least(model, truth, law, {w: value})
            # At x > 0 |relu(w) - 1|; where x < 0 is possible and w < 0, |w|.
            expected = abs(max(value, 0.0) - 1)
            if not isinstance(law, FiniteSample):
                expected = max(expected, -value)
            assert found == pytest.approx(expected, rel=1e-9)


def test_what_has_no_bound_gets_zero():
    square = polynomial((0, 0, 1))
    for sigma in (STEP, square):
        assert lipschitz(sigma) is None
    model = TwoLayer.symbolic(STEP, width=1)
    given = dict.fromkeys(model.parameters, 1.0)
    assert distance_at_least(model, TwoLayer(STEP, (), inputs=1), StandardNormal(), given) == 0.0
