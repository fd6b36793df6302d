"""The text of claims: paragraphs and lists of words and formulas."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Block", "Piece", "passages", "rendered"]

_MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
_BULLET = re.compile(r"^- ", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """Words, or a formula.

    Attributes
    ----------
    text
        Plain words, or LaTeX without its dollar signs.
    kind
        ``words``, ``inline`` or ``display``.
    """

    text: str
    kind: str


@dataclass(frozen=True)
class Block:
    """A paragraph, or the items of a list.

    Attributes
    ----------
    items
        One sequence of pieces for a paragraph, one for each item of a list.
    is_list
        Whether the items have bullets.
    """

    items: tuple[tuple[Piece, ...], ...]
    is_list: bool = False


def passages(text: str) -> tuple[Block, ...]:
    r"""Split a derivation into paragraphs and lists, and these into words and formulas.

    Parameters
    ----------
    text
        Markdown as claims use it: paragraphs apart by blank lines, items that begin with ``- ``,
        formulas between dollar signs.

    Examples
    --------
    >>> block, = passages("So $x^2 \\ge 0$.")
    >>> [(piece.kind, piece.text) for piece in block.items[0]]
    [('words', 'So '), ('inline', 'x^2 \\ge 0'), ('words', '.')]
    """
    blocks = []
    for paragraph in re.split(r"\n\s*\n", textwrap.dedent(text).strip()):
        lead, *items = _BULLET.split(paragraph)
        if lead.strip():
            blocks.append(Block((_pieces(lead),)))
        if items:
            blocks.append(Block(tuple(_pieces(item) for item in items), is_list=True))
    return tuple(blocks)


def rendered(
    text: str,
    piece: Callable[[Piece], str],
    paragraph: Callable[[str], str],
    bullets: Callable[[Sequence[str]], str],
) -> list[str]:
    r"""Write each paragraph and each list of a derivation in some markup.

    Parameters
    ----------
    text
        As of `passages`.
    piece, paragraph, bullets
        How words and formulas are written, and what is made of a paragraph and of a list of items
        that are written already.

    Examples
    --------
    >>> rendered("So $x$.\n\n- one\n- two", lambda p: p.text.upper(), str, " | ".join)
    ['SO X.', 'ONE | TWO']
    """
    parts = []
    for block in passages(text):
        items = ["".join(piece(p) for p in item) for item in block.items]
        parts.append(bullets(items) if block.is_list else paragraph(items[0]))
    return parts


def _pieces(text: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    end = 0
    text = text.strip()
    for match in _MATH.finditer(text):
        _add(pieces, text[end : match.start()])
        display, inline = match.groups()
        pieces.append(Piece(display or inline, "display" if display else "inline"))
        end = match.end()
    _add(pieces, text[end:])
    return tuple(pieces)


def _add(pieces: list[Piece], words: str) -> None:
    if words:
        pieces.append(Piece(re.sub(r"\s+", " ", words), "words"))
