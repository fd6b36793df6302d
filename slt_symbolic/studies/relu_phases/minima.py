"""Minima of K within a phase, and what the posterior's mass near them comes to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from slt_symbolic.divergence import KLDivergence
    from slt_symbolic.networks import TwoLayer

__all__ = [
    "OFF_THE_SQUARE",
    "Minimum",
    "minimum_near",
    "one_node_minimum",
    "own_place",
    "reversed_start",
]

# Under a normal prior of (w, b), w·x + b <= 0 on the whole square if b <= -|w1| - |w2|: the solid
# angle of that pyramid over 4π.
OFF_THE_SQUARE = math.atan(1 / math.sqrt(8)) / math.pi
_STEP = 1e-5


@dataclass(frozen=True)
class Minimum:
    """A local minimum of K over networks whose readouts are 1, by minimisation in doubles.

    Attributes
    ----------
    place
        (w, b) of each unit, then c.
    value
        K at that place: exact there up to rounding, and a proved upper bound of the minimum.
    slope
        Length of the gradient there.
    hessian
        Second derivatives, shape (parameters, parameters).
    """

    place: tuple[float, ...]
    value: float
    slope: float
    hessian: NDArray[np.float64]

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.place) // 3

    def log_evidence(self, beta: float) -> float:
        """Return Laplace's log Z near the minimum and its images under scaling, normal prior.

        Notes
        -----
        A unit is a function of v = q(w, b); ∫ over w, b, q > 0 with the same v of the prior is
        (2π)^(-2) K₁(|v|)/|v|. With r = 3d + 1 directions

            Z ≈ e^{-βK} (2π/β)^(r/2) φ(c) ∏ (2π)^(-2) K₁(|vᵢ|)/|vᵢ| / √det H

        for one order of the units.
        """
        from scipy.special import k1

        sign, log_det = np.linalg.slogdet(self.hessian)
        if sign <= 0:
            raise ArithmeticError(f"the Hessian at {self.place} is not positive")
        lengths = np.linalg.norm(np.reshape(self.place[:-1], (-1, 3)), axis=1)
        prior = np.log(k1(lengths) / lengths) - 2 * math.log(2 * math.pi)
        c = self.place[-1]
        prior_c = -c * c / 2 - math.log(2 * math.pi) / 2
        half = len(self.place) / 2
        return float(
            -beta * self.value + half * math.log(2 * math.pi / beta)
            + prior.sum() + prior_c - log_det / 2
        )  # fmt: skip


def minimum_near(K: KLDivergence, start: Sequence[float], *, potential: Any = None) -> Minimum:
    """Descend from a start: Newton's method within trust regions, then the Hessian.

    Parameters
    ----------
    K
        Of networks whose readouts are 1.
    start
        (w, b) of each unit, then c.
    potential
        K compiled, if it is already.

    Raises
    ------
    ArithmeticError
        If the gradient does not come below 10⁻⁷.
    """
    from scipy.optimize import minimize

    compiled = K.compile() if potential is None else potential

    def both(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        gradient = np.zeros(len(w))
        return float(compiled(np.asarray(w, dtype=np.float64), gradient)), gradient

    def hessian(w: NDArray[np.float64]) -> NDArray[np.float64]:
        columns = []
        for i in range(len(w)):
            shift = np.zeros(len(w))
            shift[i] = _STEP
            columns.append((both(w + shift)[1] - both(w - shift)[1]) / (2 * _STEP))
        found = np.array(columns)
        return (found + found.T) / 2

    first = np.asarray(start, dtype=np.float64)
    found = minimize(both, first, jac=True, hess=hessian, method="trust-exact",
                     options={"gtol": 1e-10, "maxiter": 500})  # fmt: skip
    value, gradient = both(found.x)
    slope = float(np.linalg.norm(gradient))
    if not slope < 1e-7:
        raise ArithmeticError(f"the gradient is {slope:g} after {found.nit} steps from {start}")
    return Minimum(tuple(found.x.tolist()), value, slope, hessian(found.x))


def one_node_minimum(K: KLDivergence, starts: int = 6) -> Minimum:
    """Return the least of the minima over one-node networks found from several starts.

    That there is no lower one is not proved.
    """
    potential = K.compile()
    rng = np.random.default_rng(1)
    begun = [(0.0, 1.5, -0.3, 0.0), *(rng.normal(size=(starts - 1, 4)) * 0.7 + (0, 1, 0, 0))]
    found = []
    for start in begun:
        try:
            found.append(minimum_near(K, tuple(start), potential=potential))
        except ArithmeticError:
            # A node that is off on the whole square, say: a plateau, not a minimum.
            continue
    return min(found, key=lambda m: m.value)


def own_place(truth: TwoLayer) -> tuple[float, ...]:
    """Return the parameters of a truth without output bias, its readouts made 1."""
    place: list[float] = []
    for unit in truth.units:
        q = float(unit.readout)
        place += [*(q * float(w) for w in unit.weights), q * float(unit.bias)]
    return (*place, 0.0)


def reversed_start(truth: TwoLayer) -> tuple[float, ...]:
    """Return the same with every unit reversed, and c = Σ q b."""
    own = own_place(truth)
    return (*(-x for x in own[:-1]), sum(own[2:-1:3]))
