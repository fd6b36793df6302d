"""Targets: data sets and minibatches, balls, localised and product priors, networks."""

import numpy as np
import pytest
from scipy import stats
from sympy import Rational

from slt_symbolic import KLDivergence, TwoLayer, UniformInterval
from slt_symbolic.activations import TANH
from slt_symbolic.sampling import Gaussian, SamplingError, UniformBox, gradient_error
from slt_symbolic.sampling.priors import Localised, ProductPrior
from slt_symbolic.sampling.targets import (
    BallTarget,
    DataSet,
    empirical_target,
    population_target,
)

RNG = np.random.default_rng(11)
MODEL = TwoLayer.symbolic(TANH, inputs=2, width=3)  # 13 parameters
PRIOR = Gaussian((0.0,) * 13, (1.0,) * 13)
DATA = DataSet(RNG.normal(size=(57, 2)), RNG.normal(size=57))


def loss(w, rows):
    units = np.reshape(w[:-1], (3, 4))
    f = np.tanh(DATA.x[rows] @ units[:, :2].T + units[:, 2]) @ units[:, 3] + w[-1]
    return np.mean((DATA.y[rows] - f) ** 2) / 2


def test_empirical_loss_is_a_mean_over_samples():
    target = empirical_target(MODEL, DATA, PRIOR, noise_variance=4)
    w = RNG.normal(size=13)
    assert target.value(w) == pytest.approx(loss(w, slice(None)) / 4, rel=1e-13)
    assert gradient_error(target.compiled, w) < 1e-8


def test_minibatch_estimates_loss_and_gradient_without_bias():
    target = empirical_target(MODEL, DATA, PRIOR, batch=5)
    w, rng = RNG.normal(size=13), np.random.Generator(np.random.Philox(2))
    g, draws = np.zeros(13), []
    for _ in range(20_000):
        value = target.compiled_minibatch(w, g, rng)
        draws.append([value, *g])
    draws = np.array(draws)
    exact = np.array([target.value(w), *target.gradient(w)])
    away = (draws.mean(axis=0) - exact) / (draws.std(axis=0) / np.sqrt(len(draws)))
    # 14 normal deviations: a correct estimate fails with probability 1e-4.
    assert np.abs(away).max() < 4.5
    # The variance of a mean of five rows drawn with repetition.
    single = np.array([loss(w, [row]) for row in range(DATA.size)])
    assert draws[:, 0].var() == pytest.approx(single.var() / 5, rel=0.1)


def test_bad_data_is_refused():
    with pytest.raises(SamplingError, match="shape"):
        DataSet([[1.0]], [1.0, 2.0])
    with pytest.raises(SamplingError, match="finite"):
        DataSet([1.0, np.nan], [1.0, 2.0])
    with pytest.raises(SamplingError, match="data must have 2 input"):
        empirical_target(MODEL, DataSet([1.0], [1.0]), PRIOR)
    with pytest.raises(SamplingError, match="prior must have 13"):
        empirical_target(MODEL, DATA, Gaussian((0,), (1,)))
    with pytest.raises(SamplingError, match="noise_variance"):
        empirical_target(MODEL, DATA, PRIOR, noise_variance=0)
    with pytest.raises(SamplingError, match="batch"):
        empirical_target(MODEL, DATA, PRIOR, batch=0)


def bowl(w, g):
    value = 0.0
    for i in range(w.shape[0]):
        g[i] = (i + 1.0) * w[i]
        value += 0.5 * g[i] * w[i]
    return value


def test_ball_is_uniform_and_its_gradient_right():
    centre = [0.5, -1.0, 2.0]
    ball = BallTarget.around(bowl, centre, 0.25)
    w = ball.parameters(ball.prior.sample(np.random.default_rng(3), 20_000)) - centre
    radius = np.linalg.norm(w, axis=1) / 0.25
    assert stats.kstest(radius**3, "uniform").pvalue > 1e-4
    # Each coordinate of a uniform point of the ball in 3 dimensions: density (3/4)(1 - x^2).
    assert stats.kstest((w[:, 2] / 0.25 + 1) / 2, stats.beta(2, 2).cdf).pvalue > 1e-4
    u = RNG.normal(size=5)
    assert ball.value(u) == pytest.approx(bowl(ball.parameters(u), np.zeros(3)), rel=1e-14)
    assert gradient_error(ball.compiled, u) < 1e-8
    with pytest.raises(SamplingError, match="radius"):
        BallTarget.around(bowl, centre, 0)


def log_density(prior, w):
    centre, precision = prior.gauss
    inside = np.all((prior.box[0] <= w) & (w <= prior.box[1]))
    return -0.5 * precision @ (w - centre) ** 2 if inside else -np.inf


@pytest.mark.parametrize(
    "base", [UniformBox((-1, -1), (1, 2)), Gaussian((1, 0), (0.5, 2))], ids=["box", "Gaussian"]
)
def test_localised_prior_is_the_product_of_its_factors(base):
    prior = Localised(base, (0.75, 0.0), 8)
    points = RNG.uniform(-1, 1, (4, 2))
    both = [
        log_density(base, w) - 4 * np.sum((w - (0.75, 0)) ** 2) - log_density(prior, w)
        for w in points
    ]
    assert np.ptp(both) < 1e-12
    draws = prior.sample(np.random.default_rng(0), 20_000)[:, 0]
    centre, precision = prior.gauss[:, 0]
    low, high = (prior.box[:, 0] - centre) * np.sqrt(precision)
    law = stats.truncnorm(low, high, loc=centre, scale=precision**-0.5)
    assert stats.kstest(draws, law.cdf).pvalue > 1e-4
    assert np.all((draws >= prior.box[0, 0]) & (draws <= prior.box[1, 0]))


def test_localised_and_product_priors_say_what_is_wrong():
    box = UniformBox((-1,), (1,))
    with pytest.raises(ValueError, match="inside the prior's box"):
        Localised(box, (2,), 1)
    with pytest.raises(ValueError, match="gamma"):
        Localised(box, (0,), 0)
    with pytest.raises(ValueError, match="1 entries"):
        Localised(box, (0, 0), 1)
    with pytest.raises(ValueError, match="at least one"):
        ProductPrior([])


def test_product_prior_keeps_the_order_of_its_parts():
    prior = ProductPrior([Gaussian((5,), (0.1,)), UniformBox((-1, 0), (0, 1))])
    draws = prior.sample(np.random.default_rng(0), 500)
    assert draws.shape == (500, 3)
    assert abs(draws[:, 0].mean() - 5) < 0.03
    assert -1 <= draws[:, 1].min() < draws[:, 1].max() <= 0 <= draws[:, 2].min()
    assert prior.gauss.tolist()[1] == pytest.approx([100.0, 0.0, 0.0])
    assert prior.spread == pytest.approx([0.1, 12**-0.5, 12**-0.5])


def test_population_target_is_the_divergence():
    model = TwoLayer.symbolic(TANH, width=1, biases=0, output_bias=0)
    K = KLDivergence(model, TwoLayer(TANH, (), inputs=1), UniformInterval(-1, 1))
    target = population_target(K, UniformBox((-1, -1), (1, 1)))
    exact = float(K.enclosure((Rational(1, 2), 1)))
    assert target.value([0.5, 1.0]) == pytest.approx(exact, rel=1e-14)
    with pytest.raises(SamplingError, match="prior must have 2"):
        population_target(K, UniformBox((-1,), (1,)))
