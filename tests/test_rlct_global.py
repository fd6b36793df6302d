"""Global learning coefficients over compact regions."""

import json
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from flint import fmpq, fmpq_poly
from sympy import Rational, symbols
from sympy.abc import w, x, y, z

from slt_symbolic.rlct import (
    Certificate,
    CertificateError,
    CompactProblem,
    EmptyRegionError,
    Known,
    NegativeDivergenceError,
    NotAZeroError,
    NotPolynomialError,
    Problem,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.checker.special import gaps

SQUARE = ((-2, 2), (-2, 2))


def found(K, box=SQUARE, variables=(x, y), region=(), prior=1):
    problem = CompactProblem(K, variables, box, region, prior)
    answer = learning_coefficient(problem)
    again = Certificate.from_json(answer.certificate.to_json())
    check(again, problem)
    return answer.value, answer.multiplicity


@pytest.mark.parametrize(
    ("f", "box", "region", "expected"),
    [
        (y**2 - x**2 * (x + 1), SQUARE, (), (Rational(1, 2), 2)),
        ((y**2 - x**3) * (y - 1) ** 2, ((-1, 2), (-2, 2)), (), (Rational(1, 4), 1)),
        ((x**2 + y**2 - 1) ** 2 * (x - 1), SQUARE, (), (Rational(1, 4), 2)),
        # The crossing has an irrational coordinate.
        ((x**3 - 2) ** 2 * y**2, SQUARE, (), (Rational(1, 4), 2)),
        ((x**3 - 2) ** 2 * y**2, ((-2, 1), (-2, 2)), (), (Rational(1, 4), 1)),
        # Three curves through (sqrt 2, sqrt 2): 2 / 6 against 1 / 2.
        ((x**2 - 2) * (y**2 - 2) * (x - y), SQUARE, (), (Rational(1, 3), 1)),
        # A tacnode at (2**(1/3), 0): 3 / 8.
        ((y - (x**3 - 2) ** 2) * y, SQUARE, (), (Rational(3, 8), 1)),
        # Isolated zeros at irrational points: u**2 + y**4.
        ((x**2 - 2) ** 2 + y**4, SQUARE, (), (Rational(3, 8), 1)),
        ((x - 1) * (x**4 + y**4), SQUARE, (), (Rational(1, 4), 1)),
        (y - x**2, ((-1, 1), (-1, 0)), (-y,), (Rational(3, 4), 1)),
        (y - x**2, ((-1, 1), (-1, 0)), (), (Rational(3, 4), 1)),
        ((x**2 + y**2 - 1) * (y - 1), SQUARE, (), (Rational(3, 8), 1)),
        # The circle meets the square at its corners only: (u + v)**2 in a quadrant.
        (x**2 + y**2 - 2, ((-1, 1), (-1, 1)), (), (Rational(1), 1)),
        # A border of the region that is the curve itself.
        (x**2 + y**2 - 1, SQUARE, (1 - x**2 - y**2,), (Rational(1, 2), 1)),
        (y**2, SQUARE, (y - x**2,), (Rational(3, 8), 1)),
        # The worst point lies outside of the region.
        (y**2 - x**3, SQUARE, (x - 1,), (Rational(1, 2), 1)),
    ],
)
def test_plane(f, box, region, expected):
    assert found(f**2, box, region=region) == expected


def test_prior_counts_everywhere():
    circle = x**2 + y**2 - 1
    assert found(circle**2, prior=circle) == (1, 1)
    # Only one point of the line is hit by the zero of the prior: the line decides.
    assert found(y**2, prior=x**2 + y**2) == (Rational(1, 2), 1)
    assert found(x**2 + y**2, prior=((y, Rational(1, 2)),)) == (Rational(5, 4), 1)


def test_line():
    K = x**2 * (x - 1) ** 4 * (x**2 - 2) ** 6
    assert found(K, ((-1, Rational(1, 2)),), (x,)) == (Rational(1, 2), 1)
    assert found(K, ((-1, 1),), (x,)) == (Rational(1, 4), 1)
    assert found(K, ((-1, 2),), (x,)) == (Rational(1, 6), 1)


def _lines_by_hand(lines, powers):
    """Return (lambda, m) for a product of lines: every point is an ordinary multiple point."""
    best = [(Fraction(1, 2 * e), 1) for e in powers]
    for i, j in combinations(range(len(lines)), 2):
        (a, b, c), (d, e, f) = lines[i], lines[j]
        det = a * e - b * d
        if det == 0:
            continue
        at = Fraction(b * f - c * e, det), Fraction(c * d - a * f, det)
        if max(map(abs, at)) >= 2:
            continue
        through = [k for k, (a, b, c) in enumerate(lines) if a * at[0] + b * at[1] + c == 0]
        ratios = [Fraction(1, 2 * powers[k]) for k in through]
        if len(through) == 2:
            best.append((min(ratios), ratios.count(min(ratios))))
            continue
        blown_up = Fraction(1, sum(powers[k] for k in through))
        least = min([*ratios, blown_up])
        best.append((least, (blown_up == least) + (least in ratios)))
    value = min(v for v, _ in best)
    return value, max(m for v, m in best if v == value)


def _meets_square(a, b, c):
    signs = {s for p, q in product((-2, 2), repeat=2) if (s := a * p + b * q + c) != 0}
    return min(signs) < 0 < max(signs)


@pytest.mark.parametrize("seed", range(12))
def test_arrangements_of_lines(seed):
    rng = np.random.default_rng(seed)
    lines, powers = [], []
    while len(lines) < 4:
        slope = rng.integers(-2, 3, size=2).tolist()
        line = (*slope, int(rng.choice((0, 0, 1, -1))))
        flat = line[0] == line[1] == 0
        parallel = any(
            line[0] * m[1] == line[1] * m[0] and line[0] * m[2] == line[2] * m[0] for m in lines
        )
        # Distinct lines that cross the open square; corners and faces are tested elsewhere.
        if not flat and not parallel and _meets_square(*line):
            lines.append(line)
            powers.append(int(rng.integers(1, 4)))
    K = 1
    for (a, b, c), e in zip(lines, powers, strict=True):
        K *= (a * x + b * y + c) ** (2 * e)
    value, m = _lines_by_hand(lines, powers)
    assert found(K) == (Rational(value.numerator, value.denominator), m)


def test_more_variables():
    assert found(x**2 * y**2 * z**4, ((-1, 1),) * 3, (x, y, z)) == (Rational(1, 4), 1)
    assert found((x * y - 1) ** 2 + z**4, ((-2, 3),) * 3, (x, y, z)) == (Rational(3, 4), 1)
    assert found((x * y + z**2) ** 2, ((-2, 3),) * 3, (x, y, z)) == (Rational(1, 2), 1)
    assert found((x * y) ** 2 + (z * w) ** 2, ((-1, 1),) * 4, (x, y, z, w)) == (1, 3)
    # The centre on a face: half of the space is left, and nothing else changes.
    assert found((x * y + z**2) ** 2, ((0, 3), (0, 1), (-1, 1)), (x, y, z)) == (Rational(3, 4), 2)


def test_homogeneous_answer_is_the_local_one():
    names = symbols("a b c d")
    a, b, c, d = names
    K = (a * c + b * d) ** 2
    local = learning_coefficient(Problem(K, names, (0,) * 4))
    assert found(K, ((-1, 1),) * 4, names) == (local.value, local.multiplicity)


def test_bounds_where_no_rule_applies():
    K = (x * y + z**2 - x**3 * y**3) ** 2
    answer = learning_coefficient(CompactProblem(K, (x, y, z), ((-2, 3),) * 3))
    assert answer.known is Known.BOUNDS
    assert answer.lower <= Rational(1, 2) <= answer.upper


@pytest.mark.parametrize(
    ("K", "box", "region", "error"),
    [
        (x**2 + 1, SQUARE, (), NotAZeroError),
        ((x - 3) ** 2, SQUARE, (), NotAZeroError),
        (x * y, SQUARE, (), NegativeDivergenceError),
        (x**2 * (y - 1), SQUARE, (), NegativeDivergenceError),
        (x**2, SQUARE, (-1 - y**2,), EmptyRegionError),
        (x**2, ((1, 1), (0, 1)), (), EmptyRegionError),
        (x**2, ((0, 1),), (), NotPolynomialError),
        (x**2, {x: (0, 1)}, (), NotPolynomialError),
        (x**2, ((0.5, 1), (0, 1)), (), NotPolynomialError),
        (x - x, SQUARE, (), NotAZeroError),
    ],
)
def test_bad_problems(K, box, region, error):
    with pytest.raises(error):
        learning_coefficient(CompactProblem(K, (x, y), box, region))


def test_a_negative_K_may_be_positive_on_the_region():
    assert found(x * y, ((0, 1), (0, 1))) == (1, 2)
    assert found(x * y, SQUARE, region=(x * y,)) == (1, 2)


def _mutations(data):
    """Yield copies of a certificate, each changed in one place."""
    text = json.dumps(data)
    copy = json.loads(text)
    copy["claim"]["multiplicity"] += 1
    yield copy
    copy = json.loads(text)
    copy["claim"]["lower"] = copy["claim"]["upper"] = str(
        fmpq(copy["claim"]["lower"]) + fmpq(1, 1000)
    )
    yield copy
    points = data["proofs"][0]["points"]
    for k in range(len(points)):
        copy = json.loads(text)
        del copy["proofs"][0]["points"][k]
        yield copy
        copy = json.loads(text)
        copy["proofs"][0]["points"][k]["tree"].append("leaf")
        yield copy
        copy = json.loads(text)
        copy["proofs"][0]["points"][k]["at"]["x"] = ["7"]
        yield copy
    copy = json.loads(text)
    copy["statement"]["box"][0][1] = "1/2"
    yield copy


def test_mutated_certificates_are_rejected():
    K = ((x**2 + y**2 - 1) ** 2 * (x - 1)) ** 2
    answer = learning_coefficient(CompactProblem(K, (x, y), SQUARE))
    assert check(answer.certificate)
    for mutated in _mutations(answer.certificate.data):
        with pytest.raises(CertificateError):
            check(mutated)


@pytest.mark.parametrize(
    "roots",
    [[], [0], [1], [-1, 1], [0, Rational(1, 3), Rational(1, 2)], [-2, 2], [Rational(-3, 2)]],
)
def test_gaps_separate_roots(roots):
    p = fmpq_poly([1])
    for r in roots:
        p *= fmpq_poly([-fmpq(int(r.p), int(r.q)) if isinstance(r, Rational) else -r, 1]) ** 2
    samples = gaps(p, fmpq(-2), fmpq(2))
    inside = sorted(r for r in roots if -2 < r < 2)
    assert len(samples) == len(inside) + 1
    between = [Rational(int(s.p), int(s.q)) for s in samples]
    assert sorted([*between, *inside]) == [
        v for pair in zip(between, [*inside, None], strict=True) for v in pair if v is not None
    ]
