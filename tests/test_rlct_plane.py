"""Plane germs: every local problem in two variables is solved exactly, with a certificate."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plane_branches import RING, Branch, expected
from sympy import Rational, expand
from sympy.abc import x, y

from slt_symbolic.rlct import (
    CertificateError,
    EmptyRegionError,
    Known,
    NegativeDivergenceError,
    Problem,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.checker.germ import Germ as Checked
from slt_symbolic.rlct.checker.leaves import newton_node
from slt_symbolic.rlct.checker.plane import plane_node
from slt_symbolic.rlct.errors import NegativeGermError
from slt_symbolic.rlct.germ import Germ
from slt_symbolic.rlct.routes.newton import newton
from slt_symbolic.rlct.routes.plane import resolve_plane

R = Rational


def no_further(_germ):
    raise AssertionError("a resolution of a plane germ is complete in itself")


def by_blow_ups(K, region=(), prior=()):
    node = resolve_plane(Germ(K, region, prior), no_further)
    return plane_node(Checked(RING, K, region, prior).local(), node, None)


# K, region, prior, lambda, m. Worked by hand: a branch of order e along a divisor of the chain
# over the point, with log discrepancies a + 1, gives (a + 1) / e.
CASES = [
    # Tangents with slopes +-sqrt(2), each doubled: two divisors of ratio 1/4 meet.
    (((y**2 - 2 * x**2) ** 2 + x**5) ** 2, (), 1, "1/4", 2),
    (((y**2 - 2 * x**2) ** 2 - 3 * x**5) ** 2, (), 1, "1/4", 2),
    # One half-plane sees one of the tangents only: nothing changes, by symmetry.
    (((y**2 - 2 * x**2) ** 2 + x**5) ** 2, (y,), 1, "1/4", 2),
    # The sector between the lines +-x leaves both out: only the first divisor, 2/8.
    (((y**2 - 2 * x**2) ** 2 + x**5) ** 2, (x - y, x + y), 1, "1/4", 1),
    # Two Puiseux pairs: (4; 6, 13), the least ratio at the first, (4 + 6)/(2 * 24).
    (((y**2 - x**3) ** 2 - x**5 * y) ** 2, (), 1, "5/24", 1),
    # Cusps along different axes: (3 + 2)/(4 * 6 + 2 * 4) at the weights (3, 2).
    ((y**3 - 2 * x**2) ** 4 * (y**2 - x**3) ** 2, (), 1, "5/32", 1),
    # Complex tangents are no centres.
    ((x**2 + y**2) ** 3, (), 1, "1/3", 1),
    ((x**2 + y**2) ** 2 * (y - x**2) ** 2, (), 1, "1/3", 1),
    # Tangent boundaries: y >= x**2 touches y = 0 from above; between two parabolas.
    (y**2, (y - x**2,), 1, "3/4", 1),
    ((y - x**2) ** 2 * (y - 2 * x**2) ** 2, (y - x**2, 2 * x**2 - y), 1, "3/8", 1),
    ((y - x**2) ** 2, (y, x**2 - y), 1, "1/2", 1),
    # The zero curve is just outside the region: the cusp behind the parabola.
    ((y - x**2 - x**3) ** 2, (x, x**2 - y), 1, "2/3", 1),
    ((y - x**2 + x**3) ** 2, (x, x**2 - y), 1, "1/2", 1),
    # Priors that vanish along the curve, along its tangent, along an irrational tangent.
    ((y**2 - 2 * x**2) ** 2, (), [(y**2 - 2 * x**2, 1)], "1", 2),
    ((y - x**2) ** 2 * x**2, (), [(y - x**2, 1)], "1/2", 1),
    ((y**2 - x**3) ** 2, (), [(y, 1)], "1/2", 1),
    ((y**2 - x**3) ** 2, (), [(y**2 - x**3, R(1, 2))], "2/3", 1),
    # A sum of squares: (1 + 1)/4 and (2 + 1)/6 meet.
    (x**4 + x**2 * y**2 + y**6, (), 1, "1/2", 2),
]


@pytest.mark.parametrize(("K", "region", "prior", "value", "m"), CASES)
def test_worked_by_hand(K, region, prior, value, m):
    problem = Problem(K, (x, y), (0, 0), region, prior)
    answer = learning_coefficient(problem)
    assert (answer.value, answer.multiplicity) == (R(value), m)
    assert answer.known is Known.PROVED
    check(answer.certificate, problem)
    # And by the blow-ups alone, whatever route came first.
    (piece,) = problem.stated.pieces
    verdict = by_blow_ups(piece.K, piece.region, piece.prior)
    assert (str(verdict.lower), verdict.multiplicity) == (value, m)


coefficients = st.integers(-2, 2)


def branches(ramified=3, longest=5):
    def build(n, d, irrational, terms):
        kept = {k: (a, b if irrational else 0) for k, a, b in terms}
        return Branch(n, tuple((k, a, b) for k, (a, b) in sorted(kept.items())), d)

    term = st.tuples(st.integers(1, longest), coefficients, st.integers(-1, 1))
    return st.builds(
        build,
        st.integers(1, ramified),
        st.sampled_from([2, 2, 3]),
        st.booleans(),
        st.lists(term, min_size=1, max_size=3),
    ).filter(lambda branch: branch.n * branch.d <= 6)


walls = st.builds(
    lambda cs: Branch(1, tuple((k + 1, c, 0) for k, c in enumerate(cs))),
    st.lists(coefficients, min_size=3, max_size=3),
)


@given(
    st.lists(st.tuples(branches(), st.sampled_from([2, 4])), min_size=1, max_size=2),
    st.sampled_from([0, 0, 2, 4]),
    st.none() | st.tuples(branches(2, 3), st.sampled_from([Fraction(1, 2), Fraction(1)])),
    st.sampled_from(["plane", "plane", "above", "below", "between"]),
    walls,
    st.lists(st.integers(0, 1), min_size=3, max_size=3),
    st.lists(st.integers(-2, 2), min_size=4, max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_blow_ups_agree_with_the_contacts_of_the_branches(
    curves, axis, prior, kind, wall, more, frame
):
    low = high = None
    if kind in ("above", "between"):
        low = wall
    if kind in ("below", "between"):
        steps = more if kind == "between" else (0, 0, 0)
        high = Branch(
            1, tuple((k, c + d, 0) for (k, c, _), d in zip(wall.terms, steps, strict=True))
        )
    assume(low is None or low != high)
    value, m = expected(curves, axis, prior, low, high)

    # The same germ in other linear coordinates.
    a, b, c, d = frame if frame[0] * frame[3] != frame[1] * frame[2] else (1, 0, 0, 1)
    u, v = RING.gens()
    images = [a * u + b * v, c * u + d * v]

    def moved(p):
        return p.compose(*images, ctx=RING)

    K = moved(u) ** axis
    for curve, power in curves:
        K *= moved(curve.equation()) ** power
    density = ((moved(prior[0].equation()), fmpq(*prior[1].as_integer_ratio())),) if prior else ()
    region = () if low is high else (moved(u),)
    region += () if low is None else (moved(low.equation()),)
    region += () if high is None else (-moved(high.equation()),)
    verdict = by_blow_ups(K, region, density)
    assert verdict.lower == verdict.upper == fmpq(*value.as_integer_ratio())
    assert verdict.multiplicity == m


def family(top, terms):
    u, v = RING.gens()
    monomials = [a for a in product(range(top + 1), repeat=2) if any(a)]
    for size in range(1, terms + 1):
        for support in combinations(monomials, size):
            for signs in product((1, -1), repeat=size - 1):
                yield RING.from_dict(dict(zip(support, (1, *signs), strict=True))), u, v


def outcome(judge_node, germ, node):
    try:
        return judge_node(germ, node, None)
    except NegativeGermError:
        return "negative"


def compare_with_newton(polynomials):
    compared = 0
    for f, u, v in polynomials:
        for K, region, prior in [
            (f**2, (), ()),
            (f**2, (u, v), ((u, fmpq(1)),)),
            (f, (u, v), ()),
            (f**2, (-u,), ((v, fmpq(1, 2)),)),
        ]:
            germ, checked = Germ(K, region, prior), Checked(RING, K, region, prior).local()
            found = outcome(plane_node, checked, resolve_plane(germ, no_further))
            try:
                other = outcome(newton_node, checked, newton(germ, no_further))
            except CertificateError:
                continue
            assert found == other, (K, region, prior)
            compared += 1
    return compared


def test_blow_ups_agree_with_newton_polyhedra_on_a_complete_family():
    # All f = sums of at most three of the monomials x**i y**j, i, j <= 2, with signs.
    polynomials = list(family(2, 3))
    assert compare_with_newton(polynomials) == 4 * len(polynomials)


@pytest.mark.slow
def test_blow_ups_agree_with_newton_polyhedra_on_a_larger_family():
    assert compare_with_newton(family(3, 3)) > 7000


@pytest.mark.parametrize(
    ("f", "value", "m"),
    [
        # Norms of y - sqrt(2) x - sqrt(3) x**2 - ..., whose conjugates part one after another.
        ((y**2 - 2 * x**2) ** 2 - 2 * x**4 * (3 * y**2 + 6 * x**2) + 9 * x**8, "1/4", 2),
        # Slopes of degree 3, 4 and 5; each germ is 2 or 3 curves along every real tangent.
        ((y**3 - 2 * x**3) ** 3 + x**10, "1/9", 1),
        ((y**4 - 2 * y**2 * x**2 - x**4) ** 3 - x**13, "1/12", 1),
        ((y**5 - 4 * x**4 * y + x**5) ** 2 - x**11, "1/10", 1),
        # A tower of three square roots.
        (((y**2 - 2 * x**2) ** 2 - 3 * x**5) ** 2 - 5 * x**11, "1/8", 2),
        # Two cusps along y = x: (u**2 - (8 +- sqrt(2)) x**3), u = y - x + ...
        (((y - x - x**2) ** 2 - (x + y) ** 3) ** 2 - 2 * x**5 * y, "5/24", 1),
    ],
)
def test_algebraic_centres(f, value, m):
    answer = learning_coefficient(Problem(expand(f**2), (x, y), (0, 0)))
    assert (answer.value, answer.multiplicity) == (R(value), m)
    assert answer.route == "plane"


def test_an_order_that_needs_many_blow_ups():
    # Contact of order 50: 1/2 + 1/101 over 2, seen after 50 blow-ups.
    u, v = RING.gens()
    assert str(by_blow_ups((v**2 - u**101) ** 2).lower) == "103/404"


def test_negative_values_are_found_where_the_region_has_them():
    K = (y**2 - 2 * x**2) * (y**2 - 3 * x**2) ** 2 * y**2
    with pytest.raises(NegativeDivergenceError):
        learning_coefficient(Problem(K, (x, y), (0, 0)))
    # Between the tangents +-sqrt(2) K is negative; above y = 2 |x| it is positive.
    answer = learning_coefficient(Problem(K, (x, y), (0, 0), (y - 2 * x, y + 2 * x)))
    assert answer.value == R(1, 4)
    with pytest.raises(NegativeDivergenceError):
        learning_coefficient(Problem(K, (x, y), (0, 0), (4 * y - 5 * x, 2 * x - y)))


def test_a_thin_region_without_interior_is_named():
    K = ((y**2 - 2 * x**2) ** 2 + x**5) ** 2
    with pytest.raises(EmptyRegionError):
        learning_coefficient(Problem(K, (x, y), (0, 0), (y - 2 * x**2, x**2 - y)))


def test_a_prior_that_is_not_integrable_is_named():
    K = ((y**2 - 2 * x**2) ** 2 + x**5) ** 2
    germ = Problem(K, (x, y), (0, 0), (), [(x**2 + y**2, -1)]).stated.pieces[0]
    with pytest.raises(CertificateError, match="not integrable"):
        by_blow_ups(germ.K, germ.region, germ.prior)
    # Away from the pole of the prior there is no objection.
    germ = Problem(K, (x, y), (0, 0), (x - y, x + y), [(y - 2 * x, -1)]).stated.pieces[0]
    assert str(by_blow_ups(germ.K, germ.region, germ.prior).lower) == "1/8"


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=2), st.integers(0, 1))
@settings(max_examples=15, deadline=None)
def test_polynomial_changes_of_coordinates_keep_the_answer(cs, swap):
    K = ((y**2 - 2 * x**2) ** 2 + x**5) ** 2 * (y - 3 * x) ** 2
    region = (y - x - x**2,)
    shear = {x: x, y: y + cs[0] * x + cs[1] * x**2}
    images = {x: shear[y], y: shear[x]} if swap else shear
    other = Problem(
        expand(K.subs(images, simultaneous=True)),
        (x, y),
        (0, 0),
        tuple(expand(r.subs(images, simultaneous=True)) for r in region),
    )
    first, second = (
        by_blow_ups(piece.K, piece.region, piece.prior)
        for problem in (Problem(K, (x, y), (0, 0), region), other)
        for piece in problem.stated.pieces
    )
    assert first == second
