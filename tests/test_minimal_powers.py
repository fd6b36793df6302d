"""Minimal width of powers of one input: real ranks of binary forms."""

from math import comb

import mpmath
import pytest
import sympy
from equivalence_reference import seeded
from flint import fmpq, fmpq_poly
from sympy import Rational

from slt_symbolic.activations import polynomial
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import (
    UndecidedError,
    UnsupportedError,
    WidthBounds,
    equivalent,
    minimal_network,
    rank,
)
from slt_symbolic.true_set.binary_forms import is_usable, real_rank, real_roots

U = sympy.Symbol("u")


def form(expression, degree):
    p = sympy.Poly(sympy.expand(expression), U)
    found = [p.coeff_monomial(U**k) for k in range(degree + 1)]
    return [fmpq(int(c.p), int(c.q)) for c in found]


def bounds(f, **keywords):
    found = real_rank(f, **keywords)
    return found.lower, found.upper


def is_sum_of_powers(f, apolar):
    """Solve for the strengths with 60 digits; the points come from the roots of the form."""
    e = len(f) - 1
    with mpmath.workdps(60):
        h = [mpmath.mpf(int(c.p)) / int(c.q) for c in apolar]
        degree = max(k for k, c in enumerate(h) if c)
        roots = mpmath.polyroots(h[degree::-1], maxsteps=400, extraprec=400) if degree else []
        points = [(mpmath.re(w), mpmath.mpf(1)) for w in roots]
        points += [(mpmath.mpf(1), mpmath.mpf(0))] * (len(h) - 1 - degree)
        rows = [[comb(e, k) * w**k * b ** (e - k) for w, b in points] for k in range(e + 1)]
        right = [mpmath.mpf(int(c.p)) / int(c.q) for c in f]
        matrix = mpmath.matrix(rows)
        solved = mpmath.lu_solve(matrix, mpmath.matrix(right))
        return mpmath.norm(matrix * solved - mpmath.matrix(right)) < mpmath.mpf(10) ** -20


def test_ranks_that_are_known():
    """Monomials: Boij, Carlini and Geramita 2011; powers of u² + v²: Reznick 2013."""
    for a in range(1, 4):
        for b in range(1, 5):
            assert bounds(form(U**a, a + b)) == (a + b, a + b)
    for k in range(1, 5):
        assert bounds(form((U**2 + 1) ** k, 2 * k)) == (k + 1, k + 1)
    assert bounds(form((2 * U - 3) ** 5, 5)) == (1, 1)
    # The only apolar cubic of this quintic has one real root, so four powers; four roots are real.
    assert bounds([fmpq(c) for c in (2, 2, 3, -1, -3, 2)]) == (4, 4)
    # Powers of v alone do not count if they are not allowed: 1 = Σ λ_j (u + b_j)³ takes four.
    assert bounds(form(1, 3)) == (1, 1)
    assert bounds(form(1, 3), finite=True) == (4, 4)
    assert bounds(form(U**3, 3), finite=True) == (1, 1)


def random_form(rng, e):
    factors = [fmpq_poly([rng.randint(-3, 3), rng.randint(1, 2)]) for _ in range(e)]
    for _ in range(rng.randint(0, e // 2)):
        del factors[-2:]
        factors.insert(0, fmpq_poly([rng.randint(1, 3), rng.randint(-2, 2), rng.randint(1, 3)]))
    p = fmpq_poly([1])
    for f in factors:
        p *= f
    return [p[k] for k in range(e + 1)]


@pytest.mark.parametrize("e", [3, 4, 5, 6, 7])
def test_a_form_has_the_greatest_rank_iff_all_its_roots_are_real(e):
    """Causa and Re 2011, for forms with distinct roots; none needs more powers than its degree."""
    rng, seen = seeded(f"powers {e}"), set()
    for _ in range(25):
        f = random_form(rng, e)
        if sympy.discriminant(sum(Rational(int(c.p), int(c.q)) * U**k
                                  for k, c in enumerate(f)), U) == 0:  # fmt: skip
            continue
        found = real_rank(f)
        assert found.lower <= found.upper <= e
        assert (found.lower == e) == (real_roots(f) == e)
        assert is_usable(found.apolar, finite=False)
        assert is_sum_of_powers(f, found.apolar)
        finite = real_rank(f, finite=True)
        assert found.lower <= finite.upper
        assert is_usable(finite.apolar, finite=True)
        seen.add(found.lower)
    assert len(seen) >= 2


def test_two_real_cubes_iff_the_discriminant_is_negative():
    rng = seeded("powers 0")
    for _ in range(60):
        f = [fmpq(rng.randint(-4, 4)) for _ in range(4)]
        discriminant = sympy.discriminant(sum(int(c.p) * U**k for k, c in enumerate(f)), U)
        if f[3] != 0 and discriminant != 0:
            assert bounds(f) == ((2, 2) if discriminant < 0 else (3, 3))


def test_ranks_do_not_depend_on_coordinates():
    rng = seeded("powers 1")
    for e in (3, 4, 5, 6):
        for _ in range(4):
            c = [rng.randint(-3, 3) for _ in range(e + 1)]
            a, b, m, d = 2, rng.randint(-2, 2), 1, rng.randint(3, 5)
            moved = sum(x * (a * U + b) ** k * (m * U + d) ** (e - k) for k, x in enumerate(c))
            first, second = bounds([fmpq(x) for x in c]), bounds(form(moved, e))
            # Searches may end differently, but proved bounds do not contradict each other.
            assert first[0] <= second[1]
            assert second[0] <= first[1]
            assert first == second or e > 5


@pytest.mark.parametrize("degree", [3, 4, 5, 6])
@pytest.mark.parametrize("output_bias", [True, False])
def test_networks_are_the_function_with_as_many_units(degree, output_bias):
    rng, built = seeded(f"powers {degree}"), 0
    cube = polynomial((0,) * degree + (1,))
    for size in (1, 2, 2, 3, 4):
        units = [
            Unit(rng.randint(-3, 3), (rng.randint(-2, 2),), rng.randint(-2, 2)) for _ in range(size)
        ]
        net = TwoLayer(cube, units, rng.randint(-2, 2) * output_bias)
        found = minimal_network(net, output_bias=output_bias)
        assert found.width <= size
        if found.network is not None:
            built += 1
            assert found.attained
            assert equivalent(net, found.network)
            assert output_bias or found.network.output_bias == 0
    assert built >= 3


def test_shifts_and_offsets_of_a_power_change_nothing():
    cube, moved = polynomial((0, 0, 0, 1)), polynomial((5, 12, 12, 4))  # 4(z + 1)³ + 1
    rng = seeded("powers 2")
    for _ in range(6):
        units = [(rng.randint(-3, 3), rng.randint(1, 2), rng.randint(-2, 2)) for _ in range(4)]
        plain = TwoLayer(cube, [Unit(q, (w,), b) for q, w, b in units])
        other = TwoLayer(moved, [Unit(Rational(q, 4), (w,), b - 1) for q, w, b in units], 3)
        first, second = minimal_network(plain), minimal_network(other)
        assert first.width == second.width
        assert second.network is None or equivalent(other, second.network)


def test_two_bounds_that_do_not_meet_are_a_type_of_their_own():
    seventh = [144, -324, 380, -225, 37, 20, -9, 1]
    assert bounds([fmpq(c) for c in seventh]) == (5, 6)
    # f = Σ of powers at 8 points, solved exactly.
    points = range(-4, 4)
    rows = [[comb(7, k) * b ** (7 - k) for b in points] for k in range(8)]
    strengths = sympy.Matrix(rows).LUsolve(sympy.Matrix(seventh))
    power = polynomial((0,) * 7 + (1,))
    net = TwoLayer(power, [Unit(s, (1,), b) for s, b in zip(strengths, points, strict=True)])
    found = minimal_network(net, output_bias=False)
    assert isinstance(found, WidthBounds)
    assert (found.lower, found.upper) == (5, 6)
    eighth = polynomial((0,) * 8 + (1,))
    lifted = TwoLayer(eighth, net.units)
    with pytest.raises(UndecidedError, match="between 5 and 6"):
        rank(lifted)


def test_what_is_no_power_is_refused():
    one = [Unit(1, (1,), 0)]
    with pytest.raises(UnsupportedError, match=r"powers \(z \+ s\)\^d"):
        minimal_network(TwoLayer(polynomial((0, 1, 0, 1)), one))
    with pytest.raises(UnsupportedError, match="2 inputs"):
        minimal_network(TwoLayer(polynomial((0, 0, 0, 1)), [Unit(1, (1, 1), 0)]))
    with pytest.raises(UnsupportedError, match="output_bias=False"):
        minimal_network(TwoLayer(polynomial((1, 0, 0, 1)), one), output_bias=False)
    with pytest.raises(UnsupportedError, match="rational"):
        minimal_network(TwoLayer(polynomial((0, 0, 0, 1)), [Unit(sympy.sqrt(2), (1,), 0)]))
