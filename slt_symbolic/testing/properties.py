"""Properties that hold for every K, W0 and certificate, ready to be called in a test."""

from __future__ import annotations

from typing import Any

import sympy
from flint import arb

from slt_symbolic.activations import STEP
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.kernels import NoClosedFormError
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.rlct import Certificate, CertificateError, check, learning_coefficient
from slt_symbolic.testing.changes import Change
from slt_symbolic.testing.coefficients import KnownProblem
from slt_symbolic.testing.equivalents import EquivalentPair, moved_parameter
from slt_symbolic.true_set import TrueSet, equivalent

__all__ = [
    "PropertyError",
    "check_certificate",
    "check_divergence",
    "check_equivalence_preserves_function",
    "check_invariance",
    "check_known_answer",
    "check_true_parameter",
]

_DIGITS = 25
_POINTS = (-3, sympy.Rational(-5, 7), sympy.Rational(1, 11), sympy.Rational(13, 9), 4)


class PropertyError(AssertionError):
    """A property does not hold; the message says where and what was found instead."""


def check_divergence(K: Any, values: Point) -> sympy.Expr | arb:
    """Check that K ≥ 0 at a parameter, and that the enclosure contains the exact value.

    Parameters
    ----------
    K : KLDivergence
        Or any of the package's divergences.
    values : mapping or sequence
        A parameter.

    Returns
    -------
    sympy.Expr or flint.arb
        K there: exact, or a ball where there is no closed form.

    Raises
    ------
    PropertyError
        If it does not hold.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from hypothesis import strategies as st
    >>> from slt_symbolic.testing import check_divergence, parameters, situations
    >>> @settings(max_examples=5, deadline=None)
    ... @given(situations(), st.data())
    ... def test_divergences_are_not_negative(situation, data):
    ...     check_divergence(situation.divergence, data.draw(parameters(situation.model)))
    >>> test_divergences_are_not_negative()
    """
    ball = K.enclosure(values, digits=_DIGITS)
    _require(not ball < 0, f"K < 0 at {values}: {ball}")
    value = _value(K, values)
    if not isinstance(value, arb):
        _require(not value.is_negative, f"K = {value} < 0 at {values}")
        _require(ball.overlaps(_ball(value)), f"K = {value} is not in its enclosure {ball}")
    return value


def check_invariance(K: Any, change: Change, values: Point) -> None:
    """Check that K is the same after a change of the parameter that keeps the function.

    Parameters
    ----------
    K : KLDivergence
        Of a model with parameters.
    change : Change
        Drawn from ``symmetries(K.model)``.
    values : mapping or sequence
        A parameter.

    Raises
    ------
    PropertyError
        If K differs: exactly where its values are algebraic, else as disjoint enclosures.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from hypothesis import strategies as st
    >>> from slt_symbolic.testing import check_invariance, parameters, situations, symmetries
    >>> @settings(max_examples=5, deadline=None)
    ... @given(situations(), st.data())
    ... def test_symmetries_keep_K(situation, data):
    ...     change, w = map(data.draw, (symmetries(situation.model), parameters(situation.model)))
    ...     check_invariance(situation.divergence, change, w)
    >>> test_symmetries_keep_K()
    """
    other = moved_parameter(K.model, change, values)
    first, second = (_value(K, w) for w in (values, other))
    _require(_agree(first, second), f"K = {first} at {values}, but {second} after {change}")


def check_equivalence_preserves_function(
    pair: EquivalentPair, inputs: InputDistribution | None = None
) -> None:
    """Check that a pair is found equivalent, that the moves hold, and that values agree.

    Parameters
    ----------
    pair : EquivalentPair
        Drawn from `equivalent_pairs`.
    inputs : InputDistribution, optional
        Whose support is the domain; by default all of R^n.

    Raises
    ------
    PropertyError
        If it does not hold.

    Notes
    -----
    The values are compared on their own, at rational points off the breaks of discontinuous
    units: exactly where the activation is piecewise polynomial, to 25 digits elsewhere.

    Examples
    --------
    >>> from slt_symbolic import Unit, activation
    >>> from slt_symbolic.testing import Reversal
    >>> first = TwoLayer(activation("tanh"), [Unit(2, (3,), 1)])
    >>> check_equivalence_preserves_function(EquivalentPair(first, Reversal(0)(first), ()))
    """
    answer = equivalent(pair.first, pair.second, inputs)
    _require(bool(answer), f"{pair} is called {answer}")
    _require(answer.check(), f"the moves of {pair} do not hold: {answer}")
    n = pair.first.inputs
    for k in range(5):
        x = [sympy.sympify(_POINTS[(k + 2 * i) % 5]) for i in range(n)]
        if _on_a_jump(pair.first, x) or _on_a_jump(pair.second, x):
            continue
        difference = pair.first(*x) - pair.second(*x)
        if pair.first.activation.branches is None:
            same = abs(sympy.N(difference, _DIGITS, maxn=200)) < 10 ** (3 - _DIGITS)
        else:
            same = sympy.expand(difference) == 0
        _require(bool(same), f"{pair} differs by {difference} at {x}")


def check_true_parameter(K: Any, W0: TrueSet, values: Point) -> None:
    """Check that K = 0 exactly if the parameter lies in W0.

    Parameters
    ----------
    K : KLDivergence
        Of the same model, truth and law as `W0`.
    W0 : TrueSet
        The set of true parameters.
    values : mapping or sequence
        A parameter, for instance from `true_parameters` or `near_true_parameters`.

    Raises
    ------
    PropertyError
        If membership and K do not agree.

    Examples
    --------
    >>> from slt_symbolic import KLDivergence, StandardNormal, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=1, biases=0, output_bias=0)
    >>> setting = (model, TwoLayer(relu, [Unit(1, (1,), 0)]), StandardNormal())
    >>> for w in ({"w1": 2, "q1": sympy.Rational(1, 2)}, {"w1": 2, "q1": 1}):
    ...     check_true_parameter(KLDivergence(*setting), TrueSet(*setting), w)
    """
    member, value = W0.contains(values), _value(K, values)
    zero = _agree(value, sympy.S.Zero)
    undecided = zero and not _is_zero(value)  # a ball around zero says nothing against either
    _require(
        undecided or zero == member,
        f"K = {value} at {values}, which is {'' if member else 'not '}in W0",
    )


def check_certificate(problem: Any, answer: Any = None) -> None:
    """Check that a certificate says what its answer says, survives JSON, and fits no other claim.

    Parameters
    ----------
    problem : slt_symbolic.rlct.Problem
        Or any other kind of problem.
    answer : LearningCoefficient, optional
        By default it is searched for.

    Raises
    ------
    PropertyError
        If the checker refuses it, finds other numbers, or accepts it for another claim.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> from slt_symbolic import Problem
    >>> check_certificate(Problem(x**2 * y**4, (x, y), (0, 0)))
    """
    found = learning_coefficient(problem) if answer is None else answer
    certificate = Certificate.from_json(found.certificate.to_json())
    verdict = check(certificate, problem)
    said = (found.lower, found.upper, found.multiplicity)
    proved = (verdict.lower, verdict.upper, verdict.multiplicity)
    _require(
        tuple(map(str, said)) == tuple(map(str, proved)), f"answer {said}, certificate {proved}"
    )
    claim = dict(certificate.data["claim"])
    claim["lower"] = str(sympy.Rational(claim["lower"]) + 1)
    forged = Certificate({**certificate.data, "claim": claim})
    try:
        check(forged, problem)
    except CertificateError:
        return
    raise PropertyError(f"the checker accepts lambda >= {claim['lower']} for {problem}")


def check_known_answer(known: KnownProblem, *, budget: float = 10.0) -> None:
    """Check that the search finds, or at least encloses, the known λ and m, with a certificate.

    Parameters
    ----------
    known : KnownProblem
        Drawn from `rlct_problems`.
    budget : float
        Seconds for the search.

    Raises
    ------
    PropertyError
        If λ is not between the bounds, or a proved value or multiplicity is another one.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from slt_symbolic.testing import check_known_answer, rlct_problems
    >>> @settings(max_examples=5, deadline=None)
    ... @given(rlct_problems())
    ... def test_the_search_is_right(known):
    ...     check_known_answer(known)
    >>> test_the_search_is_right()
    """
    answer = learning_coefficient(known.problem, budget=budget)
    high = sympy.oo if answer.upper is None else answer.upper
    inside = answer.lower <= known.value <= high
    m = answer.multiplicity
    _require(
        bool(inside) and m in (None, known.multiplicity),
        f"{answer} for {known.problem}: lambda = {known.value}, m = {known.multiplicity}",
    )
    check_certificate(known.problem, answer)


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise PropertyError(message)


def _value(K: Any, values: Point) -> sympy.Expr | arb:
    try:
        return K.at(values)
    except NoClosedFormError:
        return K.enclosure(values, digits=_DIGITS)


def _agree(first: sympy.Expr | arb, second: sympy.Expr | arb) -> bool:
    """Whether values are equal, or transcendental with enclosures that overlap."""
    if not (isinstance(first, arb) or isinstance(second, arb)):
        difference = sympy.expand(first - second)
        if difference.is_algebraic:
            return bool(difference.equals(0))
    return bool(_ball(first).overlaps(_ball(second)))


def _is_zero(value: sympy.Expr | arb) -> bool:
    return value.is_zero() if isinstance(value, arb) else bool(sympy.expand(value) == 0)


def _ball(value: sympy.Expr | arb) -> arb:
    if isinstance(value, arb):
        return value
    shown = sympy.N(value, _DIGITS + 5, maxn=200)
    return arb(str(shown)) + arb(0, 10.0**-_DIGITS * (1 + abs(float(shown))))


def _on_a_jump(network: TwoLayer, x: list[sympy.Expr]) -> bool:
    return network.activation == STEP and any(u.preactivation(*x) == 0 for u in network.units)
