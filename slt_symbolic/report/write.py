"""Write the report into a folder."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from slt_symbolic import __version__
from slt_symbolic.claims.claim import Claim
from slt_symbolic.claims.ledger import Ledger
from slt_symbolic.claims.report import summary, write_atomically
from slt_symbolic.claims.result import ClaimResult
from slt_symbolic.report.graph import layered
from slt_symbolic.report.html import page
from slt_symbolic.report.latex import ledger_latex

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["write_report"]

TITLE = "Ledger of claims of singular learning theory"


def write_report(
    folder: str | Path, ledger: Ledger, results: Iterable[ClaimResult]
) -> tuple[Path, Path]:
    """Write ``index.html``, ``ledger_report.tex`` and the figures of the claims.

    Parameters
    ----------
    folder
        Made if it does not exist.
    ledger
        The claims.
    results
        What a run gave; claims without a result are shown without verdict.

    Returns
    -------
    tuple of pathlib.Path
        The HTML page and the LaTeX document.

    Notes
    -----
    The page holds its formulas (MathML) and figures (SVG); nothing is loaded from elsewhere. The
    document needs pdfLaTeX with TikZ. Figures need matplotlib and are left out without it, which
    the subtitle says.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ran = {result.id: result for result in results}
    order = sorted(ledger.claims, key=_natural)
    claims = [ledger.claims[claim_id] for claim_id in order]
    premises = {claim_id: tuple(ledger.premises(claim_id)) for claim_id in order}
    graph = layered(premises, {claim_id: r.outcome for claim_id, r in ran.items()})
    drawn, files, left_out = _figures(claims, folder)
    subtitle = f"slt-symbolic {__version__}; {summary(list(ran.values()))}{left_out}"
    html, tex = folder / "index.html", folder / "ledger_report.tex"
    write_atomically(html, page(claims, ran, graph, drawn, TITLE, subtitle))
    write_atomically(tex, ledger_latex(claims, ran, graph, files, TITLE, subtitle))
    return html, tex


def _natural(claim_id: str) -> tuple[str, int, str]:
    match = re.match(r"([A-Za-z]+)(\d*)", claim_id)
    letters, digits = match.groups() if match else (claim_id, "")
    return letters, int(digits or 0), claim_id


_Named = dict[str, list[tuple[str, str]]]


def _figures(claims: Iterable[Claim], folder: Path) -> tuple[_Named, _Named, str]:
    """Draw the claims' figures, as SVG for the page and as PDF files for the document."""
    drawn: _Named = {}
    files: _Named = {}
    wanted = [(claim, figure) for claim in claims for figure in claim.figures]
    if not wanted:
        return drawn, files, ""
    try:
        import matplotlib as mpl
    except ImportError:
        return drawn, files, "; figures left out: matplotlib is not installed"
    # Equal figures from equal claims: identifiers do not depend on chance or on the date.
    mpl.rcParams["svg.hashsalt"] = TITLE
    for claim, (caption, draw) in wanted:
        number = len(drawn.get(claim.id, ())) + 1
        picture = _drawn(claim, draw)
        name = f"{claim.id}-{number}"
        buffer = io.StringIO()
        picture.savefig(buffer, format="svg", metadata={"Date": None})
        text = buffer.getvalue()
        # Several drawings share one page: each one's identifiers carry its name.
        text = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", text[text.index("<svg") :])
        drawn.setdefault(claim.id, []).append((caption, text))
        picture.savefig(folder / f"{name}.pdf", metadata={"CreationDate": None})
        files.setdefault(claim.id, []).append((caption, f"{name}.pdf"))
    return drawn, files, ""


def _drawn(claim: Claim, draw: Callable[[], object]) -> Figure:
    from matplotlib.figure import Figure

    picture = draw()
    if not isinstance(picture, Figure):
        raise TypeError(
            f"a figure of claim {claim.id} must be a matplotlib figure, not {picture!r}"
        )
    return picture
