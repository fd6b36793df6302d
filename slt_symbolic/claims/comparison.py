"""Exact equality of nested values, and what a ball encloses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import flint
import sympy
from flint import arb

from slt_symbolic.claims.balls import ball as evaluate
from slt_symbolic.claims.exactness import decide_zero, exact_expression

__all__ = ["enclosed", "equal"]

_BITS = (256, 1024, 4096)
_FLINT = (
    flint.fmpz_poly,
    flint.fmpq_poly,
    flint.fmpz_mpoly,
    flint.fmpq_mpoly,
    flint.fmpz_mat,
    flint.fmpq_mat,
)
_LEAVES = (bool, str, sympy.Basic, sympy.MatrixBase, *_FLINT)


def equal(got: object, expected: object) -> bool | None:
    """Whether two exact objects are equal; None if that cannot be decided.

    Parameters
    ----------
    got, expected
        See `Evidence.equal`. A list never equals a tuple, nor a boolean a number.

    Raises
    ------
    TypeError
        If floating-point numbers occur, or an object is of another kind.

    Examples
    --------
    >>> equal((1, {sympy.sqrt(8)}), (1, {2 * sympy.sqrt(2)}))
    True
    >>> equal(1, True)
    False
    """
    for value in (got, expected):
        _require_exact(value)
    return _equal(got, expected)


def _require_exact(value: object) -> None:
    if value is None or isinstance(value, _LEAVES):
        if isinstance(value, sympy.Basic | sympy.MatrixBase) and value.has(sympy.Float):
            raise TypeError(f"an exact value is needed, got floating-point numbers in {value}")
        return
    if isinstance(value, Mapping):
        for key, entry in value.items():
            _require_exact(key)
            _require_exact(entry)
    elif isinstance(value, tuple | list | set | frozenset):
        for entry in value:
            _require_exact(entry)
    else:
        exact_expression(value)


def _equal(a: object, b: object) -> bool | None:
    for kinds in (bool, str, type(None), Mapping, tuple, list, (set, frozenset), _FLINT):
        in_a, in_b = isinstance(a, kinds), isinstance(b, kinds)
        if in_a != in_b:
            return False
        if in_a:
            return _same_kind(a, b)
    if isinstance(a, sympy.MatrixBase) and isinstance(b, sympy.MatrixBase):
        return a.shape == b.shape and decide_zero(a - b).zero
    if _is_number(a) and _is_number(b):
        return decide_zero(exact_expression(a) - exact_expression(b)).zero
    return bool(a == b)


def _is_number(value: object) -> bool:
    return isinstance(value, sympy.Expr) or not isinstance(value, sympy.Basic | sympy.MatrixBase)


def _same_kind(a: object, b: object) -> bool | None:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return _matching(list(a.items()), list(b.items()))
    if isinstance(a, set | frozenset) and isinstance(b, set | frozenset):
        return _matching(a, b)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return _in_order(a, b)
    return bool(a == b)


def _in_order(a: Sequence[object], b: Sequence[object]) -> bool | None:
    if len(a) != len(b):
        return False
    answers = [_equal(x, y) for x, y in zip(a, b, strict=True)]
    if False in answers:
        return False
    return None if None in answers else True


def _matching(a: Collection[object], b: Collection[object]) -> bool | None:
    """Equality of sets by value: sqrt(8) and 2*sqrt(2) are one element."""
    undecided = False
    for one, other in ((a, b), (b, a)):
        for x in one:
            answers = [_equal(x, y) for y in other]
            if True not in answers:
                if None not in answers:
                    return False
                undecided = True
    return None if undecided else True


def enclosed(
    ball: object, value: object, within: tuple[object, object] | None
) -> tuple[bool | None, str]:
    """Whether a ball contains a value and respects bounds, and the words for it.

    Parameters
    ----------
    ball, value, within
        See `Evidence.enclosure`.

    Returns
    -------
    passed : bool or None
        None if the value cannot be separated from the end of the ball.
    detail : str

    Examples
    --------
    >>> enclosed(arb(1, 0.5), sympy.sqrt(2), (0, None))[0]
    True
    """
    if not isinstance(ball, arb):
        raise TypeError(f"ball must be a flint.arb, got the {type(ball).__name__} {ball!r}")
    if value is None and (within is None or tuple(within) == (None, None)):
        raise ValueError("an enclosure needs a value that it contains, or bounds that it respects")
    if not ball.is_finite():
        return False, f"{ball} is not finite"
    answers: list[bool | None] = []
    words = []
    if value is not None:
        answer, text = _holds(ball, value)
        answers.append(answer)
        words.append(text)
    if within is not None:
        answer, text = _inside(ball, within)
        answers.append(answer)
        words.append(text)
    detail = f"{ball.str(20)} " + " and ".join(words)
    if False in answers:
        return False, detail
    return (None if None in answers else True), detail


def _holds(ball: arb, value: object) -> tuple[bool | None, str]:
    if isinstance(value, arb):
        if not value.is_finite():
            return False, f"against {value}, which is not finite"
        meets = bool(ball.overlaps(value))
        return meets, f"{'overlaps' if meets else 'MISSES'} the ball {value.str(20)}"
    exact = exact_expression(value)
    for bits in _BITS:
        point = evaluate(exact, bits=bits)
        if not point.imag.contains(0):
            return False, f"cannot contain {exact}, which is not real"
        if ball.contains(point.real):
            return True, f"contains {exact}"
        if not ball.overlaps(point.real):
            return False, f"does NOT contain {exact}"
    return None, f"is not separated from {exact} at {_BITS[-1]} bits"


def _inside(ball: arb, within: tuple[object, object]) -> tuple[bool, str]:
    low, high = within
    words = f"inside [{'-oo' if low is None else low}, {'oo' if high is None else high}]"
    for bound, sign in ((low, 1), (high, -1)):
        if bound is not None:
            end = evaluate(exact_expression(bound), bits=_BITS[-1]).real
            with flint.ctx.workprec(_BITS[-1]):
                respected = bool(sign * (ball - end) >= 0)
            if not respected:
                return False, f"NOT {words}"
    return True, words
