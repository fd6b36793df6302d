"""Certificates of a few hundred bytes that ask for objects of gigabytes: refused before they exist.

The arithmetic library ends the process when memory runs out, so that each is checked in another
process with little memory, which says of each what it refused.
"""

import json
import subprocess
import sys

from slt_symbolic.rlct.checker import FORMAT

CHILD = """
import json, resource, sys
_, most = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, most))
from slt_symbolic.rlct import CertificateError, check
for name, data in json.load(sys.stdin).items():
    try:
        check(data)
    except CertificateError as error:
        print(name, error, sep=": ", flush=True)
"""


def unit(n, i, power=1):
    return [power * (k == i) for k in range(n)]


def terms(n, *parts):
    """Return a polynomial: numbers, and pairs of a coefficient and exponents."""
    return [[str(p), [0] * n] if isinstance(p, int) else [str(p[0]), p[1]] for p in parts]


def x(n, i, power=1, plus=0):
    return terms(n, *([plus] if plus else []), (1, unit(n, i, power)))


def certificate(n, piece, proof, **more):
    where = more or {"point": ["0"] * n}
    names = [f"x{i}" for i in range(n)]
    whole = {"region": [], "prior": [], **piece}
    return {
        "format": FORMAT,
        "statement": {
            "variables": names,
            "pieces": [whole],
            **where,
        },
        "claim": {"lower": "1", "upper": "1", "multiplicity": 1},
        "proofs": [proof],
    }


def newton(coefficient, powers, times=1, system=None):
    factor = {"power": times, "terms": [[coefficient, powers]]}
    return {"kind": "newton", "system": system, "factors": [factor]}


def trees(n, tree, **proof):
    return certificate(
        n,
        {"functions": [tree], "squares": True},
        {"kind": "analytic", "child": {"kind": "bounds", "weights": None}, **proof},
    )


def of_tanh(inputs, units, powers):
    one, zero = terms(1, 1), terms(1)
    listed = [[x(1, 0), [zero] * inputs, x(1, 0)] for _ in range(units)]
    node = {"kind": "tanh", "order": None, "below": {"rule": "bounds", "order": 2}}
    return certificate(1, {"tanh": listed, "rest": [[powers, one]]}, node)


def of_moments(inputs, units):
    listed = [[x(1, 0), [x(1, 0)] * inputs] for _ in range(units)]
    return certificate(1, {"units": listed, "activation": "exp"}, {"kind": "moments"})


SQUARE = {"K": x(1, 0, 2)}
STRATA = {"kind": "strata", "points": [], "witnesses": []}
HALVES = 24
LONG = "7" * 4000
SUM = terms(3, *((1, unit(3, i)) for i in range(3)))
OF_SUM = terms(
    3,
    *((1, unit(3, i, 2)) for i in range(3)),
    *((2, [int(j != i) for j in range(3)]) for i in range(3)),
)
#: The name, the certificate, and what the refusal says.
CASES = {
    # Found by the fuzzing of certificates, made smaller: (x - 2)**200000.
    "power in strata": (
        certificate(
            1,
            SQUARE,
            {**STRATA, "functions": [x(1, 0, plus=-2)], "squares": [["1", [100_000]]]},
            box=[["-2", "2"]],
        ),
        "power",
    ),
    "power of a number": (
        trees(1, ["power", ["poly", x(1, 0, plus=2)], "9" * 30], rule="bounds", order=2),
        "digits",
    ),
    "root of a number": (
        trees(1, ["power", ["poly", x(1, 0, plus=2)], "1/" + "9" * 30], rule="bounds", order=2),
        "root",
    ),
    "tangent space": (
        trees(20, ["sin", ["poly", x(20, 0)]], rule="determined", order=30),
        "tangent space",
    ),
    "product": (
        certificate(
            26,
            {"K": x(26, 0, 2)},
            {"kind": "product", "factors": [x(26, i, plus=1) for i in range(26)]},
        ),
        "product",
    ),
    "power of a unit": (
        certificate(
            2, {"K": x(2, 0, 2)}, newton(terms(2, 1, (1, [1, 0]), (1, [0, 1])), [0, 0], 900_000)
        ),
        "power",
    ),
    # (x + y + z)**2, and a condition that is no power of x + y + z: half a terabyte of terms.
    "quotient": (
        certificate(
            3,
            {"K": OF_SUM, "region": [terms(3, *((1, unit(3, i, 900_000)) for i in range(3)))]},
            newton(terms(3, 1), [2, 0, 0], 1, [SUM, x(3, 1), x(3, 2)]),
        ),
        "not a monomial",
    ),
    "moments": (of_moments(40, 12), "moments"),
    "coefficients of units": (of_tanh(30, 15, unit(30, 0)), "coefficients"),
    "powers of the inputs": (of_tanh(1, 1, [10**9]), "degree"),
    "charts": (
        certificate(
            HALVES,
            {"K": x(HALVES, 0, 2), "region": [x(HALVES, i) for i in range(HALVES)]},
            {
                "kind": "resolve",
                "child": {
                    "kind": "weighted",
                    "weights": [[i, 1] for i in range(HALVES)],
                    "children": [],
                },
            },
        ),
        "one child",
    ),
    "value at a witness": (
        certificate(
            1,
            {"K": x(1, 0, 2), "region": [x(1, 0, 1_000_000)]},
            {"kind": "bounds", "weights": [1], "witness": [LONG]},
        ),
        "digits",
    ),
    "value at a point": (
        certificate(
            1,
            {"K": x(1, 0, 2), "region": [x(1, 0, 1_000_000)]},
            {"kind": "away"},
            point=[LONG],
        ),
        "digits",
    ),
}


def refused(cases):
    """Return what the checker says of certificates, in a process with little memory."""
    sent = json.dumps({name: data for name, (data, _) in cases.items()})
    done = subprocess.run(
        [sys.executable, "-c", CHILD], input=sent, capture_output=True, text=True, timeout=60
    )
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    return said, done


def test_what_is_too_large_is_refused_before_it_is_made():
    said, done = refused(CASES)
    assert done.returncode == 0, (list(said), done.stderr[-500:])
    assert list(said) == list(CASES)
    for name, (_, words) in CASES.items():
        assert words in said[name], said[name]
