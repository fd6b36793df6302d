"""Confirm a learning coefficient by sampling: E[βK] over a ladder of inverse temperatures."""

from collections.abc import Sequence

from slt_symbolic.claims import Evidence
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.rlct import LearningCoefficient
from slt_symbolic.sampling import Target, UniformBox, geometric_ladder, run_ladder, validate

LEVEL = 0.001


def confirm_by_sampling(
    evidence: Evidence,
    label: str,
    divergence: KLDivergence,
    predicted: LearningCoefficient,
    lower: Sequence[float],
    upper: Sequence[float],
    seed: int,
) -> None:
    """Sample exp(−βK) on a box around the point and test the predicted λ and m."""
    target = Target(divergence.compile(), UniformBox(lower, upper))
    betas = geometric_ladder(1e2, 1e6, 7)
    run = run_ladder(target, betas, chains=4, draws=3000, warmup=1000, seed=seed)
    # K is quadratic near the point in every chamber: the poles of its zeta function are halves of
    # integers, so the next one is 1/2 away.
    outcome = validate(
        (predicted.value, predicted.multiplicity), run, level=LEVEL, correction_exponent=0.5
    )
    evidence.equal(f"{label}: verdict of the comparison", outcome.verdict, "consistent")
    evidence.statistic(
        f"{label}: E[beta K] against lambda = {predicted.value}, m = {predicted.multiplicity}",
        p_value=outcome.p_value,
        level=LEVEL,
        statistic=outcome.z,
        description=(
            f"Metropolis-adjusted Langevin, beta = 1e2..1e6; measured {outcome.measured}; "
            f"an error of {outcome.resolution:.3f} would have shown"
        ),
    )
