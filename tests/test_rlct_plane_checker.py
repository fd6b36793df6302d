"""The checker of plane germs: number fields, and falsified trees of blow-ups."""

import copy
import json
from itertools import pairwise

import pytest
from flint import arb, fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import expand
from sympy.abc import x, y

from slt_symbolic.rlct import CertificateError, Problem, check
from slt_symbolic.rlct.certificate import Certificate, encode
from slt_symbolic.rlct.checker import FORMAT, judge
from slt_symbolic.rlct.checker.algebra import rational
from slt_symbolic.rlct.checker.germ import Germ as Checked
from slt_symbolic.rlct.checker.number_field import NumberField
from slt_symbolic.rlct.routes.plane import resolve_plane
from slt_symbolic.rlct.routes.plane_centres import RealField, real_centres

PROBLEMS = {
    "irrational tangents": Problem(((y**2 - 2 * x**2) ** 2 + x**5) ** 2, (x, y), (0, 0)),
    "tower": Problem(
        expand((((y**2 - 2 * x**2) ** 2 - 3 * x**5) ** 2 - 5 * x**11) ** 2), (x, y), (0, 0)
    ),
    "cusp and line": Problem((y**2 - x**3) ** 2 * (y - 3 * x) ** 4, (x, y), (0, 0), (y,)),
    "thin region": Problem(
        (y - x**2) ** 2 * (y - 3 * x**2) ** 2, (x, y), (0, 0), (y - x**2, 2 * x**2 - y), y
    ),
    "two pairs": Problem((((y - x**2) ** 2 - x**5) ** 2 - x**11) ** 2, (x, y), (0, 0)),
}


def certificate(problem):
    (piece,) = problem.stated.pieces
    node = resolve_plane(piece, None)
    verdict = judge(Checked(piece.ring, piece.K, piece.region, piece.prior).local(), node)
    claim = {
        "lower": str(verdict.lower),
        "upper": str(verdict.upper),
        "multiplicity": verdict.multiplicity,
    }
    statement = problem.statement()
    return {"format": FORMAT, "statement": statement, "claim": claim, "proofs": [node]}


DATA = {name: certificate(problem) for name, problem in PROBLEMS.items()}


def rejected(data):
    try:
        check(data)
    except CertificateError:
        return True
    return False


def leaves(item, path=()):
    if isinstance(item, (dict, list)):
        for key, value in item.items() if isinstance(item, dict) else enumerate(item):
            yield from leaves(value, (*path, key))
    elif item is not None:
        yield path


def parent(data, path):
    for key in path[:-1]:
        data = data[key]
    return data


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_certificate_is_accepted_after_json(name):
    assert check(Certificate.from_json(json.dumps(DATA[name])), PROBLEMS[name]).multiplicity


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("factor", [fmpq(1001, 1000), fmpq(999, 1000)])
def test_a_claim_off_by_a_thousandth_is_rejected(name, factor):
    data = copy.deepcopy(DATA[name])
    for key in ("lower", "upper"):
        data["claim"][key] = str(rational(data["claim"][key]) * factor)
    assert rejected(data)
    data = copy.deepcopy(DATA[name])
    data["claim"]["multiplicity"] += 1
    assert rejected(data)


@pytest.mark.parametrize("name", PROBLEMS)
def test_changed_numbers_are_rejected_or_prove_the_same(name):
    # Free are the ends of isolating intervals, and constant factors of a curve of one term.
    node = DATA[name]["proofs"][0]
    paths = list(leaves(DATA[name]["proofs"]))
    for path in paths[:: max(1, len(paths) // 150)]:
        old = parent(DATA[name]["proofs"], path)[path[-1]]
        changed = [old + 1, old - 1] if isinstance(old, int) else []
        if isinstance(old, str) and path[-1] != "kind" and old != "leaf":
            changed = [f"{old}1", old[1:] if old[0] == "-" else f"-{old}"]
        for new in changed:
            if new == "-0":
                continue
            data = copy.deepcopy(DATA[name])
            parent(data["proofs"], path)[path[-1]] = new
            scaled = path[1] == "curves" and len(node["curves"][path[2]]) == 1 and len(path) == 5
            if "between" in path or scaled:
                assert rejected(data) or check(data) == check(DATA[name])
            else:
                assert rejected(data), (path, old, new)


@pytest.mark.parametrize("name", PROBLEMS)
def test_dropped_and_doubled_parts_are_rejected(name):
    node = DATA[name]["proofs"][0]
    for k, entry in enumerate(node["points"]):
        edits = [lambda p, k=k: p.pop(k), lambda p, k=k: p.insert(k, "leaf")]
        if entry != "leaf":
            edits.append(lambda p, k=k: p.__setitem__(k, "leaf"))
            for j in range(len(entry)):
                edits.append(lambda p, k=k, j=j: p[k].pop(j))
                edits.append(lambda p, k=k, j=j: p[k].insert(j, p[k][j]))
        else:
            edits.append(lambda p, k=k: p.__setitem__(k, []))
        if entry != "leaf" and len(entry) > 1:
            edits.append(lambda p, k=k: p[k].reverse())
        for edit in edits:
            data = copy.deepcopy(DATA[name])
            edit(data["proofs"][0]["points"])
            assert rejected(data), (k, entry)
    for k in range(len(node["curves"])):
        data = copy.deepcopy(DATA[name])
        data["proofs"][0]["curves"].pop(k)
        assert rejected(data)
        data = copy.deepcopy(DATA[name])
        for term in data["proofs"][0]["curves"][k]:
            term[1].reverse()
        assert rejected(data) or data == DATA[name]


def after_subtree(points, k):
    """Return the position after the subtree that starts at position k."""
    end = k + 1
    if points[k] != "leaf":
        for _ in range(len(points[k]) + 1):
            end = after_subtree(points, end)
    return end


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_centre_dropped_with_all_that_lies_above_is_rejected(name):
    for k, entry in enumerate(DATA[name]["proofs"][0]["points"]):
        for j in range(len(entry) if entry != "leaf" else 0):
            data = copy.deepcopy(DATA[name])
            points = data["proofs"][0]["points"]
            first = k + 1
            for _ in range(j):
                first = after_subtree(points, first)
            del points[first : after_subtree(points, first)]
            del points[k][j]
            with pytest.raises(
                CertificateError, match=r"cover the line|exceptional line is missing"
            ):
                check(data)


@pytest.mark.parametrize(
    ("K", "curves"),
    [
        (y**2 * (y - x**2) ** 2, [y, y - x**2]),
        ((y**2 - x**3) ** 2, [y**2 - x**3]),
        ((x**2 + y**2) ** 2, [x**2 + y**2]),
        (y**2 * (y + y * x) ** 2, [y, y]),
    ],
)
def test_a_leaf_without_normal_crossings_is_rejected(K, curves):
    problem = Problem(expand(K), (x, y), (0, 0))
    germs = [Problem(c**2, (x, y), (0, 0)).stated.pieces[0].K.factor()[1][0][0] for c in curves]
    node = {"kind": "plane", "curves": [encode(c) for c in germs], "points": ["leaf"]}
    with pytest.raises(CertificateError, match="without normal crossings"):
        check({**DATA["two pairs"], "statement": problem.statement(), "proofs": [node]})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: [c[1:] if c[0] == "-" else f"-{c}" for c in e], "to another root"),
        (lambda _: ["7/5"], "to a root"),
    ],
)
def test_an_embedding_that_moves_theta_is_rejected(change, message):
    data = copy.deepcopy(DATA["tower"])
    entries = [c for p in data["proofs"][0]["points"] if p != "leaf" for c in p if c["field"]]
    larger = [c for c in entries if len(c["field"]["minimal"]) > 3]
    assert larger
    larger[0]["field"]["embedding"] = change(larger[0]["field"]["embedding"])
    with pytest.raises(CertificateError, match=message):
        check(data)


def test_a_conjugate_in_place_of_the_centre_is_rejected():
    data = copy.deepcopy(DATA["irrational tangents"])
    centres = data["proofs"][0]["points"][0]
    assert [c["field"]["minimal"] for c in centres] == [["-2", "0", "1"]] * 2
    centres[0]["field"]["between"] = centres[1]["field"]["between"]
    assert rejected(data)
    # The same point twice, with intervals that overlap in truth but are claimed apart.
    data = copy.deepcopy(DATA["irrational tangents"])
    centres = data["proofs"][0]["points"][0]
    centres[0] = copy.deepcopy(centres[1])
    centres[0]["between"], centres[1]["between"] = ["1", "3/2"], ["5/4", "2"]
    assert rejected(data)


def sqrt2():
    return NumberField(fmpq_poly([-2, 0, 1]), fmpq(1), fmpq(2))


@pytest.mark.parametrize(
    ("minimal", "low", "high"),
    [
        ([-4, 0, 1], 1, 3),  # reducible
        ([4, -4, 1], 1, 3),  # a square
        ([-4, 0, 2], 1, 2),  # not monic
        ([-2, 0, 1], 2, 3),  # no root
        ([-2, 0, 1], -2, 2),  # two roots
        ([-2, 0, 1], 2, 1),
        ([0, 1], 0, 1),  # an end is the root
        ([1, 0, 1], -9, 9),  # no real root
        ([1], 0, 1),
        ([], 0, 1),
    ],
)
def test_what_is_no_field_is_rejected(minimal, low, high):
    with pytest.raises(CertificateError):
        NumberField(fmpq_poly(minimal), fmpq(low), fmpq(high))


rationals = st.fractions(-4, 4, max_denominator=5).map(lambda q: fmpq(*q.as_integer_ratio()))
FIELDS = [([0, 1], 0), ([-2, 0, 1], 1), ([-1, -3, 0, 1], 1), ([1, 0, -10, 0, 1], 2)]


@st.composite
def field_and_elements(draw, count):
    minimal, index = draw(st.sampled_from(FIELDS))
    field = RealField(fmpq_poly(minimal), index)
    roots = sorted(
        (r.real for r, _ in field.minimal.complex_roots() if r.imag == 0), key=lambda r: r.mid()
    )
    ends = [fmpq(-100), *(a.mid() + b.mid() for a, b in pairwise(roots)), fmpq(100)]
    walls = [e if isinstance(e, fmpq) else fmpq(int(float(e) * 500), 1000) for e in ends]
    checked = NumberField(field.minimal, walls[index], walls[index + 1])
    size = len(minimal) - 1
    vectors = st.lists(rationals, min_size=size, max_size=size)
    return field, checked, [fmpq_poly(draw(vectors)) for _ in range(count)]


@given(field_and_elements(1))
@settings(max_examples=80, deadline=None)
def test_signs_agree_with_enclosures(data):
    field, checked, (a,) = data
    ball = field.enclose(a)
    assert checked.sign(a) == (0 if a.is_zero() else 1 if ball > 0 else -1)
    assert a.is_zero() or not ball.contains(arb(0))
    if not a.is_zero():
        assert (checked.inverse(a) * a) % checked.minimal == 1


@given(field_and_elements(3), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_numbers_of_real_roots_agree_with_the_search(data, shape):
    field, checked, (a, b, c) = data
    one, zero = fmpq_poly([1]), fmpq_poly([0])
    p = {
        0: [a, b, c, one],
        1: [a * b % field.minimal, -a - b, one],  # two roots in the field, or a double one
        2: [a * a % field.minimal, -2 * a, one],
        3: [a, zero, zero, zero, one],
    }[shape]
    centres = real_centres(field, [p])
    assert checked.real_roots(p) == len(centres)
    for centre in centres:
        low, high = (arb(w) for w in centre.between)
        ball = centre.field.enclose(centre.at)
        assert low < ball < high
        total = arb(0)
        for coefficient in reversed(p):
            total = total * ball + field.enclose(coefficient)
        assert total.contains(arb(0))


def test_fields_grow_only_where_they_must():
    root = fmpq_poly([0, 1])
    field = RealField(fmpq_poly([-2, 0, 1]), 1)
    # v**2 = 8 and v = 3 theta have their roots in Q(sqrt(2)); v**2 = 3 has not.
    inside = real_centres(
        field, [[fmpq_poly([-8]), fmpq_poly([0]), fmpq_poly([1])], [-3 * root, fmpq_poly([1])]]
    )
    assert [(c.field is field, str(c.at)) for c in inside] == [
        (True, "(-2)*x"),
        (True, "2*x"),
        (True, "3*x"),
    ]
    (low, high) = real_centres(field, [[fmpq_poly([-3]), fmpq_poly([0]), fmpq_poly([1])]])
    assert low.field.minimal.degree() == high.field.minimal.degree() == 4
    assert sqrt2().real_roots([-root, fmpq_poly([0]), fmpq_poly([1])]) == 2
