"""Problems as data: one case, or a suite of cases, in JSON."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from typing import Any

import sympy

from slt_symbolic.expressions import parse_expression, parse_rational
from slt_symbolic.expressions.parser import CONSTANTS, FUNCTIONS

from .errors import RLCTError, ZeroDivergenceError

#: What a problem consists of; everything else in a case (answers, remarks) is ignored.
FIELDS = ("vars", "kind", "gens", "model", "locus", "region", "prior")
_NOT_NAMES = ("I", "oo", "zoo", "nan")
_KINDS = ("ideal", "K", "model")
_MOST_VARIABLES = 200
_LONGEST_FILE = 50_000_000


class CaseError(RLCTError):
    """A case of a suite is not written as it should be; the message names the field."""


@dataclass(frozen=True)
class Case:
    """One case of a suite: an identifier, and the data of its problem.

    Attributes
    ----------
    id : str
        The identifier, or ``case-N`` for the N-th case without one.
    data : mapping
        The case as it stands in the file.

    Examples
    --------
    >>> case = Case("cusp", {"vars": ["x", "y"], "kind": "ideal", "gens": ["x^2-y^3"],
    ...                      "locus": {"type": "point", "at": {"x": "0", "y": "0"}}})
    >>> case.problem().K
    (x**2 - y**3)**2
    """

    id: str
    data: Any

    @property
    def digest(self) -> str:
        """A hash of the problem: of everything but the identifier, answers and remarks."""
        data = self.data
        kept = {k: data[k] for k in FIELDS if k in data} if isinstance(data, dict) else data
        text = json.dumps(kept, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def problem(self) -> Any:
        """Return the problem that the case states.

        Raises
        ------
        CaseError
            If a field is missing, or not what it should be.
        RLCTError
            If the problem itself makes no sense.
        """
        from .analytic_problem import AnalyticProblem
        from .analytic_tree import is_polynomial
        from .compact_problem import CompactProblem
        from .problem import Problem

        if not isinstance(self.data, dict):
            raise CaseError(f"a case must be a JSON object, not {_shown(self.data)}")
        names = _names(_field(self.data, "vars", list))
        kind = _field(self.data, "kind", str)
        if kind not in _KINDS:
            raise CaseError(f"kind must be one of {', '.join(_KINDS)}, not {_shown(kind)}")
        locus = _field(self.data, "locus", dict)
        region = [_inequality(r, names) for r in _listed(self.data, "region")]
        prior = [_factor(f, names) for f in _listed(self.data, "prior")]
        where = _field(locus, "type", str, "locus.type")
        if where not in ("point", "box"):
            raise CaseError(f"locus.type must be point or box, not {_shown(where)}")
        variables = tuple(names.values())
        if self.data.get("model") or kind == "model":
            from .model_text import problem_of_model

            if where == "box":
                raise CaseError("a model needs a point, not a box")
            model = _field(self.data, "model", dict)
            point = _point(_field(locus, "at", dict, "locus.at"), names)
            return problem_of_model(model, names, point, region, prior)
        texts = _field(self.data, "gens", list)
        if not texts or (kind == "K" and len(texts) != 1):
            raise CaseError("gens must list generators, exactly one for kind K")
        generators = [_expression(t, names, "gens") for t in texts]
        generators = [g for g in generators if g != 0]
        if not generators:
            raise ZeroDivergenceError("K is identically zero: there is no power law")
        if where == "box":
            box = _box(_field(locus, "bounds", dict, "locus.bounds"), names)
            return CompactProblem(_sum(kind, generators), variables, box, region, prior)
        point = _point(_field(locus, "at", dict, "locus.at"), names)
        if not all(is_polynomial(g, variables) for g in generators):
            return AnalyticProblem(
                generators, variables, point, region, prior, squares=kind == "ideal"
            )
        return Problem(_sum(kind, generators), variables, point, region, prior)


def read_suite(path: str | Path) -> list[Case]:
    """Return the cases of a file: one case, a list of cases, or ``{"cases": [...]}``.

    Raises
    ------
    CaseError
        If the file is not JSON, holds no case, or repeats an identifier. What is wrong inside a
        case is found by `Case.problem`.
    """
    path = Path(path)
    if path.stat().st_size > _LONGEST_FILE:
        raise CaseError(f"{path}: the file is too long")
    try:
        # Decimals stay texts, so that they are read exactly.
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    except (ValueError, RecursionError) as error:
        raise CaseError(f"{path}: not JSON: {error}") from error
    if isinstance(data, dict):
        data = data.get("cases", [data])
    if not isinstance(data, list) or not data:
        raise CaseError(f"{path}: a suite is a case, or a list of cases under 'cases'")
    cases = []
    for number, entry in enumerate(data, 1):
        name = entry.get("id") if isinstance(entry, dict) else None
        cases.append(Case(name if isinstance(name, str) and name else f"case-{number}", entry))
    repeated = {c.id for c in cases if sum(d.id == c.id for d in cases) > 1}
    if repeated:
        raise CaseError(f"{path}: identifiers are repeated: {', '.join(sorted(repeated))}")
    return cases


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _field(data: Mapping[str, Any], name: str, kind: type, shown: str | None = None) -> Any:
    shown = shown or name
    key = name.rsplit(".", 1)[-1]
    if key not in data:
        raise CaseError(f"{shown} is missing")
    if not isinstance(data[key], kind):
        wanted = {"dict": "an object", "list": "a list", "str": "a text"}[kind.__name__]
        raise CaseError(f"{shown} must be {wanted}, not {_shown(data[key])}")
    return data[key]


def _listed(data: Mapping[str, Any], name: str) -> list[Any]:
    return _field(data, name, list) if data.get(name) is not None else []


def _names(listed: Sequence[Any]) -> dict[str, sympy.Symbol]:
    if not listed or len(listed) > _MOST_VARIABLES:
        raise CaseError(f"vars must list 1 to {_MOST_VARIABLES} names")
    for name in listed:
        if not isinstance(name, str) or not name.isidentifier():
            raise CaseError(f"vars must be names, not {_shown(name)}")
    if len(set(listed)) != len(listed):
        raise CaseError("vars repeats a name")
    return {name: sympy.Symbol(_safe(name), real=True) for name in listed}


def _safe(name: str) -> str:
    """Return the name of a variable's symbol: another one if the name means something else."""
    taken = name in FUNCTIONS or name in CONSTANTS or name in _NOT_NAMES or iskeyword(name)
    return f"{name}_" if taken else name


def _expression(text: Any, names: Mapping[str, sympy.Symbol], where: str) -> sympy.Expr:
    if isinstance(text, int) and not isinstance(text, bool):
        return sympy.Integer(text)
    if not isinstance(text, str):
        raise CaseError(f"{where} must be texts, not {_shown(text)}")
    for name, symbol in names.items():
        if symbol.name != name:
            text = re.sub(rf"\b{name}\b", symbol.name, text)
    try:
        return parse_expression(text.replace("^", "**"), names.values())
    except ValueError as error:
        raise CaseError(f"{where}: {_shown(text)}: {error}") from error


def _rational(value: Any, where: str) -> sympy.Rational:
    if isinstance(value, int) and not isinstance(value, bool):
        return sympy.Integer(value)
    if not isinstance(value, str):
        raise CaseError(f"{where} must be an integer or the text of a rational, not {value!r}")
    try:
        return parse_rational(value)
    except ValueError as error:
        raise CaseError(f"{where}: {error}") from error


def _inequality(text: Any, names: Mapping[str, sympy.Symbol]) -> sympy.Expr:
    """Read ``r >= 0``, ``a >= b`` or ``a <= b``; strict ones mean the same up to measure zero."""
    if not isinstance(text, str):
        raise CaseError(f"region must be texts, not {_shown(text)}")
    for sign in (">=", "<=", ">", "<"):
        if sign in text:
            left, _, right = text.partition(sign)
            larger, smaller = (left, right) if sign[0] == ">" else (right, left)
            return _expression(larger, names, "region") - _expression(smaller, names, "region")
    raise CaseError(f"region: {_shown(text)} is no inequality such as 'x-y^2>=0'")


def _factor(data: Any, names: Mapping[str, sympy.Symbol]) -> tuple[sympy.Expr, sympy.Rational]:
    if not isinstance(data, dict):
        raise CaseError(f"prior must be objects with poly and exponent, not {_shown(data)}")
    if "poly" not in data or "exponent" not in data:
        raise CaseError("a factor of prior needs poly and exponent")
    base = _expression(data["poly"], names, "prior.poly")
    return base, _rational(data["exponent"], "prior.exponent")


def _point(at: Mapping[str, Any], names: Mapping[str, sympy.Symbol]) -> list[sympy.Rational]:
    missing = [name for name in names if name not in at]
    if missing:
        raise CaseError(f"locus.at has no value for {', '.join(missing)}")
    if unknown := sorted(set(at) - set(names)):
        raise CaseError(f"locus.at names unknown variables: {', '.join(unknown)}")
    return [_rational(at[name], f"locus.at.{name}") for name in names]


def _box(
    bounds: Mapping[str, Any], names: Mapping[str, sympy.Symbol]
) -> list[tuple[sympy.Rational, sympy.Rational]]:
    box = []
    for name in names:
        pair = bounds.get(name)
        if not isinstance(pair, list) or len(pair) != 2:
            raise CaseError(f"locus.bounds must have a pair [low, high] for {name}")
        low, high = (_rational(c, f"locus.bounds.{name}") for c in pair)
        box.append((low, high))
    return box


def _sum(kind: str, generators: Sequence[sympy.Expr]) -> sympy.Expr:
    if kind == "K":
        return generators[0]
    return sympy.Add(*(g**2 for g in generators))
