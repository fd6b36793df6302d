"""``slt-symbolic fisher``: matrix, rank with proof and null relations of a description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy
from flint import arb_mat

from slt_symbolic.descriptions import load
from slt_symbolic.fisher import FisherInformation, NullRelations, RankProof
from slt_symbolic.kernels import NoClosedFormError

DEFAULT_DIGITS = 15  # of an enclosure that nobody asked for


@dataclass(frozen=True)
class Answer:
    """What is known about I(w), as far as it was asked for.

    Parameters
    ----------
    parameter : dict
        The parameter's values, exact.
    parameters : tuple of sympy.Symbol
        The order of rows and columns.
    matrix : sympy.ImmutableMatrix or None
        I(w), exact.
    enclosure : arb_mat or None
        Balls around the entries of I(w).
    digits : int
        How many digits the balls were to have.
    proof : RankProof or None
        The rank at the parameter.
    relations : NullRelations or None
        All relations at the parameter.
    fields : NullRelations or None
        The relations around the parameter, as vector fields.
    """

    parameter: dict[sympy.Symbol, sympy.Expr]
    parameters: tuple[sympy.Symbol, ...]
    matrix: sympy.ImmutableMatrix | None = None
    enclosure: arb_mat | None = None
    digits: int = DEFAULT_DIGITS
    proof: RankProof | None = None
    relations: NullRelations | None = None
    fields: NullRelations | None = None


def answer(
    file: Path,
    *,
    at: str | None,
    digits: int | None,
    rank: bool,
    relations: bool,
    fields: bool,
) -> Answer:
    """Compute what was asked for.

    Parameters
    ----------
    file : pathlib.Path
        The description; its truth plays no part.
    at : str, optional
        Values of parameters, in place of those of the description.
    digits : int, optional
        Enclose the matrix to so many digits.
    rank, relations, fields : bool
        Whether the rank, the relations at the parameter, and those around it are wanted. With
        none of them, or with ``digits``, the matrix is.

    Raises
    ------
    ValueError
        If the description, the values or the question makes no sense.
    """
    description = load(file)
    fisher = FisherInformation(
        description.model, description.inputs, noise_variance=description.noise_variance
    )
    parameter = description.at(at, place="--at")
    if not fisher.parameters:
        raise ValueError(f"{file}: the network has no parameters: there is no Fisher information")
    if parameter is None:
        raise ValueError(f"{file}: no parameter: give --at or a section [parameter]")
    matrix = enclosure = None
    if digits is not None or not (rank or relations or fields):
        matrix, enclosure = _matrix(fisher, parameter, digits)
    found = fisher.null_relations(parameter) if rank or relations else None
    return Answer(
        parameter,
        fisher.parameters,
        matrix,
        enclosure,
        digits or DEFAULT_DIGITS,
        found.proof if rank and found else None,
        found if relations else None,
        fisher.null_fields(parameter) if fields else None,
    )


def _matrix(
    fisher: FisherInformation, parameter: dict[sympy.Symbol, sympy.Expr], digits: int | None
) -> tuple[sympy.ImmutableMatrix | None, arb_mat | None]:
    if digits is None:
        try:
            return fisher.matrix(parameter), None
        except NoClosedFormError:
            digits = DEFAULT_DIGITS
    return None, fisher.enclosure(parameter, digits=digits)


def to_text(result: Answer) -> str:
    """Write an answer for a terminal."""
    lines = []
    names = [p.name for p in result.parameters]
    if result.matrix is not None:
        lines += _table(names, [[str(e) for e in row] for row in result.matrix.tolist()])
    if result.enclosure is not None:
        lines += _table(names, _ball_rows(result))
    if result.proof is not None:
        lines += _proof_lines(result.proof)
    for found, place in ((result.relations, "here"), (result.fields, "around")):
        if found is not None:
            lines += _relation_lines(found, place)
    return "\n".join(lines)


def _table(names: list[str], rows: list[list[str]]) -> list[str]:
    cells = [["", *names], *([n, *r] for n, r in zip(names, rows, strict=True))]
    widths = [max(len(row[k]) for row in cells) for k in range(len(names) + 1)]
    return ["  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) for row in cells]


def _ball_rows(result: Answer) -> list[list[str]]:
    matrix, size = result.enclosure, len(result.parameters)
    if matrix is None:
        return []
    return [[matrix[i, j].str(result.digits) for j in range(size)] for i in range(size)]


def _proof_lines(proof: RankProof) -> list[str]:
    return [
        f"{proof} ({proof.known})",
        f"  at least {proof.lower}: {proof.lower_by}",
        f"  at most {proof.upper}: {proof.upper_by}",
    ]


def _relation_lines(found: NullRelations, place: str) -> list[str]:
    head = f"{found.proof} {place}" + (f", on {found.chamber}" if found.chamber else "")
    relations = [f"  {_relation(field, found)} = 0" for field in found.fields]
    return [head, *(relations or ["  no null relation"])]


def _relation(field: tuple[sympy.Expr, ...], found: NullRelations) -> str:
    text = ""
    for v, p in zip(field, found.parameters, strict=True):
        if v == 0:
            continue
        minus = v.could_extract_minus_sign()
        size = -v if minus else v
        factor = f"({size})*" if size.is_Add else "" if size == 1 else f"{size}*"
        sign = ("-" if minus else "") if not text else (" - " if minus else " + ")
        text += f"{sign}{factor}df/d{p}"
    return text


def to_latex(result: Answer) -> str:
    """Write an answer in LaTeX for text mode."""
    from slt_symbolic.tables import number, relation_latex

    lines = []
    if result.matrix is not None:
        lines.append(f"$I(w) = {sympy.latex(result.matrix)}$")
    if result.enclosure is not None:
        size, digits = len(result.parameters), result.digits
        rows = [
            " & ".join(
                number(result.enclosure[i, j], digits=digits, form="digits").strip("$")
                for j in range(size)
            )
            for i in range(size)
        ]
        body = r" \\ ".join(rows)
        lines.append(rf"$I(w) = \begin{{pmatrix}} {body} \end{{pmatrix}}$")
    if result.proof is not None:
        low, high = result.proof.lower, result.proof.upper
        inner = f"= {low}" if low == high else rf"\in [{low}, {high}]"
        lines.append(rf"$\operatorname{{rank}} I(w) {inner}$")
    for found in (result.relations, result.fields):
        if found is not None:
            written = (relation_latex(field, found.parameters) for field in found.fields)
            lines += [f"${relation} = 0$" for relation in written]
    return "\n\n".join(lines)


def to_json(result: Answer) -> str:
    """Write an answer in JSON; exact numbers and expressions are strings."""
    fields: dict[str, Any] = {
        "at": {p.name: str(v) for p, v in result.parameter.items()},
        "parameters": [p.name for p in result.parameters],
    }
    if result.matrix is not None:
        fields["matrix"] = [[str(e) for e in row] for row in result.matrix.tolist()]
    if result.enclosure is not None:
        fields["enclosure"] = _ball_rows(result)
    if result.proof is not None:
        fields["rank"] = _proof(result.proof)
    for name, found in (("relations", result.relations), ("fields", result.fields)):
        if found is not None:
            fields[name] = {
                "rank": _proof(found.proof),
                "vectors": [[str(v) for v in vector] for vector in found.fields],
            }
            if found.chamber is not None:
                conditions = sorted(found.chamber.conditions, key=sympy.default_sort_key)
                fields[name]["chamber"] = [str(c) for c in conditions]
    return json.dumps(fields, indent=2)


def _proof(proof: RankProof) -> dict[str, Any]:
    return {
        "known": proof.known,
        "lower": proof.lower,
        "upper": proof.upper,
        "size": proof.size,
        "lower_by": proof.lower_by,
        "upper_by": proof.upper_by,
    }
