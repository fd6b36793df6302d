"""``slt-symbolic true-set``: the strata of W0, or whether a parameter is true and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy

from slt_symbolic.descriptions import load
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.true_set import Located, TrueSet
from slt_symbolic.true_set.piece import Piece


@dataclass(frozen=True)
class Answer:
    """What is known about W0, as far as it was asked for.

    Parameters
    ----------
    parameters : tuple of sympy.Symbol
        The model's parameters.
    reduction : str
        What is left of the truth in canonical form; empty if strata were not asked for.
    strata : tuple of Piece or None
        The strata.
    at : dict
        The parameter's values; empty if membership was not asked for.
    located : Located or None
        Whether the parameter is true, and why.
    ranks : tuple of tuple of int
        The Fisher ranks that occur on each stratum: one where almost every point has it, else
        those at a random point of each part; none where the network is not differentiable.
    """

    parameters: tuple[sympy.Symbol, ...]
    reduction: str = ""
    strata: tuple[Piece, ...] | None = None
    at: dict[sympy.Symbol, sympy.Expr] | None = None
    located: Located | None = None
    ranks: tuple[tuple[int, ...], ...] = ()


def answer(file: Path, *, at: str | None, strata: bool, ordered: bool) -> Answer:
    """Find what was asked for.

    Parameters
    ----------
    file : pathlib.Path
        The description.
    at : str, optional
        Values of parameters, in place of those of the description.
    strata : bool
        Whether the strata are wanted although there is a parameter.
    ordered : bool
        Whether they are wanted with units in every order.

    Raises
    ------
    ValueError
        If the description or the values make no sense, or there is no classification.
    """
    description = load(file)
    W0 = TrueSet(description.model, description.true_network, description.inputs)
    parameters = description.model.parameters
    parameter = description.at(at, place="--at")
    if parameter is not None and not (strata or ordered):
        return Answer(parameters, at=parameter, located=W0.explain(parameter))
    found = W0.ordered if ordered else W0.strata
    return Answer(parameters, W0.reduction, found, ranks=tuple(_ranks(W0, s) for s in found))


def _ranks(W0: TrueSet, stratum: Piece) -> tuple[int, ...]:
    if stratum.fisher_rank is not None:
        return (stratum.fisher_rank,)
    fisher = FisherInformation(W0.model, W0.inputs)
    ranks = set()
    for point in stratum.points():
        with suppress(NotDifferentiableError):
            ranks.add(fisher.rank(point))
    return tuple(sorted(ranks))


def to_text(result: Answer) -> str:
    """Write an answer for a terminal."""
    if result.located is not None:
        return str(result.located)
    found = result.strata or ()
    top = f"{result.reduction}; {_count(found)}"
    return "\n".join([top, *map(_line, found, result.ranks)])


def _count(found: tuple[Piece, ...]) -> str:
    total = sum(s.orbit for s in found)
    kinds = f"{len(found)} strat{'um' if len(found) == 1 else 'a'}"
    return kinds if total == len(found) else f"{kinds}, {total} with units in every order"


def _line(stratum: Piece, ranks: tuple[int, ...]) -> str:
    known = f"Fisher rank {' or '.join(map(str, ranks)) or 'not defined'}"
    smooth = ", a manifold where K is Morse-Bott" if stratum.is_manifold_there else ""
    return f"{stratum}\n  {known} of {stratum.ambient}{smooth}"


def to_latex(result: Answer) -> str:
    """Write an answer in LaTeX for text mode: a list of strata, or a sentence."""
    from slt_symbolic.tables import escape

    if result.located is not None:
        return escape(str(result.located))
    lines = [escape(result.reduction) + ".", r"\begin{itemize}"]
    for s, ranks in zip(result.strata or (), result.ranks, strict=True):
        kind = escape(f"[{', '.join(map(str, s.places))}]")
        equations = [sympy.latex(sympy.Eq(p, e, evaluate=False)) for p, e in s.dependent.items()]
        conditions = [sympy.latex(c) for c in s.conditions()]
        orbit = rf", ${s.orbit}$ of them" if s.orbit > 1 else ""
        rank = f", Fisher rank {' or '.join(f'${rank}$' for rank in ranks)}" if ranks else ""
        maths = ",\\ ".join([*equations, *conditions])
        lines.append(
            rf"\item {{}}{kind}: dimension ${s.dimension}${rank}{orbit}"
            + (f"; ${maths}$" if maths else "")
        )
    return "\n".join([*lines, r"\end{itemize}"])


def to_json(result: Answer) -> str:
    """Write an answer in JSON; exact numbers and expressions are strings."""
    if result.located is not None:
        stratum = result.located.stratum
        fields: dict[str, Any] = {
            "at": {p.name: str(v) for p, v in (result.at or {}).items()},
            "true": result.located.is_true,
            "differences": list(result.located.differences),
            "stratum": None if stratum is None else _strings(stratum.places),
        }
        return json.dumps(fields, indent=2)
    fields = {
        "parameters": _strings(result.parameters),
        "truth": result.reduction,
        "strata": [
            _stratum(s, ranks) for s, ranks in zip(result.strata or (), result.ranks, strict=True)
        ],
    }
    return json.dumps(fields, indent=2)


def _stratum(s: Piece, ranks: tuple[int, ...]) -> dict[str, Any]:
    return {
        "places": _strings(s.places),
        "orbit": s.orbit,
        "dimension": s.dimension,
        "fisher_rank": s.fisher_rank,
        "fisher_ranks": list(ranks),
        "morse_bott": s.is_manifold_there,
        "free": _strings(s.free),
        "dependent": {str(p): str(e) for p, e in s.dependent.items()},
        "positive": _strings(s.positive),
        "nonnegative": _strings(s.nonnegative),
        "nonzero": _strings(s.nonzero),
    }


def _strings(items: Iterable[object]) -> list[str]:
    return [str(e) for e in items]
