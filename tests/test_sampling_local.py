"""The local learning coefficient at a parameter: both localisations against exact answers."""

import numpy as np
import pytest

from slt_symbolic import (
    KLDivergence,
    TwoLayer,
    UniformInterval,
    Unit,
    activation,
    local_learning_coefficient,
)
from slt_symbolic.sampling import (
    BallTarget,
    SamplingError,
    geometric_ladder,
    local_lambda_hat,
    local_target,
    run_ladder,
    validate,
)

TANH = activation("tanh")
SMALL = {"draws": 2000, "warmup": 600, "inner": 4}
LONG = {"draws": 5000, "warmup": 1200, "inner": 6}
EXTENTS = [{"radius": 0.4}, {"gamma": 30.0}]


def of(width, *truth):
    """K of tanh units without biases, a readout and a weight each."""
    model = TwoLayer.symbolic(TANH, width=width, biases=0, output_bias=0)
    return KLDivergence(model, TwoLayer(TANH, truth, inputs=1), UniformInterval(-1, 1))


# K, w*, lambda and m: of two parameters, at the crossing of two strata, on a stratum, at a regular
# point (d/2); and where a unit too many may fold to the true one or be silent.
POINTS = {
    "crossing": (of(1), (0, 0), ("1/2", 2)),
    "stratum": (of(1), (0, 1), ("1/2", 1)),
    "regular": (of(1, Unit(1, (1,), 0)), (1, 1), ("1", 1)),
}


@pytest.mark.parametrize("extent", EXTENTS, ids=["ball", "gaussian"])
@pytest.mark.parametrize("name", POINTS)
def test_sampling_around_a_true_parameter_finds_its_lambda(name, extent):
    K, point, (value, multiplicity) = POINTS[name]
    exact = local_learning_coefficient(K, point)
    assert (str(exact.value), exact.multiplicity) == (value, multiplicity)
    target = local_target(K.compile(), [float(c) for c in point], **extent)
    # Cold enough for the tails of the Gaussian, too, to be far from a true parameter.
    if multiplicity > 1:
        run = run_ladder(target, geometric_ladder(1e4, 1e10, 8), **LONG)
    else:
        run = run_ladder(target, geometric_ladder(1e5, 1e12, 8), **SMALL)
    # At these points the poles are half-integers: corrections are powers of beta^(-1/2).
    outcome = validate((exact.value, multiplicity), run, correction_exponent=(0.5, None))
    assert outcome.verdict == "consistent", outcome
    other = validate((exact.value / 2, 1), run, correction_exponent=(0.5, None))
    assert other.verdict == "inconsistent", other
    # At w* itself K is 0: the estimate of Lau et al. is beta E[K].
    cold = run.points[-1]
    local = local_lambda_hat(cold.beta, cold.draws, 0.0)
    assert local.value == pytest.approx(cold.lambda_hat.value)


def test_a_gaussian_has_no_wall_and_a_ball_has():
    """From the regular stratum of w tanh(q x) = 0 (1/2, 1) the ball does not see the crossing."""
    K = POINTS["crossing"][0].compile()
    point = [0.0, 1.0]
    near = run_ladder(local_target(K, point, radius=0.4), [1e6], keep_parameters=True, **SMALL)
    inside = near.parameters
    assert inside.shape[-1] == 4
    ball = local_target(K, point, radius=0.4)
    w = ball.parameters(inside)
    assert np.linalg.norm(w - point, axis=-1).max() < 0.4
    far = run_ladder(local_target(K, point, gamma=1.0), [1e6], keep_parameters=True, **SMALL)
    assert np.abs(far.parameters[..., 1]).min() < 0.05


def test_what_is_wrong_is_named():
    def potential(w, g):
        g[0] = w[0]
        return 0.5 * w[0] ** 2

    assert isinstance(local_target(potential, [0.0], radius=1.0), BallTarget)
    for options, message in (
        ({}, "one of them"),
        ({"radius": 1.0, "gamma": 1.0}, "one of them"),
        ({"gamma": -1.0}, "gamma must be positive"),
        ({"gamma": float("inf")}, "gamma must be positive"),
        ({"radius": 0.0}, "radius must be positive"),
    ):
        with pytest.raises(SamplingError, match=message):
            local_target(potential, [0.0], **options)
    with pytest.raises(ValueError, match="finite"):
        local_target(potential, [float("nan")], gamma=1.0)
