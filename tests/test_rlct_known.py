"""Learning coefficients with known answers, each proved and checked again."""

import pytest
from sympy import Rational, symbols
from sympy.abc import a, b, c, d, q, v, w, x, y, z

from slt_symbolic.rlct import Known, PiecewiseProblem, Problem, check, learning_coefficient

a1, a2, b1, b2, w1, w2, y1, y2, y3, y4 = symbols("a1 a2 b1 b2 w1 w2 y1 y2 y3 y4")
R = Rational

ELEMENTARY = [
    (x**2, (x,), (0,), (), "1/2", 1),
    (x**4, (x,), (0,), (), "1/4", 1),
    (x**2 * y**2, (x, y), (0, 0), (), "1/2", 2),
    (x**2 * y**4, (x, y), (0, 0), (), "1/4", 1),
    (x**2 + y**4, (x, y), (0, 0), (), "3/4", 1),
    ((x + y) ** 2, (x, y), (0, 0), (), "1/2", 1),
    ((x + y) ** 2, (x, y), (0, 0), (x, y), "1", 1),
    (x**2 + y**2, (x, y), (0, 0), (x, y), "1", 1),
    (x**2 + x * y + y**2 + z**2 + y * z, (x, y, z), (0, 0, 0), (), "3/2", 1),
    ((y**2 - x**3) ** 2, (x, y), (0, 0), (), "5/12", 1),
    ((x**2 + y**2 - 1) ** 2, (x, y), (R(3, 5), R(4, 5)), (), "1/2", 1),
    (x + y**2, (x, y), (0, 0), (x,), "3/2", 1),
    (x**6 * (1 + y) ** 2, (x, y), (0, 0), (), "1/6", 1),
    # Two smooth factors that meet transversally away from all coordinate planes.
    ((x - y) ** 2 * (x - 2 * z) ** 2, (x, y, z), (0, 0, 0), (), "1/2", 2),
    # Adjacent half-line: a cone with more inequalities than variables.
    ((x + y) ** 2, (x, y), (0, 0), (x, y, x + y), "1", 1),
]


@pytest.mark.parametrize(("K", "variables", "point", "region", "value", "m"), ELEMENTARY)
def test_elementary(K, variables, point, region, value, m):
    problem = Problem(K, variables, point, region)
    answer = learning_coefficient(problem)
    assert (answer.value, answer.multiplicity) == (R(value), m)
    assert answer.known is Known.PROVED
    verdict = check(answer.certificate, problem)
    assert (str(verdict.lower), str(verdict.upper), verdict.multiplicity) == (value, value, m)


# Generators of the ideal (K = sum of their squares) with the source of the answer.
WATANABE = "Watanabe 2009, a1 b1 + a2 b2"
LIN = "S. Lin, table of real log canonical thresholds"
RRR = "Aoyagi and Watanabe 2005, Neural Networks 18:924"
TANH = "Aoyagi 2010, Vandermonde type, two units"
MERGE = [a1 + a2 - 1, a1 * b1 + a2 * b2, a1 * b1**2 + a2 * b2**2, a1 * b1**3 + a2 * b2**3]
CASES = [
    ([x**2 * y], [x, y], None, [], [(x, 1)], "1/2", 2, "elementary"),
    ([x**2 - y**3], [x, y], None, [], [(x, R(1, 2)), (y, 1)], "1/2", 1, "elementary"),
    (
        [x * y1, y1**2 * y2, y1**2 * y3, y1**2 * y4],
        [x, y1, y2, y3, y4],
        None,
        [],
        [(y1, 4)],
        "3/2",
        1,
        LIN,
    ),
    ([x * y * z + x**2 + y**3 + z**7], [x, y, z], None, [], 1, "1/2", 3, "Newton polyhedron"),
    ([x**2 - y**2 * z], [x, y, z], None, [], 1, "1/2", 2, "Whitney umbrella"),
    ([a1 * b1 + a2 * b2], [a1, a2, b1, b2], None, [], 1, "1/2", 1, WATANABE),
    ([x * y, y * z, z * x], [x, y, z], None, [], 1, "3/4", 1, "Howald"),
    ([a * b, b * c, c * d, d * a], [a, b, c, d], None, [], 1, "1", 2, "product of two ideals"),
    ([(y - x**2) ** 2 + x**7], [x, y], None, [], 1, "9/28", 1, "elementary"),
    ([(x**2 - y**2) ** 2 + x**6], [x, y], None, [], 1, "1/4", 2, "Greenblatt 2006"),
    ([((y - x**2) ** 2 - x**5) ** 2 - x**11], [x, y], None, [], 1, "7/40", 1, "two pairs"),
    ([(x**2 + y**2 + z**2) ** 2 + x**6], [x, y, z], None, [], 1, "3/8", 1, "complex: 1/3"),
    (
        [v + w * x, w - y * z, x + y**2, y * z],
        [v, w, x, y, z],
        None,
        [],
        1,
        "2",
        2,
        "elimination",
    ),
    ([a1 * b1, a1 * b2, a2 * b1, a2 * b2], [a1, a2, b1, b2], None, [], 1, "1", 2, RRR),
    ([a1 * b1 + a2 * b2, a1 * b1**3 + a2 * b2**3], [a1, a2, b1, b2], None, [], 1, "2/3", 1, TANH),
    ([a1 * b1 + a2 * b2, a1 * b1**2 + a2 * b2**2], [a1, a2, b1, b2], None, [], 1, "3/4", 1, TANH),
    ([x**3 - y**2, y**3 - z**2], [x, y, z], None, [], 1, "2/3", 1, "curve (t**4, t**6, t**9)"),
    (MERGE, [a1, a2, b1, b2], (R(1, 2), R(1, 2), 0, 0), [], 1, "5/4", 1, "two units merge"),
    ([y], [x, y], None, [y - x**2], 1, "3/4", 1, "boundary tangent to the zero set"),
    ([x], [x, y], None, [x, x**2 - y, x**2 + y], 1, "3/2", 1, "horn"),
    ([(y - x**2) * (y - 2 * x**2)], [x, y], None, [y - x**2, 2 * x**2 - y], 1, "3/8", 1, "between"),
    ([y**2 - x**3], [x, y], None, [-x], 1, "5/12", 1, "no real zero but the point"),
]


@pytest.mark.parametrize(
    ("gens", "variables", "point", "region", "prior", "value", "m", "source"), CASES
)
def test_published(gens, variables, point, region, prior, value, m, source):
    at = point or (0,) * len(variables)
    problem = Problem.from_generators(gens, variables, at, region, prior)
    answer = learning_coefficient(problem)
    assert (answer.value, answer.multiplicity) == (R(value), m), source
    check(answer.certificate, problem)


@pytest.mark.parametrize("t", [R(1, 3), R(1), R(5, 2)])
@pytest.mark.parametrize("t0", [R(1), R(7, 4)])
def test_valley_points_are_regular_of_codimension_one(t, t0):
    problem = Problem((w * q - t0) ** 2 / 4, (w, q), (t, t0 / t), (w, q))
    answer = learning_coefficient(problem)
    assert (answer.value, answer.multiplicity) == (R(1, 2), 1)


# One ReLU pair with fixed outputs: K on the four quadrants of (w1, w2).
CHAMBERS = (
    ((w1 + w2 - 1) ** 2 / 2, (w1, w2)),
    ((w1**2 + (w2 - 1) ** 2) / 2, (-w1, w2)),
    (((w1 - 1) ** 2 + w2**2) / 2, (w1, -w2)),
    (((w1 + w2) ** 2 + 1) / 2, (-w1, -w2)),
)


@pytest.mark.parametrize(
    ("point", "value", "attained"),
    [
        ((R(1, 2), R(1, 2)), R(1, 2), (0,)),
        ((0, 1), R(1, 2), (0,)),
        ((1, 0), R(1, 2), (0,)),
    ],
)
def test_segment_of_two_relu_units_has_one_half_up_to_its_ends(point, value, attained):
    answer = learning_coefficient(PiecewiseProblem(CHAMBERS, (w1, w2), point))
    assert (answer.value, answer.multiplicity, answer.attained_by) == (value, 1, attained)


def test_end_point_in_the_bowl_chamber_alone_is_regular():
    answer = learning_coefficient(PiecewiseProblem(CHAMBERS[1:], (w1, w2), (0, 1)))
    assert (answer.value, answer.multiplicity) == (1, 1)


def test_ties_between_pieces_take_the_largest_multiplicity():
    problem = PiecewiseProblem([(x**2, [x]), (x**2 * y**2, [-x])], (x, y), (0, 0))
    answer = learning_coefficient(problem)
    assert (answer.value, answer.multiplicity, answer.attained_by) == (R(1, 2), 2, (0, 1))


def test_sum_and_product_rules_agree_with_the_whole():
    K1, K2 = (y**2 - x**3) ** 2, (z**2 - w**2) ** 2 + z**6
    one = learning_coefficient(Problem(K1, (x, y), (0, 0)))
    two = learning_coefficient(Problem(K2, (z, w), (0, 0)))
    total = learning_coefficient(Problem((K1 + K2).expand(), (x, y, z, w), (0,) * 4))
    assert total.value == one.value + two.value
    assert total.multiplicity == one.multiplicity + two.multiplicity - 1
    whole = learning_coefficient(Problem((K1 * K2).expand(), (x, y, z, w), (0,) * 4))
    assert whole.value == min(one.value, two.value)


def test_bounds_are_honest_where_no_route_reaches():
    # The determinant of a symmetric matrix: 1/2, by a determinantal argument not made here.
    K = (a * (d * y - z**2) - b * (b * y - c * z) + c * (b * z - c * d)) ** 2
    answer = learning_coefficient(Problem(K, (a, b, c, d, y, z), (0,) * 6))
    assert answer.lower <= R(1, 2) <= answer.upper
    if answer.known is Known.BOUNDS:
        assert answer.value is None
        assert answer.multiplicity is None
        assert "assumed" in answer.reason
        assert r"\le \lambda \le" in answer._repr_latex_()


def test_representations_say_how_the_value_is_known():
    answer = learning_coefficient(Problem(x**2 * y**2, (x, y), (0, 0)))
    assert repr(answer) == "LearningCoefficient(lambda=1/2, m=2, proved: newton)"
    assert answer._repr_latex_() == r"$\lambda = \frac{1}{2},\quad m = 2$ (proved)"


def test_an_exhausted_budget_still_answers_with_bounds():
    problem = Problem((((y - x**2) ** 2 - x**5) ** 2 - x**11) ** 2, (x, y), (0, 0))
    answer = learning_coefficient(problem, budget=0.0)
    assert answer.known is Known.BOUNDS
    assert answer.lower <= R(7, 40) <= answer.upper
    assert check(answer.certificate, problem).multiplicity is None
