"""What a study is: settings, a run that can be taken up again, and a result with findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Finding", "Known", "Progress", "Result", "Settings", "Study", "Verdict", "settings_key"]

Known = Literal["exact", "theorem", "enclosure", "quadrature", "statistics", "heuristic"]
Verdict = Literal["proved", "enclosed", "supported", "refuted", "open"]
Progress = Callable[[str], None]

_KNOWN = ("exact", "theorem", "enclosure", "quadrature", "statistics", "heuristic")
_VERDICTS = ("proved", "enclosed", "supported", "refuted", "open")
# What a way of knowing can bear at most.
_PROVES = ("exact", "theorem")


@dataclass(frozen=True)
class Finding:
    """One sentence that a study comes to.

    Attributes
    ----------
    claim
        The claim's identifier in the ledger, or a name of the finding's own.
    verdict
        ``proved``, ``enclosed``, ``supported``, ``refuted`` or ``open``.
    text
        What was found, one sentence, the figures in it.
    known
        How: ``exact``, ``theorem``, ``enclosure``, ``quadrature`` (doubles), ``statistics``,
        ``heuristic``.
    numbers
        The figures by name; exact ones as text.

    Raises
    ------
    ValueError
        If the verdict or the way of knowing is none of these, or the way cannot bear it.

    Examples
    --------
    >>> Finding("C11", "proved", "It overshoots.", "statistics")
    Traceback (most recent call last):
        ...
    ValueError: C11: 'proved' needs exact or theorem, not statistics
    """

    claim: str
    verdict: Verdict
    text: str
    known: Known = "statistics"
    numbers: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.verdict not in _VERDICTS or self.known not in _KNOWN:
            raise ValueError(f"{self.claim}: verdict {self.verdict!r}, known {self.known!r}")
        if self.verdict == "proved" and self.known not in _PROVES:
            raise ValueError(f"{self.claim}: 'proved' needs exact or theorem, not {self.known}")
        if self.verdict == "enclosed" and self.known not in (*_PROVES, "enclosure"):
            raise ValueError(f"{self.claim}: 'enclosed' needs an enclosure, not {self.known}")


class Settings(Protocol):
    """What a study is asked for: usually a frozen dataclass."""

    @property
    def key(self) -> str:
        """A text that names everything the finished rows depend on; see `settings_key`."""
        ...


class Result(Protocol):
    """What a study gives."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the numbers say about the claims."""
        ...

    def to_json(self) -> str:
        """Return everything as JSON, without NaN."""
        ...

    def latex(self) -> str:
        """Return the table, by `slt_symbolic.tables`."""
        ...

    def text(self) -> str:
        """Return numbers and findings as lines of text."""
        ...

    def figure(self) -> Figure:
        """Draw the figure; matplotlib is imported here and not before."""
        ...


S = TypeVar("S", bound=Settings)
S_contra = TypeVar("S_contra", bound=Settings, contravariant=True)


@dataclass(frozen=True)
class Study(Generic[S]):
    """A study: what ``slt-symbolic study NAME`` runs.

    Attributes
    ----------
    name
        As on the command line: lower-case letters and hyphens.
    title
        A line for people.
    quick, full
        From a seed, the settings for at most a minute, and those for the whole experiment.
    run
        ``run(settings, store=Path | None, progress=callable)``: computes what the store does not
        hold yet, keeps each finished row there, and tells a line before each piece of work.
    """

    name: str
    title: str
    quick: Callable[[int], S]
    full: Callable[[int], S]
    run: Runner[S]


class Runner(Protocol[S_contra]):
    """The type of `Study.run`."""

    def __call__(self, settings: S_contra, *, store: Path | None, progress: Progress) -> Result:
        """Run the study."""
        ...


def settings_key(settings: Any, *, without: tuple[str, ...] = ()) -> str:
    """Return a text that names every field of a dataclass, but for some.

    Parameters
    ----------
    settings
        An instance of a dataclass.
    without
        Fields that no finished row depends on, such as the list of rows that are wanted.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class S:
    ...     rows: tuple[int, ...]
    ...     seed: int = 0
    >>> settings_key(S((1, 2)), without=("rows",))
    'seed=0'
    """
    return "; ".join(
        f"{f.name}={getattr(settings, f.name)}" for f in fields(settings) if f.name not in without
    )
