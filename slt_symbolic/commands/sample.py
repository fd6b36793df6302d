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
    Stage,
    Validation,
    confirm,
    run_ladder,
    validate,
)
from slt_symbolic.sampling.checkpoint import keeps_parameters

from .sampling_config import Config, content_of, read_config, sections
from .sampling_fits import Fitted, counted_from_its_least, fits
from .sampling_local import Around, point_of
from .sampling_models import Model, model_of_case, model_of_description, read_case
from .sampling_predictions import Prediction

__all__ = ["Outcome", "Request", "answer", "compare", "exit_status", "prediction_of"]

# The settings that --confirm chooses.
_CHOSEN = ("betas", "sampler", "draws", "warmup")
# The largest beta: K of a network may be a difference of closed forms, that of a problem is a sum
# of squares.
_COLDEST_NETWORK, _COLDEST_PROBLEM = 1e12, 1e24


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
    around, radius, gamma
        Weights of the network as text, and the radius of the ball around them, or the strength of
        the Gaussian factor, that stands in place of the prior.
    store, resume
        The file that holds the run, and whether to go on from it.
    despite_problems
        Whether estimates are shown although diagnostics failed.
    plots
        Whether plots are wanted: the draws of two parameters are kept for them.
    confirm
        Processor seconds for runs that follow each other until the prediction is decided; None
        for one run.
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
    gamma: float | None = None
    store: Path | None = None
    resume: bool = False
    despite_problems: bool = False
    plots: bool = False
    confirm: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What came out.

    Attributes
    ----------
    model, config
        What was sampled, and how.
    run
        The draws.
    measured
        The same with K counted from its least: K - K(w*) at a minimum w* that is not true.
    prediction
        What theory says.
    fit, any_fit
        lambda with the predicted m, and with every m that describes the ladder; None where
        nothing could be fitted or the diagnostics failed.
    interval
        Of lambda with the predicted m, over all corrections that describe the same temperatures.
    refusal
        Why nothing is fitted although the diagnostics are well: K stays above 0 where it was
        sampled, or no form describes the ladder.
    validation
        The comparison, if there is a prediction.
    despite_problems
        Whether estimates are shown although diagnostics failed.
    stages
        The runs that followed each other; ``run`` is the last of them.
    """

    model: Model
    config: Config
    run: LadderRun
    measured: LadderRun
    prediction: Prediction
    fit: LadderFit | None
    any_fit: MultiplicityFit | None
    interval: tuple[float, float] | None
    refusal: str | None
    validation: Validation | None
    despite_problems: bool
    stages: tuple[Stage, ...] = ()

    @property
    def around(self) -> Around | None:
        """The weights whose neighbourhood was sampled, if it was one."""
        return self.model.around

    @property
    def problems(self) -> tuple[str, ...]:
        """Every reason for disbelief: those of the run, and why nothing could be fitted."""
        return self.run.problems + (() if self.refusal is None else (self.refusal,))

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
    if request.store is not None and request.store.exists() and not request.resume:
        raise ValueError(
            f"{request.store} holds a run: --resume goes on from it; remove it to sample anew"
        )
    local = (request.around, request.radius, request.gamma)
    if request.file is None and any(given is not None for given in local):
        raise ValueError("--around needs a description of a network")
    if request.file is not None:
        content, name = content_of(request.file), str(request.file)
        own = read_config(sections(content, name).section("sampling"))
        around = None if request.around is None else point_of(request.around)
        given = {"around": around, "radius": request.radius, "gamma": request.gamma}
        config = own.changed({**request.changes, **given})
        model = model_of_description(content, name, config)
    else:
        width = parse_rational(request.half_width)
        if not width > 0:
            raise ValueError(f"--half-width must be positive, got {request.half_width}")
        assert request.problem is not None  # noqa: S101  # for the type checker: seen above
        model = model_of_case(read_case(request.problem, request.case), half_width=width)
        config = model.config.changed(request.changes)
    stated = None if request.predict is None else prediction_of(request.predict)
    if request.confirm is not None:
        return _confirmed(request, model, config, stated, progress)
    run = run_ladder(
        model.target, **config.arguments(), progress=progress,
        checkpoint=request.store, resume=request.resume,
        keep_parameters=_keeps_parameters(request, model),
    )  # fmt: skip
    prediction = model.predict(request.budget) if stated is None else stated
    return compare(model, config, run, prediction, request.despite_problems)


def _keeps_parameters(request: Request, model: Model) -> bool:
    """Whether draws of w are kept: for a plot, or because the file to go on from has them."""
    if request.resume and request.store is not None and request.store.exists():
        return keeps_parameters(request.store)
    return request.plots and model.target.dimension == 2


def _confirmed(
    request: Request,
    model: Model,
    config: Config,
    stated: Prediction | None,
    progress: Callable[[Progress], None] | None,
) -> Outcome:
    """Sample until the prediction is decided."""
    own = [name for name in _CHOSEN if request.changes.get(name) is not None]
    if own or request.store is not None:
        raise ValueError(f"--confirm chooses by itself: leave out --{own[0] if own else 'store'}")
    prediction = model.predict(request.budget) if stated is None else stated
    if prediction.value is None or prediction.multiplicity is None:
        raise ValueError(f"--confirm needs lambda and m to confirm: {prediction.how}")
    assert request.confirm is not None  # noqa: S101  # for the type checker: the caller has looked
    found = confirm(
        (prediction.value, prediction.multiplicity), model.target, budget=request.confirm,
        coldest=_COLDEST_NETWORK if request.problem is None else _COLDEST_PROBLEM,
        chains=config.chains, seed=config.seed, level=config.level,
        next_poles=prediction.poles, progress=progress,
    )  # fmt: skip
    outcome = compare(
        model, config, found.run, prediction, request.despite_problems, found.validation
    )
    return replace(outcome, stages=found.stages)


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
    model: Model,
    config: Config,
    run: LadderRun,
    prediction: Prediction,
    despite_problems: bool,
    validation: Validation | None = None,
) -> Outcome:
    """Fit a run and compare it with a prediction, unless that has been done."""
    fitted = Fitted()
    measured, refusal = counted_from_its_least(run, model.around)
    if (run.ok and refusal is None) or despite_problems:
        fitted = fits(
            measured, prediction.multiplicity or 1, len(model.parameters), config.level,
            despite_problems=despite_problems,
        )  # fmt: skip
    value, multiplicity = prediction.value, prediction.multiplicity
    if validation is None and value is not None and multiplicity is not None:
        predicted = (value, multiplicity)
        validation = validate(
            predicted, measured, level=config.level, despite_problems=despite_problems,
            next_poles=prediction.poles,
        )  # fmt: skip
    return Outcome(
        model, config, run, measured, prediction, fitted.fit, fitted.any_fit, fitted.interval,
        refusal or fitted.refusal, validation, despite_problems,
    )  # fmt: skip


def exit_status(outcome: Outcome) -> int:
    """Return 130 if interrupted, 1 if inconsistent or withheld, else 0."""
    if not outcome.run.complete:
        return 130
    contradicted = outcome.validation is not None and outcome.validation.verdict == "inconsistent"
    return int(contradicted or bool(outcome.problems and not outcome.despite_problems))
