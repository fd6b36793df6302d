r"""A claim as readable text, its LaTeX rendered as far as a terminal can.

Not a LaTeX parser: commands that it does not know stay as they are.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

from slt_symbolic.claims.claim import Claim
from slt_symbolic.claims.result import ClaimResult, StepResult

__all__ = ["describe", "from_latex"]

_WIDTH = 96

_SYMBOLS = {
    **dict(zip(
        ("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
         "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon",
         "phi", "varphi", "chi", "psi", "omega"),
        "αβγδεεζηθικλμνξπρστυφφχψω",
        strict=True,
    )),
    **dict(zip(
        ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"),
        "ΓΔΘΛΞΠΣΦΨΩ",
        strict=True,
    )),
    "partial": "∂", "nabla": "∇", "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫",
    "cdot": "·", "times": "×", "pm": "±", "mp": "∓", "circ": "∘", "otimes": "⊗", "oplus": "⊕",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈",
    "equiv": "≡", "asymp": "≍", "sim": "~", "propto": "∝", "ll": "≪", "gg": "≫", "mid": "|",
    "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩",
    "bigcup": "⋃", "supset": "⊃", "parallel": "∥", "twoheadrightarrow": "↠", "textstyle": "",
    "setminus": "∖", "emptyset": "∅", "forall": "∀", "exists": "∃", "neg": "¬",
    "to": "→", "rightarrow": "→", "mapsto": "↦", "Rightarrow": "⇒", "implies": "⇒",
    "iff": "⇔", "Leftrightarrow": "⇔", "langle": "⟨", "rangle": "⟩", "ell": "ℓ",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lVert": "‖", "rVert": "‖",
    "ldots": "…", "dots": "…", "cdots": "⋯", "top": "ᵀ", "star": "*", "ast": "*",
    "quad": "  ", "qquad": "    ", "left": "", "right": "", "bigl": "", "bigr": "", "Bigl": "",
    "Bigr": "", "big": "", "Big": "", "displaystyle": "", "limits": "",
}  # fmt: skip
_SUPERSCRIPTS = dict(zip("0123456789+-=()niTkm", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵏᵐ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-=()aeijkmnoprx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₘₙₒₚᵣₓ", strict=True))
_ALPHABETS = {"R": "ℝ", "C": "ℂ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "E": "𝔼", "P": "ℙ"}

_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307", "vec": "\u20d7"}
_FUNCTIONS = (
    "log|exp|arcsin|sinh|cosh|sin|cos|tanh|tan|min|max|det|deg|ker|dim|inf|sup|liminf|lim|arg|erf"
)

# Stand for ^ and _ that have no Unicode letter, so that no later pass takes them up again.
_HAT, _LOW = "\ue000", "\ue001"
_ATOM = re.compile(r"[\d.]+|[^\W\d_]")


def from_latex(text: str) -> str:
    r"""Render LaTeX as plain Unicode text, as far as that goes.

    Parameters
    ----------
    text
        LaTeX, or Markdown with LaTeX in dollar signs.

    Examples
    --------
    >>> print(from_latex(r"$K(w) = \frac{1}{2} \mathbb{E}_x[(f - f_0)^2] \ge 0$"))
    K(w) = 1/2 𝔼ₓ[(f - f₀)²] ≥ 0
    >>> print(from_latex(r"\lambda = \tfrac{r^2+r+h}{4r+2}, \sqrt{\beta}^{m-1}"))
    λ = (r²+r+h)/(4r+2), √βᵐ⁻¹
    >>> print(from_latex(r"\hat\lambda = \log\det I(\hat w_n) + \log(n)"))
    λ̂ = log det I(ŵₙ) + log(n)
    """
    text = _braced(text)
    text = re.sub(r"\\\\(\[[^\]]*\])?", "\n", text)
    text = text.replace(r"\{", "❴").replace(r"\}", "❵")
    text = re.sub(r"\$\$?|\\[()\[\]]", "", text)
    text = re.sub(r"\\mathbb\s*\{?([A-Z])\}?", lambda m: _ALPHABETS.get(m[1], m[1]), text)
    text = re.sub(r"\\(?:begin|end)\{[^{}]*\}", "", text)
    text = re.sub(r"\\not\s*\\equiv", "≢", text)
    text = re.sub(r"\\(?:mathcal|mathbf)\s*(\w)", r"\1", text)
    text = re.sub(rf"(?<=[A-Za-z])\\({_FUNCTIONS})(?![A-Za-z])", r" \\\1", text)
    # A function's name keeps its distance to a letter that follows: log w, log det A.
    text = re.sub(rf"\\({_FUNCTIONS})(?=\s*[A-Za-z\\])(?![A-Za-z])\s*", r"\1 ", text)
    text = re.sub(rf"\\({_FUNCTIONS})(?![A-Za-z])", r"\1", text)
    text = re.sub(rf"\\({'|'.join(_ACCENTS)})\{{(\w)\}}", _accented, text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _SYMBOLS.get(m[1], m[0]), text)
    text = re.sub(r"\\[,;:! ]", " ", text).replace("&", "")
    previous = ""
    while previous != text:  # innermost braces first
        previous = text
        text = re.sub(
            r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}",
            lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}",
            text,
        )
        text = re.sub(r"\\sqrt\s*\{([^{}]*)\}", lambda m: "√" + _grouped(m[1]), text)
        text = re.sub(r"\^(?:\{([^{}]*)\}|([\w*']))", _superscript, text)
        text = re.sub(r"_(?:\{([^{}]*)\}|(\w))", _subscript, text)
        text = re.sub(
            r"\\(?:text|mathrm|mathbf|mathcal|mathsf|operatorname|emph|boxed|widehat|widetilde"
            r"|hat|tilde|bar|vec|mathit|textbf)\*?\s*\{([^{}]*)\}",
            r"\1",
            text,
        )
        text = re.sub(r"(?<![\\\w}^_])\{([^{}]*)\}", r"\1", text)
    for placeholder, character in (("❴", "{"), ("❵", "}"), (_HAT, "^"), (_LOW, "_")):
        text = text.replace(placeholder, character)
    return text


def _braced(text: str) -> str:
    r"""Give \tfrac12, \tfrac\pi2 and \sqrt6 the braces that LaTeX lets one leave out."""
    one = r"(\{[^{}]*\}|\\[A-Za-z]+|\d|(?<=\s)\w)"

    def braces(argument: str) -> str:
        return argument if argument.startswith("{") else f"{{{argument}}}"

    text = re.sub(
        rf"(\\[dt]?frac)\s*{one}\s*{one}",
        lambda m: m[1] + braces(m[2]) + braces(m[3]),
        text,
    )
    text = re.sub(
        rf"(\\(?:{'|'.join(_ACCENTS)}))(?:\s+(\w)|\s*(\\[A-Za-z]+))",
        lambda m: f"{m[1]}{{{m[2] or _SYMBOLS.get(m[3][1:], m[3])}}}",
        text,
    )
    return re.sub(rf"(\\sqrt)\s*{one}", lambda m: m[1] + braces(m[2]), text)


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[2] + _ACCENTS[match[1]])


def _grouped(text: str) -> str:
    text = text.strip()
    return text if _ATOM.fullmatch(text) else f"({text})"


def _superscript(match: re.Match[str]) -> str:
    return _raised(match[1] if match[1] is not None else match[2], _SUPERSCRIPTS, _HAT)


def _subscript(match: re.Match[str]) -> str:
    return _raised(match[1] if match[1] is not None else match[2], _SUBSCRIPTS, _LOW)


def _raised(text: str, letters: dict[str, str], mark: str) -> str:
    if all(c in letters for c in text):
        return "".join(letters[c] for c in text)
    return mark + _grouped(text)


def describe(claim: Claim, result: ClaimResult | None = None) -> str:
    """Write a claim out, with its derivation, and with its evidence if it has been run.

    Parameters
    ----------
    claim
        The claim.
    result
        What a run gave.
    """
    parts = [f"{claim.id}  {claim.title}", f"Source: {claim.source}", _filled(claim.plain)]
    parts.append(_titled("Statement", claim.statement))
    if claim.corrected is not None:
        parts.append(_filled(f"Corrected: {claim.corrected.plain}"))
        parts.append(_titled("Corrected statement", claim.corrected.statement))
    for title, entries in (
        ("Assumptions", claim.assumptions),
        ("Uses", claim.uses),
        ("References", claim.references),
    ):
        if entries:
            parts.append("\n".join([f"{title}:", *(f"  - {from_latex(e)}" for e in entries)]))
    outcomes = {} if result is None else {step.name: step for step in result.evidence}
    for number, step in enumerate(claim.steps, start=1):
        role = f" (second way to {', '.join(step.confirms)})" if step.confirms else ""
        role += " (proves the corrected claim)" if step.corrects else ""
        lines = [f"{number}. {step.title}  [{step.name}]{role}", _derivation(step.derivation)]
        parts.append("\n".join(lines + _evidence(outcomes.get(step.name))))
    if result is not None:
        if "(process)" in outcomes:
            parts.append(outcomes["(process)"].error)
        verdict = f"Verdict: {result.outcome} (recorded: {claim.expected}), ways: {result.ways}"
        parts.append(verdict + (f"\n{result.message}" if result.message else ""))
    return "\n\n".join(parts)


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH)


def _titled(title: str, latex: str) -> str:
    rendered = textwrap.indent(textwrap.dedent(from_latex(latex)).strip(), "    ")
    source = textwrap.indent(textwrap.dedent(latex).strip(), "    ")
    return f"{title}:\n{rendered}\n  LaTeX:\n{source}"


def _derivation(text: str) -> str:
    return textwrap.indent(textwrap.dedent(from_latex(text)).strip(), "     ")


def _evidence(step: StepResult | None) -> list[str]:
    if step is None:
        return []
    marks = {True: "ok", False: "FAILED", None: "open"}
    lines = [f"   [{marks[i.passed]}] {i.kind}: {i.label}: {i.detail}" for i in step.items]
    if step.error:
        lines.append(textwrap.indent(step.error.strip(), "   ! "))
    return lines
