"""The ledger as one HTML page that needs nothing else: formulas are MathML, figures SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from slt_symbolic.claims.claim import Claim, Step
from slt_symbolic.claims.result import ClaimResult, StepResult
from slt_symbolic.report.graph import COLOURS, Graph, svg
from slt_symbolic.report.mathml import formula, lines
from slt_symbolic.report.passages import Piece, rendered
from slt_symbolic.report.steps import numbers, outcomes, role

__all__ = ["page"]

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; }
h2 { margin-top: 3rem; border-top: 1px solid #ddd; padding-top: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #e5e5e5;
  vertical-align: top; }
.verdict { color: #fff; border-radius: .3rem; padding: .1rem .5rem; font-size: .85rem;
  white-space: nowrap; }
.meta, .how { color: #666; font-size: .9rem; }
.evidence { font-size: .85rem; color: #333; }
.evidence li { overflow-wrap: anywhere; }
.bad { color: #c62828; font-weight: bold; }
.formula { margin: .4rem 0; padding: .2rem 0; overflow-x: auto; overflow-y: hidden; }
svg { max-width: 100%; height: auto; }
svg path { fill: none; stroke: #bbb; stroke-width: 1.2; }
svg > a text { fill: #fff; font: bold 13px system-ui, sans-serif; text-anchor: middle; }
figure { margin: 1rem 0; }
figcaption { color: #555; font-size: .9rem; }
"""


def page(
    claims: Sequence[Claim],
    results: Mapping[str, ClaimResult],
    graph: Graph,
    figures: Mapping[str, Sequence[tuple[str, str]]],
    title: str,
    subtitle: str,
) -> str:
    """Return the page.

    Parameters
    ----------
    claims
        In the order of the page.
    results
        Of those that were run, by identifier.
    graph
        Which relies on which.
    figures
        Of each claim, pairs of a caption and an SVG.
    title, subtitle
        Plain text.
    """
    rows = "\n".join(_row(claim, results.get(claim.id)) for claim in claims)
    sections = "\n".join(
        _section(claim, results.get(claim.id), figures.get(claim.id, ())) for claim in claims
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f'<h1>{escape(title)}</h1>\n<p class="meta">{escape(subtitle)}</p>\n'
        "<table><thead><tr><th>claim</th><th>verdict</th><th>ways</th><th>title</th>"
        f"<th>source</th></tr></thead>\n<tbody>{rows}</tbody></table>\n"
        f"<h2>Which claim relies on which</h2>\n{svg(graph)}\n{sections}\n</body></html>\n"
    )


def _badge(result: ClaimResult | None) -> str:
    outcome = "not run" if result is None else result.outcome
    colour = COLOURS.get(outcome, "9e9e9e")
    badge = f'<span class="verdict" style="background:#{colour}">{escape(outcome)}</span>'
    if result is not None and not result.as_expected:
        badge += f' <span class="bad">recorded: {escape(str(result.expected))}</span>'
    return badge


def _row(claim: Claim, result: ClaimResult | None) -> str:
    ways = "" if result is None else str(result.ways)
    name = escape(claim.id)
    return (
        f'<tr><td><a href="#{name}">{name}</a></td><td>{_badge(result)}</td><td>{ways}</td>'
        f"<td>{escape(claim.title)}</td><td>{escape(str(claim.source))}</td></tr>"
    )


def _section(claim: Claim, result: ClaimResult | None, figures: Sequence[tuple[str, str]]) -> str:
    name = escape(claim.id)
    parts = [
        f'<h2 id="{name}">{name}. {escape(claim.title)} {_badge(result)}</h2>',
        f'<p class="meta">Source: {escape(str(claim.source))}</p>',
        f"<p>{escape(claim.plain)}</p>",
        _statement(claim.statement),
    ]
    if claim.corrected is not None:
        parts.append(f"<p><b>Corrected.</b> {escape(claim.corrected.plain)}</p>")
        parts.append(_statement(claim.corrected.statement))
    for heading, texts in (("Assumptions", claim.assumptions), ("References", claim.references)):
        if texts:
            items = "".join(f"<li>{escape(text)}</li>" for text in texts)
            parts.append(f"<p>{heading}</p><ul>{items}</ul>")
    if claim.uses:
        links = ", ".join(f'<a href="#{escape(u)}">{escape(u)}</a>' for u in claim.uses)
        parts.append(f"<p>Relies on {links}.</p>")
    found = outcomes(result)
    for number, step in enumerate(claim.steps, start=1):
        parts.append(_step(number, step, found.get(step.name), numbers(claim)))
    parts += [
        f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"
        for caption, drawing in figures
    ]
    return "\n".join(parts)


def _statement(latex: str) -> str:
    return "\n".join(formula(line, display=True) for line in lines(latex))


def _step(number: int, step: Step, outcome: StepResult | None, places: Mapping[str, int]) -> str:
    purpose = f' <span class="how">({role(step, places)})</span>' if role(step, places) else ""
    parts = [f"<h3>{number}. {escape(step.title)}{purpose}</h3>", _blocks(step.derivation)]
    if outcome is not None:
        items = "".join(
            f"<li>{_mark(item.passed)} {escape(f'{item.kind}: {item.label}: {item.detail}')}</li>"
            for item in outcome.items
        )
        count = f"{len(outcome.items)} piece{'' if len(outcome.items) == 1 else 's'} of evidence"
        opened = "" if all(i.passed for i in outcome.items) and not outcome.error else " open"
        parts.append(
            f'<details{opened}><summary class="how">{count}</summary>'
            f'<ul class="evidence">{items}</ul></details>'
        )
        if outcome.error:
            parts.append(f'<p class="bad">{escape(outcome.error)}</p>')
    return "\n".join(parts)


def _mark(passed: bool | None) -> str:
    if passed is None:
        return '<span class="bad">open</span>'
    return "✓" if passed else '<span class="bad">failed</span>'


def _blocks(text: str) -> str:
    return "\n".join(rendered(text, _piece, lambda words: f"<p>{words}</p>", _bullets))


def _bullets(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _piece(piece: Piece) -> str:
    if piece.kind == "words":
        return escape(piece.text)
    return formula(piece.text, display=piece.kind == "display")
