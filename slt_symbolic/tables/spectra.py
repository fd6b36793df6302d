"""Tables of spectra: decay beside its bounds, networks' spectra, eigenvalues, bounds of λ̂."""

from collections.abc import Iterable, Sequence
from math import log
from typing import Any

from flint import arb

from slt_symbolic.tables.escaping import Latex
from slt_symbolic.tables.layout import Column, Table

__all__ = [
    "bounds_table",
    "decay_table",
    "eigenvalue_table",
    "network_table",
    "quadrature_table",
]

_DIGITS = {"form": "digits", "digits": 12}


def decay_table(
    decay: Any, squares: Iterable[tuple[int, Any]], *, caption: str = "", label: str = ""
) -> Table:
    r"""Make a table of c_k² between its proved bounds, certified digits only.

    Parameters
    ----------
    decay : slt_symbolic.spectra.Decay
        The law, with ``bounds`` and ``law``.
    squares : iterable of (int, flint.arb)
        Orders and enclosures.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        Order, c_k², lower bound, upper bound, c_k² over the law.

    Examples
    --------
    >>> from slt_symbolic.spectra import TanhDecay, hermite_coefficient
    >>> c = hermite_coefficient("tanh", 101, digits=20)
    >>> print(decay_table(TanhDecay(1), [(101, c.square)]).latex().splitlines()[4][:32])
    \num{101} & $\num{2.96247140840}
    """
    rows = [(k, square, decay.bounds(k), square / decay.law(k)) for k, square in squares]
    columns = [
        Column(Latex("$k$"), lambda row: row[0], "number"),
        Column(Latex("$c_k^2$"), lambda row: row[1], "number", "l", options=_DIGITS),
        Column("proved below", lambda row: row[2][0], "number", "l", options=_SIX),
        Column("proved above", lambda row: row[2][1], "number", "l", options=_SIX),
        Column(Latex("$c_k^2/L_k$"), lambda row: row[3], "number", "l", options=_DIGITS),
    ]
    return Table(columns, rows, caption=caption, label=label)


_SIX = {"form": "digits", "digits": 6}


def network_table(
    spectra: Any, orders: Sequence[int] = (), *, caption: str = "", label: str = ""
) -> Table:
    """Make a table of the spectra of random networks, as base-10 logarithms.

    Parameters
    ----------
    spectra : slt_symbolic.spectra.NetworkSpectra
        The samples.
    orders : sequence of int
        Orders shown; by default about ten of them.
    caption, label : str
        As of `Table`; the digits are those of floating point statistics, not enclosures.

    Returns
    -------
    Table
        Order, mean over the samples, 10 % and 90 % quantiles, expectation, and the rate.

    Raises
    ------
    ValueError
        If an order is not among the spectra's.
    """
    known = [int(k) for k in spectra.orders]
    chosen = list(orders) or known[:: max(1, len(known) // 10)]
    missing = [k for k in chosen if k not in known]
    if missing:
        raise ValueError(f"orders {missing} are not in the spectra")
    places = [known.index(k) for k in chosen]
    series = [
        ("mean", spectra.log_mean),
        (Latex(r"10\,\%"), spectra.quantile(0.1)),
        (Latex(r"90\,\%"), spectra.quantile(0.9)),
        ("expectation", spectra.log_expected),
        (Latex(r"$e^{-\pi\sqrt k/W}$"), spectra.log_rate),
    ]
    columns = [Column(Latex("$k$"), lambda i: known[i], "number")]
    for header, values in series:
        columns.append(Column(header, _decimal_logarithm(values), "number", options={"digits": 5}))
    return Table(columns, places, caption=caption, label=label)


def _decimal_logarithm(values: Any) -> Any:
    return lambda i: float(values[i]) / log(10)


def eigenvalue_table(spectrum: Any, *, caption: str = "", label: str = "") -> Table:
    """Make a table of enclosed eigenvalues of a Gram operator, certified digits only.

    Parameters
    ----------
    spectrum : slt_symbolic.spectra.GramSpectrum
        With ``eigenvalues``.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        Number and eigenvalue.
    """
    rows = list(enumerate(spectrum.eigenvalues, start=1))
    columns = [
        Column(Latex("$i$"), lambda row: row[0], "number"),
        Column(Latex(r"$\mu_i$"), lambda row: row[1], "number", "l", options=_DIGITS),
    ]
    return Table(columns, rows, caption=caption, label=label)


def bounds_table(
    rows: Iterable[Any], typical: Sequence[Any] = (), *, caption: str = "", label: str = ""
) -> Table:
    r"""Make a table of proved upper bounds of λ̂(β), certified digits only.

    Parameters
    ----------
    rows : iterable of slt_symbolic.spectra.ModeBounds
        One for each β.
    typical : sequence of flint.arb
        Bounds of the mean over the prior, one for each row, if wanted.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        β, the mode sum, half the number of visible modes, the subspace bound and its dimension.

    Examples
    --------
    >>> from slt_symbolic.spectra import mode_bounds
    >>> print(bounds_table([mode_bounds(10**8)]).latex().splitlines()[4])
    $10^{8}$ & $\num{14.588}\ldots$ & $\tfrac{29}{2}$ & $\num{5.7799}\ldots$ & \num{11} \\
    """
    entries = list(rows)
    extra = list(typical) + [None] * (len(entries) - len(typical))
    columns = [
        Column(Latex(r"$\beta$"), lambda item: _power(item[0].beta), "text"),
        Column("modes", lambda item: item[0].hermite, "number", "l", options=_FIVE),
        Column("half the count", lambda item: item[0].half_count, "number"),
        Column("subspace", lambda item: item[0].subspace, "number", "l", options=_FIVE),
        Column(Latex("$m$"), lambda item: item[0].dimension, "number"),
    ]
    if typical:
        columns.append(Column("prior mean", lambda item: item[1], "number", "l", options=_FIVE))
    return Table(columns, list(zip(entries, extra, strict=True)), caption=caption, label=label)


_FIVE = {"form": "digits", "digits": 5}


def quadrature_table(rows: Iterable[Any], *, caption: str = "", label: str = "") -> Table:
    r"""Make a table of Gauss–Hermite quadrature against Monte Carlo, certified digits only.

    Parameters
    ----------
    rows : iterable of slt_symbolic.spectra.QuadratureRow
        What `slt_symbolic.spectra.loss_quadrature` returned.
    caption, label : str
        As of `Table`.

    Returns
    -------
    Table
        Points, the mean of f², the proved error bound, and the samples with that standard error.

    Examples
    --------
    >>> from slt_symbolic.spectra import loss_quadrature
    >>> table = quadrature_table(loss_quadrature("tanh", [(1, 1, 0)], [50, 200]))
    >>> print(table.latex().splitlines()[5][:27])
    \num{200} & $\num{0.394294}
    """
    columns = [
        Column("points", lambda row: row.points, "number"),
        Column(Latex(r"$\mathrm{E} f^2$"), lambda row: row.value, "number", "l", options=_SIX),
        Column("proved error", lambda row: row.bound, "number", "l", options=_THREE),
        Column(
            "equivalent samples", lambda row: row.samples * _SPREAD, "number", "l", options=_THREE
        ),
    ]
    return Table(columns, rows, caption=caption, label=label)


_THREE = {"form": "digits", "digits": 3}
# A count of samples is a bound; without a radius all digits of a large one would be printed.
_SPREAD = arb(1, 1e-9)


def _power(beta: Any) -> Any:
    number, power = int(beta.p), 0
    while beta.q == 1 and number % 10 == 0:
        number, power = number // 10, power + 1
    if beta.q != 1 or power < 2:
        return Latex(rf"${beta.p}$" if beta.q == 1 else rf"${beta.p}/{beta.q}$")
    return Latex(rf"$10^{{{power}}}$" if number == 1 else rf"${number}\times 10^{{{power}}}$")
