"""``slt-symbolic divergence``: K of a description, at a parameter, around it, or everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy
from flint import arb

from slt_symbolic.descriptions import Divergence, load_divergence
from slt_symbolic.divergence import Piece
from slt_symbolic.kernels import NoClosedFormError, TooManyNodesError

DEFAULT_DIGITS = 30  # of an enclosure that nobody asked for


@dataclass(frozen=True)
class Answer:
    """What is known about K, as far as it was asked for.

    Parameters
    ----------
    parameter : dict
        The parameter's values, exact; empty if none was needed.
    value : sympy.Expr or None
        K at the parameter, exact.
    ball : arb or None
        An enclosure of K at the parameter.
    digits : int
        How many digits the enclosure was to have.
    chamber : Piece or None
        The form around the parameter.
    pieces : tuple of Piece or None
        All forms.
    """

    parameter: dict[sympy.Symbol, sympy.Expr]
    value: sympy.Expr | None = None
    ball: arb | None = None
    digits: int = DEFAULT_DIGITS
    chamber: Piece | None = None
    pieces: tuple[Piece, ...] | None = None


def answer(
    file: Path, *, at: str | None, digits: int | None, chamber: bool, pieces: bool
) -> Answer:
    """Compute what was asked for.

    Parameters
    ----------
    file : pathlib.Path
        The description.
    at : str, optional
        Values of parameters, in place of those of the description.
    digits : int, optional
        Enclose K to so many digits.
    chamber, pieces : bool
        Whether the form around the parameter, and all forms, are wanted. With neither of them
        the question is for K at the parameter.

    Raises
    ------
    ValueError
        If the description, the values or the question makes no sense, or the enclosure that is
        asked for, or stands in for an exact value, would take too long.
    """
    description = load_divergence(file)
    K = description.K
    at_a_point = digits is not None or not (chamber or pieces)
    parameter = description.at(at, place="--at")
    if parameter is None and not K.parameters:
        parameter = {}
    if parameter is None and (at_a_point or chamber):
        raise ValueError(f"{file}: no parameter: give --at or a section [parameter]")
    parameter = parameter or {}
    value = ball = None
    if at_a_point:
        value, ball = _value(K, parameter, digits)
    return Answer(
        parameter,
        value,
        ball,
        digits or DEFAULT_DIGITS,
        K.chamber(parameter) if chamber else None,
        tuple(K.pieces()) if pieces else None,
    )


def _value(
    K: Divergence, parameter: dict[sympy.Symbol, sympy.Expr], digits: int | None
) -> tuple[sympy.Expr | None, arb | None]:
    if digits is None:
        try:
            return K.at(parameter), None
        except NoClosedFormError:
            digits = DEFAULT_DIGITS
    try:
        ball = K.enclosure(parameter, digits=digits)
    except TooManyNodesError as error:
        raise ValueError(f"K cannot be enclosed to {digits} digits (--digits): {error}") from error
    if not ball.is_finite():
        raise ValueError(f"no finite enclosure of K was found: {ball}")
    return None, ball


def to_text(result: Answer) -> str:
    """Write an answer for a terminal."""
    lines = []
    if result.value is not None:
        lines.append(f"K = {result.value}")
    if result.ball is not None:
        lines.append(f"K = {result.ball.str(result.digits)}")
    if result.chamber is not None:
        lines += _lines(result.chamber)
    for piece in result.pieces or ():
        lines += _lines(piece)
    return "\n".join(lines)


def _lines(piece: Piece) -> list[str]:
    places = [str(chamber) for chamber in piece.chambers]
    return [f"K = {piece.expr}", *(f"  {'or' if i else 'on'} {p}" for i, p in enumerate(places))]


def to_latex(result: Answer) -> str:
    """Write an answer in LaTeX for text mode; pieces become a booktabs table."""
    from slt_symbolic.tables import number, pieces_table

    lines = []
    if result.value is not None:
        lines.append(f"$K = {sympy.latex(result.value)}$")
    if result.ball is not None:
        lines.append(f"$K = {number(result.ball, digits=result.digits, form='digits').strip('$')}$")
    if result.chamber is not None:
        lines.append(result.chamber._repr_latex_())
    if result.pieces is not None:
        lines.append(pieces_table(result.pieces).latex())
    return "\n\n".join(lines)


def to_json(result: Answer) -> str:
    """Write an answer in JSON; exact numbers and expressions are strings.

    Notes
    -----
    Algebraic values and forms read back with :func:`slt_symbolic.expressions.parse_expression`.
    A chamber is the list of the expressions that are positive in it.
    """
    fields: dict[str, Any] = {"at": {p.name: str(v) for p, v in result.parameter.items()}}
    if result.value is not None:
        fields["value"] = str(result.value)
    if result.ball is not None:
        fields["enclosure"] = _enclosure(result.ball, result.digits)
    if result.chamber is not None:
        fields["chamber"] = _piece(result.chamber)
    if result.pieces is not None:
        fields["pieces"] = [_piece(p) for p in result.pieces]
    return json.dumps(fields, indent=2)


def _enclosure(ball: arb, digits: int) -> dict[str, str]:
    # Arb rounds outwards here: the decimal interval contains the ball.
    middle, radius, exponent = ball.mid_rad_10exp(digits)
    return {
        "midpoint": f"{middle}e{exponent}",
        "radius": f"{radius}e{exponent}",
        "text": ball.str(digits),
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "expr": str(piece.expr),
        "chambers": [_strings(c.conditions) for c in piece.chambers],
    }


def _strings(expressions: Iterable[sympy.Expr]) -> list[str]:
    return [str(e) for e in sorted(expressions, key=sympy.default_sort_key)]
