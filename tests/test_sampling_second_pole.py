"""A second pole close by: what it hides, and what is known where theory names it."""

import math
from fractions import Fraction

import numpy as np
import pytest
from test_sampling_estimators import BETAS, ladder_draws

from slt_symbolic.sampling import LadderRun, fit_ladder, validate
from slt_symbolic.sampling.chains import Tuning


def two_poles(seed, value=3 / 7, distance=1 / 20, c=-2.0, draws=6000):
    """A run whose beta E[K] is that of two poles close by, residues of opposite signs."""
    betas = np.geomspace(1e3, 1e10, 12)
    means = value - distance / np.expm1(distance * (np.log(betas) + c))
    shape = (betas.size, 4, draws)
    scaled = np.random.default_rng(seed).gamma(means[:, None, None], size=shape)
    count = np.ones(shape, dtype=np.int64)
    return LadderRun(
        betas=tuple(betas.tolist()), draws=scaled / betas[:, None, None], parameters=None,
        witness=np.random.default_rng(seed).normal(size=(*shape, 2)), virial_known=True,
        accepted=count, outside=0 * count, diverged=0 * count, ladder=tuple(betas.tolist()),
        exchange_rates=(0.5,) * 11, tuning=Tuning(np.ones(12), np.ones((12, 1))), inner=1, seed=0,
        sampler="mala", exact=True, complete=True,
    )  # fmt: skip


def test_a_second_pole_close_by_is_no_contradiction():
    for seed in range(3):
        run = two_poles(seed)
        assert validate((3 / 7, 1), run).verdict != "inconsistent"
        assert validate((0.3, 1), run).verdict == "inconsistent"
        assert validate((0.55, 1), run).verdict == "inconsistent"


@pytest.mark.parametrize("c", [-4.0, 4.0])
def test_a_pole_too_near_to_be_seen_is_no_contradiction(c):
    """At a distance of 1/36 the ladder is all but flat, and below lambda."""
    for seed in range(2):
        run = two_poles(seed, 7 / 18, 1 / 36, c, draws=2000)
        assert validate((7 / 18, 1), run).verdict != "inconsistent"
        assert validate((7 / 18 * 0.7, 1), run).verdict == "inconsistent"
        far = validate((7 / 18 * 1.5, 1), run)
        assert far.verdict == "inconsistent"
        assert any("too near to be seen" in reason for reason in far.reasons)
        # Where theory says what comes next, nothing is hidden.
        told = validate((7 / 18, 1), run, correction_exponent=0.5)
        assert not any("too near to be seen" in reason for reason in told.reasons)


def test_fit_recovers_lambda_beside_a_second_pole():
    rng = np.random.default_rng(6)
    distance, c = 1 / 20, 1.5
    draws = ladder_draws(rng, 0.5 - distance / np.expm1(distance * (np.log(BETAS) + c)))
    fit = fit_ladder(BETAS, draws, second_pole=distance)
    assert abs(fit.value.value - 0.5) < 4 * fit.value.standard_error < 0.1
    assert abs(fit.log_constant - c) < 1.0
    assert fit.misfit_p > 1e-3
    # Two poles at no distance are a double one.
    double = fit_ladder(BETAS, draws, multiplicity=2)
    near = fit_ladder(BETAS, draws, second_pole=1e-7)
    assert near.value.value == pytest.approx(double.value.value, abs=1e-5)
    assert near.log_constant == pytest.approx(double.log_constant, abs=1e-3)
    # Where e^-dL underflows nothing is divided by it.
    assert math.isfinite(fit_ladder(BETAS, draws, second_pole=50.0).value.value)
    for options in ({"second_pole": 0.0}, {"second_pole": 0.1, "multiplicity": 2}):
        with pytest.raises(ValueError, match="second pole"):
            fit_ladder(BETAS, draws, **options)


def test_a_second_pole_that_theory_names_can_be_consistent():
    """The poles 1/2 and 31/60 of (x^2 + y^3 + z^5)^2."""
    run = two_poles(0, 1 / 2, 1 / 60, 6.0, draws=60_000)
    silent = validate((1 / 2, 1), run)
    assert silent.verdict == "cannot tell"
    assert "second pole close by" in silent.reasons[0]
    told = validate((1 / 2, 1), run, next_poles=(Fraction(1, 2), Fraction(31, 60), 1))
    assert told.verdict == "consistent"
    assert abs(told.measured.value - 1 / 2) < 4 * told.measured.standard_error
    # What is wrong is not saved by a pole as near, nor by the true ones.
    for wrong in (0.45, 0.55, 0.6):
        for poles in ((wrong, wrong + 1 / 60), (1 / 2, 31 / 60, 1)):
            assert validate((wrong, 1), run, next_poles=poles).verdict == "inconsistent"
    # The poles of another lambda say nothing about this one.
    assert validate((1 / 2, 1), run, next_poles=(31 / 60, 1)) == silent
    assert validate((1 / 2, 1), run, next_poles=(0.45, 1 / 2, 31 / 60)) == silent
    with pytest.raises(ValueError, match="next_poles"):
        validate((1 / 2, 1), run, next_poles=(math.inf,))
