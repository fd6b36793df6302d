"""What ends a run, and arguments that make no sense: each is named."""

import math

import pytest

from slt_symbolic.sampling import (
    DivergenceError,
    Gaussian,
    SamplingError,
    Target,
    UniformBox,
    run_ladder,
)

BOX = UniformBox((-2, -2), (2, 2))
SMALL = {"draws": 300, "warmup": 120, "chains": 3}


def line(w, g):
    g[0] = w[0]
    return 0.5 * w[0] ** 2


def nan_value(w, g):
    g[0] = w[0]
    return math.nan if w[0] > 1.0 else 0.5 * w[0] ** 2


def infinite_gradient(w, g):
    g[0] = math.inf if w[0] > 1.0 else w[0]
    return 0.5 * w[0] ** 2


def raising(w, g):
    g[0] = w[0]
    if w[0] > 1.0:
        raise ArithmeticError("no value here")
    return 0.5 * w[0] ** 2


@pytest.mark.parametrize("potential", [nan_value, infinite_gradient, raising])
@pytest.mark.parametrize("start", [0.0, 1.5])
def test_a_potential_that_breaks_ends_the_run_and_names_the_parameter(potential, start):
    target = Target(potential, UniformBox((-2,), (2,)))
    with pytest.raises(DivergenceError) as caught:
        run_ladder(target, [1, 10], start=(start,), **SMALL)
    assert caught.value.parameter.shape == (1,)
    assert caught.value.parameter[0] > 1.0
    assert caught.value.beta in {1.0, 10.0, math.sqrt(10.0)}
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"betas": []}, "betas"),
        ({"betas": [10, 1]}, "increase"),
        ({"betas": [math.nan]}, "finite"),
        ({"betas": [0.0, 1.0]}, "positive"),
        ({"chains": 0}, "chains"),
        ({"draws": 2.5}, "draws"),
        ({"seed": -1}, "seed"),
        ({"warmup": 0}, "tuning"),
        ({"bridge_ratio": 1.0}, "bridge_ratio"),
        ({"hottest": 0.0}, "hottest"),
        ({"start": (0, 0)}, "start"),
        ({"start": (5,)}, "box"),
    ],
)
def test_bad_arguments_are_named(options, message):
    target = Target(line, UniformBox((-2,), (2,)))
    arguments = {"betas": [1.0], **SMALL, **options}
    with pytest.raises(SamplingError, match=message):
        run_ladder(target, **arguments)


def test_bad_targets_are_named():
    with pytest.raises(TypeError, match="potential"):
        Target(3.0, BOX)
    with pytest.raises(TypeError, match="prior"):
        Target(line, None)
    with pytest.raises(ValueError, match="lower"):
        UniformBox((math.nan,), (1,))
    with pytest.raises(ValueError, match="below"):
        UniformBox((1,), (0,))
    with pytest.raises(ValueError, match="deviation"):
        Gaussian((0,), (0,))
    with pytest.raises(ValueError, match="shape"):
        Target(line, BOX).value([1.0])
    with pytest.raises(TypeError, match="must compile"):
        Target(lambda w, g: g[w], BOX).value([0.0, 0.0])
