"""Every node kind of a certificate under every kind of damage: nothing false is ever proved.

The checker is asked for what a damaged proof establishes, before it is compared with the claim:
either it is rejected, or what it establishes is true of the problem.
"""

import copy
from collections import Counter, defaultdict

import pytest
from flint import fmpq
from sympy import Rational, cos, symbols, tanh

from slt_symbolic.rlct import (
    AnalyticProblem,
    Certificate,
    CertificateError,
    CompactProblem,
    MomentProblem,
    PiecewiseProblem,
    Problem,
    RLCTError,
    TanhProblem,
    check,
    checker,
    learning_coefficient,
)
from slt_symbolic.rlct.certificate import encode
from slt_symbolic.rlct.polynomials import to_polynomial
from slt_symbolic.rlct.routes import ROUTES
from slt_symbolic.rlct.strategy import Search

x, y, z, w = symbols("x y z w")
a1, a2, b1, b2 = symbols("a1 a2 b1 b2")
b = symbols("b00 b01 b10 b11")
c = symbols("c00 c01 c10 c11")
ideal = Problem.from_generators
O2, O3, O4 = (0,) * 2, (0,) * 3, (0,) * 4
PRODUCT = [sum(b[2 * i + k] * c[2 * k + j] for k in range(2)) for i in range(2) for j in range(2)]
LONG = symbols("l00 l01 l10 l11 l20 l21")
LOW = [
    (LONG[2 * i : 2 * i + 2], (c[j], c[2 + j]), int(i == j == 0))
    for i in range(3)
    for j in range(2)
]
PROBLEMS = {
    "cusp": Problem((x**2 - y**3) ** 2, (x, y), O2, (x,), [(y, Rational(1, 2))]),
    "sheared": Problem((x + y**2) ** 2 * (y + (x + y**2) ** 2) ** 4, (x, y), O2),
    "split": Problem((x + y**2) ** 2 * (1 + y) + (1 + y) * y**6, (x, y), O2),
    "sum": Problem(x**2 + y**4 * z**2, (x, y, z), O3),
    "product": Problem((x**2 + y**4) * (z**2 + w**4), (x, y, z, w), O4),
    "contacts": Problem(((y - x**2) ** 3 * (y + x**2)) ** 2, (x, y), O2, (y + x,)),
    "tower": ideal([((y**2 - x**3) ** 2 - x**5 * y)], (x, y), O2),
    "horn": ideal([(z - x * y) ** 2 + (x**2 - y**3) ** 3], (x, y, z), O3),
    "surface": ideal([(x**2 + y**2 - z**2) ** 2 + z**6], (x, y, z), O3),
    "motzkin": Problem(x**4 * y**2 + x**2 * y**4 + z**6 - 3 * (x * y * z) ** 2, (x, y, z), O3),
    "sided": ideal([x, y], (x, y, z), O3, (x * y - z**2, x, y)),
    "transversal": ideal([x**3 - y**2, y**3 - z**2], (x, y, z), O3),
    "redundant": Problem(x**2, (x, y), O2, (x, y, x + y)),
    "matrices": ideal(PRODUCT, (*b, *c), (0,) * 8),
    "vandermonde": ideal([a1 * b1 + a2 * b2, a1 * b1**3 + a2 * b2**3], (a1, a2, b1, b2), O4),
    "powers": ideal([x + y + z, x**3 + y**3 + z**3], (x, y, z), O3),
    "pieces": PiecewiseProblem([(x**2, [x]), (x**4, [-x]), (x**2 + 1, [x + 1])], (x,), (0,)),
    "tanh": AnalyticProblem([tanh(a1 * b1)], (a1, b1), O2),
    "cosine": AnalyticProblem([1 - cos(x) + y**3], (x, y), O2),
    "plane": CompactProblem((y**2 - x**2 * (x + 1)) ** 2, (x, y), [(-2, 2), (-2, 2)]),
    "box": CompactProblem(x**2 * y**2 * z**2, (x, y, z), [(-1, 1)] * 3),
    "cone": CompactProblem((x * y - z**2) ** 2, (x, y, z), [(-1, 1)] * 3),
    "sphere": CompactProblem((x**2 + y**2 + z**2 - 1) ** 2, (x, y, z), [(-2, 2)] * 3),
    "spots": CompactProblem(x**2 + y**2 + z**2 + x * y * z, (x, y, z), [(0, Rational(1, 2))] * 3),
    "minors": ideal(
        [b[0] * c[1] - b[1] * c[0], b[0] * c[2] - b[2] * c[0], b[1] * c[2] - b[2] * c[1]],
        (*b[:3], *c[:3]),
        (0,) * 6,
    ),
    "one sided": ideal([x * y, x * (z - x), x * y * (z - x)], (x, y, z), O3, (x, y, z - x)),
    "low rank": ideal(
        [sum(r[k] * s[k] for k in range(2)) - t for r, s, t in LOW],
        (*LONG, *c),
        (1, *O3, 0, 0, 1, *O3),
    ),
    "network": MomentProblem("tanh", [(a1, [b1]), (a2, [b2])], (a1, a2, b1, b2), O4),
    "biased": TanhProblem(
        [(a1, [b1], x), (a2, [b2], y), (-1, [1], 1)],
        (a1, b1, x, a2, b2, y),
        (Rational(1, 2), 1, 1, Rational(1, 2), 1, 1),
    ),
    "two outputs": ideal(
        [a1 * b1 + a2 * b2, a1 * b1**2 + a2 * b2**2, x * b1 + y * b2, x * b1**2 + y * b2**2],
        (a1, a2, x, y, b1, b2),
        (0,) * 6,
    ),
    "unsolved": ideal([x + y**2 + z * w, y * (z + x**2) ** 2, w**3 - x * y], (x, y, z, w), O4),
}


def damaged(kind, value):
    """Yield (name of the mutation, damaged value) for one field of a node."""
    if isinstance(value, bool):
        yield "flag", not value
    elif isinstance(value, int):
        yield "number", value + 1
        yield "number", value - 1
    elif isinstance(value, str) and value.lstrip("-").replace("/", "").isdigit():
        p, _, q = value.partition("/")
        number = fmpq(int(p), int(q or 1))
        yield "number", str(number + fmpq(1, 1000))
        yield "sign", str(-number)
    elif isinstance(value, list):
        for k in range(len(value)):
            yield "drop", value[:k] + value[k + 1 :]
        for k in range(len(value) - 1):
            if value[k] != value[k + 1]:
                yield "swap", [*value[:k], value[k + 1], value[k], *value[k + 2 :]]
        if value:
            yield "double", [*value, value[-1]]
        for k, entry in enumerate(value):
            if not (isinstance(entry, dict) and "kind" in entry):
                for name, changed in damaged(kind, entry):
                    yield name, [*value[:k], changed, *value[k + 1 :]]
    elif isinstance(value, dict) and "kind" not in value:
        for key, entry in value.items():
            for name, changed in damaged(kind, entry):
                yield name, {**value, key: changed}


def nodes(item, path=()):
    """Yield the paths of all nodes."""
    if isinstance(item, dict):
        if "kind" in item:
            yield path
        for key, value in item.items():
            yield from nodes(value, (*path, key))
    elif isinstance(item, list):
        for k, value in enumerate(item):
            yield from nodes(value, (*path, k))


def at(item, path):
    for key in path:
        item = item[key]
    return item


def put(item, path, value):
    """Return a copy of nested data with one entry replaced; the rest is shared."""
    if not path:
        return value
    changed = copy.copy(item)
    changed[path[0]] = put(item[path[0]], path[1:], value)
    return changed


def mutations(proofs):
    """Yield (kind, mutation, damaged proofs)."""
    for path in nodes(proofs):
        node = at(proofs, path)
        kind = node["kind"]
        for other in ("newton", "bounds", "resolve", "leaf", "vacuous", "cover"):
            if other != kind:
                yield kind, "kind", put(proofs, path, {**node, "kind": other})
        for key, value in node.items():
            if key == "kind":
                continue
            yield kind, "lost", put(proofs, path, {k: v for k, v in node.items() if k != key})
            if isinstance(value, dict) and "kind" in value:
                continue
            for name, changed in damaged(kind, value):
                yield kind, name, put(proofs, path, {**node, key: changed})


def consistent(verdict, truth):
    """Say whether a verdict is true of the problem with this answer."""
    if verdict is None or truth.upper is None or truth.lower != truth.upper:
        return verdict is not None
    inside = verdict.lower <= truth.lower and (
        verdict.upper is None or truth.lower <= verdict.upper
    )
    exact = verdict.lower == verdict.upper and verdict.multiplicity is not None
    return inside and (not exact or truth.multiplicity in (None, verdict.multiplicity))


def outcomes(data, most):
    """Return counts of (kind, mutation, outcome) for at most `most` damages of each sort."""
    truth = check(data)
    sorts = defaultdict(list)
    for kind, name, proofs in mutations(data["proofs"]):
        sorts[kind, name].append(proofs)
    found = Counter()
    for (kind, name), several in sorts.items():
        for proofs in several[:: max(1, len(several) // most)][:most]:
            try:
                verdict = checker.verdict_of(data["statement"], proofs)
            except (RLCTError, KeyError, TypeError, IndexError, AttributeError, ValueError):
                found[kind, name, "rejected"] += 1
                continue
            assert consistent(verdict, truth), (kind, name, verdict, truth)
            found[kind, name, "true"] += 1
    return found


SOLVED = {}
NAMES = (*PROBLEMS, "scaled", "added", "blown up", "two of three", "unsheared")


def by_hand(name):
    """Return a certificate of a kind that the search does not choose for these problems."""
    if name == "scaled":
        problem = Problem((x**2 + y**4) * (1 + x) ** 2, (x, y), O2)
        unit = encode(to_polynomial(1 + y, (x, y), "unit"))
        inner = Problem((x**2 + y**4) * (1 + x) ** 2 * (1 + y), (x, y), O2)
        child = Search(float("inf")).solve(inner.stated.pieces[0])
        proof = {"kind": "scale", "unit": unit, "child": child}
    elif name == "blown up":
        problem = Problem((y - x**2) ** 4 + x**10, (x, y), O2)
        routes = tuple(r for r in ROUTES if r[0] in ("newton", "blow up"))
        proof = Search(float("inf"), routes=routes).solve(problem.stated.pieces[0])
    elif name == "unsheared":
        problem = PROBLEMS["horn"]
        routes = tuple(r for r in ROUTES if r[0] in ("newton", "resolve"))
        proof = Search(float("inf"), routes=routes).solve(problem.stated.pieces[0])
    elif name == "two of three":
        minors = [x**2 - y * z, y**2 - x * z, z**2 - x * y]
        problem = ideal(minors, (x, y, z), O3)
        routes = tuple(r for r in ROUTES if r[0] in ("newton", "transversal system"))
        proof = Search(float("inf"), routes=routes).solve(problem.stated.pieces[0])
    else:
        problem = Problem(x**2 + y**4 * z**2, (x, y, z), O3)
        parts = [Problem(x**2, (x,), (0,)), Problem(y**4 * z**2, (y, z), O2)]
        children = [learning_coefficient(p).certificate.data["proofs"][0] for p in parts]
        proof = {"kind": "sum", "blocks": [[0], [1, 2]], "children": children}
    verdict = checker.verdict_of(problem.statement(), [proof])
    return Certificate.of(problem.statement(), verdict, [proof]).data


def certificate(name):
    if name not in SOLVED and name not in PROBLEMS:
        SOLVED[name] = by_hand(name)
    if name not in SOLVED:
        SOLVED[name] = learning_coefficient(PROBLEMS[name], budget=2.0).certificate.data
    return SOLVED[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_proof_is_rejected_or_still_true(name):
    found = outcomes(certificate(name), 1 if name in ("horn", "unsheared") else 3)
    rejected = sum(n for key, n in found.items() if key[2] == "rejected")
    assert rejected > 0.6 * sum(found.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_claim_is_rejected(name):
    data = certificate(name)
    claim = data["claim"]
    for key in ("lower", "upper"):
        if claim[key] is not None:
            p, _, q = claim[key].partition("/")
            for step in (fmpq(1, 1000), -fmpq(1, 1000)):
                worse = str(fmpq(int(p), int(q or 1)) + step)
                with pytest.raises(CertificateError):
                    check({**data, "claim": {**claim, key: worse}})
    m = claim["multiplicity"]
    for wrong in (None, 1) if m is None else (m + 1, m - 1, None):
        if wrong != m:
            with pytest.raises(CertificateError):
                check({**data, "claim": {**claim, "multiplicity": wrong}})


def test_all_node_kinds_are_met():
    met = set()
    for name in NAMES:
        met |= {
            at(certificate(name)["proofs"], path)["kind"]
            for path in nodes(certificate(name)["proofs"])
        }
    known = set(checker._KINDS) | {"cases", "coordinate", "empty", "weighted", "leaf", "mirror"}
    known |= {
        "analytic",
        "cover",
        "homogeneous",
        "points",
        "strata",
        "positive",
        "vacuous",
        "moments",
    }
    known.add("tanh")
    assert not known - met


@pytest.mark.slow
def test_table_of_all_damages(capsys):
    total = Counter()
    for name in NAMES:
        total += outcomes(certificate(name), 60)
    columns = ("kind", "lost", "number", "sign", "swap", "drop", "double", "flag")
    rows = sorted({key[0] for key in total})
    with capsys.disabled():
        print(f"\n{'rejected of damaged':20}" + "".join(f"{c:>11}" for c in columns))
        for kind in rows:
            cells = []
            for c in columns:
                bad, good = total[kind, c, "rejected"], total[kind, c, "true"]
                cells.append(f"{bad}/{bad + good}" if bad + good else "-")
            print(f"{kind:20}" + "".join(f"{cell:>11}" for cell in cells))
