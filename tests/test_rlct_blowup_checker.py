"""What the checker of trees of blow-ups refuses: false emptiness, false points, false charts."""

import pytest
from flint import Ordering, fmpq_mpoly_ctx

from slt_symbolic.rlct import CertificateError
from slt_symbolic.rlct.certificate import encode
from slt_symbolic.rlct.checker.family import FREE, FULL, HALF, ROOT, Family, solved_for
from slt_symbolic.rlct.checker.family_leaf import has_point
from slt_symbolic.rlct.checker.resolve import is_mirror, with_coordinate
from slt_symbolic.rlct.checker.vacuous import require_empty
from slt_symbolic.rlct.routes.refute import refute

RING = fmpq_mpoly_ctx.get(["x0", "x1", "x2"], Ordering.lex)
e, s, t = RING.gens()
ONE = RING.from_dict({(0, 0, 0): 1})


def family(zero=(), conditions=(), roles=(HALF, FREE, FREE), relations=(), K=None):
    return Family(
        RING, ((e**2 if K is None else K, 1),), (), (), roles, relations, zero, conditions
    )


# Equations and conditions without a real solution, and how they say so.
EMPTY = [
    ((s**2 + t**2 + 1,), ()),
    ((s**2 + s * t + t**2 + 1,), ()),
    ((s + t,), ((s, True), (t, True))),
    ((s**2 + t**2,), ((s, False),)),
    ((s**2 - 2,), ((s - 2, True),)),
    ((s**2 - 2, s - 1), ()),
    ((s**3 - 2,), ((-s, True),)),
    ((), ((-(s**2) - t**4, True),)),
    ((s**2 + s * t + t**2,), ((t, False),)),
]
INHABITED = [
    ((s**2 + t**2 - 1,), ()),
    ((s**2 + t**2,), ()),
    ((s - t,), ((s, True), (t, True))),
    ((s**2 - 2,), ((s - 1, True),)),
    ((s**3 - 2,), ((s, True),)),
    ((), ((s**2 - t**4, True),)),
]


@pytest.mark.parametrize(("zero", "conditions"), EMPTY)
def test_emptiness_is_proved_and_the_proof_is_for_this_set_only(zero, conditions):
    here = family(zero, conditions)
    proof = refute(here)["proof"]
    require_empty(here, proof)
    for other_zero, other in INHABITED:
        with pytest.raises((CertificateError, ValueError, IndexError)):
            require_empty(family(other_zero, other), proof)


@pytest.mark.parametrize(("zero", "conditions"), INHABITED)
def test_what_has_points_is_not_refuted(zero, conditions):
    here = family(zero, conditions)
    proposal = refute(here)
    if proposal is not None:
        with pytest.raises(CertificateError):
            require_empty(here, proposal["proof"])


def test_identities_must_hold_and_be_strict():
    here = family((s**2 + t**2,))
    terms = [["1", [], encode(s)], ["1", [], encode(t)]]
    for listed, factor in ((terms, ONE), ([*terms, ["1", [], encode(ONE)]], ONE), ([], ONE)):
        proof = {"rule": "identity", "terms": listed, "cofactors": [encode(factor)]}
        with pytest.raises(CertificateError):
            require_empty(here, proof)
    odd = {"rule": "identity", "terms": [["1", [1], encode(ONE)]], "cofactors": [encode(ONE)]}
    require_empty(family((s,), ((s, True),)), odd)
    with pytest.raises(CertificateError, match="unknown sign"):
        require_empty(family((s,), ((s, False),)), odd)


def test_points_must_satisfy_relations_and_conditions():
    rooted = family((), ((s, True),), (HALF, ROOT, FREE), ((1, s**2 - t),))
    assert has_point(rooted, [[1, "7/5", "3/2"], [2, "2", "2"]])
    for wrong in (
        [[1, "3/2", "8/5"], [2, "2", "2"]],
        [[1, "-3/2", "-7/5"], [2, "2", "2"]],
        [[1, "7/5", "3/2"], [2, "-2", "-2"]],
        [[1, "7/5", "3/2"], [2, "1", "3"]],
        [[1, "3/2", "7/5"], [2, "2", "2"]],
        [[0, "1", "1"], [1, "7/5", "3/2"], [2, "2", "2"]],
    ):
        with pytest.raises(CertificateError):
            has_point(rooted, wrong)


def test_coordinates_must_be_regular_and_define_their_set():
    with pytest.raises(CertificateError, match="regular"):
        solved_for(family((s**2 - t,)), s**2 - t, 1)
    assert solved_for(family((s**2 - t,), ((s, False),)), s**2 - t, 1).roles[1] == ROOT
    assert solved_for(family((s**2 - t,)), s**2 - t, 2).roles[2] == FULL
    with pytest.raises(CertificateError, match="equation"):
        with_coordinate(family((s,)), t + 1, 2)
    # In place of a local coordinate, e + t - 1 = 0 would not stay over the origin.
    with pytest.raises(CertificateError, match="equation"):
        with_coordinate(family((t - 1,), (), (FULL, FREE, FREE)), e + t - 1, 0)


def test_mirror_images_are_compared():
    odd = family(K=e**2 * (1 + s) ** 2)
    even = family(K=e**2 * (1 - s) ** 2)
    assert is_mirror(odd, even, [1])
    assert not is_mirror(odd, even, [2])
    assert not is_mirror(odd, even, [])
    with pytest.raises(CertificateError, match="half"):
        is_mirror(odd, even, [0])
