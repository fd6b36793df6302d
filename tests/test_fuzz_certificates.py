"""Random damage to certificates: rejected by name, or what they prove is true, in time."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import fuzzing
import pytest
from test_rlct_mutations import certificate, consistent

from slt_symbolic.rlct import Certificate, CertificateError, check

#: Which kinds of statement and proof are damaged; each is found within a second or two.
NAMES = ("cusp", "sheared", "sum", "contacts", "motzkin", "sided", "matrices", "vandermonde")
NAMES += ("pieces", "tanh", "cosine", "plane", "box", "sphere", "network", "biased", "scaled")
FEW = pytest.param(1, NAMES[::2], id="few")
MANY = pytest.param(40, NAMES, id="many", marks=pytest.mark.slow)


def damages(seed: int, count: int, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    rng = fuzzing.generator(seed)
    for _ in range(count):
        name, donor = rng.choice(names), rng.choice(names)
        data, other = certificate(name), certificate(donor)
        sort = rng.random()
        if sort < 0.2:  # the whole, by random edits
            yield name, fuzzing.damaged(rng, data, other)
        elif sort < 0.85:  # the proof alone
            proofs = fuzzing.damaged(rng, data["proofs"], other["proofs"], most=2)
            yield name, {**data, "proofs": proofs}
        elif sort < 0.95:  # a proof of something else
            yield name, {**data, "proofs": other["proofs"]}
        else:  # one node put into itself many times
            node = copy.deepcopy(data["proofs"])
            for _ in range(rng.choice((3, 100, 400))):
                node = [{"kind": rng.choice(("scale", "change", "split")), "child": node[0]}]
            yield name, {**data, "proofs": node}


def use(item: tuple[str, Any]) -> None:
    name, data = item
    verdict = check(data)
    truth = certificate(name)
    if isinstance(data, dict) and data["statement"] == truth["statement"]:
        known = check(truth)
        assert consistent(verdict, known), f"{verdict} of {known}"


@pytest.mark.parametrize(("scale", "names"), [FEW, MANY])
def test_certificates(scale: int, names: tuple[str, ...]) -> None:
    for name in names:
        certificate(name)
    tally = fuzzing.fuzz(
        damages(scale, 125 * scale, names), use, CertificateError, seconds=20.0,
        shown=lambda item: f"{item[0]}: {json.dumps(item[1])}",
    )  # fmt: skip
    fuzzing.judge(tally)
    assert tally.refused > 0.5 * tally.inputs


@pytest.mark.parametrize("scale", [1, pytest.param(40, marks=pytest.mark.slow)])
def test_texts_of_certificates(scale: int) -> None:
    rng = fuzzing.generator(scale)
    texts = [json.dumps(certificate(name)).encode() for name in NAMES[:4]]

    def read(content: bytes) -> None:
        found = Certificate.from_json(content.decode("utf-8", "replace"))
        repr(found)
        check(found)

    inputs = (fuzzing.damaged_bytes(rng, rng.choice(texts)) for _ in range(50 * scale))
    fuzzing.judge(fuzzing.fuzz(inputs, read, CertificateError, seconds=20.0))


@pytest.mark.parametrize("text", ["1" * 5000, "NaN", "null", '{"proofs": ' + "[" * 50000, '{"a": '])
def test_texts_that_are_none(text: str) -> None:
    with pytest.raises(CertificateError):
        check(Certificate.from_json(text))


@pytest.mark.parametrize("data", [None, [], 3, "x", {}, {"format": 1}, {"proofs": [{"kind": []}]}])
def test_data_that_are_none(data: Any) -> None:
    with pytest.raises(CertificateError):
        check(data)
