"""Tables: columns, rows, and their LaTeX."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sympy

from slt_symbolic.tables.documents import document
from slt_symbolic.tables.escaping import Latex, check_latex, escape
from slt_symbolic.tables.numerals import number

__all__ = ["Column", "Table"]

_LONG = 30  # rows that still fit on one page, with a caption, some of two lines
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9:._-]*")
_MISSING = "--"
_STRETCH = r"\renewcommand{\arraystretch}{1.25}"  # room for fractions within a line

Kind = Literal["auto", "text", "math", "number"]


def _fragment(text: str) -> str:
    return check_latex(text) if isinstance(text, Latex) else escape(text)


@dataclass(frozen=True)
class Column:
    r"""One column of a table.

    Parameters
    ----------
    header : str or Latex
        Its title; a plain string is escaped.
    key : str or callable
        Where its entry comes from: the name of an attribute of the row, or of a key if the row is
        a mapping, or a function of the row.
    kind : {"auto", "text", "math", "number"}
        How an entry is written: escaped text; mathematics, a string of LaTeX or a SymPy object,
        between dollar signs; a number, see `slt_symbolic.tables.number`. By default strings are
        text and the rest are numbers. In every kind a `Latex` string is left as it is, and None
        is a dash.
    align : {"l", "c", "r"}, optional
        By default numbers stand right and the rest left.
    width : float, optional
        Of a column that breaks its lines, as a fraction of the line width.
    options : mapping, optional
        Keyword arguments for `slt_symbolic.tables.number`.

    Raises
    ------
    ValueError
        If `kind`, `align` or `width` is none of these.

    Examples
    --------
    >>> from sympy import Rational
    >>> Column("λ", "value").cell({"value": Rational(1, 2)})
    '$\\tfrac{1}{2}$'
    >>> Column("error", lambda row: row["value"] - 1, options={"digits": 2}).cell({"value": 1.5})
    '\\num{0.50}'
    """

    header: str
    key: str | Callable[[Any], Any]
    kind: Kind = "auto"
    align: Literal["l", "c", "r"] | None = None
    width: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ("auto", "text", "math", "number"):
            raise ValueError(f"kind must be auto, text, math or number, not {self.kind!r}")
        if self.align not in ("l", "c", "r", None):
            raise ValueError(f"align must be l, c or r, not {self.align!r}")
        if self.width is not None and not 0 < self.width <= 1:
            raise ValueError(f"width must be a fraction of the line, not {self.width}")

    @property
    def specification(self) -> str:
        """The column in the preamble of a tabular."""
        align = self.align or ("r" if self.kind == "number" else "l")
        if self.width is None:
            return align
        ragged = {"l": "raggedright", "c": "centering", "r": "raggedleft"}[align]
        # Columns are separated by 2\tabcolsep, which the fractions must not add to.
        width = rf"p{{\dimexpr {self.width:.4f}\linewidth-2\tabcolsep\relax}}"
        return rf">{{\{ragged}\arraybackslash}}{width}"

    def cell(self, row: Any) -> str:
        """Write the entry of one row.

        Parameters
        ----------
        row : object
            The row.

        Returns
        -------
        str
            LaTeX.

        Raises
        ------
        KeyError, AttributeError, TypeError, ValueError
            If the row has no such entry, or it cannot be written as this kind.
        """
        value = self._value(row)
        if value is None:
            return _MISSING
        if isinstance(value, Latex):
            return check_latex(value)
        if self.kind == "text" or (self.kind == "auto" and isinstance(value, str | bool)):
            text = escape(str(value))
            return text if self.width is None else _breakable(text)
        if self.kind == "math":
            if not isinstance(value, str | sympy.Basic | sympy.MatrixBase):
                raise TypeError(f"mathematics must be LaTeX or a SymPy object, not {value!r}")
            latex = value if isinstance(value, str) else sympy.latex(value)
            return f"${check_latex(latex, math=True)}$"
        return number(value, **self.options)

    def _value(self, row: Any) -> Any:
        if callable(self.key):
            return self.key(row)
        return row[self.key] if isinstance(row, Mapping) else getattr(row, self.key)


@dataclass(frozen=True)
class Table:
    r"""A booktabs table.

    Parameters
    ----------
    columns : sequence of Column or str
        A string is a column with this name and this key.
    rows : iterable
        Objects or mappings.
    caption : str or Latex
        A plain string is escaped. Without a caption the table does not float.
    label : str
        For cross-references; needs a caption.
    long : bool, optional
        Whether it may break across pages; by default if it has more than 30 rows.

    Raises
    ------
    ValueError
        If there are no columns, or the label has other characters than letters, digits and
        ``: . _ -``, or stands without a caption.

    Notes
    -----
    `latex` needs T1 fonts and the packages amsmath, amssymb, array, booktabs, longtable, siunitx.

    Examples
    --------
    >>> from sympy import Rational
    >>> rows = [{"point": "interior", "λ": Rational(1, 2)}, {"point": "end", "λ": Rational(3, 4)}]
    >>> print(Table(["point", "λ"], rows).latex())
    \begin{tabular}{ll}
    \toprule
    point & \ensuremath{\lambda} \\
    \midrule
    interior & $\tfrac{1}{2}$ \\
    end & $\tfrac{3}{4}$ \\
    \bottomrule
    \end{tabular}
    """

    columns: Sequence[Column | str]
    rows: Iterable[Any]
    caption: str = ""
    label: str = ""
    long: bool | None = None

    def __post_init__(self) -> None:
        columns = tuple(Column(c, c) if isinstance(c, str) else c for c in self.columns)
        if not columns:
            raise ValueError("columns must not be empty")
        if self.label and not (_LABEL.fullmatch(self.label) and self.caption):
            raise ValueError(
                f"label must be letters, digits and : . _ - beginning with a letter, "
                f"beside a caption, not {self.label!r}"
            )
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "rows", tuple(self.rows))

    def latex(self) -> str:
        """Write the table, to be put into a document.

        Returns
        -------
        str
            A ``tabular``, within a ``table`` if there is a caption; or a ``longtable``.

        Raises
        ------
        ValueError
            If an entry cannot be written: the message names row and column.
        """
        columns: Sequence[Any] = self.columns
        rows = tuple(self.rows)
        head = _line([_fragment(column.header) for column in columns])
        body = [
            _line([_named_cell(column, row, i) for column in columns]) for i, row in enumerate(rows)
        ]
        if any(column.width is not None for column in columns):  # rows of several lines
            body = [line for row in body for line in (row, r"\addlinespace[2pt]")][:-1]
        specification = "".join(column.specification for column in columns)
        if self.long or (self.long is None and len(rows) > _LONG):
            lines = self._long(specification, head, body)
        else:
            lines = [rf"\begin{{tabular}}{{{specification}}}", r"\toprule", head, r"\midrule"]
            lines += [*body, r"\bottomrule", r"\end{tabular}"]
            if self.caption:
                above = [
                    r"\begin{table}[htbp]",
                    r"\centering",
                    r"\setlength{\belowcaptionskip}{6pt}",
                ]
                lines = [*above, *self._caption(), _STRETCH, *lines, r"\end{table}"]
        return "\n".join(lines)

    def document(self, *, landscape: bool = False) -> str:
        """Write the table as a complete document.

        Parameters
        ----------
        landscape : bool
            Whether the paper lies on its side.

        Returns
        -------
        str
            LaTeX that compiles as it is.
        """
        return document(self.latex(), landscape=landscape)

    def _caption(self) -> list[str]:
        lines = [rf"\caption{{{_fragment(self.caption)}}}"]
        return [*lines, rf"\label{{{self.label}}}"] if self.label else lines

    def _long(self, specification: str, head: str, body: list[str]) -> list[str]:
        header = [r"\toprule", head, r"\midrule"]
        lines = [r"\begingroup", _STRETCH, rf"\begin{{longtable}}{{{specification}}}"]
        if self.caption:
            lines += [*self._caption(), r"\\"]
        lines += [*header, r"\endfirsthead", *header, r"\endhead", r"\bottomrule", r"\endfoot"]
        return [*lines, *body, r"\end{longtable}", r"\endgroup"]


def _line(cells: list[str]) -> str:
    line = " & ".join(cells)
    # After \\ and \midrule LaTeX would take a bracket for an optional argument, a star for its own.
    guard = "{}" if line.startswith(("[", "*")) else ""
    return rf"{guard}{line} \\"


def _breakable(text: str) -> str:
    # TeX breaks neither after the underscores of an identifier nor after the slashes of a path.
    return text.replace(r"\_", r"\_\allowbreak{}").replace("/", r"/\allowbreak{}")


def _named_cell(column: Column, row: Any, index: int) -> str:
    try:
        return column.cell(row)
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"row {index + 1}, column {column.header!r}: {error}") from error
