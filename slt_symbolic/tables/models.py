"""Tables of a network's Fisher information, its true parameters and its sampling."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sympy

from slt_symbolic.tables.escaping import Latex, escape
from slt_symbolic.tables.layout import Column, Table

__all__ = [
    "fisher_table",
    "relation_latex",
    "relations_table",
    "sampling_table",
    "strata_table",
    "stratum_latex",
]

_TWELVE = {"form": "digits", "digits": 12}


def fisher_table(
    matrix: Any, parameters: Sequence[sympy.Symbol], *, caption: str = "", label: str = ""
) -> Table:
    r"""Make a table of a Fisher information, with the parameters at its sides.

    Parameters
    ----------
    matrix : sympy.MatrixBase or flint.arb_mat
        Exact entries, or balls, of which certified digits are shown.
    parameters : sequence of sympy.Symbol
        The order of rows and columns.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        One row and one column for each parameter.

    Examples
    --------
    >>> w, b = sympy.symbols("w1 b1")
    >>> print(fisher_table(sympy.Matrix([[1, 0], [0, sympy.pi]]), (w, b)).latex().splitlines()[5])
    $b_{1}$ & \num{0} & $\pi$ \\
    """

    def entry(j: int) -> Callable[[int], Any]:
        return lambda i: matrix[i, j]

    columns = [Column("", lambda i: parameters[i], "math")]
    columns += [
        Column(Latex(f"${sympy.latex(name)}$"), entry(j), "number", options=_TWELVE)
        for j, name in enumerate(parameters)
    ]
    return Table(columns, range(len(parameters)), caption=caption, label=label)


def relation_latex(field: Sequence[sympy.Expr], parameters: Sequence[sympy.Symbol]) -> str:
    r"""Write the left side of a linear relation among the derivatives of f, for math mode.

    Examples
    --------
    >>> w, q = sympy.symbols("w1 q1")
    >>> print(relation_latex((w, -q), (w, q)))
    w_{1} \partial_{w_{1}} f - q_{1} \partial_{q_{1}} f
    """
    text = ""
    for v, p in zip(field, parameters, strict=True):
        if v == 0:
            continue
        minus = v.could_extract_minus_sign()
        size = -v if minus else v
        factor = "" if size == 1 else sympy.latex(size) + " "
        if size.is_Add:
            factor = rf"\left({sympy.latex(size)}\right) "
        sign = ("-" if minus else "") if not text else (" - " if minus else " + ")
        text += rf"{sign}{factor}\partial_{{{sympy.latex(p)}}} f"
    return text


def relations_table(found: Any, *, caption: str = "", label: str = "") -> Table:
    r"""Make a table of the null relations of a Fisher information.

    Parameters
    ----------
    found : slt_symbolic.fisher.NullRelations
        At a point or around it.
    caption, label : str
        As of `Table`; by default the caption says the rank, and how it is known.

    Returns
    -------
    Table
        One row for each relation.

    Examples
    --------
    >>> from slt_symbolic import FisherInformation, TwoLayer, UniformInterval, activation
    >>> unit = TwoLayer.symbolic(activation("relu"), width=1, biases=0, output_bias=0)
    >>> fields = FisherInformation(unit, UniformInterval(-1, 1)).null_fields({"w1": 2, "q1": 3})
    >>> table = relations_table(fields)
    >>> print(table.latex().splitlines()[-4])
    \num{1} & $w_{1} \partial_{w_{1}} f - q_{1} \partial_{q_{1}} f = 0$ \\
    >>> table.caption
    'Null relations: rank 1 of 2, proved.'
    """
    proof = found.proof
    rows = list(enumerate(found.fields, start=1))
    columns = [
        Column("", lambda row: row[0], "number"),
        Column("relation", lambda row: f"{relation_latex(row[1], found.parameters)} = 0", "math"),
    ]
    shown = caption or f"Null relations: {proof}, {proof.known}."
    return Table(columns, rows, caption=shown, label=label)


def strata_table(strata: Iterable[Any], *, caption: str = "", label: str = "") -> Table:
    r"""Make a table of the strata of W0.

    Parameters
    ----------
    strata : iterable of slt_symbolic.true_set.Stratum
        ``TrueSet.strata``, or ``TrueSet.ordered``.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        What each unit does, dimension, Fisher rank, number of strata that permutations make,
        equations and conditions.

    Examples
    --------
    >>> from slt_symbolic import StandardNormal, TrueSet, TwoLayer, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, biases=0, readouts=1, output_bias=0)
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), StandardNormal())
    >>> print(strata_table(W0.strata).latex().splitlines()[4][:50])
    fold1+, fold1+ & \num{1} & \num{1} & \num{1} & $w_
    """
    columns = [
        Column("units", lambda s: ", ".join(map(str, s.places)), "text", width=0.24),
        Column("dim", "dimension", "number"),
        Column("rank", "fisher_rank", "number"),
        Column("number", "orbit", "number"),
        Column("equations and conditions", stratum_latex, width=0.5),
    ]
    return Table(columns, strata, caption=caption, label=label)


def stratum_latex(stratum: Any) -> Latex:
    """Write the equations and conditions of a stratum for text mode, breakable between them."""
    equations = [
        f"${sympy.latex(sympy.Eq(p, e, evaluate=False))}$"
        for p, e in sorted(stratum.dependent.items(), key=str)
    ]
    conditions = [f"${sympy.latex(c)}$" for c in stratum.conditions()]
    return Latex(", ".join([*equations, *conditions]) or "all free")


def sampling_table(record: Mapping[str, Any], *, caption: str = "", label: str = "") -> Table:
    r"""Make a table of a run over a ladder of temperatures, with its verdict.

    Parameters
    ----------
    record : mapping
        What ``slt-symbolic sample --json`` prints: ``temperatures``, and ``prediction`` and
        ``verdict`` if there are any.
    caption, label : str
        As of `Table`; by default the caption says what was predicted and what came out.

    Returns
    -------
    Table
        β, the estimate of λ̂ with its standard error, R-hat, bulk and tail sample sizes. Estimates
        that were withheld are dashes.

    Examples
    --------
    >>> row = {"beta": 100.0, "lambda_hat": 0.512, "standard_error": 0.004, "r_hat": 1.001,
    ...        "ess_bulk": 3100.2, "ess_tail": 2900.0}
    >>> print(sampling_table({"model": "x^2", "temperatures": [row]}).latex().splitlines()[9])
    \num{100} & \num{0.512(4)} & \num{1.001} & \num{3100} & \num{2900} \\
    """
    columns = [
        Column(Latex(r"$\beta$"), "beta", "number", options={"digits": 3}),
        Column(Latex(r"$\hat\lambda(\beta)$"), _estimate),
        Column(Latex(r"$\hat R$"), "r_hat", "number", options={"digits": 4}),
        Column("bulk ESS", lambda row: _whole(row["ess_bulk"]), "number"),
        Column("tail ESS", lambda row: _whole(row["ess_tail"]), "number"),
    ]
    shown = caption or _sampling_caption(record)
    return Table(columns, record["temperatures"], caption=shown, label=label)


def _estimate(row: Mapping[str, Any]) -> Latex | None:
    from slt_symbolic.tables.numerals import number

    if row["lambda_hat"] is None:
        return None
    error = row["standard_error"]
    options = {"error": error} if error else {"digits": 3}
    return Latex(number(float(row["lambda_hat"]), **options))


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _sampling_caption(record: Mapping[str, Any]) -> str:
    text = escape(f"Sampling of {record['model']}")
    prediction, verdict = record.get("prediction"), record.get("verdict")
    if prediction and prediction["lambda"] is not None:
        text += escape(
            f"; predicted λ = {prediction['lambda']}, m = {prediction['m'] or 'unknown'}"
        )
    else:
        text += "; no prediction"
    if verdict:
        text += escape(f": {verdict['verdict']} at level {verdict['level']:g}")
    return Latex(text + ". Standard errors in brackets.")
