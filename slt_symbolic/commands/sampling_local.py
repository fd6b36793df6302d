"""The neighbourhood of given weights as what is sampled, and the local estimate there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy

from slt_symbolic.descriptions import Divergence
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.expressions import parse_rational
from slt_symbolic.rlct import RLCTError
from slt_symbolic.sampling import Estimate, LadderRun, Target, local_lambda_hat, local_target

from .sampling_config import Config
from .sampling_predictions import Prediction

__all__ = ["Around", "neighbourhood", "point_of", "predict_at"]


@dataclass(frozen=True)
class Around:
    """Weights w*, the extent of their neighbourhood (one of radius and gamma), and K(w*)."""

    point: tuple[float, ...]
    radius: float | None
    gamma: float | None
    loss: float

    @property
    def estimated(self) -> str:
        """What is estimated, in words."""
        if self.radius is not None:
            return (
                f"local: the least lambda of the true parameters in the ball of radius "
                f"{self.radius:g} around w*, uniform prior on the ball"
            )
        assert self.gamma is not None  # noqa: S101  # for the type checker: one of both is given
        return (
            f"local: prior exp(-{self.gamma:g} |w - w*|^2 / 2), deviation "
            f"{self.gamma**-0.5:.3g} in each direction; it has no wall, so that true parameters "
            "farther away with a smaller lambda count at large beta"
        )

    @property
    def of_difference(self) -> str:
        """What is estimated at a minimum that is not true, in words."""
        extent = f"radius {self.radius:g}" if self.gamma is None else f"gamma {self.gamma:g}"
        return (
            f"local: w* is a false minimum, not true; the learning coefficient of K - K(w*) there "
            f"({extent}), not one of K: K does not come down to 0"
        )

    def estimates(self, run: LadderRun) -> tuple[Estimate, ...]:
        """Return beta (E[K] - K(w*)) at each temperature."""
        return tuple(local_lambda_hat(p.beta, p.draws, self.loss) for p in run.points)


def point_of(text: str) -> tuple[sympy.Rational, ...]:
    """Read weights ``1.02,0.49`` exactly.

    Examples
    --------
    >>> point_of("1.02, -3e-1, 1/3")
    (51/50, -3/10, 1/3)
    """
    try:
        return tuple(parse_rational(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError(
            f"--around must be finite numbers such as 1.02,0.49, got {text!r}"
        ) from None


def neighbourhood(K: Divergence, config: Config) -> tuple[Target, Around]:
    """Return a network's K near the weights that the settings name, with the prior they say.

    Raises
    ------
    ValueError
        If the number of weights is not that of the parameters, or a number is out of range.
    """
    assert config.around is not None  # noqa: S101  # for the type checker: the caller has looked
    names = tuple(p.name for p in K.parameters)
    if len(config.around) != len(names):
        raise ValueError(
            f"around must have {len(names)} numbers, for {', '.join(names)}; "
            f"got {len(config.around)}"
        )
    point = tuple(float(number) for number in config.around)
    potential = K.compile()
    target = local_target(potential, point, radius=config.radius, gamma=config.gamma)
    loss = float(potential(np.array(point), np.zeros(len(point))))
    return target, Around(point, config.radius, config.gamma, loss)


def predict_at(K: Divergence, point: tuple[sympy.Expr, ...], budget: float) -> Prediction:
    """Derive lambda and m at the weights, if they are exactly true."""
    from slt_symbolic.phases import local_learning_coefficient

    if not isinstance(K, KLDivergence):
        return Prediction(None, None, "no prediction at weights of such a K; use --predict")
    try:
        found = local_learning_coefficient(K, point, budget=budget)
    except (RLCTError, ValueError) as error:
        return Prediction(None, None, f"no prediction: {error}; use --predict")
    how = f"{found.known}: at w*, other true parameters near by not excluded"
    if found.value is None:
        return Prediction(None, None, "no prediction: only bounds at w*; use --predict")
    return Prediction(found.value, found.multiplicity, how)
