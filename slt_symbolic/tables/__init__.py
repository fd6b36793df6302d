"""LaTeX tables of any list of results: booktabs rules, siunitx numbers, exact rationals as such."""

from slt_symbolic.tables.documents import LatexError, compile_pdf, document
from slt_symbolic.tables.escaping import Latex, check_latex, escape
from slt_symbolic.tables.layout import Column, Table
from slt_symbolic.tables.models import (
    fisher_table,
    relation_latex,
    relations_table,
    sampling_table,
    strata_table,
    stratum_latex,
)
from slt_symbolic.tables.numerals import number
from slt_symbolic.tables.reports import (
    chamber_latex,
    form_latex,
    hermite_table,
    ledger_table,
    pieces_table,
    rlct_table,
    write_tables,
)
from slt_symbolic.tables.spectra import (
    bounds_table,
    decay_table,
    eigenvalue_table,
    network_table,
    quadrature_table,
)

__all__ = [
    "Column",
    "Latex",
    "LatexError",
    "Table",
    "bounds_table",
    "chamber_latex",
    "check_latex",
    "compile_pdf",
    "decay_table",
    "document",
    "eigenvalue_table",
    "escape",
    "fisher_table",
    "form_latex",
    "hermite_table",
    "ledger_table",
    "network_table",
    "number",
    "pieces_table",
    "quadrature_table",
    "relation_latex",
    "relations_table",
    "rlct_table",
    "sampling_table",
    "strata_table",
    "stratum_latex",
    "write_tables",
]
