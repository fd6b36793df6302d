"""The neighbourhood of given weights as what is sampled, and the local estimate there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slt_symbolic.sampling import BallTarget, Estimate, LadderRun, local_lambda_hat

from .sampling_config import read_config
from .sampling_models import Model, divergence_of
from .sampling_predictions import Prediction

__all__ = ["Around", "model_around", "point_of"]


@dataclass(frozen=True)
class Around:
    """Weights w*, the radius of the ball around them, and K(w*)."""

    point: tuple[float, ...]
    radius: float
    loss: float

    def estimates(self, run: LadderRun) -> tuple[Estimate, ...]:
        """Return beta (E[K] - K(w*)) at each temperature."""
        return tuple(local_lambda_hat(p.beta, p.draws, self.loss) for p in run.points)


def point_of(text: str) -> tuple[float, ...]:
    """Read weights ``1.02,0.49``.

    Examples
    --------
    >>> point_of("1.02, -3e-1")
    (1.02, -0.3)
    """
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"--around must be numbers such as 1.02,0.49, got {text!r}") from None


def model_around(
    content: bytes, name: str, point: tuple[float, ...], radius: float
) -> tuple[Model, Around]:
    """Return a network's K on the ball around weights, with the uniform prior on the ball.

    Parameters
    ----------
    content, name
        Of the description, as for :func:`.model_of_description`; a [prior] in it does not count.
    point
        The weights, in the order of the model's parameters.
    radius
        Of the ball.

    Raises
    ------
    ValueError
        If the number of weights is not that of the parameters, or a number is out of range.
    """
    K, whole = divergence_of(content, name)
    names = tuple(p.name for p in K.parameters)
    if len(point) != len(names):
        raise ValueError(
            f"--around must have {len(names)} numbers, for {', '.join(names)}; got {len(point)}"
        )
    potential = K.compile()
    target = BallTarget.around(potential, point, radius)
    centre = (0.0,) * len(names) + (1.0, 0.0)
    around = Around(tuple(target.centre), target.radius, target.value(centre))
    unknown = Prediction(None, None, "no prediction around given weights; use --predict")
    config = read_config(whole.section("sampling"))
    return Model(Path(name).name, names, target, config, lambda _budget: unknown), around
