"""Random damage to stores, journals and checkpoints: detected, also where the hash is right."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import claims_folder
import fuzzing
import pytest

from slt_symbolic.claims import verify
from slt_symbolic.claims.journal import Journal, _seal
from slt_symbolic.sampling import SamplingError, Target, UniformBox, run_ladder
from slt_symbolic.sampling.checkpoint import load_run
from slt_symbolic.sampling.store import _BLANK, _MARK, _sealed, read_arrays, write_arrays
from slt_symbolic.studies.store import StoreError, StudyStore, _digest

FEW, MANY = pytest.param(1, id="few"), pytest.param(20, id="many", marks=pytest.mark.slow)


@pytest.mark.parametrize("scale", [FEW, MANY])
def test_study_stores(scale: int, tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    store = StudyStore.open(path, study="s", settings="seed=0")
    for k in range(4):
        store.add(f"h={k}", {"value": k / 7, "list": [1, None, "x"]})
    whole, good = path.read_bytes(), json.loads(path.read_text())
    rows = good["rows"]

    def use(content: bytes) -> None:
        path.write_bytes(content)
        found = StudyStore.open(path, study="s", settings="seed=0")
        kept = {key: found.get(key) for key in found}
        # What is accepted is what was written, or has a hash that someone made for it.
        assert kept == rows or _digest("s", "seed=0", kept) == json.loads(content)["sha256"]

    def inputs() -> Iterator[bytes]:
        rng = fuzzing.generator(scale)
        for _ in range(100 * scale):
            yield fuzzing.damaged_bytes(rng, whole)
            yield fuzzing.as_json(fuzzing.damaged(rng, good, good)).encode("utf-8", "replace")

    fuzzing.judge(fuzzing.fuzz(inputs(), use, StoreError, seconds=2.0))


@pytest.mark.parametrize("scale", [FEW, MANY])
def test_journals_believe_only_what_was_written(scale: int, tmp_path: Path) -> None:
    folder = claims_folder.write(tmp_path / "p", good=claims_folder.proved("B1"))
    (result,) = verify([], folder, 1)
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.add("f", result)
    journal.add("g", dataclasses.replace(result, id="B2"))
    whole = path.read_bytes()
    good = json.loads(whole.split(b"\n")[0])
    untouched = 0

    def use(item: tuple[bytes, bool]) -> None:
        nonlocal untouched
        content, sealed = item
        path.write_bytes(content)
        found = Journal(path, resume=True)
        for key, fingerprint in (("B1", "f"), ("B2", "g")):
            known = found.get(key, fingerprint)
            if known is not None and not sealed:
                assert known == dataclasses.replace(result, id=key)
                untouched += 1

    def inputs() -> Iterator[tuple[bytes, bool]]:
        rng = fuzzing.generator(scale)
        for _ in range(50 * scale):
            yield fuzzing.damaged_bytes(rng, whole), False
            entry = fuzzing.damaged(rng, good, good)
            if isinstance(entry, dict):
                entry.pop("hash", None)
                entry = {**entry, "hash": _seal(entry)}
            yield fuzzing.as_json(entry).encode("utf-8", "replace"), True

    tally = fuzzing.fuzz(inputs(), use, (), seconds=2.0)
    assert not tally.faults, tally.faults[:5]
    assert 0 < untouched < tally.inputs


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b"\x00\n{}\n[]\n3"])
def test_files_that_are_no_journal(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(content)
    assert Journal(path, resume=True).get("B1", "f") is None


def potential(w, g):
    g[0] = w[0]
    return 0.5 * w[0] ** 2


@pytest.mark.parametrize("scale", [FEW, MANY])
def test_checkpoints(scale: int, tmp_path: Path) -> None:
    path = tmp_path / "run.nc"
    target = Target(potential, UniformBox((-2,), (2,)))
    run = run_ladder(target, [10, 100], chains=2, draws=40, warmup=48, checkpoint=path)
    whole = path.read_bytes()
    arrays, attributes = read_arrays(path)
    del attributes["content_hash"]
    shapes = {name: tuple(f"{name}{k}" for k in range(a.ndim)) for name, a in arrays.items()}

    def use(item: tuple[bytes, bool]) -> None:
        content, sealed = item
        path.write_bytes(content)
        found = load_run(path)
        assert sealed or (found.draws == run.draws).all()

    def inputs() -> Iterator[tuple[bytes, bool]]:
        rng = fuzzing.generator(scale)
        for _ in range(25 * scale):
            yield fuzzing.damaged_bytes(rng, whole), False
            # From here on somebody made the hash anew.
            changed = bytearray(fuzzing.damaged_bytes(rng, whole[:3000]) + whole[3000:])
            place = changed.find(_MARK)
            if place >= 0:
                changed[place : place + len(_BLANK)] = _BLANK
                yield _sealed(bytes(changed)), True
            name = rng.choice(sorted(attributes))
            texts = {**attributes, name: rng.choice(("", "{", "[]", "null", "3", "[[1]]", "{}"))}
            kept = {n: (shapes[n], a) for n, a in arrays.items()}
            if name != "format" and rng.random() < 0.7:
                there = json.loads(attributes[name])
                texts[name] = fuzzing.as_json(fuzzing.damaged(rng, there, there))
            if rng.random() < 0.3:
                gone = rng.choice(sorted(kept))
                kept[gone] = (shapes[gone], kept.pop(gone)[1][:1])
                if rng.random() < 0.5:
                    del kept[gone]
            write_arrays(
                path, kept, {k: v.encode("utf-8", "replace").decode() for k, v in texts.items()}
            )
            yield path.read_bytes(), True

    fuzzing.judge(fuzzing.fuzz(inputs(), use, SamplingError, seconds=10.0))
