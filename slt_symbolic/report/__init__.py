"""The ledger as documents: one HTML page and one LaTeX document, with graph and figures."""

from slt_symbolic.report.write import write_report

__all__ = ["write_report"]
