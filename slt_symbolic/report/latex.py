"""The ledger as one LaTeX document: verdicts, graph, derivations, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slt_symbolic.claims.claim import Claim, Step
from slt_symbolic.claims.result import ClaimResult, StepResult
from slt_symbolic.report.graph import Graph, tikz
from slt_symbolic.report.passages import Piece, passages
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
    outcomes = {} if result is None else {step.name: step for step in result.evidence}
    parts += [_step(k, s, outcomes.get(s.name)) for k, s in enumerate(claim.steps, start=1)]
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


def _step(number: int, step: Step, outcome: StepResult | None) -> str:
    roles = []
    if step.confirms:
        roles.append(f"an independent way to {', '.join(step.confirms)}")
    if step.corrects:
        roles.append("proves the corrected claim")
    role = rf" \textit{{({escape('; '.join(roles))})}}" if roles else ""
    parts = [rf"\subsection*{{{number}. {escape(step.title)}}}{role}", _blocks(step.derivation)]
    if outcome is not None:
        passed = sum(bool(item.passed) for item in outcome.items)
        parts.append(rf"{{\small Evidence: {passed} of {len(outcome.items)} passed.}}")
        if outcome.error:
            parts.append(rf"\textbf{{{escape(outcome.error)}}}")
    return "\n\n".join(parts)


def _blocks(text: str) -> str:
    parts = []
    for block in passages(text):
        items = ["".join(_piece(p) for p in item) for item in block.items]
        if block.is_list:
            rows = "\n".join(rf"\item {item}" for item in items)
            parts.append("\\begin{itemize}\n" + rows + "\n\\end{itemize}")
        else:
            parts.append(items[0])
    return "\n\n".join(parts)


def _piece(piece: Piece) -> str:
    if piece.kind == "words":
        return escape(piece.text)
    return rf"\[{piece.text}\]" if piece.kind == "display" else f"${piece.text}$"
