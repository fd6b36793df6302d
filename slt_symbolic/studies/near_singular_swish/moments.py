"""Second moments of one swish unit against its truth, without cancellation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NODES_PER_PANEL", "Moments", "Truth", "gauss_panels", "moments", "relu_moments"]

Truth = Literal["swish", "relu"]

NODES_PER_PANEL = 20
# Beyond u = 160 every integrand is below exp(-80) of its size, for w >= 1/2.
_LAST = 160.0


@dataclass(frozen=True)
class Moments:
    """E of products of the unit s(wx) and the truth t(x), as functions of w.

    With s(wx) = w t(x) + h(x), K(w, q) = E[(q s(wx) - t)^2]/2 needs E[t^2], E[th] and E[h^2] only,
    and the last two are small where the unit is near a ReLU.

    Attributes
    ----------
    w
        Where, in [1/2, 2].
    excess
        E[t^2] - 1/6: zero for the truth max(0, x).
    mixed, square
        E[th] and E[h^2] at each w.
    """

    w: NDArray[np.float64]
    excess: float
    mixed: NDArray[np.float64]
    square: NDArray[np.float64]

    @property
    def truth_square(self) -> float:
        """E[t^2]."""
        return 1 / 6 + self.excess

    @property
    def unit_square(self) -> NDArray[np.float64]:
        """E[s(wx)^2]."""
        return self.w**2 * self.truth_square + 2 * self.w * self.mixed + self.square

    @property
    def product(self) -> NDArray[np.float64]:
        """E[s(wx) t]."""
        return self.w * self.truth_square + self.mixed

    @property
    def gram(self) -> NDArray[np.float64]:
        """E[t^2] E[s^2] - E[st]^2: zero where the unit is a multiple of the truth."""
        return self.truth_square * self.square - self.mixed**2


def gauss_panels(
    edges: NDArray[np.float64], count: int = NODES_PER_PANEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of Gauss-Legendre rules on consecutive panels.

    Examples
    --------
    >>> nodes, weights = gauss_panels(np.array([0.0, 1.0, 3.0]), 4)
    >>> float(round(weights @ nodes**3, 12))
    20.25
    """
    nodes, weights = np.polynomial.legendre.leggauss(count)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()


def relu_moments(w: NDArray[np.float64]) -> Moments:
    """Return those of the unit max(0, wx) against max(0, x), w > 0: h is zero."""
    zero = np.zeros_like(w)
    return Moments(w, 0.0, zero, zero)


def moments(beta: float, w: NDArray[np.float64], truth: Truth) -> Moments:
    """Return the moments for x uniform on [-1, 1].

    Parameters
    ----------
    beta
        Sharpness of the swish x/(1 + exp(-beta x)), at least 1.
    w
        Weights, shape (k,), each at least 1/2.
    truth
        ``"swish"``: t is the unit of weight 1 itself; ``"relu"``: t = max(0, x).

    Raises
    ------
    ValueError
        If beta, a weight or the truth is out of range.

    Notes
    -----
    max(0, wx) - s(wx) = w|x|/(1 + exp(beta w|x|)) is even, so that every moment is an integral over
    [0, 1] of x^2 times logistic functions of u = beta x; the difference of two logistic functions
    is taken as a hyperbolic sine.

    Examples
    --------
    >>> found = moments(100.0, np.array([0.5, 1.0, 2.0]), "swish")
    >>> float(found.square[1]), bool(found.square[0] > 0)
    (0.0, True)
    """
    if not (np.isfinite(beta) and beta >= 1):
        raise ValueError(f"beta must be finite and at least 1, got {beta}")
    if w.size == 0 or not np.all(w >= 0.5):
        raise ValueError("w must hold weights of at least 1/2")
    if truth not in ("swish", "relu"):
        raise ValueError(f"truth must be 'swish' or 'relu', got {truth!r}")
    last = min(beta, _LAST)
    edges = [e for e in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0) if e < last]
    u, weights = gauss_panels(np.array([*edges, last]))
    weights = weights / beta**3  # dx = du/beta, and two powers of x = u/beta
    one = u / (1 + np.exp(u))
    if truth == "relu":
        h = -w[:, None] * u / (1 + np.exp(w[:, None] * u))
        return Moments(w, 0.0, (h * u) @ weights / 2, h**2 @ weights)
    scaled = w[:, None] * u
    # 1/(1 + e^u) - 1/(1 + e^(wu)) = sinh((wu - u)/2) / (2 cosh(u/2) cosh(wu/2))
    gap = np.sinh((scaled - u) / 2) / (2 * np.cosh(u / 2) * np.cosh(scaled / 2))
    h = scaled * gap
    excess = float((one**2 - one * u) @ weights)
    return Moments(w, excess, (h * (u / 2 - one)) @ weights, h**2 @ weights)
