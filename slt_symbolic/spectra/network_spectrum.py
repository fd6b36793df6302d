"""Hermite spectra of whole networks f(x) = Σ a_i tanh(w_i x), enclosed or over random weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, pi, sqrt
from typing import Literal

import numpy as np
from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, checked_integer, exact_rational
from slt_symbolic.spectra.coefficients import hermite_coefficient
from slt_symbolic.spectra.fast_tanh import FloatArray, log_tanh_coefficient

Readout = Literal["normal", "uniform"]
_VARIANCE: dict[Readout, float] = {"normal": 1.0, "uniform": 1 / 3}


def network_coefficient(
    activation: Activation | str,
    units: Iterable[Sequence[object]],
    order: int,
    digits: int = 30,
) -> arb:
    """Enclose the Hermite coefficient c_k of Σ a_i σ(w_i x + b_i), X ~ N(0, 1).

    Parameters
    ----------
    activation : Activation or str
        σ, or its name.
    units : iterable of (a, w) or (a, w, b)
        Exact rationals; a float is exact as ``Fraction(x)``.
    order : int
        Order k.
    digits : int
        Digits of each unit's coefficient, relative; where units cancel, the ball is wider.

    Examples
    --------
    >>> network_coefficient("tanh", [(1, 1), (-2, 1), (1, 1)], 3, digits=20).contains(0)
    True
    """
    bits = int((checked_integer(digits, "digits", 1, 10_000) + 2) * BITS_PER_DIGIT) + 20
    total = arb(0)
    with ctx.workprec(bits):
        for unit in units:
            if len(unit) not in (2, 3):
                raise ValueError(f"a unit must be (a, w) or (a, w, b), got {tuple(unit)!r}")
            readout = exact_rational(unit[0], "readout")
            bias = unit[2] if len(unit) == 3 else 0
            coefficient = hermite_coefficient(activation, order, unit[1], bias, digits)
            total += arb(readout) * coefficient.ball
    return total


def network_log_squares(order: int, weights: FloatArray, readouts: FloatArray) -> FloatArray:
    """Return log c_k² of networks Σ a_i tanh(w_i x), in floating point without underflow.

    Parameters
    ----------
    order : int
        Odd k.
    weights, readouts : ndarray of float
        w and a, units along the last axis.

    Returns
    -------
    ndarray of float
        One logarithm per network.

    Examples
    --------
    >>> value = network_log_squares(4001, np.array([[1.0, 0.5]]), np.array([[1.0, 1.0]]))
    >>> bool(abs(value[0] - 2 * np.log(3.6543967481144285806e-44)) < 1e-9)
    True
    """
    logs = log_tanh_coefficient(order, weights)
    top = logs.max(axis=-1, keepdims=True)
    sums = (np.sign(weights) * readouts * np.exp(logs - top)).sum(axis=-1)
    return 2 * (np.log(np.abs(sums)) + top[..., 0])


@dataclass(frozen=True, eq=False)
class NetworkSpectra:
    """Squared Hermite coefficients of random networks, in log space; statistics, not enclosures.

    Parameters
    ----------
    orders : ndarray of int
        The odd orders k.
    log_squares : ndarray of float
        log c_k², shape (samples, orders).
    width : int
        Number h of units.
    weight_max : float
        Weights are uniform on [−weight_max, weight_max].
    readout : {"normal", "uniform"}
        Readouts are standard normal, or uniform on [−1, 1].
    """

    orders: np.ndarray
    log_squares: FloatArray
    width: int
    weight_max: float
    readout: Readout

    @property
    def log_mean(self) -> FloatArray:
        """Logarithm of the mean of c_k² over the samples, per order."""
        top = self.log_squares.max(axis=0)
        return top + np.log(np.exp(self.log_squares - top).mean(axis=0))

    def quantile(self, level: float) -> FloatArray:
        """Return the quantile of log c_k² over the samples, per order."""
        return np.quantile(self.log_squares, level, axis=0)

    @property
    def log_rate(self) -> FloatArray:
        """Return −π√k/weight_max: the source's law exp(−π√k) where weight_max is 1."""
        return -pi * np.sqrt(self.orders) / self.weight_max

    @property
    def log_expected(self) -> FloatArray:
        """Logarithm of E[c_k²] over weights and readouts, per order.

        Given the weights it is σ_a² Σ c_k(w_i)², σ_a² the readouts' variance, so E[c_k²] =
        hσ_a² E_w[c_k(w)²]: a smooth integral over w, by a Gauss rule in log w.
        """
        return np.array(
            [
                log(self.width * _VARIANCE[self.readout]) + log_mean_square(int(k), self.weight_max)
                for k in self.orders
            ]
        )

    def __repr__(self) -> str:
        samples = self.log_squares.shape[0]
        return (
            f"<spectra of {samples} networks of {self.width} tanh units, weights uniform on "
            f"[-{self.weight_max:g}, {self.weight_max:g}], {self.readout} readouts, "
            f"orders {self.orders[0]} to {self.orders[-1]}>"
        )


def log_mean_square(order: int, weight_max: float = 1.0) -> float:
    """Return log E[c_k(w)²] for w uniform on [−W, W], in floating point.

    Notes
    -----
    As c_k(w)² ~ (2√(2π)/w²)k^{−1/2}e^{π²/(8w²)}e^{−π√k/w} is steepest at the end, E[c_k²] ~
    W^{−1}·2√2·k^{−1/2}e^{π²/(8W²)}e^{−π√k/W}/(√(πk) − π^{3/2}/(4W)): the width-h network has the
    rate of its largest weights, with one factor √k more than a unit's law. The rule is
    Gauss–Legendre in v = log(W/w) on panels that widen geometrically.

    Examples
    --------
    >>> round(log_mean_square(1), 6)
    -1.76475
    """
    nodes, masses = np.polynomial.legendre.leggauss(20)
    # e^{−π√k e^v} falls ever faster: 10 doublings leave less than e^{−40} of the peak.
    edges = np.concatenate([[0.0], 2.0 ** np.arange(-4, 6) / sqrt(order)])
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    v = (middle[:, None] + half[:, None] * nodes).ravel()
    mass = (half[:, None] * masses).ravel()
    logs = 2 * log_tanh_coefficient(order, weight_max * np.exp(-v)) - v
    top = logs.max()
    return float(top + np.log((mass * np.exp(logs - top)).sum()))


def random_network_spectra(
    orders: Iterable[int],
    generator: np.random.Generator,
    *,
    width: int = 128,
    samples: int = 40,
    weight_max: float = 1.0,
    readout: Readout = "normal",
) -> NetworkSpectra:
    """Draw random networks Σ a_i tanh(w_i x) and return their squared Hermite coefficients.

    Parameters
    ----------
    orders : iterable of int
        Odd orders k.
    generator : numpy.random.Generator
        Source of the weights, drawn first, and of the readouts.
    width, samples : int
        Units per network and number of networks.
    weight_max : float
        Weights are uniform on [−weight_max, weight_max].
    readout : {"normal", "uniform"}
        Readouts standard normal, or uniform on [−1, 1].

    Examples
    --------
    >>> spectra = random_network_spectra([1, 101, 1001], np.random.default_rng(1), samples=3)
    >>> spectra.log_squares.shape, bool((spectra.log_mean < 10 + spectra.log_rate).all())
    ((3, 3), True)
    """
    odd = np.array(list(orders), dtype=np.int64)
    if odd.size == 0 or (odd < 1).any() or (odd % 2 == 0).any():
        raise ValueError("orders must be odd and positive: even modes of tanh networks vanish")
    checked_integer(width, "width", 1, 10**6)
    checked_integer(samples, "samples", 1, 10**6)
    if not 0 < weight_max < float("inf"):
        raise ValueError(f"weight_max must be positive and finite, got {weight_max}")
    if readout not in _VARIANCE:
        raise ValueError(f"readout must be 'normal' or 'uniform', got {readout!r}")
    weights = generator.uniform(-weight_max, weight_max, (samples, width))
    if readout == "normal":
        readouts = generator.standard_normal((samples, width))
    else:
        readouts = generator.uniform(-1, 1, (samples, width))
    columns = [network_log_squares(int(k), weights, readouts) for k in odd]
    return NetworkSpectra(odd, np.stack(columns, axis=1), width, float(weight_max), readout)


def unit_law(order: int, weight: float = 1.0) -> float:
    """Return the logarithm of the law of one unit, (2√(2π)/w²)k^{−1/2}e^{π²/(8w²) − π√k/w}.

    Examples
    --------
    >>> round(unit_law(1001), 6)
    -100.004134
    """
    w = abs(weight)
    return (
        log(2 * sqrt(2 * pi) / w**2) - log(order) / 2 + pi**2 / (8 * w * w) - pi * sqrt(order) / w
    )
