"""Constants of the asymptotic laws, against quadrature of Z(beta) and of volumes."""

from itertools import product

import mpmath
import numpy as np
import pytest
from sympy import EulerGamma, Rational, gamma, lambdify, log, pi, sqrt
from sympy.abc import x, y, z

from slt_symbolic.rlct import Problem
from slt_symbolic.rlct.constants import asymptotic_law
from slt_symbolic.rlct.constants_face import simplices
from slt_symbolic.rlct.errors import ConstantsError


def partition(K, beta, signs, density):
    """Return Z(beta) over orthants of the square [-1, 1]**2, on a logarithmic grid."""
    s = np.linspace(0.0, 40.0, 1001)
    r = np.exp(-s)
    w = r * (s[1] - s[0])
    w[0] /= 2
    total = 0.0
    for a, b in signs:
        X, Y = np.meshgrid(a * r, b * r, indexing="ij")
        total += w @ (np.exp(-beta * K(X, Y)) * density(X, Y)) @ w
    return total


def one(X, _):
    return np.ones_like(X)


ALL = tuple(product((1, -1), repeat=2))
LOCAL = [
    # K, its function, region, prior, density function, orthants
    (x**2 + y**4, lambda X, Y: X**2 + Y**4, (), 1, None, ALL),
    (x**4 + x**2 * y**2 + y**4, lambda X, Y: X**4 + X**2 * Y**2 + Y**4, (), 1, None, ALL),
    (x**4 + x**2 * y + y**2, lambda X, Y: X**4 + X**2 * Y + Y**2, (), 1, None, ALL),
    (x**2 + x * y + y**2, lambda X, Y: X**2 + X * Y + Y**2, (), 1, None, ALL),
    ((x + y**2) ** 2 + y**6, lambda X, Y: (X + Y**2) ** 2 + Y**6, (), 1, None, ALL),
    (
        2 * x**2 + 3 * y**4,
        lambda X, Y: 2 * X**2 + 3 * Y**4,
        (x,),
        [(x, Rational(1, 2)), (1 + y, Rational(1, 2))],
        lambda X, Y: abs(X) ** 0.5 * abs(1 + Y) ** 0.5,
        ((1, 1), (1, -1)),
    ),
    (
        x**4 * (1 + x * y) ** 2 + y**4 * (2 + x) ** 2,
        lambda X, Y: X**4 * (1 + X * Y) ** 2 + Y**4 * (2 + X) ** 2,
        (),
        1,
        None,
        ALL,
    ),
]


@pytest.mark.parametrize("case", LOCAL, ids=lambda case: str(case[0]))
def test_the_partition_function_has_the_constant(case):
    K, function, region, prior, density, signs = case
    law = asymptotic_law(Problem(K, (x, y), (0, 0), region, prior))
    assert law.multiplicity == 1
    # A narrow valley needs a finer grid.
    beta = 1e6 if K.has((x + y**2) ** 2) else 1e12
    found = partition(function, beta, signs, density or one)
    predicted = float(law.partition.ball.mid()) * beta ** -float(law.value)
    assert found == pytest.approx(predicted, rel=1e-3 if beta == 1e6 else 1e-4)
    assert law.free_energy(beta) == pytest.approx(-np.log(found), abs=1e-3)
    assert law.energy(beta) == float(law.value)
    if law.partition.expr is not None:
        assert float(law.partition.expr) == pytest.approx(float(law.partition.ball.mid()))


def test_the_cusp_against_an_area():
    # {|x**2 - y**3| <= 1} has a finite area, that of {|x**2 - y**3| <= h} is h**(5/6) times it.
    def width(t):
        return 2 * (mpmath.sqrt(t**3 + 1) - mpmath.sqrt(max(t**3 - 1, 0)))

    area = mpmath.quad(width, [-1, 0, 1, 2, 10, 100, 10**4])
    tail = 4 / mpmath.mpf(10) ** 2  # width(t) = 2 t**(-3/2) (1 + ...) beyond
    law = asymptotic_law(Problem((x**2 - y**3) ** 2, (x, y), (0, 0)))
    assert float(area + tail) == pytest.approx(float(law.volume.ball.mid()), rel=1e-6)
    assert float(law.volume.expr) == pytest.approx(float(law.volume.ball.mid()))


def test_volumes():
    assert asymptotic_law(Problem(x**2, (x,), (0,))).volume.expr == 2
    ball = asymptotic_law(Problem(x**2 + y**2 + z**2, (x, y, z), (0, 0, 0))).volume
    assert (ball.expr / (4 * pi / 3)).simplify() == 1
    # |x| + |y| + |z| <= e**(1/4) after x -> x**4.
    quartic = asymptotic_law(Problem(x**4 + y**4 + z**4, (x, y, z), (0, 0, 0)))
    expected = 8 * gamma(Rational(5, 4)) ** 3 / gamma(Rational(7, 4))
    assert float(quartic.volume.expr - expected) == pytest.approx(0, abs=1e-12)


BOX = [
    (x**2 * y**2, lambda X, Y: X**2 * Y**2, 1, 1, one, [(0, 1), (0, 1)]),
    (x**2 * y**4, lambda X, Y: X**2 * Y**4, [(y, 1)], 1, lambda _, Y: abs(Y), [(-1, 1)] * 2),
    (
        x**2 * y**2 * (1 + x + y**2) ** 2,
        lambda X, Y: (X * Y * (1 + X + Y**2)) ** 2,
        1,
        1 + x * y + x**2,
        lambda X, Y: 1 + X * Y + X**2,
        [(0, 1), (0, 1)],
    ),
]


@pytest.mark.parametrize("case", BOX, ids=lambda case: str(case[0]))
def test_energy_on_a_box_with_the_computed_shift(case):
    K, function, prior, extra, density, box = case
    law = asymptotic_law(Problem(K, (x, y), (0, 0), (), prior), density=extra, box=box)
    assert law.multiplicity == 2
    signs = ALL if box[0][0] else ((1, 1),)
    beta, step = 1e16, 1e-2
    logs = [np.log(partition(function, beta * np.exp(k), signs, density)) for k in (-step, 0, step)]
    energy = (logs[0] - logs[2]) / (2 * step)
    # The next terms are powers of 1/beta, down to beta**(-1/4).
    assert law.energy(beta) == pytest.approx(energy, abs=2e-6)
    assert law.free_energy(beta) == pytest.approx(-logs[1], abs=1e-4)
    # Without c the prediction is visibly off.
    assert abs(float(law.value) - 1 / np.log(beta) - energy) > 1e-4


def test_the_shift_of_three_variables_and_of_the_length():
    law = asymptotic_law(Problem(x**2 * y**2, (x, y), (0, 0)), box=[(0, 3), (0, 1)])
    assert law.shift == EulerGamma + 2 * log(2) + 2 * log(3)
    assert law.partition.expr == sqrt(pi) / 4
    cube = asymptotic_law(Problem(x**2 * y**2 * z**2, (x, y, z), (0, 0, 0)), box=[(0, 1)] * 3)
    assert cube.multiplicity == 3

    # On the unit cube -log(xyz) is Gamma(3) distributed: Z by one integral.
    def moment(beta, power):
        def integrand(t):
            u = beta * mpmath.exp(-2 * t)
            return t**2 / 2 * mpmath.exp(-t - u) * u**power

        return mpmath.quad(integrand, [0, 10, 20, 30, 40, 60, 120])

    beta = mpmath.mpf(10) ** 30
    energy = moment(beta, 1) / moment(beta, 0)
    assert cube.energy(float(beta)) == pytest.approx(float(energy), abs=1e-4)


def test_half_spaces_cut_a_box():
    half = asymptotic_law(Problem(x**2 * y**2, (x, y), (0, 0), (x,)), box=[(-1, 3), (0, 1)])
    whole = asymptotic_law(Problem(x**2 * y**2, (x, y), (0, 0)), box=[(0, 3), (0, 1)])
    assert (half.partition.expr, half.shift) == (whole.partition.expr, whole.shift)
    upper = Problem(x**2 * y**2, (x, y), (0, 0), (1 - 2 * x, y + 1))
    cut = asymptotic_law(upper, box=[(-1, 1), (-1, 1)])
    same = asymptotic_law(Problem(x**2 * y**2, (x, y), (0, 0)), box=[(-1, Rational(1, 2)), (-1, 1)])
    assert (cut.partition.expr, cut.shift) == (same.partition.expr, same.shift)
    with pytest.raises(ConstantsError, match="x >= c"):
        asymptotic_law(Problem(x**2 * y**2, (x, y), (0, 0), (x - y,)), box=[(0, 1)] * 2)


def _random_law(rng):
    """Return a random quasi-homogeneous K on orthants with a prior, and its functions."""
    p, q = (int(v) for v in rng.integers(1, 4, 2))
    K = int(rng.integers(1, 4)) * x ** (2 * p) + int(rng.integers(1, 4)) * y ** (2 * q)
    K += int(rng.integers(0, 3)) * (x**p * y**q) ** 2
    K *= (1 + x * y + x**2) ** (2 * int(rng.integers(0, 2)))
    powers = [Rational(int(v), 2) for v in rng.integers(0, 4, 2)]
    region = [v for v in (x, y) if rng.random() < 0.4]
    signs = [
        o for o in ALL if all(s > 0 or v not in region for s, v in zip(o, (x, y), strict=True))
    ]
    prior = list(zip((x, y), powers, strict=True))
    s, t = map(float, powers)
    return Problem(K, (x, y), (0, 0), region, prior), signs, lambda X, Y: abs(X) ** s * abs(Y) ** t


@pytest.mark.parametrize("seed", range(3))
def test_random_laws_on_orthants_with_priors(seed):
    problem, signs, density = _random_law(np.random.default_rng(seed))
    law = asymptotic_law(problem)
    beta = 1e12
    found = partition(lambdify((x, y), problem.K), beta, signs, density)
    predicted = float(law.partition.ball.mid()) * beta ** -float(law.value)
    assert found == pytest.approx(predicted, rel=2e-3)


def test_a_cone_over_a_square_is_two_simplices():
    rays = [((1, 0, 0), 1), ((0, 1, 0), 1), ((1, 0, 1), 1), ((0, 1, 1), 1)]
    parts = list(simplices(rays))
    assert len(parts) == 2
    assert set().union(*parts) == set(rays)


@pytest.mark.parametrize(
    ("K", "options", "message"),
    [
        (x**2, {}, "extent"),
        ((x**2 + y**2 + x**3) ** 2 * (1 + y), {"density": -1}, "density"),
        (x**2 * y**2, {"box": [(0, 1)]}, "bounds for each"),
        (x**2 * y**2, {"box": [(1, 2), (0, 1)]}, "contain the point"),
        (x**2 * y**2 * (1 - x) ** 2, {"box": [(0, 2), (0, 1)]}, "positive on the box"),
        (x**2 * y**4 * (1 + x), {"box": [(0, 1), (0, 1)]}, "every variable"),
    ],
)
def test_named_errors(K, options, message):
    with pytest.raises(ConstantsError, match=message):
        asymptotic_law(Problem(K, (x, y), (0, 0)), **options)
