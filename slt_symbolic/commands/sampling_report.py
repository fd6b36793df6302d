"""What ``slt-symbolic sample`` prints: the outcome as JSON, or for reading."""

from __future__ import annotations

import json
import math
from typing import Any

import sympy

from slt_symbolic.sampling import LadderRun
from slt_symbolic.sampling.checkpoint import machine

from .sample import Outcome
from .sampling_local import Around

# From where on beta K(w*) is told to the reader.
_SMALL = 0.01

__all__ = ["record", "temperatures", "to_json", "to_text"]


def record(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as plain data; what is withheld or unknown is null."""
    run, prediction, fit = outcome.run, outcome.prediction, outcome.fit
    shown = outcome.despite_problems
    validation = outcome.validation
    return {
        "model": outcome.model.name,
        "parameters": list(outcome.model.parameters),
        "sampler": run.sampler,
        "exact": run.exact,
        "seed": run.seed,
        "chains": run.draws.shape[1],
        "draws": run.draws.shape[2],
        "complete": run.complete,
        "temperatures": temperatures(
            outcome.measured, despite_problems=shown, withheld=outcome.refusal is not None
        ),
        "runs": [
            {
                "lowest": stage.betas[0],
                "highest": stage.betas[-1],
                "draws": stage.draws,
                "sampler": stage.sampler,
                "verdict": stage.validation.verdict,
                "seconds": stage.seconds,
            }
            for stage in outcome.stages
        ],
        "exchange_rates": list(run.exchange_rates),
        "around": None if outcome.around is None else _local(outcome, outcome.around),
        "fit": None
        if fit is None
        else {
            "lambda": _number(fit.value.value),
            "standard_error": _number(fit.value.standard_error),
            "m": fit.multiplicity,
            "lowest": fit.betas[0],
            "highest": fit.betas[-1],
            "bias": _number(fit.bias),
            "misfit_p": _number(fit.misfit_p),
            "interval": None
            if outcome.interval is None
            else [_number(end) for end in outcome.interval],
        },
        "fit_with_free_m": None
        if outcome.any_fit is None
        else {
            "m": [f.multiplicity for f in outcome.any_fit.fits],
            "interval": None
            if outcome.any_fit.interval is None
            else [_number(end) for end in outcome.any_fit.interval],
        },
        "prediction": {
            "lambda": None if prediction.value is None else str(prediction.value),
            "m": prediction.multiplicity,
            "how": prediction.how,
        },
        "verdict": None
        if validation is None
        else {
            "verdict": validation.verdict,
            "p_value": _number(validation.p_value),
            "level": validation.level,
            "comparisons": validation.comparisons,
            "resolution": _number(validation.resolution),
            "reasons": list(validation.reasons),
        },
        "problems": list(outcome.problems),
        "shown_despite_problems": shown and bool(outcome.problems),
        "machine": machine(),
    }


def temperatures(
    run: LadderRun, *, despite_problems: bool = False, withheld: bool = False
) -> list[dict[str, Any]]:
    """Return the estimate and the diagnostics of each temperature as plain data.

    ``withheld`` says that beta E[K] estimates nothing, whatever the diagnostics.
    """
    listed = []
    for point in run.points:
        trust = point.diagnostics
        believed = (trust.ok and run.exact and not withheld) or despite_problems
        listed.append(
            {
                "beta": point.beta,
                "lambda_hat": _number(point.lambda_hat.value) if believed else None,
                "standard_error": _number(point.lambda_hat.standard_error) if believed else None,
                "r_hat": _number(trust.r_hat),
                "ess_bulk": trust.ess_bulk,
                "ess_tail": trust.ess_tail,
                "witness_r_hat": [_number(value) for value in trust.witness_r_hat],
                "witness_ess": list(trust.witness_ess),
                "virial_z": _number(trust.virial_z),
                "acceptance": list(trust.acceptance),
                "outside": list(trust.outside),
                "longest_frozen": list(trust.longest_frozen),
                "divergences": list(trust.divergences),
                "problems": list(trust.problems),
            }
        )
    return listed


def _local(outcome: Outcome, around: Around) -> dict[str, Any]:
    """Return the local estimates as plain data."""
    shown = not outcome.problems or outcome.despite_problems
    return {
        "point": list(around.point),
        "radius": around.radius,
        "gamma": around.gamma,
        "estimated": _estimated(outcome, around),
        "false_minimum": outcome.measured is not outcome.run,
        "K": _number(around.loss),
        "local_lambda_hat": [_number(e.value) for e in around.estimates(outcome.run)]
        if shown
        else None,
    }


def _estimated(outcome: Outcome, around: Around) -> str:
    """Say what is estimated near weights, and what K(w*) > 0 does to it."""
    if outcome.measured is not outcome.run:
        return around.of_difference
    return around.estimated if outcome.refusal is None else f"nothing: {outcome.refusal}"


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def to_json(outcome: Outcome) -> str:
    """Write the outcome as JSON."""
    return json.dumps(record(outcome), indent=2, allow_nan=False)


def to_text(outcome: Outcome) -> str:
    """Write the outcome for reading."""
    prediction = outcome.prediction
    lines = [f"{outcome.model.name}: {len(outcome.model.parameters)} parameters"]
    lines += [f"run {number}: {stage}" for number, stage in enumerate(outcome.stages, 1)]
    lines.append(outcome.run.table(despite_problems=outcome.despite_problems))
    if outcome.around is not None:
        around = outcome.around
        lines.append(f"{_estimated(outcome, around)}; K(w*) = {around.loss:.4g}")
        if not outcome.problems or outcome.despite_problems:
            found = zip(outcome.run.betas, around.estimates(outcome.run), strict=True)
            lines.extend(
                f"{beta:10.4g}  beta (E[K] - K(w*)) = {e.value:.4f} +- {e.standard_error:.4f}"
                for beta, e in found
            )
            low = outcome.run.betas[-1] * around.loss
            if outcome.measured is outcome.run and low > _SMALL:
                lines.append(
                    f"w* is not true, which makes these too low by beta K(w*), {low:.4g} at the "
                    "last: beta E[K] is what is fitted"
                )
    if outcome.fit is not None:
        lines.append(f"fit: {outcome.fit}")
        if outcome.interval is not None:
            low, high = outcome.interval
            lines.append(
                f"over all corrections that describe these temperatures: {low:.4f} to {high:.4f}"
            )
    if outcome.any_fit is not None:
        lines.append(f"m free: {outcome.any_fit}")
    if outcome.refusal is not None and outcome.around is None:
        lines.append(f"problem: {outcome.refusal}")
    if outcome.problems:
        why = "diagnostics failed" if outcome.refusal is None else "lambda cannot be fitted"
        lines.append(f"FLAGGED: {why}" if outcome.despite_problems else "estimate withheld")
    if outcome.validation is not None:
        lines.append(str(outcome.validation))
    shown = "" if prediction.value is None else f"lambda = {sympy.sstr(prediction.value)}, "
    lines.append(f"prediction: {shown}m = {prediction.multiplicity or 'unknown'}, {prediction.how}")
    return "\n".join(lines)
