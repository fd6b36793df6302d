"""LaTeX tables of any list of results: booktabs rules, siunitx numbers, exact rationals as such."""

from slt_symbolic.tables.documents import LatexError, compile_pdf, document
from slt_symbolic.tables.escaping import Latex, check_latex, escape
from slt_symbolic.tables.layout import Column, Table
from slt_symbolic.tables.numerals import number
from slt_symbolic.tables.reports import hermite_table, ledger_table, rlct_table, write_tables

__all__ = [
    "Column",
    "Latex",
    "LatexError",
    "Table",
    "check_latex",
    "compile_pdf",
    "document",
    "escape",
    "hermite_table",
    "ledger_table",
    "number",
    "rlct_table",
    "write_tables",
]
