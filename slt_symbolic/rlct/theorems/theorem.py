"""What a theorem says about a learning coefficient, and the source that says it."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from ..errors import RLCTError
from ..result import Known, WithExponents


class HypothesisError(RLCTError):
    """A theorem does not apply: the message names the hypothesis that fails."""


@dataclass(frozen=True)
class Citation:
    """The source of a theorem.

    Attributes
    ----------
    key : str
        A BibTeX key.
    text : str
        Author, title, journal, year.
    """

    key: str
    text: str

    def bibtex(self) -> str:
        """Return a BibTeX entry: that of the list of references, or a note for a derivation."""
        from slt_symbolic.citations import UnknownReferenceError, entry

        try:
            return entry(self.key).bibtex()
        except UnknownReferenceError:
            pass
        return f"@misc{{{self.key},\n  note = {{{self.text}}}\n}}"


@dataclass(frozen=True)
class TheoremResult(WithExponents):
    """A learning coefficient, or bounds for it, from a theorem whose hypotheses were checked.

    Attributes
    ----------
    value : sympy.Rational or None
        lambda, if the theorem gives it exactly.
    multiplicity : int or None
        m, if the theorem gives it.
    lower, upper : sympy.Rational or None
        Bounds; equal to the value if there is one.
    theorem : str
        The name of the theorem.
    reason : str
        What it rests on, with the case that applied.
    citation : Citation
        The source.
    """

    value: sympy.Rational | None
    multiplicity: int | None
    lower: sympy.Rational
    upper: sympy.Rational | None
    theorem: str
    reason: str
    citation: Citation

    @property
    def known(self) -> Known:
        """How the result is known: by a theorem."""
        return Known.THEOREM

    @property
    def route(self) -> str:
        """The name of the theorem, as the route of an answer."""
        return self.theorem

    def __repr__(self) -> str:
        return f"TheoremResult({self.exponents()}, {self.theorem}: {self.citation.key})"


def exactly(
    value: sympy.Rational, multiplicity: int | None, theorem: str, reason: str, citation: Citation
) -> TheoremResult:
    """Return a result with an exact value."""
    return TheoremResult(value, multiplicity, value, value, theorem, reason, citation)


def at_most(upper: sympy.Rational, theorem: str, reason: str, citation: Citation) -> TheoremResult:
    """Return a result that is an upper bound."""
    zero = sympy.Integer(0)
    return TheoremResult(None, None, zero, upper, theorem, reason, citation)


def count(value: object, name: str, least: int = 1) -> int:
    """Return a whole number that is at least `least`.

    Raises
    ------
    HypothesisError
        If it is anything else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, sympy.Integer)) or value < least:
        raise HypothesisError(f"{name} must be an integer >= {least}, not {value!r}")
    return int(value)
