"""Shares of the phases by replica exchange."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from slt_symbolic.studies.relu_phases.settings import PhaseSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from slt_symbolic.divergence import KLDivergence

    Label = Callable[[NDArray[np.float64]], NDArray[np.int64]]

__all__ = ["inverse_temperature", "sampled_shares"]

_BRIDGE = 2.0


def inverse_temperature(n: int) -> float:
    """Return n/log n, the source's inverse temperature of the posterior times n.

    Examples
    --------
    >>> round(inverse_temperature(10_000), 2)
    1085.74
    """
    return n / math.log(n)


def sampled_shares(
    K: KLDivergence,
    label: Label,
    places: Label,
    settings: PhaseSettings,
    seed: int,
) -> list[dict[str, Any]]:
    """Sample exp(-nK/log n) under standard normal priors; return the shares at each n.

    Parameters
    ----------
    K
        The divergence, of all parameters.
    label
        From parameters, shape (chains, draws, d), to 0, 1 or 2: the source's phases.
    places
        The same for the two sets whose masses are predicted.
    settings
        Sizes, chains, draws.
    seed
        Of the chains.

    Returns
    -------
    list of dict
        For each n: shares with Monte Carlo errors, the least and the greatest share of the
        first phase over the chains, log of the odds of the first two with its error (None if one
        is empty), the same for the sets whose masses are predicted, E[K], R-hat and effective
        draws of K, the share of divergent trajectories
        (rejected, so that the law is kept), the least share of exchanges made.
    """
    from slt_symbolic.sampling import Gaussian, population_target, run_ladder
    from slt_symbolic.sampling.samplers.hmc import hmc

    dimension = len(K.parameters)
    target = population_target(K, Gaussian((0.0,) * dimension, (1.0,) * dimension))
    run = run_ladder(
        target,
        [inverse_temperature(n) for n in settings.sizes],
        sampler=hmc(settings.leaps),
        chains=settings.chains,
        draws=settings.draws,
        warmup=settings.warmup,
        inner=settings.inner,
        seed=seed,
        bridge_ratio=_BRIDGE,
        keep_parameters=True,
    )
    rows = []
    for k, (n, point) in enumerate(zip(settings.sizes, run.points, strict=True)):
        parameters = np.asarray(point.parameters)
        trust = point.diagnostics
        inside = _indicators(label(parameters))
        shares = [float(i.mean()) for i in inside]
        first = inside[0].mean(axis=1)
        steps = settings.chains * settings.draws * settings.inner
        rows.append({
            "n": n, "shares": shares,
            "errors": [_error(i, trust.ess_bulk) for i in inside],
            "spread": [float(first.min()), float(first.max())],
            "log_odds": _log_odds(inside, trust.ess_bulk),
            "place_odds": _log_odds(_indicators(places(parameters)), trust.ess_bulk),
            "mean_loss": float(point.draws.mean()),
            "r_hat": float(trust.r_hat), "effective": float(trust.ess_bulk),
            "divergent": float(run.diverged[k].sum()) / steps,
            "exchanges": float(min(run.exchange_rates)),
        })  # fmt: skip
    return rows


def _indicators(labels: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    return [(labels == j).astype(np.float64) for j in range(3)]


def _error(values: NDArray[np.float64], effective: float) -> float:
    """Return the Monte Carlo error of a mean; never below that of as many draws as K has."""
    from slt_symbolic.sampling import lambda_hat

    count = values.size
    share = (values.sum() + 1) / (count + 2)
    least = math.sqrt(share * (1 - share) / max(effective, 1.0))
    error = lambda_hat(1.0, values).standard_error
    if not math.isfinite(error):
        # A chain that never left, or never met, the phase: the chains against each other.
        error = float(values.mean(axis=1).std(ddof=1)) / math.sqrt(len(values))
    return float(max(error, least))


def _log_odds(inside: list[NDArray[np.float64]], effective: float) -> list[float] | None:
    """Return the log of the odds of the first two phases, with its error to first order."""
    from slt_symbolic.sampling import lambda_hat

    first, second = inside[0].mean(), inside[1].mean()
    if min(first, second) * effective < 5:
        return None
    linear = inside[0] / first - inside[1] / second
    error = lambda_hat(1.0, linear).standard_error
    return [float(math.log(first / second)), float(error)] if math.isfinite(error) else None
