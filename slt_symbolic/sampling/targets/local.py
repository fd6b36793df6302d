"""The neighbourhood of a parameter as what is sampled, for the local learning coefficient."""

from __future__ import annotations

import math
from collections.abc import Sequence

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.potential import Potential
from slt_symbolic.sampling.priors import Gaussian
from slt_symbolic.sampling.priors.protocol import finite_vector
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.targets.ball import BallTarget

__all__ = ["local_target"]


def local_target(
    potential: Potential,
    around: Sequence[float],
    *,
    radius: float | None = None,
    gamma: float | None = None,
) -> Target:
    """Return exp(-beta K) near w*, by one of two localisations.

    Parameters
    ----------
    potential
        ``potential(w, g) -> K`` of d parameters.
    around
        w*, d finite numbers.
    radius
        Uniform on the ball |w - w*| <= radius, whose limit of beta E[K] is the least lambda of the
        true parameters inside it.
    gamma
        The factor exp(-gamma |w - w*|^2 / 2) of Lau et al., whatever beta, on all of R^d. It has
        no wall: the limit of beta E[K] is the least lambda of ALL true parameters, and one with a
        smaller lambda at distance r shows where exp(-gamma r^2 / 2) beta^(difference) is not small.

    Returns
    -------
    Target
        A :class:`BallTarget`, or one with a Gaussian prior of deviation gamma^(-1/2).

    Raises
    ------
    SamplingError
        If not exactly one of radius and gamma is given, or it is not positive.
    ValueError
        If ``around`` is no vector of finite numbers.

    Notes
    -----
    lambda is lower semicontinuous: in small enough a ball the least lambda of the true parameters
    is that of w*, if w* is one.

    References
    ----------
    Lau, Furman, Wang, Murfet and Wei (2023), arXiv:2308.12108.

    Examples
    --------
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> local_target(potential, [0.0], gamma=4).prior
    Gaussian(centre=(0.0,), deviation=(0.5,))
    >>> local_target(potential, [0.0], radius=0.5).radius
    0.5
    """
    if (radius is None) == (gamma is None):
        raise SamplingError("give radius (a ball) or gamma (a Gaussian factor), one of them")
    if radius is not None:
        return BallTarget.around(potential, around, radius)
    assert gamma is not None  # noqa: S101  # for the type checker: seen above
    if isinstance(gamma, bool) or not (math.isfinite(gamma) and gamma > 0):
        raise SamplingError(f"gamma must be positive and finite, got {gamma}")
    centre = finite_vector("around", around)
    deviation = 1.0 / math.sqrt(gamma)
    return Target(potential, Gaussian(tuple(centre.tolist()), (deviation,) * centre.size))
