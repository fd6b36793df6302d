"""``slt-symbolic sample``: lambda by sampling, next to what theory predicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slt_symbolic.expressions import parse_rational
from slt_symbolic.sampling import (
    LadderFit,
    LadderRun,
    MultiplicityFit,
    Progress,
    Validation,
    fit_ladder,
    fit_with_free_multiplicity,
    run_ladder,
    validate,
)

from .sampling_config import Config, content_of
from .sampling_local import Around, model_around, point_of
from .sampling_models import Model, model_of_case, model_of_description, read_case
from .sampling_predictions import Prediction

__all__ = ["Outcome", "Request", "answer", "compare", "exit_status", "prediction_of"]

# What the form's next term leaves at an end, a wall or a curvature of the true parameters.
_EXPONENT = 0.5


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Attributes
    ----------
    file, problem, case
        A description, or a file of RLCT problems and the case's identifier.
    half_width
        Of the box around a problem's point.
    changes
        Values of :class:`Config` that stand in place of the file's.
    predict
        ``LAMBDA,M``, ``none``, or None to derive it.
    budget
        Seconds for deriving it.
    around, radius
        Weights of the network as text, and the radius of the ball around them that stands in
        place of the prior.
    store, resume
        The file that holds the run, and whether to go on from it.
    despite_problems
        Whether estimates are shown although diagnostics failed.
    """

    file: Path | None = None
    problem: Path | None = None
    case: str | None = None
    half_width: str = "1"
    changes: Mapping[str, Any] = field(default_factory=dict)
    predict: str | None = None
    budget: float = 30.0
    around: str | None = None
    radius: float | None = None
    store: Path | None = None
    resume: bool = False
    despite_problems: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came out.

    Attributes
    ----------
    model, config
        What was sampled, and how.
    run
        The draws.
    prediction
        What theory says.
    fit, any_fit
        lambda with the predicted m, and with every m that describes the ladder; None where
        nothing could be fitted or the diagnostics failed.
    validation
        The comparison, if there is a prediction.
    around
        The weights whose neighbourhood was sampled, if it was one.
    despite_problems
        Whether estimates are shown although diagnostics failed.
    """

    model: Model
    config: Config
    run: LadderRun
    prediction: Prediction
    fit: LadderFit | None
    any_fit: MultiplicityFit | None
    validation: Validation | None
    despite_problems: bool
    around: Around | None = None

    @property
    def prediction_pair(self) -> tuple[float, int] | None:
        """The predicted lambda and m as numbers, if both are known."""
        if self.prediction.value is None or self.prediction.multiplicity is None:
            return None
        return float(self.prediction.value), self.prediction.multiplicity


def answer(request: Request, progress: Callable[[Progress], None] | None = None) -> Outcome:
    """Sample, fit and compare.

    Raises
    ------
    ValueError
        If the request, the description or the problem makes no sense, or K is not finite
        somewhere.
    KeyboardInterrupt
        If it was interrupted before there was a draw.
    """
    if (request.file is None) == (request.problem is None):
        raise ValueError("give either a description or --problem FILE")
    if request.resume and request.store is None:
        raise ValueError("--resume needs --store FILE, the file of the interrupted run")
    if (request.around is None) != (request.radius is None):
        raise ValueError("--around needs --radius, and the other way round")
    if request.around is not None and request.file is None:
        raise ValueError("--around needs a description of a network")
    around = None
    if request.file is not None and request.around is not None and request.radius is not None:
        model, around = model_around(
            content_of(request.file), str(request.file), point_of(request.around), request.radius
        )
    elif request.file is not None:
        model = model_of_description(content_of(request.file), str(request.file))
    else:
        width = parse_rational(request.half_width)
        if not width > 0:
            raise ValueError(f"--half-width must be positive, got {request.half_width}")
        assert request.problem is not None  # noqa: S101  # for the type checker: seen above
        model = model_of_case(read_case(request.problem, request.case), half_width=width)
    config = model.config.changed(request.changes)
    stated = None if request.predict is None else prediction_of(request.predict)
    run = run_ladder(
        model.target, **config.arguments(), progress=progress,
        checkpoint=request.store, resume=request.resume,
    )  # fmt: skip
    prediction = model.predict(request.budget) if stated is None else stated
    outcome = compare(model, config, run, prediction, request.despite_problems)
    return replace(outcome, around=around)


def prediction_of(text: str) -> Prediction:
    """Read ``LAMBDA,M`` or ``none``.

    Examples
    --------
    >>> prediction_of("13/2,1").value
    13/2
    """
    if text.strip().lower() == "none":
        return Prediction(None, None, "no prediction wanted")
    parts = text.split(",")
    if len(parts) != 2 or not parts[1].strip().isdigit() or int(parts[1]) < 1:
        raise ValueError(f"--predict must be LAMBDA,M such as 1/2,2 or 'none', got {text!r}")
    value = parse_rational(parts[0].strip())
    if not value > 0:
        raise ValueError(f"--predict: lambda must be positive, got {value}")
    return Prediction(value, int(parts[1]), "as stated by the user")


def compare(
    model: Model, config: Config, run: LadderRun, prediction: Prediction, despite_problems: bool
) -> Outcome:
    """Fit a run and compare it with a prediction."""
    fit = any_fit = validation = None
    if run.ok or despite_problems:
        fit, any_fit = _fits(run, prediction.multiplicity or 1, len(model.parameters), config.level)
    if prediction.value is not None and prediction.multiplicity is not None:
        predicted = (prediction.value, prediction.multiplicity)
        validation = validate(predicted, run, level=config.level, despite_problems=despite_problems)
    return Outcome(model, config, run, prediction, fit, any_fit, validation, despite_problems)


def _fits(
    run: LadderRun, m: int, dimension: int, level: float
) -> tuple[LadderFit | None, MultiplicityFit | None]:
    exponent = _EXPONENT if len(run.betas) > 2 + (m > 1) else None
    try:
        fit = fit_ladder(run.betas, run.draws, multiplicity=m, correction_exponent=exponent)
        free = fit_with_free_multiplicity(
            run.betas, run.draws, most=min(dimension, 4), correction_exponent=exponent, level=level
        )
    except ValueError:  # a chain is constant, or there are fewer temperatures than numbers
        return None, None
    return fit, free


def exit_status(outcome: Outcome) -> int:
    """Return 130 if interrupted, 1 if inconsistent or withheld, else 0."""
    if not outcome.run.complete:
        return 130
    contradicted = outcome.validation is not None and outcome.validation.verdict == "inconsistent"
    return int(contradicted or not (outcome.run.ok or outcome.despite_problems))
