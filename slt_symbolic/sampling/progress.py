"""What a run says about itself while it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slt_symbolic.sampling.state import RunState

__all__ = ["Progress", "report_of"]


@dataclass(frozen=True)
class Progress:
    """A report after a block of sweeps.

    Attributes
    ----------
    phase
        'warm-up' or 'sampling'.
    done, total
        Sweeps of this phase.
    seconds
        Since the run began or was resumed.
    remaining
        Seconds that the rest should take, warm-up and sampling; NaN at the very start.
    lambda_hat
        beta E[K] so far, one for each temperature asked for; empty during warm-up.

    Examples
    --------
    >>> print(Progress("sampling", 500, 2000, 12.0, 36.2, (0.4981, 0.5012)))
    sampling 500/2000, 36 s to go, lambda-hat 0.498 0.501
    """

    phase: str
    done: int
    total: int
    seconds: float
    remaining: float
    lambda_hat: tuple[float, ...] = ()

    def __str__(self) -> str:
        line = f"{self.phase} {self.done}/{self.total}"
        if self.remaining == self.remaining:
            line += f", {self.remaining:.0f} s to go"
        if self.lambda_hat:
            line += ", lambda-hat " + " ".join(f"{value:.3f}" for value in self.lambda_hat)
        return line


def report_of(phase: str, done: int, total: int, began: float, state: RunState) -> Progress:
    """Return the report on a state; ``began`` is when the process took it up."""
    settings = state.settings
    seconds = time.monotonic() - began
    swept = done if phase == "warm-up" else settings.warmup + done
    left = settings.warmup + settings.draws - swept
    remaining = seconds * left / swept if swept else float("nan")
    means: tuple[float, ...] = ()
    if state.blocks:
        totals = sum(block.draws.sum(axis=(1, 2)) for block in state.blocks)
        count = state.done * settings.chains
        means = tuple(
            float(beta * total / count) for beta, total in zip(settings.betas, totals, strict=True)
        )
    return Progress(phase, done, total, seconds, remaining, means)
