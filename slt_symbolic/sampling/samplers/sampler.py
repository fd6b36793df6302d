"""What a sampler declares about itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slt_symbolic.sampling.errors import SamplingError

if TYPE_CHECKING:
    from slt_symbolic.sampling.target import Target

__all__ = ["Sampler", "checked_count", "checked_positive"]


@dataclass(frozen=True)
class Sampler:
    """One kind of step, and how to run it.

    Attributes
    ----------
    name
        Its name, under which :func:`~slt_symbolic.sampling.samplers.sampler` finds it.
    step
        The compiled step; its protocol stands in :mod:`slt_symbolic.sampling.samplers.common`.
    exact
        Whether it keeps the posterior exactly. If not, its draws are biased however long the
        chain is, and 'accepted' counts the steps that a Metropolis rule would have accepted.
    acceptance
        The share of accepted steps that the warm-up aims at; None if the length is given.
    settings
        Numbers for the step.
    minibatch
        Whether it draws random estimates of K from ``Target.minibatch`` instead of K.
    prepare
        Where the settings hang on the target: a function of it that returns the sampler to use.
    """

    name: str
    step: Callable[..., Any]
    exact: bool
    acceptance: float | None = None
    settings: tuple[float, ...] = ()
    minibatch: bool = False
    prepare: Callable[[Target], Sampler] | None = None


def checked_count(name: str, value: int, least: int = 1) -> int:
    """Return an integer, or say that it is none.

    Examples
    --------
    >>> checked_count("leaps", 3)
    3
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SamplingError(f"{name} must be an integer, at least {least}, got {value!r}")
    return value


def checked_positive(name: str, value: float) -> float:
    """Return a positive finite number, or say that it is none.

    Examples
    --------
    >>> checked_positive("friction", 2)
    2.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SamplingError(f"{name} must be a number, got {value!r}")
    if not (math.isfinite(value) and value > 0):
        raise SamplingError(f"{name} must be positive and finite, got {value!r}")
    return float(value)
