"""A claim: what is asserted, where, under which assumptions, and the steps that show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict

Drawing = TypeVar("Drawing", bound=Callable[[], object])

__all__ = ["Claim", "Corrected", "Source", "Step"]

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def _require_text(owner: str, **texts: str) -> None:
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{owner}: {name} must be a non-empty string, got {text!r}")


@dataclass(frozen=True)
class Source:
    """Where a claim is made.

    Parameters
    ----------
    document
        The source document, for instance ``"004"``.
    place
        The place in it, for instance ``"Example 3.4"``.

    Examples
    --------
    >>> print(Source(document="004", place="Example 3.4"))
    004, Example 3.4
    """

    document: str
    place: str = ""

    def __post_init__(self) -> None:
        _require_text("Source", document=self.document)

    def __str__(self) -> str:
        return f"{self.document}, {self.place}" if self.place else self.document


@dataclass(frozen=True)
class Corrected:
    """What is true instead of a refuted claim.

    Parameters
    ----------
    statement
        In LaTeX.
    plain
        In words.
    """

    statement: str
    plain: str

    def __post_init__(self) -> None:
        _require_text("Corrected", statement=self.statement, plain=self.plain)


@dataclass(frozen=True)
class Step:
    """One executable step of a claim; `Claim.step` makes it.

    Parameters
    ----------
    name
        Name of its function.
    title
        One line.
    derivation
        The mathematics, LaTeX or Markdown.
    run
        Takes an `Evidence` and records on it.
    confirms
        Names of the steps that this one reaches by an independent second way.
    corrects
        Whether it proves the corrected claim.
    """

    name: str
    title: str
    derivation: str
    run: Callable[[Evidence], None]
    confirms: tuple[str, ...] = ()
    corrects: bool = False


class Claim:
    """One line of the ledger, with the code that decides it.

    Parameters
    ----------
    id
        Letters, digits, ``_ . -``; begins with a letter. Unique in a ledger.
    title
        One line.
    statement
        The assertion in LaTeX.
    plain
        The assertion in words.
    source
        Where it is made.
    assumptions
        Each in words or LaTeX.
    uses
        Identifiers of the claims that its steps rely on.
    references
        Author, year, place.
    expected
        The verdict that the author of the file vouches for.
    corrected
        Exactly when `expected` is `Verdict.REFUTED`: what is true instead.

    Raises
    ------
    ValueError, TypeError
        If an argument is empty, misspelt or of the wrong kind.

    Examples
    --------
    >>> from sympy import symbols
    >>> claim = Claim(
    ...     id="X1",
    ...     title="A binomial",
    ...     statement=r"(x+1)^2 = x^2 + 2x + 1",
    ...     plain="The square of x + 1 is x squared plus twice x plus one.",
    ...     source=Source(document="example"),
    ...     expected=Verdict.PROVED,
    ... )
    >>> @claim.step("Expand", derivation=r"$(x+1)(x+1) = x^2 + x + x + 1$")
    ... def expand(evidence):
    ...     x = symbols("x")
    ...     evidence.identity("both sides", (x + 1) ** 2 - (x**2 + 2 * x + 1))
    >>> [step.name for step in claim.steps]
    ['expand']
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the ledger's own word for it
        title: str,
        statement: str,
        plain: str,
        source: Source,
        expected: Verdict,
        assumptions: Iterable[str] = (),
        uses: Iterable[str] = (),
        references: Iterable[str] = (),
        corrected: Corrected | None = None,
    ) -> None:
        if not isinstance(id, str) or not _ID.fullmatch(id):
            raise ValueError(
                f"Claim: id must be letters, digits, '_', '.' or '-' after a letter, got {id!r}"
            )
        _require_text(f"Claim {id}", title=title, statement=statement, plain=plain)
        if not isinstance(source, Source):
            raise TypeError(f"Claim {id}: source must be a Source, got {source!r}")
        if not isinstance(expected, Verdict):
            raise TypeError(f"Claim {id}: expected must be a Verdict, got {expected!r}")
        if corrected is not None and not isinstance(corrected, Corrected):
            raise TypeError(f"Claim {id}: corrected must be a Corrected, got {corrected!r}")
        if expected is Verdict.REFUTED and corrected is None:
            raise ValueError(f"Claim {id}: a claim expected to be refuted needs corrected=")
        self.id = id
        self.title = title
        self.statement = statement
        self.plain = plain
        self.source = source
        self.expected = expected
        self.assumptions = _texts(id, "assumptions", assumptions)
        self.uses = _texts(id, "uses", uses)
        self.references = _texts(id, "references", references)
        self.corrected = corrected
        self._steps: dict[str, Step] = {}
        self._figures: list[tuple[str, Callable[[], object]]] = []
        if id in self.uses:
            raise ValueError(f"Claim {id}: uses must not name the claim itself")

    def __repr__(self) -> str:
        return f"<Claim {self.id}: {self.title}>"

    def _repr_html_(self) -> str:
        from slt_symbolic.claims.view import claim_html

        return claim_html(self)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in the order of the file."""
        return tuple(self._steps.values())

    def step(
        self,
        title: str,
        *,
        derivation: str,
        confirms: str | Iterable[str] | None = None,
        corrects: bool = False,
    ) -> Callable[[Callable[[Evidence], None]], Callable[[Evidence], None]]:
        """Make the decorated function a step of this claim.

        Parameters
        ----------
        title
            One line.
        derivation
            The mathematics of the step, LaTeX or Markdown, for the reader.
        confirms
            Name, or names, of earlier steps that this one reaches by an independent way. It must
            pass, but cannot lower the verdict.
        corrects
            Whether the step proves the corrected claim; only with `corrected`.

        Returns
        -------
        callable
            A decorator that registers the function and gives it back unchanged.

        Raises
        ------
        ValueError
            If the name is taken, `confirms` names no earlier primary step, or `corrects` is set
            without a corrected claim.
        """
        _require_text(f"Claim {self.id}, step", title=title, derivation=derivation)
        names = (confirms,) if isinstance(confirms, str) else tuple(confirms or ())
        for name in names:
            if name not in self._steps or self._steps[name].confirms:
                primary = [s.name for s in self.steps if not s.confirms]
                raise ValueError(
                    f"Claim {self.id}, step {title!r}: confirms must name an earlier primary step "
                    f"(one of {primary}), got {name!r}"
                )
        if corrects and self.corrected is None:
            raise ValueError(f"Claim {self.id}, step {title!r}: corrects=True needs corrected=")

        def register(function: Callable[[Evidence], None]) -> Callable[[Evidence], None]:
            name = function.__name__
            if name in self._steps:
                raise ValueError(f"Claim {self.id}: two steps are called {name!r}")
            self._steps[name] = Step(name, title, derivation, function, names, corrects)
            return function

        return register

    @property
    def figures(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """Captions, and what draws the figures, in the order of the file."""
        return tuple(self._figures)

    def figure(self, caption: str) -> Callable[[Drawing], Drawing]:
        """Show in the report what the decorated function draws.

        A figure is no evidence. It is drawn when a report is written and not before.

        Parameters
        ----------
        caption
            Words under the figure.

        Returns
        -------
        callable
            A decorator for a function without arguments that returns a matplotlib figure.
        """
        _require_text(f"Claim {self.id}, figure", caption=caption)

        def register(function: Drawing) -> Drawing:
            self._figures.append((caption, function))
            return function

        return register


def _texts(owner: str, name: str, values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError(f"Claim {owner}: {name} must be a sequence of strings, got {values!r}")
    texts = tuple(values)
    for text in texts:
        _require_text(f"Claim {owner}", **{name: text})
    return texts
