"""A claim validates what it is given."""

import pytest

from slt_symbolic.claims import Claim, Corrected, Source, Verdict

GOOD = {
    "id": "B8",
    "title": "t",
    "statement": "s",
    "plain": "p",
    "source": Source(document="004"),
    "expected": Verdict.PROVED,
}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"id": ""}, ValueError),
        ({"id": "8B"}, ValueError),
        ({"id": "B 8"}, ValueError),
        ({"id": 8}, ValueError),
        ({"title": " "}, ValueError),
        ({"statement": ""}, ValueError),
        ({"plain": None}, ValueError),
        ({"source": "004"}, TypeError),
        ({"expected": "proved"}, TypeError),
        ({"expected": Verdict.REFUTED}, ValueError),
        ({"corrected": "no"}, TypeError),
        ({"uses": "B7"}, TypeError),
        ({"uses": ("B8",)}, ValueError),
        ({"assumptions": ("",)}, ValueError),
    ],
)
def test_bad_arguments_are_named(change, error):
    with pytest.raises(error, match=next(iter(change))):
        Claim(**{**GOOD, **change})


def test_arguments_are_keyword_only():
    with pytest.raises(TypeError):
        Claim("B8", "t", "s", "p", Source("004"), Verdict.PROVED)


def test_step_arguments():
    claim = Claim(**GOOD)

    @claim.step("first", derivation="d")
    def first(evidence):
        evidence.equal("one", 1, 1)

    @claim.step("again", derivation="d", confirms="first")
    def again(evidence):
        evidence.equal("one", 1, 1)

    assert [s.confirms for s in claim.steps] == [(), ("first",)]
    for bad in ("nobody", "again"):
        with pytest.raises(ValueError, match="earlier primary step"):
            claim.step("x", derivation="d", confirms=bad)
    with pytest.raises(ValueError, match="corrected"):
        claim.step("x", derivation="d", corrects=True)
    with pytest.raises(ValueError, match="derivation"):
        claim.step("x", derivation="")
    with pytest.raises(ValueError, match="two steps"):
        claim.step("x", derivation="d")(first)


def test_corrected_and_source_need_text():
    with pytest.raises(ValueError, match="plain"):
        Corrected(statement="s", plain="")
    with pytest.raises(ValueError, match="document"):
        Source(document="")
