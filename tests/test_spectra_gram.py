"""The Gram operator's eigenvalues and the proved bounds of the degrees of freedom."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from slt_symbolic.activations import TANH
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels import NeuronKernel
from slt_symbolic.spectra import (
    GivenWeights,
    NormalWeights,
    UniformWeights,
    bound_table,
    bounded_readout_bound,
    free_energy_bound,
    gram_spectrum,
    hermite_coefficients,
    mode_bounds,
    mode_count,
    truncation_change,
    typical_bound,
    unit_gram_spectrum,
)
from slt_symbolic.spectra.circle_subspace import subspace_distance_square
from slt_symbolic.spectra.graded_eigenvalues import PrecisionError, graded_eigenvalues
from slt_symbolic.spectra.mode_squares import mode_square, modes_beyond
from slt_symbolic.tables import bounds_table, eigenvalue_table


@pytest.fixture(scope="module")
def uniform():
    return gram_spectrum(UniformWeights(1), 26)


def test_graded_eigenvalues_of_known_matrices():
    # V diag(d) Vᵀ for a rational rotation V and eigenvalues down to 10^−60.
    with ctx.workprec(400):
        c, s = arb(3) / 5, arb(4) / 5
        turn = arb_mat([[c, -s, 0], [s, c, 0], [0, 0, 1]])
        other = arb_mat([[1, 0, 0], [0, c, -s], [0, s, c]])
        v = turn * other
        wanted = [arb(2), arb(10) ** -25, arb(10) ** -60]
        diagonal = arb_mat(
            3, 3, [wanted[i] if i == j else arb(0) for i in range(3) for j in range(3)]
        )
        values, rest = graded_eigenvalues(v * diagonal * v.transpose(), arb(10) ** -70)
        assert len(values) == 3
        for value, exact in zip(values, wanted, strict=True):
            assert value.contains(exact)
            assert value.rel_accuracy_bits() > 80
        assert rest < arb(10) ** -80
        # Equal eigenvalues are no obstacle.
        double, _ = graded_eigenvalues(arb_mat([[3, 0], [0, 3]]), arb(1) / 100)
        assert all(value.contains(3) for value in double)
    with ctx.workprec(40), pytest.raises(PrecisionError):
        graded_eigenvalues(v * diagonal * v.transpose(), arb(10) ** -70)


def test_given_weights_against_the_kernel_and_mpmath():
    weights = [Fraction(1, 4), Fraction(-1, 2), Fraction(3, 4), 1]
    kernel = NeuronKernel(TANH, StandardNormal(1))
    with ctx.workprec(200):
        rows = [
            [kernel.enclosure((w, 0), (v, 0), digits=45) for v in map(_sympy, weights)]
            for w in map(_sympy, weights)
        ]
    with mpmath.workdps(40):
        matrix = mpmath.matrix([[mpmath.mpf(e.str(40, radius=False)) for e in r] for r in rows])
        wanted = sorted(mpmath.eigsy(matrix, eigvals_only=True), reverse=True)
        spectrum = unit_gram_spectrum(weights, 25)
        for value, exact in zip(spectrum.eigenvalues, wanted, strict=True):
            with ctx.workprec(150):
                assert abs(value - arb(mpmath.nstr(exact, 35))) < arb(10) ** -25


def _sympy(value):
    import sympy

    return sympy.Rational(Fraction(value).numerator, Fraction(value).denominator)


def test_operator_two_resolutions_and_trace(uniform):
    finer = gram_spectrum(UniformWeights(1), 32)
    for coarse, fine in zip(uniform.eigenvalues, finer.eigenvalues, strict=False):
        assert coarse.overlaps(fine)
    # The trace is E_w E_x tanh(wx)², by Gauss rules in floats.
    x, q = np.polynomial.hermite_e.hermegauss(160)
    w, p = np.polynomial.legendre.leggauss(40)
    trace = q / q.sum() @ np.tanh(np.outer(x, (w + 1) / 2)) ** 2 @ p / 2
    assert abs(float(sum(uniform.eigenvalues, arb(0)).mid()) - trace) < 1e-9


def test_operator_against_a_discretisation_in_floats(uniform):
    # Gauss rules in both variables; only the leading eigenvalues are above rounding.
    x, q = np.polynomial.hermite_e.hermegauss(120)
    w, p = np.polynomial.legendre.leggauss(60)
    b = np.sqrt(q / q.sum())[:, None] * np.tanh(np.outer(x, w)) * np.sqrt(p / 2)
    values = np.linalg.svd(b, compute_uv=False) ** 2
    for i in range(4):
        assert abs(values[i] / float(uniform.eigenvalues[i].mid()) - 1) < 1e-7


def test_normal_weights():
    spectrum = gram_spectrum(NormalWeights(Fraction(1, 4)), 6)
    x, q = np.polynomial.hermite_e.hermegauss(80)
    b = np.sqrt(np.outer(q, q) / q.sum() ** 2) * np.tanh(np.outer(x, x / 4))
    values = np.linalg.svd(b, compute_uv=False) ** 2
    assert abs(values[0] / float(spectrum.eigenvalues[0].mid()) - 1) < 1e-6


def test_degrees_of_freedom_reproduce_the_measured_curve(uniform):
    # λ̂ averaged over draws of 128 weights, to about a per cent; here it is bounded from above.
    measured = {0: 0.522, 2: 1.003, 4: 1.537, 6: 2.10, 8: 2.69, 10: 3.31, 12: 3.94, 20: 6.55}
    for power, value in measured.items():
        bound = float(typical_bound(uniform, 10**power).mid())
        assert value * 0.995 < bound < value * 1.03
    # For one draw of weights, the exact value lies near.
    drawn = np.random.default_rng(0).uniform(-1, 1, 128)
    spectrum = unit_gram_spectrum([Fraction(v) for v in drawn], 14)
    exact = spectrum.degrees_of_freedom(10**6) / 2
    assert exact.rad() < 1e-4
    assert abs(float(exact.mid()) - 2.1) < 0.1


def test_free_energy_is_the_integral_of_the_bound(uniform):
    # d/dlog β of ½ log det(1 + βhT) is ½N(β): trapezoidal rule on a fine grid.
    grid = np.linspace(0, 8, 81)
    slopes = [float(typical_bound(uniform, Fraction(10**g)).mid()) for g in grid]
    area = np.trapezoid(slopes, grid) * np.log(10)
    ends = [float(free_energy_bound(uniform, 10**g).mid()) for g in (0, 8)]
    assert abs(ends[1] - ends[0] - area) < 2e-3


def test_mode_count_is_far_below_the_hermite_count(uniform):
    beta = 10**16
    assert mode_count(uniform, beta, 128) <= 12
    assert mode_bounds(beta).visible > 80


@pytest.mark.parametrize("scale", [Fraction(1, 5), 1])
def test_bounds_hold_for_drawn_weights(scale):
    rng = np.random.default_rng(7)
    for _ in range(2):
        weights = [Fraction(v) * scale for v in rng.uniform(-1, 1, 24)]
        spectrum = unit_gram_spectrum(weights, 18)
        for beta in (1, 10**3, 10**7, 10**11):
            exact = spectrum.degrees_of_freedom(beta) / 2
            bounds = mode_bounds(beta, width=24, weight_max=scale)
            assert exact < bounds.hermite
            assert exact < bounds.subspace
            assert bounds.best <= 12


def test_worst_weights_nearly_attain_the_bound_of_one_mode():
    # One unit at the end of the range: λ̂ = ½g(βE[tanh²]), against the sum over its modes.
    spectrum = unit_gram_spectrum([1], 20)
    exact = spectrum.degrees_of_freedom(Fraction(1, 10)) / 2
    bounds = mode_bounds(Fraction(1, 10), width=1)
    assert exact < bounds.hermite < 1.01 * exact
    # Without the factor ½, or with c_k for c_k², the inequality or its sharpness would fail.
    assert not bounds.hermite / 2 > exact


def test_subspace_distance_is_a_bound():
    # The distance of tanh(wx) from the span of m shared functions is at least the (m+1)-th
    # singular number of any finite family: here of 40 equal masses.
    weights = [Fraction(j, 40) for j in range(1, 41)]
    values = unit_gram_spectrum(weights, 20).eigenvalues
    for m in (1, 3, 6, 9):
        rest = sum((v.lower() for v in values[m:]), arb(0))
        assert subspace_distance_square(m, _fmpq(1)) * 40 > rest
    ladder = [float(subspace_distance_square(m, _fmpq(1)).log()) for m in (10, 20, 40)]
    # log d_m² ~ −(3/2)(2πm)^{2/3}
    for m, value in zip((10, 20, 40), ladder, strict=True):
        assert 0.85 < -value / (1.5 * (2 * np.pi * m) ** (2 / 3)) < 1.1


def _fmpq(value):
    from flint import fmpq

    return fmpq(value)


def test_squares_and_tails():
    found = hermite_coefficients("tanh", range(1, 200, 2), digits=20)
    for index, c in enumerate(found):
        assert mode_square(index, _fmpq(1)).overlaps(c.square)
    rest = sum((c.square for c in found[50:]), arb(0))
    assert rest < modes_beyond(50, _fmpq(1)) < 2 * rest


def test_truncation_and_bounded_readouts():
    assert truncation_change(10**6, 301) < 1e-9
    assert truncation_change(10**6, 31) > truncation_change(10**6, 33)
    rows = bound_table([1, 10**4, 10**8])
    for row, beta in zip(rows, (1, 10**4, 10**8), strict=True):
        # Bounded readouts are less concentrated than normal ones of variance 1: a larger bound.
        assert bounded_readout_bound(beta) > row.hermite
    assert bounded_readout_bound(10**40, width=4) == 2


def test_quadratic_growth_is_excluded():
    # The source's mode count grows like (log β)²/4π²; the proved subspace bound stays far below.
    row = mode_bounds(10**20)
    assert row.subspace < 17.1
    assert row.hermite > 64
    assert float(row.best) == float(row.subspace)


def test_tables(uniform):
    rows = bound_table([1, 10**4])
    typical = [typical_bound(uniform, b) for b in (1, 10**4)]
    assert r"$10^{4}$" in bounds_table(rows, typical).latex()
    assert r"\ldots" in eigenvalue_table(uniform).latex()


@pytest.mark.parametrize(
    "make",
    [
        lambda: UniformWeights(0),
        lambda: NormalWeights(-1),
        lambda: GivenWeights(()),
        lambda: mode_bounds(0),
        lambda: mode_bounds(1, width=0),
        lambda: truncation_change(1, 2),
        lambda: gram_spectrum(UniformWeights(1), 2),
        lambda: unit_gram_spectrum([1], 10).degrees_of_freedom(-1),
    ],
)
def test_bad_input(make):
    with pytest.raises(ValueError, match="must"):
        make()
    with pytest.raises(TypeError):
        unit_gram_spectrum([0.5])
