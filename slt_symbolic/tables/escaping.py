"""Text that LaTeX prints as it stands."""

import unicodedata

__all__ = ["Latex", "check_latex", "escape"]

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "\n": " ",
    "\t": " ",
    "\r": " ",
    "\u00a0": "~",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "…": r"\ldots{}",
    "§": r"\S{}",
    "©": r"\textcopyright{}",
    "«": r"\guillemotleft{}",
    "»": r"\guillemotright{}",
    "°": r"\textdegree{}",
    "·": r"\textperiodcentered{}",
}

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        (
            *("alpha", "beta", "gamma", "delta", "varepsilon", "zeta", "eta", "theta", "iota"),
            *("kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon"),
            *("varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi"),
            *("Sigma", "Upsilon", "Phi", "Psi", "Omega"),
        ),
        strict=True,
    )
)

_MATH = {
    **{character: f"\\{name}" for character, name in _GREEK.items()},
    **{digit: f"^{{{i}}}" for i, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{digit: f"_{{{i}}}" for i, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    "⁻": "^{-}",
    "⁺": "^{+}",
    "ⁿ": "^{n}",
    "ᵢ": "_{i}",
    "ⱼ": "_{j}",
    "µ": r"\mu",
    "ς": r"\varsigma",
    "ϵ": r"\epsilon",
    "ϕ": r"\phi",
    "½": r"\tfrac{1}{2}",
    "¼": r"\tfrac{1}{4}",
    "¾": r"\tfrac{3}{4}",
    "⅓": r"\tfrac{1}{3}",
    "×": r"\times",
    "÷": r"\div",
    "±": r"\pm",
    "∓": r"\mp",
    "−": "-",
    "⋅": r"\cdot",
    "∘": r"\circ",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "≡": r"\equiv",
    "∼": r"\sim",
    "∝": r"\propto",
    "≪": r"\ll",
    "≫": r"\gg",
    "∞": r"\infty",
    "√": r"\surd",
    "∂": r"\partial",
    "∇": r"\nabla",
    "∑": r"\sum",
    "∏": r"\prod",
    "∫": r"\int",
    "∈": r"\in",
    "∉": r"\notin",
    "⊂": r"\subset",
    "⊆": r"\subseteq",
    "∪": r"\cup",
    "∩": r"\cap",
    "∅": r"\emptyset",
    "∀": r"\forall",
    "∃": r"\exists",
    "¬": r"\neg",
    "∧": r"\wedge",
    "∨": r"\vee",
    "→": r"\to",
    "←": r"\leftarrow",
    "↔": r"\leftrightarrow",
    "↦": r"\mapsto",
    "⇒": r"\Rightarrow",
    "⇐": r"\Leftarrow",
    "⇔": r"\Leftrightarrow",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "‖": r"\|",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
    "⊗": r"\otimes",
    "⊕": r"\oplus",
    "ℓ": r"\ell",
    "ℝ": r"\mathbb{R}",
    "ℤ": r"\mathbb{Z}",
    "ℕ": r"\mathbb{N}",
    "ℚ": r"\mathbb{Q}",
    "ℂ": r"\mathbb{C}",
    "𝔼": r"\mathbb{E}",
    "✓": r"\checkmark",
}

# Pairs that TeX fonts join into another character. A brace between them keeps them apart.
_JOINED = frozenset("-,")

# Latin letters up to U+017F that pdfLaTeX's T1 fonts do not have.
_NO_GLYPH = frozenset("ĦħĸĿŀŉſŦŧ")


class Latex(str):
    r"""A string that is LaTeX already: tables print it untouched.

    Examples
    --------
    >>> Latex(r"$\lambda$")
    '$\\lambda$'
    """

    __slots__ = ()


def escape(text: str) -> str:
    r"""Write a text so that LaTeX prints it as it stands.

    Parameters
    ----------
    text : str
        Any text. Line breaks and tabs become spaces.

    Returns
    -------
    str
        LaTeX for text mode, in ASCII but for accented Latin letters; needs amsmath and amssymb.
        Mathematical characters are set in mathematics. A character that has no LaTeX here is
        shown as its code point, ``[U+1F600]``, never dropped.

    Raises
    ------
    TypeError
        If `text` is not a string.

    Examples
    --------
    >>> escape("50% of $x_1$ & λ²")
    '50\\% of \\$x\\_1\\$ \\& \\ensuremath{\\lambda}\\ensuremath{^{2}}'
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    pieces: list[str] = []
    previous = ""
    for character in unicodedata.normalize("NFC", text):
        if character == previous and character in _JOINED:
            pieces.append("{}")
        pieces.append(_escape_character(character))
        previous = character
    return "".join(pieces)


def _escape_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _MATH:
        return rf"\ensuremath{{{_MATH[character]}}}"
    if " " <= character <= "~":
        return character
    if "\u00c0" <= character <= "\u017f" and character not in _NO_GLYPH:
        return character
    return f"[U+{ord(character):04X}]"


def check_latex(fragment: str, *, math: bool = False) -> str:
    r"""Return a fragment of LaTeX unless it would break the table around it.

    Parameters
    ----------
    fragment : str
        LaTeX.
    math : bool
        Whether it stands between dollar signs, so that it must not contain one.

    Returns
    -------
    str
        The same fragment.

    Raises
    ------
    ValueError
        For unbalanced braces, a comment sign, a blank line, a lone ``&``, or a dollar sign where
        none may be.

    Examples
    --------
    >>> check_latex(r"\frac{1}{2}", math=True)
    '\\frac{1}{2}'
    """
    depth = 0
    skip = False
    for character in fragment:
        if skip:
            skip = False
            continue
        skip = character == "\\"
        depth += (character == "{") - (character == "}")
        if depth < 0:
            break
        if character == "%" or (character == "$" and math):
            raise ValueError(f"unescaped {character!r} in the LaTeX {fragment!r}")
        if character == "&" and r"\begin{" not in fragment:
            raise ValueError(f"'&' outside of an environment in the LaTeX {fragment!r}")
    if depth or skip:
        raise ValueError(f"unbalanced braces or a final backslash in the LaTeX {fragment!r}")
    if "\n\n" in fragment:
        raise ValueError(f"a blank line in the LaTeX {fragment!r}")
    return fragment
