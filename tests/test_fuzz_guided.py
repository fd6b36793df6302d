"""Fuzzing that follows coverage: parser, descriptions, and the reader of certificates.

``FUZZ_SECONDS`` of processor time, by default 300, for each of the slow tests. To watch takes about
five times as long as to run: the limits for one input allow for it.
"""

import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fuzzing
import pytest
from guided_fuzzing import Guided
from test_fuzz_certificates import NAMES, certificate
from test_fuzz_text import GOOD, SEEDS, TOKENS, VALUES, _parsed
from test_fuzz_text import NAMES as ENTRIES

from slt_symbolic.descriptions import DescriptionError
from slt_symbolic.descriptions.description import read
from slt_symbolic.expressions import ExpressionError
from slt_symbolic.rlct import CertificateError, check

FEW = pytest.param(2.0, 300, id="few")
MANY = pytest.param(
    float(os.environ.get("FUZZ_SECONDS", "300")), 10**9, id="many", marks=pytest.mark.slow
)
_LONGEST, _LARGEST = 3000, 100_000
_HIGH = re.compile(r"\b\d{2,}[,\]]")
_DOCS = Path(__file__).parents[1] / "docs" / "description.md"


def _spliced(words: tuple[str, ...]) -> Callable[[random.Random, bytes, bytes], bytes]:
    """Return changes of text: damage, words of the language, and parts of another text."""

    def change(rng: random.Random, text: bytes, donor: bytes) -> bytes:
        for _ in range(rng.randint(1, 3)):
            k, m = rng.randrange(len(text) + 1), rng.randrange(len(donor) + 1)
            sort = rng.random()
            if sort < 0.4:
                text = text[:k] + rng.choice(words).encode() + text[k + rng.randrange(2) :]
            elif sort < 0.6:
                text = text[:k] + donor[m : m + rng.randint(1, 40)] + text[k:]
            elif sort < 0.75:
                text = text[:k] + donor[m:]
            else:
                text = fuzzing.damaged_bytes(rng, text)
        return text[:_LONGEST]

    return change


def _relined(rng: random.Random, text: bytes, donor: bytes) -> bytes:
    """Change lines of a description: values, names, and lines of another one."""
    lines, others = text.split(b"\n"), donor.split(b"\n")
    for _ in range(rng.randint(1, 3)):
        k, sort = rng.randrange(len(lines)), rng.random()
        name, _, value = lines[k].partition(b"=")
        if sort < 0.3 and value:
            lines[k] = name + b"= " + rng.choice(VALUES).encode()
        elif sort < 0.45 and value:
            lines[k] = rng.choice(ENTRIES).encode() + b" =" + value
        elif sort < 0.65:
            lines.insert(k, rng.choice(others))
        elif sort < 0.75:
            m = rng.randrange(len(others))
            lines[k:k] = others[m : m + rng.randint(1, 6)]
        elif sort < 0.9 and len(lines) > 1:
            del lines[k]
        else:
            lines[k] = _changed_digits(rng, lines[k])
    return b"\n".join(lines)[:_LONGEST]


def _changed_digits(rng: random.Random, line: bytes) -> bytes:
    """Change a number or a character, so that the line often stays well-formed."""
    numbers = list(re.finditer(rb"\d+", line))
    if not numbers or rng.random() < 0.2:
        return fuzzing.damaged_bytes(rng, line)
    found = rng.choice(numbers)
    other = rng.choice((b"0", b"1", b"3", b"-2", b"7/3", b"999", b"100000000", b"x", b"[1, 2]"))
    return line[: found.start()] + other + line[found.end() :]


def _judged(
    guided: Guided, use: Callable[[Any], object], named: type[Exception], limit: float,
    seconds: float, most: int,
) -> None:  # fmt: skip
    tally = fuzzing.fuzz(guided.inputs(seconds, most), guided.watch(use), named, seconds=limit)
    print(guided)
    fuzzing.judge(tally)
    assert len(guided.corpus) > len(guided.seeds), "no change reached anything new"


@pytest.mark.parametrize(("seconds", "most"), [FEW, MANY])
def test_expressions(seconds: float, most: int) -> None:
    guided = Guided(
        fuzzing.generator(11), [text.encode() for text in SEEDS], _spliced(TOKENS), ["expressions"]
    )
    _judged(guided, lambda text: _parsed(text.decode("utf-8", "replace")), ExpressionError, 8.0,
            seconds, most)  # fmt: skip


@pytest.mark.parametrize(("seconds", "most"), [FEW, MANY])
def test_descriptions(seconds: float, most: int) -> None:
    rooms = ["descriptions", "expressions", "networks.py", "inputs"]
    shown = re.findall(r"```toml\n(.*?)```", _DOCS.read_text(encoding="utf-8"), re.DOTALL)
    seeds = [GOOD, *(text.encode() for text in shown)]
    assert len(seeds) > 3
    guided = Guided(fuzzing.generator(12), seeds, _relined, rooms)
    _judged(guided, read, DescriptionError, 30.0, seconds, most)


@pytest.mark.parametrize(("seconds", "most"), [FEW, MANY])
def test_certificates(seconds: float, most: int) -> None:
    names = NAMES if seconds > 10 else NAMES[:3]

    def change(rng: random.Random, data: Any, donor: Any) -> Any:
        if rng.random() < 0.5 and isinstance(data, dict) and isinstance(donor, dict):
            proofs, others = data.get("proofs"), donor.get("proofs")
            changed = {**data, "proofs": fuzzing.damaged(rng, proofs, others, most=2)}
        else:
            changed = fuzzing.damaged(rng, data, donor)
        # Changes of changes would grow without end, by what is put into itself; and the checker's
        # time grows with a high power of the degree of the K that is stated.
        high = isinstance(changed, dict) and _HIGH.search(repr(changed.get("statement")))
        return changed if not high and len(repr(changed)) < _LARGEST else data

    def use(data: Any) -> None:
        before = json.dumps(data)
        check(data)
        assert json.dumps(data) == before, "the checker changed its input"

    guided = Guided(
        fuzzing.generator(13), [certificate(name) for name in names], change,
        ["rlct/checker", "rlct/certificate.py"],
    )  # fmt: skip
    _judged(guided, use, CertificateError, 20.0, seconds, most)
