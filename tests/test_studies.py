"""Every study: the protocol, the store, the command's list."""

import dataclasses
import json

import pytest
from click.testing import CliRunner

from slt_symbolic.cli import cli
from slt_symbolic.studies import (
    DamagedStoreError,
    Finding,
    ForeignStoreError,
    StudyStore,
    load_study,
    study_names,
)
from slt_symbolic.studies.registry import ENTRIES


@pytest.mark.parametrize("name", study_names())
def test_each_study_keeps_the_protocol(name):
    study = load_study(name)
    assert study.name == name
    quick, full = study.quick(3), study.full(3)
    assert quick.key != study.quick(4).key  # the seed is part of what rows depend on
    assert quick.key == study.quick(3).key
    assert quick != full
    assert dataclasses.is_dataclass(quick)


def test_help_lists_every_study_in_one_line_each():
    text = CliRunner().invoke(cli, ["study", "--help"], terminal_width=200).output
    for entry in ENTRIES:
        assert entry.summary in text
        assert len(entry.summary) < 90
    assert len(set(study_names())) == len(ENTRIES)


def test_unknown_study_is_named():
    with pytest.raises(ValueError, match="no study 'nothing': there are learning-zero"):
        load_study("nothing")


@pytest.mark.parametrize(
    ("verdict", "known"),
    [("proved", "statistics"), ("proved", "quadrature"), ("enclosed", "heuristic"),
     ("true", "exact"), ("open", "guess")],
)  # fmt: skip
def test_findings_claim_no_more_than_is_known(verdict, known):
    with pytest.raises(ValueError, match="X1"):
        Finding("X1", verdict, "text", known)


def test_store_keeps_rows_and_refuses_what_is_not_its_own(tmp_path):
    path = tmp_path / "rows.json"
    store = StudyStore.open(path, study="s", settings="seed=0")
    store.add("a", {"value": 0.1})
    store.add("b", [1, "2/3"])
    again = StudyStore.open(path, study="s", settings="seed=0")
    assert list(again) == ["a", "b"]
    assert again.get("a") == {"value": 0.1}
    with pytest.raises(ForeignStoreError, match="other settings"):
        StudyStore.open(path, study="s", settings="seed=1")
    with pytest.raises(ForeignStoreError, match="holds the study 's'"):
        StudyStore.open(path, study="t", settings="seed=0")
    with pytest.raises(ValueError, match="JSON compliant"):
        again.add("c", float("nan"))
    whole = path.read_text()
    path.write_text(whole.replace("0.1", "0.2"))
    with pytest.raises(DamagedStoreError, match="hash"):
        StudyStore.open(path, study="s", settings="seed=0")
    path.write_text(whole[:-20])
    with pytest.raises(DamagedStoreError, match="not JSON"):
        StudyStore.open(path, study="s", settings="seed=0")
    path.write_text(json.dumps([1]))
    with pytest.raises(ForeignStoreError, match="not the store"):
        StudyStore.open(path, study="s", settings="seed=0")


def test_a_failed_row_leaves_the_store_as_it_was(tmp_path):
    path = tmp_path / "rows.json"
    store = StudyStore.open(path, study="s", settings="")
    store.add("a", 1)
    with pytest.raises(ValueError, match="JSON"):
        store.add("b", float("inf"))
    store.add("c", 2)
    assert list(StudyStore.open(path, study="s", settings="")) == ["a", "c"]
