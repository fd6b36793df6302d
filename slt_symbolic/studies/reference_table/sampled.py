"""What the samplers say about a row: E[beta K] on a small box around its point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from slt_symbolic.divergence import KLDivergence

__all__ = ["Sampled", "half_width", "sample"]

# A closed form of K is a difference, with a rounding error of 1e-16; a sum of squares has none.
COLDEST_CLOSED, COLDEST_SQUARES = 1e12, 1e24


@dataclass(frozen=True)
class Sampled:
    """What a ladder of temperatures said.

    Attributes
    ----------
    betas, estimates, errors
        E[beta K] and its standard error at each inverse temperature; none where the diagnostics
        failed.
    verdict
        ``consistent``, ``inconsistent`` or ``cannot tell``.
    measured
        lambda from the fit with its error, as text, or None.
    reason
        Why, in a line.
    half_width
        Of the box around the point, on which the prior is uniform.
    """

    betas: tuple[float, ...]
    estimates: tuple[float, ...]
    errors: tuple[float, ...]
    verdict: str
    measured: str | None
    reason: str
    half_width: float


def half_width(point: Mapping[str, str]) -> float:
    """Return half the distance to where a coordinate vanishes or two get equal sizes, at most 1/4.

    Notes
    -----
    Strata end there, and a neighbouring one may have a smaller lambda, which a box that reaches
    it would show. This is a choice, no proof: a box that is too large makes a comparison fail.

    Examples
    --------
    >>> half_width({"w1": "1", "q1": "0", "w2": "-4/3"})
    0.16666666666666666
    """
    sizes = {abs(Fraction(v)) for v in point.values()}
    gaps = [abs(a - b) for a, b in combinations(sorted(sizes | {Fraction(0)}), 2)]
    return min(0.25, *(float(g) / 2 for g in gaps)) if gaps else 0.25


def sample(
    divergence: KLDivergence,
    point: Mapping[str, str],
    prediction: tuple[Fraction, int],
    *,
    draws: int,
    seconds: float,
    seed: int,
) -> Sampled:
    """Sample exp(-beta K) around a point and compare with a prediction of lambda and m.

    Parameters
    ----------
    divergence
        K.
    point
        Values by name.
    prediction
        (lambda, m).
    draws
        Of each of 4 chains at each temperature of the first run.
    seconds
        Of the processor: a longer and colder run that would not fit is not begun.
    seed
        Of the chains.
    """
    from slt_symbolic.sampling import Target, UniformBox, confirm

    size = half_width(point)
    centre = [float(Fraction(point[str(p)])) for p in divergence.parameters]
    box = UniformBox(tuple(c - size for c in centre), tuple(c + size for c in centre))
    found = confirm(
        prediction, Target(divergence.compile(), box), budget=seconds, draws=draws, seed=seed,
        coldest=COLDEST_CLOSED if divergence.is_algebraic else COLDEST_SQUARES,
    )  # fmt: skip
    outcome = found.validation
    points = [p for p in found.run.points if p.lambda_hat.standard_error < float("inf")]
    return Sampled(
        tuple(p.beta for p in points),
        tuple(p.lambda_hat.value for p in points),
        tuple(p.lambda_hat.standard_error for p in points),
        outcome.verdict,
        None if outcome.measured is None else str(outcome.measured),
        outcome.reasons[0] if outcome.reasons else "",
        size,
    )
