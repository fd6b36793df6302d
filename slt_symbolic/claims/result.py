"""What came of running a claim, as plain data that goes through JSON and back."""

from __future__ import annotations

import dataclasses
import html
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slt_symbolic.claims.claim import Source
from slt_symbolic.claims.evidence import Item
from slt_symbolic.claims.verdict import Status, Strength, Verdict

__all__ = ["ClaimResult", "StepResult"]


@dataclass(frozen=True)
class StepResult:
    """What one step recorded.

    Parameters
    ----------
    name, title
        Of the step.
    items
        Its evidence, in order.
    confirms, corrects
        As declared.
    error
        Traceback or message if it crashed, else the empty string.
    """

    name: str
    title: str
    items: tuple[Item, ...]
    confirms: tuple[str, ...] = ()
    corrects: bool = False
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether it ran to its end and all of its evidence passed."""
        return not self.error and all(item.passed is True for item in self.items)

    @property
    def strength(self) -> Strength | None:
        """The weakest strength among its evidence; None if it has none."""
        return weakest(item.strength for item in self.items)


@dataclass(frozen=True)
class ClaimResult:
    """What came of running a claim.

    Parameters
    ----------
    id, title, source, uses
        Of the claim. For a file that cannot be loaded, the id is the name of the file.
    status
        How the run ended.
    verdict
        None unless the status is ``decided``.
    expected
        The verdict recorded in the claim file; None for a file that cannot be loaded.
    evidence
        One entry per step.
    seconds
        Wall time of its steps.
    standing
        How strongly other claims may rely on it; None if they may not.
    message
        Why the verdict is not a plain one: what failed, what is missing.
    traceback
        Of the crash, else the empty string.
    """

    id: str
    title: str
    source: Source | None
    status: Status
    verdict: Verdict | None
    expected: Verdict | None
    seconds: float
    evidence: tuple[StepResult, ...] = ()
    uses: tuple[str, ...] = ()
    standing: Strength | None = None
    message: str = ""
    traceback: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether the claim was decided as its file records."""
        return self.status is Status.DECIDED and self.verdict is self.expected

    @property
    def outcome(self) -> str:
        """The verdict, or ``failed`` or ``crashed``: what a table shows."""
        return str(self.verdict if self.verdict is not None else self.status)

    @property
    def ways_by_step(self) -> dict[str, tuple[str, ...]]:
        """For each primary step, the names of the passing steps that establish it, itself first.

        A step counts as another way only if it passed and records evidence of its own.
        """
        return {
            step.name: tuple(
                other.name
                for other in self.evidence
                if other.passed and (other is step or step.name in other.confirms)
            )
            for step in self.evidence
            if not step.confirms
        }

    @property
    def ways(self) -> int:
        """The number of independent ways that every primary step has been reached, at least."""
        return min((len(names) for names in self.ways_by_step.values()), default=0)

    @property
    def summary(self) -> str:
        """The kinds of evidence, counted: ``2 identity, 1 certificate``."""
        kinds = Counter(item.kind for step in self.evidence for item in step.items)
        return ", ".join(f"{count} {kind}" for kind, count in kinds.items())

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dump``; `from_json` inverts it.

        ``verdict`` is `outcome`; ``ways`` is a number and ``ways_by_step`` spells it out.
        """
        strengths = {step.name: str(step.strength) for step in self.evidence}
        return {
            "id": self.id,
            "title": self.title,
            "source": None if self.source is None else dataclasses.asdict(self.source),
            "status": str(self.status),
            "verdict": self.outcome,
            "expected": None if self.expected is None else str(self.expected),
            "as_expected": self.as_expected,
            "seconds": self.seconds,
            "ways": self.ways,
            "ways_by_step": [
                {"step": name, "ways": [{"step": n, "strength": strengths[n]} for n in names]}
                for name, names in self.ways_by_step.items()
            ],
            "uses": list(self.uses),
            "standing": None if self.standing is None else str(self.standing),
            "message": self.message,
            "traceback": self.traceback,
            "evidence": [dataclasses.asdict(step) for step in self.evidence],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ClaimResult:
        """Rebuild a result from `to_json`.

        Parameters
        ----------
        data
            What ``json.load`` gave back.

        Raises
        ------
        ValueError
            If a status, verdict or strength is not one of the allowed words.
        KeyError, TypeError
            If an entry is missing or misshapen.
        """
        status = Status(data["status"])
        return cls(
            id=data["id"],
            title=data["title"],
            source=None if data["source"] is None else Source(**data["source"]),
            status=status,
            verdict=Verdict(data["verdict"]) if status is Status.DECIDED else None,
            expected=None if data["expected"] is None else Verdict(data["expected"]),
            seconds=data["seconds"],
            evidence=tuple(_step_from_json(step) for step in data["evidence"]),
            uses=tuple(data["uses"]),
            standing=None if data["standing"] is None else Strength(data["standing"]),
            message=data["message"],
            traceback=data["traceback"],
        )

    def _repr_html_(self) -> str:
        cells = (self.id, self.outcome, self.summary, f"{self.ways}", f"{self.seconds:.2f}")
        row = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        head = "".join(
            f"<th>{name}</th>" for name in ("claim", "verdict", "evidence", "ways", "seconds")
        )
        return f"<table><tr>{head}</tr><tr>{row}</tr></table>"


def _step_from_json(data: Mapping[str, Any]) -> StepResult:
    items = tuple(
        Item(
            **{**item, "strength": None if item["strength"] is None else Strength(item["strength"])}
        )
        for item in data["items"]
    )
    return StepResult(**{**data, "items": items, "confirms": tuple(data["confirms"])})


def weakest(strengths: Iterable[Strength | None]) -> Strength | None:
    """Return the weakest of some strengths, None entries ignored; None if there is none."""
    known = [s for s in strengths if s is not None]
    return max(known, key=lambda s: s.rank, default=None)
