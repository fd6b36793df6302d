"""The tables of this package's own results."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sympy

from slt_symbolic.tables.escaping import Latex, escape
from slt_symbolic.tables.layout import Column, Table

__all__ = [
    "chamber_latex",
    "form_latex",
    "hermite_table",
    "ledger_table",
    "pieces_table",
    "rlct_table",
    "write_tables",
]


def _verdict(result: Any) -> str:
    outcome = escape(result.outcome)
    if result.as_expected:
        return Latex(outcome)
    return Latex(rf"\textbf{{{outcome}}} (recorded: {escape(str(result.expected or 'nothing'))})")


def ledger_table(results: Iterable[Any], *, caption: str = "", label: str = "tab:ledger") -> Table:
    """Make the table of a ledger.

    Parameters
    ----------
    results : iterable of slt_symbolic.claims.ClaimResult
        One per claim.
    caption : str
        By default the verdicts, counted.
    label : str
        For cross-references.

    Returns
    -------
    Table
        Claim, title, source, verdict (in bold, with the recorded one, where they differ), number of
        independent ways, evidence, seconds.

    Examples
    --------
    >>> from slt_symbolic.claims import ClaimResult, Source, Status, Verdict
    >>> result = ClaimResult(
    ...     id="B8", title="λ of x²", source=Source("004", "Example 3.4"),
    ...     status=Status.DECIDED, verdict=Verdict.PROVED, expected=Verdict.PROVED, seconds=0.25,
    ... )
    >>> table = ledger_table([result])
    >>> table.caption
    'Ledger of 1 claim: 1 proved.'
    """
    entries = tuple(results)
    if not caption:
        counts = Counter(result.outcome for result in entries)
        counted = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        plural = "" if len(entries) == 1 else "s"
        caption = f"Ledger of {len(entries)} claim{plural}: {counted or 'nothing was run'}."
    columns = [
        Column("claim", "id", width=0.1),
        Column("title", "title", width=0.3),
        Column("source", "source", "text", width=0.16),
        Column("verdict", _verdict, width=0.12),
        Column("ways", "ways", "number"),
        Column("evidence", "summary", width=0.19),
        Column("seconds", "seconds", "number", options={"digits": 2}),
    ]
    return Table(columns, entries, caption=caption, label=label)


def rlct_table(results: Mapping[str, Any], *, caption: str = "", label: str = "") -> Table:
    """Make a table of learning coefficients.

    Parameters
    ----------
    results : mapping of str to LearningCoefficient
        By the name of the problem; each with ``value``, ``multiplicity``, ``known``, ``route``.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        Problem, λ, m, how known, by which route.
    """
    columns = [
        Column("problem", lambda item: item[0]),
        Column(Latex(r"$\lambda$"), lambda item: item[1].value, "number"),
        Column(Latex("$m$"), lambda item: item[1].multiplicity, "number"),
        Column("known", lambda item: item[1].known, "text"),
        Column("route", lambda item: item[1].route, "text"),
    ]
    return Table(columns, results.items(), caption=caption, label=label)


def hermite_table(
    coefficients: Iterable[Any], *, digits: int = 50, caption: str = "", label: str = ""
) -> Table:
    r"""Make a table of Hermite coefficients with certified digits.

    Parameters
    ----------
    coefficients : iterable of slt_symbolic.spectra.HermiteCoefficient
        Each with ``order``, ``ball`` and ``method``.
    digits : int
        The most digits shown.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        Order, the coefficient cut off after its last certain digit, and how it was found.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from flint import arb
    >>> c = SimpleNamespace(order=1, ball=arb("0.605705509", "1e-9"), method="closed form")
    >>> print(hermite_table([c]).latex().splitlines()[4])
    \num{1} & $\num{0.6057055}\ldots$ & closed form \\
    """
    columns = [
        Column(Latex("$k$"), "order", "number"),
        Column(Latex("$c_k$"), "ball", "number", "l", options={"form": "digits", "digits": digits}),
        Column("method", "method", "text"),
    ]
    return Table(columns, coefficients, caption=caption, label=label)


def form_latex(expr: sympy.Expr) -> str:
    r"""Write an expression for math mode, so that a line can break within it.

    Parameters
    ----------
    expr : sympy.Expr
        A rational function becomes a sum of fractions.

    Returns
    -------
    str
        LaTeX, to stand between dollar signs.

    Examples
    --------
    >>> x, y = sympy.symbols("x y")
    >>> print(form_latex((x + 2 * y) / y**2))
    \frac{x}{y^{2}} + \frac{2}{y}
    """
    if not expr.is_rational_function():
        return sympy.latex(expr)
    top, bottom = sympy.fraction(expr)
    return sympy.latex(sympy.Add(*(term / bottom for term in sympy.Add.make_args(top))))


def chamber_latex(chamber: Any) -> Latex:
    r"""Write the conditions of a chamber for text mode, so that a line can break between them.

    Parameters
    ----------
    chamber : slt_symbolic.exact.chamber.Chamber
        With ``conditions``, expressions that are positive in it.

    Returns
    -------
    Latex
        The conditions, or "everywhere".

    Examples
    --------
    >>> from slt_symbolic.exact.chamber import Chamber
    >>> w, b = sympy.symbols("w1 b1", real=True)
    >>> print(chamber_latex(Chamber(frozenset({w - b, -w}))))
    $w_{1} < 0$, $b_{1} - w_{1} < 0$
    """
    conditions = sorted(chamber.conditions, key=sympy.default_sort_key)
    written = [
        f"${sympy.latex(-c)} < 0$" if c.could_extract_minus_sign() else f"${sympy.latex(c)} > 0$"
        for c in conditions
    ]
    return Latex(", ".join(written) or "everywhere")


def pieces_table(pieces: Iterable[Any], *, caption: str = "", label: str = "") -> Table:
    r"""Make a table of the closed forms of K and of where they hold.

    Parameters
    ----------
    pieces : iterable of slt_symbolic.divergence.Piece
        Each with ``expr`` and ``chambers``.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        One row for each chamber; the form stands in the first row of its chambers.

    Examples
    --------
    >>> from slt_symbolic.exact.chamber import Chamber
    >>> from slt_symbolic.divergence import Piece
    >>> w = sympy.Symbol("w1", real=True)
    >>> piece = Piece((w - 1) ** 2 / 2, (Chamber(frozenset({w})),))
    >>> print(pieces_table([piece]).latex().splitlines()[4])
    $\frac{\left(w_{1} - 1\right)^{2}}{2}$ & $w_{1} > 0$ \\
    """
    rows = [
        (form_latex(piece.expr) if i == 0 else Latex(""), i > 0, chamber)
        for piece in pieces
        for i, chamber in enumerate(piece.chambers)
    ]
    columns = [
        Column(Latex("$K$"), lambda row: row[0], "math", width=0.55),
        Column("holds on", lambda row: _place(row[1], row[2]), width=0.45),
    ]
    return Table(columns, rows, caption=caption, label=label)


def _place(another: bool, chamber: Any) -> Latex:
    return Latex(("or " if another else "") + chamber_latex(chamber))


def write_tables(directory: str | Path, results: Iterable[Any]) -> tuple[Path, Path]:
    """Write the ledger as LaTeX: ``ledger.tex`` to be input, ``ledger_document.tex`` to compile.

    Parameters
    ----------
    directory : str or pathlib.Path
        Made if it does not exist.
    results : iterable of slt_symbolic.claims.ClaimResult
        One per claim.

    Returns
    -------
    table, document : pathlib.Path
        The two files. The second is complete in itself.
    """
    target = Path(directory)
    target.mkdir(parents=True, exist_ok=True)
    table = ledger_table(results)
    paths = target / "ledger.tex", target / "ledger_document.tex"
    paths[0].write_text(table.latex() + "\n", encoding="utf-8")
    paths[1].write_text(table.document(landscape=True), encoding="utf-8")
    return paths
