"""What a step records: a small closed set of kinds of evidence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from slt_symbolic.claims import comparison
from slt_symbolic.claims.exactness import Decision, decide_zero
from slt_symbolic.claims.verdict import Strength

__all__ = ["Evidence", "Item"]

T = TypeVar("T")

_SHOWN = 200


@dataclass(frozen=True)
class Item:
    """One piece of evidence.

    Parameters
    ----------
    kind
        Name of the method of `Evidence` that recorded it.
    label
        What it is about.
    detail
        What was found, for a reader.
    passed
        True, False, or None where it could not be decided.
    strength
        How strongly it speaks; None for what is open.
    """

    kind: str
    label: str
    detail: str
    passed: bool | None
    strength: Strength | None


class Evidence:
    """The record of one step; a step receives it and calls its methods.

    A method never raises because evidence goes against the claim: it records that. It raises for
    values that cannot be evidence at all, floating-point numbers in an exact identity say.

    Examples
    --------
    >>> from sympy import sqrt
    >>> evidence = Evidence()
    >>> evidence.identity("denesting", sqrt(3 + 2 * sqrt(2)) - 1 - sqrt(2))
    >>> evidence.equal("sum", 1 + 1, 3)
    >>> [(item.kind, item.passed) for item in evidence.items]
    [('identity', True), ('equal', False)]
    """

    def __init__(self) -> None:
        self._items: list[Item] = []

    @property
    def items(self) -> tuple[Item, ...]:
        """What has been recorded so far."""
        return tuple(self._items)

    def identity(self, label: str, expr: object) -> None:
        """Record that an expression is exactly zero, wherever its symbols range.

        Parameters
        ----------
        label
            What vanishes.
        expr
            SymPy expression or matrix, python-flint polynomial or matrix over Q, or a rational.

        Raises
        ------
        TypeError
            If floating-point numbers occur.
        ValueError
            If the expression divides by zero or is not finite.
        """
        decision = decide_zero(expr)
        words = {True: "= 0", False: "is NOT zero", None: "undecided"}[decision.zero]
        found = "" if decision.zero else f": {_short(expr)}"
        detail = f"{words}: {decision.reason}{found}"
        self._add("identity", label, detail, decision.zero, Strength.EXACT)

    def equal(self, label: str, got: object, expected: object) -> None:
        """Record that two exact objects are equal.

        Parameters
        ----------
        label
            What is compared.
        got, expected
            Exact numbers, SymPy expressions or matrices, python-flint objects over Q, strings,
            booleans, None, or tuples, lists, sets and dictionaries of these.

        Raises
        ------
        TypeError
            If floating-point numbers occur, or an object is of another kind.
        """
        passed = comparison.equal(got, expected)
        detail = f"{_short(got)}" if passed else f"got {_short(got)}, expected {_short(expected)}"
        self._add("equal", label, detail, passed, Strength.EXACT)

    def certificate(self, label: str, certificate: T, checker: Callable[[T], object]) -> None:
        """Record that an independent checker accepts a certificate.

        Parameters
        ----------
        label
            What the certificate shows.
        certificate
            Any data.
        checker
            Returns True to accept. Anything else, or a ValueError, rejects.
        """
        name = getattr(checker, "__qualname__", type(checker).__qualname__)
        try:
            answer = checker(certificate)
        except ValueError as error:
            self._add("certificate", label, f"rejected by {name}: {error}", False, Strength.EXACT)
            return
        accepted = answer is True
        detail = f"accepted by {name}" if accepted else f"rejected by {name}: {_short(answer)}"
        self._add("certificate", label, detail, accepted, Strength.EXACT)

    def enclosure(
        self,
        label: str,
        ball: object,
        value: object = None,
        within: tuple[object, object] | None = None,
    ) -> None:
        """Record that a ball holds a value, or lies inside an interval.

        Parameters
        ----------
        label
            What is enclosed.
        ball
            ``flint.arb``. A ball that is not finite fails.
        value
            An exact number that the ball must contain, or another ``flint.arb`` that it must
            overlap (which is what is then stated).
        within
            Exact lower and upper bound that the whole ball must respect; None for no bound.

        Raises
        ------
        TypeError
            If `ball` is no ``arb``, or `value` or a bound is a floating-point number.
        ValueError
            If neither `value` nor a bound is given.
        """
        passed, detail = comparison.enclosed(ball, value, within)
        self._add("enclosure", label, detail, passed, Strength.BALL)

    def statistic(
        self,
        label: str,
        *,
        p_value: float,
        level: float,
        statistic: float | None = None,
        description: str = "",
    ) -> None:
        """Record a statistical test; it passes if ``p_value >= level``.

        Parameters
        ----------
        label
            What is tested.
        p_value
            In [0, 1].
        level
            In (0, 1), chosen before the test was run.
        statistic
            Value of the test statistic, for the reader.
        description
            Which test, and of which hypothesis.

        Raises
        ------
        ValueError
            If a number is NaN or outside its range.
        """
        p_value, level = float(p_value), float(level)
        if not 0 <= p_value <= 1:
            raise ValueError(f"p_value must lie in [0, 1], got {p_value}")
        if not 0 < level < 1:
            raise ValueError(f"level must lie strictly between 0 and 1, got {level}")
        parts = [description] if description else []
        if statistic is not None:
            if not math.isfinite(statistic):
                raise ValueError(f"statistic must be finite, got {statistic}")
            parts.append(f"statistic {statistic:.4g}")
        parts.append(f"p = {p_value:.3g}, level {level:g}")
        passed = p_value >= level
        self._add("statistic", label, "; ".join(parts), passed, Strength.STATISTICAL)

    def consistent(
        self, label: str, *, estimate: float, error: float, predicted: float, z_max: float = 4.0
    ) -> None:
        """Record that an estimate agrees with a prediction within its standard error.

        Parameters
        ----------
        label
            What is estimated.
        estimate, error
            Value and its standard error; the error must be positive, so a stuck chain is refused.
        predicted
            The value that the claim predicts.
        z_max
            Passes if ``abs(estimate - predicted) <= z_max * error``.

        Raises
        ------
        ValueError
            If a number is not finite, or `error` or `z_max` is not positive.
        """
        numbers = {"estimate": estimate, "error": error, "predicted": predicted, "z_max": z_max}
        for name, number in numbers.items():
            if not math.isfinite(number):
                raise ValueError(f"{name} must be finite, got {number}")
        if error <= 0 or z_max <= 0:
            raise ValueError(f"error and z_max must be positive, got {error} and {z_max}")
        z = (float(estimate) - float(predicted)) / float(error)
        detail = (
            f"{float(estimate):.6g} +/- {float(error):.2g}, predicted {float(predicted):.6g}: "
            f"{z:+.2f} standard errors, limit {z_max:g}"
        )
        self._add("consistent", label, detail, abs(z) <= z_max, Strength.STATISTICAL)

    def counterexample(self, label: str, witness: object, shows: object) -> None:
        """Record that the claim is refuted by a witness.

        Parameters
        ----------
        label
            What fails at the witness.
        witness
            The counterexample, for the reader.
        shows
            The verified contradiction: True, or an exact difference that is not zero.

        Raises
        ------
        TypeError
            If `shows` is a floating-point number, or neither a boolean nor exact.
        """
        if isinstance(shows, bool):
            decision = Decision(not shows, "the stated contradiction does not hold")
            detail = f"at {_short(witness)}" if shows else decision.reason
        else:
            decision = decide_zero(shows)
            found = "the difference is zero" if decision.zero else decision.reason
            detail = f"at {_short(witness)}: difference {_short(shows)}; {found}"
        passed = None if decision.zero is None else not decision.zero
        self._add("counterexample", label, detail, passed, Strength.EXACT)

    def open(self, what_is_missing: str) -> None:
        """Record that something is missing; the claim stays open.

        Parameters
        ----------
        what_is_missing
            One line, for the reader.
        """
        self._add("open", what_is_missing, "missing", None, Strength.EXACT)

    def _add(
        self, kind: str, label: str, detail: str, passed: bool | None, strength: Strength
    ) -> None:
        if not isinstance(label, str) or not label.strip():
            raise ValueError(f"{kind}: the label must be a non-empty string, got {label!r}")
        known = None if passed is None else strength
        self._items.append(Item(kind, label, detail, passed, known))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"
