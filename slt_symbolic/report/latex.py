"""The ledger as one LaTeX document: verdicts, graph, derivations, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slt_symbolic.claims.claim import Claim, Step
from slt_symbolic.claims.result import ClaimResult, StepResult
from slt_symbolic.report.graph import Graph, tikz
from slt_symbolic.report.passages import Piece, rendered
from slt_symbolic.report.steps import numbers, outcomes, role
from slt_symbolic.tables import escape, ledger_table

__all__ = ["ledger_latex"]

_PREAMBLE = r"""\documentclass[a4paper,10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb}
\usepackage{array,booktabs,longtable}
\usepackage{siunitx}
\usepackage{tikz}
\usepackage{graphicx}
\usepackage[margin=20mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\sloppy
"""


def ledger_latex(
    claims: Sequence[Claim],
    results: Mapping[str, ClaimResult],
    graph: Graph,
    figures: Mapping[str, Sequence[tuple[str, str]]],
    title: str,
    subtitle: str,
) -> str:
    """Return the document, in UTF-8 for pdfLaTeX.

    Parameters
    ----------
    claims, results, graph, title, subtitle
        As of `slt_symbolic.report.html.page`.
    figures
        Of each claim, pairs of a caption and the name of a PDF file beside the document.
    """
    ran = [results[claim.id] for claim in claims if claim.id in results]
    parts = [
        _PREAMBLE,
        rf"\title{{{escape(title)}}}\author{{}}\date{{{escape(subtitle)}}}",
        r"\begin{document}\maketitle",
        ledger_table(ran).latex(),
        r"\section*{Which claim relies on which}",
        r"\begin{center}\resizebox{\linewidth}{!}{" + tikz(graph) + r"}\end{center}",
    ]
    parts += [_section(c, results.get(c.id), figures.get(c.id, ())) for c in claims]
    return "\n".join([*parts, r"\end{document}", ""])


def _section(claim: Claim, result: ClaimResult | None, figures: Sequence[tuple[str, str]]) -> str:
    outcome = "not run" if result is None else result.outcome
    parts = [
        rf"\section*{{{escape(claim.id)}. {escape(claim.title)} --- {escape(outcome)}}}",
        rf"\textit{{Source: {escape(str(claim.source))}.}} {escape(claim.plain)}",
        _display(claim.statement),
    ]
    if claim.corrected is not None:
        parts.append(rf"\textbf{{Corrected.}} {escape(claim.corrected.plain)}")
        parts.append(_display(claim.corrected.statement))
    for heading, texts in (
        ("Assumptions", claim.assumptions),
        ("References", claim.references),
        ("Relies on", (", ".join(claim.uses),) if claim.uses else ()),
    ):
        if texts:
            parts.append(rf"{heading}: " + "; ".join(escape(text) for text in texts) + ".")
    found = outcomes(result)
    parts += [
        _step(k, s, found.get(s.name), numbers(claim)) for k, s in enumerate(claim.steps, start=1)
    ]
    parts += [
        rf"\begin{{center}}\includegraphics[width=.85\linewidth]{{{name}}}\\"
        rf"{{\small {escape(caption)}}}\end{{center}}"
        for caption, name in figures
    ]
    return "\n\n".join(parts)


def _display(statement: str) -> str:
    # A long statement breaks at its own \quad.
    lines = statement.replace(r"\qquad", r"\\").replace(r"\quad", r"\\")
    return "\\begin{gather*}\n" + lines + "\n\\end{gather*}"


def _step(number: int, step: Step, outcome: StepResult | None, places: Mapping[str, int]) -> str:
    words = role(step, places)
    purpose = rf" \textit{{({escape(words)})}}" if words else ""
    parts = [rf"\subsection*{{{number}. {escape(step.title)}}}{purpose}", _blocks(step.derivation)]
    if outcome is not None:
        passed = sum(bool(item.passed) for item in outcome.items)
        parts.append(rf"{{\small Evidence: {passed} of {len(outcome.items)} passed.}}")
        if outcome.error:
            parts.append(rf"\textbf{{{escape(outcome.error)}}}")
    return "\n\n".join(parts)


def _blocks(text: str) -> str:
    return "\n\n".join(rendered(text, _piece, str, _bullets))


def _bullets(items: Sequence[str]) -> str:
    rows = "\n".join(rf"\item {item}" for item in items)
    return "\\begin{itemize}\n" + rows + "\n\\end{itemize}"


def _piece(piece: Piece) -> str:
    if piece.kind == "words":
        return escape(piece.text)
    return rf"\[{piece.text}\]" if piece.kind == "display" else f"${piece.text}$"
