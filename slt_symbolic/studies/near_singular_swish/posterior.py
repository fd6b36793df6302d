"""The posterior of one unit with weight and readout, its energy, and distances of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slt_symbolic.studies.near_singular_swish.moments import Moments, gauss_panels

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Posterior", "divergence", "total_variation", "weight_rule"]

# Standardised readouts at which densities are compared: the kinks of |p - q| cost (step)^2.
_Z = np.linspace(-9.0, 9.0, 241)
_NORMAL = np.exp(-(_Z**2) / 2) / np.sqrt(2 * np.pi) * (_Z[1] - _Z[0])

_SMALL = 1e-3


def weight_rule() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights on [1/2, 2], graded towards 1 and both ends.

    Posteriors gather at w = 1, where the truth is, or at w = 2, where a swish is nearest to a ReLU.
    """
    near = 2.0 ** -np.arange(1, 25)
    # At w = 2 the width is beta^3/n, at w = 1 the root of that.
    end = 2 - 2.0 ** -np.arange(1, 45)
    edges = [0.5, 1.0, 2.0, *(1 - near / 2), *(1 + near), *(0.5 + near / 2), *end]
    return gauss_panels(np.unique(edges), 8)


@dataclass(frozen=True)
class Posterior:
    """exp(-nK(w, q)) with w uniform on [1/2, 2] and q standard normal.

    Given w the readout q is normal, so that everything is an integral over w.

    Attributes
    ----------
    moments
        Of unit and truth, at the nodes of `weight_rule`.
    n
        Number of data.
    rule
        The weights of that rule.

    Examples
    --------
    >>> from slt_symbolic.studies.near_singular_swish.moments import relu_moments
    >>> w, rule = weight_rule()
    >>> round(Posterior(relu_moments(w), 1e8, rule).energy, 6)
    0.5
    """

    moments: Moments
    n: float
    rule: NDArray[np.float64]

    @property
    def precision(self) -> NDArray[np.float64]:
        """Of q given w."""
        return self.n * self.moments.unit_square + 1

    @property
    def mean(self) -> NDArray[np.float64]:
        """Of q given w."""
        return self.n * self.moments.product / self.precision

    @property
    def log_density(self) -> NDArray[np.float64]:
        """Logarithm of the density of w, normalised."""
        m, a = self.moments, self.precision
        # n E[t^2] - (n E[st])^2/a, written so that the Gram determinant, which is tiny, is kept.
        loss = self.n * (self.n * m.gram + m.truth_square) / a
        log = -loss / 2 - np.log(a) / 2
        top = log.max()
        return np.asarray(log - top - np.log(self.rule @ np.exp(log - top)))

    @property
    def energy(self) -> float:
        """E[nK]."""
        m, a = self.moments, self.precision
        best = m.gram / m.unit_square
        spread = (m.product / (m.unit_square * a)) ** 2 + 1 / a
        given = self.n * (best + m.unit_square * spread) / 2
        return float(self.rule @ (np.exp(self.log_density) * given))

    @property
    def least(self) -> float:
        """The product of n and the least K over the prior's support, at the nodes."""
        return float(self.n * (self.moments.gram / self.moments.unit_square).min() / 2)


def _compared(
    p: Posterior, q: Posterior
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return log p(w)/q(w), precision of q by that of p less 1, and the standardised mean."""
    mp, mq = p.moments, q.moments
    change = (
        mp.w**2 * (mq.excess - mp.excess)
        + 2 * mp.w * (mq.mixed - mp.mixed)
        + (mq.square - mp.square)
    )
    shift = np.sqrt(p.precision) * (q.mean - p.mean)
    return p.log_density - q.log_density, p.n * change / p.precision, shift


def total_variation(p: Posterior, q: Posterior) -> float:
    """Return the total variation distance of two posteriors of the same n, over (w, q).

    Notes
    -----
    The integral of the positive part of p - q, that is of p (1 - q/p).

    Examples
    --------
    >>> from slt_symbolic.studies.near_singular_swish.moments import moments, relu_moments
    >>> w, rule = weight_rule()
    >>> relu = Posterior(relu_moments(w), 1e3, rule)
    >>> total_variation(relu, relu)
    0.0
    >>> total_variation(relu, Posterior(moments(10.0, w, "swish"), 1e3, rule)) > 0.01
    True
    """
    log, ratio, shift = _compared(p, q)
    constant = log - np.log1p(ratio) / 2 + (1 + ratio) * shift**2 / 2
    exponent = constant[:, None] - ((1 + ratio) * shift)[:, None] * _Z
    exponent += ratio[:, None] * _Z**2 / 2
    positive = -np.expm1(-np.maximum(exponent, 0))
    return float((p.rule * np.exp(p.log_density)) @ (positive @ _NORMAL))


def divergence(p: Posterior, q: Posterior) -> float:
    """Return the Kullback-Leibler divergence of p from q, posteriors of the same n.

    Notes
    -----
    That of the densities of w, plus the mean of those of q given w. Each is an integral of
    nowhere negative terms, e^(-x) - 1 + x, and keeps its digits where it is small.
    """
    log, ratio, shift = _compared(p, q)
    here, there = np.exp(p.log_density), np.exp(q.log_density)
    # there = here e^(-log), which is not formed: it overflows where here is nil.
    small = np.abs(log) < _SMALL
    outer = np.where(small, here * _series(np.where(small, log, 0)), there + here * (log - 1))
    change = -np.log1p(ratio)
    small = np.abs(change) < _SMALL
    inner = np.where(small, _series(np.where(small, change, 0)), ratio + change)
    return float(p.rule @ (outer + here * (inner + (1 + ratio) * shift**2) / 2))


def _series(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return e^(-x) - 1 + x for small x."""
    return np.asarray(x**2 / 2 - x**3 / 6 + x**4 / 24)
