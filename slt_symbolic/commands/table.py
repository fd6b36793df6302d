"""``slt-symbolic table``: results of all kinds as LaTeX tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sympy
from flint import arb

from slt_symbolic.tables import (
    Latex,
    Table,
    compile_pdf,
    document,
    fisher_table,
    hermite_table,
    ledger_table,
    pieces_table,
    relations_table,
    rlct_table,
    sampling_table,
    strata_table,
)

__all__ = ["KINDS", "Request", "latex", "write_pdf"]

_LONGEST_FILE = 200_000_000


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    file : pathlib.Path
        A description in TOML, or records in JSON or netCDF; which one the kind says.
    at : str or None
        Values of parameters, for the Fisher information.
    digits : int
        The most digits of an enclosure.
    caption, label : str
        Of the table; a kind may make its own caption.
    predict : str or None
        ``LAMBDA,M``, which a stored run is compared with.
    """

    kind: str
    file: Path
    at: str | None = None
    digits: int = 30
    caption: str = ""
    label: str = ""
    predict: str | None = None

    @property
    def texts(self) -> dict[str, str]:
        """Caption and label as keyword arguments of a table."""
        return {"caption": self.caption, "label": self.label}

    def captioned(self, text: str) -> dict[str, str]:
        """Return the same with a text in place of a caption that was not given."""
        return {**self.texts, "caption": self.caption or text}


def latex(request: Request, *, complete: bool = False) -> str:
    """Return the tables of a request, as lines to be input or a complete document.

    Raises
    ------
    ValueError
        If the file does not hold what the kind needs, or a prediction makes no sense.
    """
    if request.predict is not None and request.kind != "sampling":
        raise ValueError(f"--predict is for sampling, not for {request.kind}")
    body = "\n\n".join(table.latex() for table in KINDS[request.kind](request))
    # The ledger has seven columns.
    return document(body, landscape=request.kind == "ledger") if complete else body


def write_pdf(request: Request, target: Path) -> None:
    """Compile the tables of a request.

    Raises
    ------
    LatexError
        If pdfLaTeX is not installed, or fails.
    ValueError
        If the file does not hold what the kind needs.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        made = compile_pdf(latex(request, complete=True), folder, name="table")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made.read_bytes())


def _pieces(request: Request) -> list[Table]:
    from slt_symbolic.commands.divergence import answer

    found = answer(request.file, at=request.at, digits=None, chamber=False, pieces=True).pieces
    texts = request.captioned("The closed forms of K, and where they hold.")
    return [pieces_table(found or (), **texts)]


def _fisher(request: Request) -> list[Table]:
    from slt_symbolic.commands.fisher import answer

    exact = answer(
        request.file, at=request.at, digits=None, rank=False, relations=False, fields=False
    )
    related = answer(
        request.file, at=request.at, digits=None, rank=False, relations=True, fields=False
    )
    place = ", ".join(f"{sympy.latex(p)} = {sympy.latex(v)}" for p, v in exact.parameter.items())
    matrix = exact.matrix if exact.matrix is not None else exact.enclosure
    texts = request.captioned(Latex(f"The Fisher information at ${place}$."))
    tables = [fisher_table(matrix, exact.parameters, **texts)]
    if related.relations is not None and related.relations.fields:
        label = f"{request.label}-relations" if request.label else ""
        tables.append(relations_table(related.relations, label=label))
    return tables


def _strata(request: Request) -> list[Table]:
    from slt_symbolic.commands.true_set import answer

    found = answer(request.file, at=None, strata=True, ordered=False)
    texts = request.captioned(f"The strata of the set of true parameters: {found.reduction}.")
    return [strata_table(found.strata or (), **texts)]


def _rlct(request: Request) -> list[Table]:
    records = _json(request.file)
    if not isinstance(records, list):
        records = [records]
    rows = {}
    for record in records:
        fields = _fields(request.file, record, "id", "known", "route", "lambda", "m")
        rows[fields["id"]] = SimpleNamespace(
            value=None if fields["lambda"] is None else _rational(fields["lambda"]),
            multiplicity=None if fields["m"] is None else int(fields["m"]),
            known=fields["known"] or record.get("error"),
            route=fields["route"],
        )
    return [rlct_table(rows, **request.captioned("Learning coefficients, and their routes."))]


def _spectra(request: Request) -> list[Table]:
    records = [
        _fields(request.file, r, "order", "mid", "rad", "method") for r in _list(request.file)
    ]
    rows = [
        SimpleNamespace(order=r["order"], ball=_ball(r["mid"], r["rad"]), method=r["method"])
        for r in records
    ]
    texts = request.captioned("Hermite coefficients, cut off after their last certain digit.")
    return [hermite_table(rows, digits=request.digits, **texts)]


def _sampling(request: Request) -> list[Table]:
    if request.file.suffix == ".json":
        if request.predict is not None:
            raise ValueError("--predict is for a stored run: JSON of sample has its prediction")
        record = _fields(request.file, _json(request.file), "model", "temperatures")
    else:
        record = _stored(request)
    return [sampling_table(record, **request.texts)]


def _stored(request: Request) -> dict[str, Any]:
    """Return a stored run, which knows no prediction of its own, as `sampling_table` reads it."""
    from slt_symbolic.commands.sample import prediction_of
    from slt_symbolic.commands.sampling_report import temperatures
    from slt_symbolic.sampling import validate
    from slt_symbolic.sampling.checkpoint import load_run

    stated = None if request.predict is None else prediction_of(request.predict)
    run = load_run(request.file)
    record: dict[str, Any] = {"model": request.file.name, "temperatures": temperatures(run)}
    if stated is not None and stated.value is not None and stated.multiplicity is not None:
        found = validate((stated.value, stated.multiplicity), run)
        record["prediction"] = {"lambda": str(stated.value), "m": stated.multiplicity}
        record["verdict"] = {"verdict": found.verdict, "level": found.level}
    return record


def _ledger(request: Request) -> list[Table]:
    from slt_symbolic.claims import ClaimResult

    entries = _list(request.file)
    try:
        results = [ClaimResult.from_json(entry) for entry in entries]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{request.file}: not the JSON of slt-symbolic verify: {error}") from error
    given = {"label": request.label} if request.label else {}
    return [ledger_table(results, caption=request.caption, **given)]


KINDS: dict[str, Callable[[Request], list[Table]]] = {
    "pieces": _pieces,
    "fisher": _fisher,
    "strata": _strata,
    "rlct": _rlct,
    "spectra": _spectra,
    "sampling": _sampling,
    "ledger": _ledger,
}


def _json(path: Path) -> Any:
    if path.stat().st_size > _LONGEST_FILE:
        raise ValueError(f"{path}: the file is too long")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        made = "" if path.suffix == ".json" else "; this kind takes what a command wrote by --json"
        raise ValueError(f"{path}: not JSON: {error}{made}") from error


def _list(path: Path) -> list[Any]:
    data = _json(path)
    if not isinstance(data, list):
        raise ValueError(f"{path}: must hold a JSON list")
    return data


def _fields(path: Path, record: Any, *names: str) -> dict[str, Any]:
    missing = [n for n in names if not isinstance(record, dict) or n not in record]
    if missing:
        raise ValueError(f"{path}: an entry lacks {', '.join(missing)}: is it of another command?")
    return dict(record)


def _rational(text: object) -> sympy.Rational:
    from slt_symbolic.expressions import parse_rational

    if not isinstance(text, str):
        raise ValueError(f"a number must be a text such as '1/2', got {text!r}")
    return parse_rational(text)


def _ball(mid: object, rad: object) -> arb:
    """Return a ball that contains [mid − rad, mid + rad], with decimals read exactly enough."""
    from flint import ctx

    if not (isinstance(mid, str) and isinstance(rad, str)):
        raise ValueError(f"mid and rad must be texts, got {mid!r} and {rad!r}")
    with ctx.workprec(4 * max(len(mid), 20)):
        return arb(mid, rad)
