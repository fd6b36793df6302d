"""The curve by Markov chains, as a check that shares nothing with the integral over scales.

Three ways: readouts integrated out, readouts sampled beside the weights, and readouts uniform on
[-1, 1] instead of normal. All with replica exchange and the diagnostics of the samplers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ChainPoint", "chain_points"]


@dataclass(frozen=True)
class ChainPoint:
    """λ̂ at one β by Markov chains.

    Attributes
    ----------
    units
        h.
    readouts
        ``integrated`` out; ``sampled`` from their normal prior; ``bounded``, sampled from the
        uniform law on [-1, 1]; or ``walk``, integrated out in the random walk of weights.
    log10_beta
        log10 β.
    value, error
        λ̂ and its standard error.
    r_hat, effective
        Rank-normalised R-hat, and the bulk effective sample size.
    problems
        Reasons not to believe it.
    """

    units: int
    readouts: str
    log10_beta: float
    value: float
    error: float
    r_hat: float
    effective: float
    problems: tuple[str, ...]


def chain_points(
    units: int,
    log10_betas: Sequence[float],
    *,
    readouts: str = "integrated",
    draws: int = 1500,
    warmup: int = 1000,
    seed: int = 0,
) -> tuple[ChainPoint, ...]:
    """Sample Σ a_i tanh(w_i x) with truth 0, w uniform on [-1, 1], at a few temperatures.

    Parameters
    ----------
    units
        h.
    log10_betas
        Ascending, at most 20: the arithmetic there is that of doubles.
    readouts
        ``integrated``, ``sampled`` or ``bounded``.
    draws, warmup, seed
        As in :func:`slt_symbolic.sampling.run_ladder`.

    Examples
    --------
    >>> chain_points(2, [30])
    Traceback (most recent call last):
        ...
    ValueError: log10_betas must lie in 0..20, got [30]
    """
    from slt_symbolic import KLDivergence, StandardNormal, TwoLayer
    from slt_symbolic.activations import TANH
    from slt_symbolic.sampling import Gaussian, UniformBox, run_ladder
    from slt_symbolic.sampling.priors import ProductPrior
    from slt_symbolic.sampling.readouts import ReadoutTarget
    from slt_symbolic.sampling.target import Target
    from slt_symbolic.sampling.targets import population_target

    if not log10_betas or max(log10_betas) > 20 or min(log10_betas) < 0:
        raise ValueError(f"log10_betas must lie in 0..20, got {list(log10_betas)}")
    model = TwoLayer.symbolic(TANH, width=units, biases=0, output_bias=0)
    law = StandardNormal(1)
    box = UniformBox((-1,), (1,))
    target: Target
    if readouts == "integrated":
        weights = UniformBox((-1,) * units, (1,) * units)
        target = ReadoutTarget.of(model, law, weights)
    elif readouts in ("sampled", "bounded"):
        readout = Gaussian((0,), (1,)) if readouts == "sampled" else box
        # Parameters come unit by unit, weight before readout.
        truth = TwoLayer(TANH, (), inputs=1)
        prior = ProductPrior([box, readout] * units)
        target = population_target(KLDivergence(model, truth, law), prior)
    else:
        raise ValueError(f"readouts must be integrated, sampled or bounded, got {readouts!r}")
    run = run_ladder(target, [10.0**e for e in log10_betas], draws=draws, warmup=warmup, seed=seed)
    return tuple(
        ChainPoint(
            units, readouts, float(e), point.lambda_hat.value, point.lambda_hat.standard_error,
            point.diagnostics.r_hat, point.diagnostics.ess_bulk, point.diagnostics.problems,
        )
        for e, point in zip(log10_betas, run.points, strict=True)
    )  # fmt: skip
