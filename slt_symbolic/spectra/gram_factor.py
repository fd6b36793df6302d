"""Factors A ≈ BBᵀ of the Gram operator of tanh units, with a proved error in operator norm.

For weights w from a law, Tg(w) = E_{w'}[k(w, w')g(w')], k(w, w') = E_x[tanh(wx)tanh(w'x)]. The
trapezoidal rule in x (nodes x_i > 0, the product being even) and a rule in w turn it into the
matrix BᵀB, B_ij = √(q_i p_j) tanh(x_i w_j), which has the eigenvalues of BBᵀ.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, pi, sqrt
from typing import Protocol

from flint import arb, fmpq

from slt_symbolic.activations import TANH
from slt_symbolic.kernels.line_function import line_function
from slt_symbolic.kernels.probability_rule import UNIFORM, Argument, plan
from slt_symbolic.spectra.arguments import exact_rational, to_float

Rule = tuple[list[arb], list[arb]]


class WeightLaw(Protocol):
    """A law of the weight w, as the Gram operator needs it."""

    def largest(self, bits: int) -> float:
        """Return W: weights of modulus beyond it are left out."""
        ...

    def rule(self, reach: arb, bits: int) -> tuple[Rule, arb]:
        """Return nodes and masses in w, and a bound on the error.

        The bound is on |E_w[tanh(wx)tanh(wy)] − Σ p_j tanh(w_jx)tanh(w_jy)| over |x|, |y| ≤ reach,
        together with the mass left out.
        """
        ...


@dataclass(frozen=True)
class UniformWeights:
    """w uniform on [−W, W].

    Parameters
    ----------
    weight_max : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact W > 0.
    """

    weight_max: object = 1

    def __post_init__(self) -> None:
        if exact_rational(self.weight_max, "weight_max") <= 0:
            raise ValueError(f"weight_max must be positive, got {self.weight_max}")

    def largest(self, bits: int) -> float:  # noqa: ARG002 - the law is bounded
        """Return W."""
        return to_float(exact_rational(self.weight_max, "weight_max"))

    def rule(self, reach: arb, bits: int) -> tuple[Rule, arb]:
        """Return a Gauss–Legendre rule on [0, W]: the product is even in w."""
        half = arb(exact_rational(self.weight_max, "weight_max")) / 2
        argument = Argument(line_function(TANH, arb(1), arb(0)), half * reach, 2 * half * reach)
        count, error = plan(UNIFORM, [argument, argument], bits)
        nodes, masses = UNIFORM.rule(count, bits + 40)
        return ([half * (1 + t) for t in nodes], list(masses)), error


@dataclass(frozen=True)
class NormalWeights:
    """w normal with mean 0 and standard deviation s.

    Parameters
    ----------
    scale : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact s > 0.
    """

    scale: object = 1

    def __post_init__(self) -> None:
        if exact_rational(self.scale, "scale") <= 0:
            raise ValueError(f"scale must be positive, got {self.scale}")

    def largest(self, bits: int) -> float:
        """Return s times where the tail mass falls below 2^−bits."""
        return to_float(exact_rational(self.scale, "scale")) * _cut(bits)

    def rule(self, reach: arb, bits: int) -> tuple[Rule, arb]:
        """Return the trapezoidal rule in w/s, cut where the tails are negligible."""
        speed = float((reach * arb(exact_rational(self.scale, "scale"))).upper())
        nodes, masses, error = gaussian_nodes(speed, bits)
        scale = arb(exact_rational(self.scale, "scale"))
        return ([scale * z for z in nodes], masses), error


@dataclass(frozen=True)
class GivenWeights:
    """Finitely many given weights with mass 1 each: the Gram matrix of a network's units.

    Parameters
    ----------
    weights : tuple of exact rationals
        The w_i.
    """

    weights: tuple[object, ...]

    def __post_init__(self) -> None:
        if not self.weights:
            raise ValueError("weights must not be empty")
        self._exact()

    def largest(self, bits: int) -> float:  # noqa: ARG002 - finitely many
        """Return the largest modulus, rounded up."""
        return max(to_float(abs(w)) for w in self._exact()) * (1 + 1e-12) + 1e-9

    def rule(self, reach: arb, bits: int) -> tuple[Rule, arb]:  # noqa: ARG002 - exact
        """Return the weights themselves, with mass 1 and no error."""
        exact = self._exact()
        return ([arb(w) for w in exact], [arb(1)] * len(exact)), arb(0)

    def _exact(self) -> list[fmpq]:
        return [exact_rational(w, "weight") for w in self.weights]


def gaussian_nodes(speed: float, bits: int) -> tuple[list[arb], list[arb], arb]:
    """Return nodes z > 0 and masses of E[tanh(αZ)tanh(βZ)], Z ~ N(0, 1), |α|, |β| ≤ speed.

    Returns
    -------
    nodes, masses : list of flint.arb
        Masses are 2hφ(z): the product is even and vanishes at 0.
    error : flint.arb
        Bound on the error, for all such α and β at once.

    Notes
    -----
    In |Im z| ≤ a with a·speed < π/2 the product is at most B = max(1, tan²(a·speed)), so the
    trapezoidal rule errs by at most 2Be^{a²/2}/(e^{2πa/h} − 1) (Trefethen and Weideman 2014,
    theorem 5.1); nodes beyond a node Z weigh at most 2∫_Z^∞ φ ≤ 2φ(Z)/Z.

    Examples
    --------
    >>> z, q, error = gaussian_nodes(1.0, 60)
    >>> total = sum((m * x.tanh() ** 2 for x, m in zip(z, q, strict=True)), arb(0))
    >>> (total + arb(0, error)).contains(arb("0.39429449039784117442"))
    True
    """
    nats = bits * log(2)
    height = min(1.42 / speed, sqrt(nats))
    step = 2 * pi * height / (nats + height**2 / 2 + 6)
    # Dyadic, so that the nodes are exact.
    unit = 2.0 ** (ceil(log(step, 2)) - 8)
    h, a = arb(int(step / unit) * unit), arb(height)
    count = ceil(_cut(bits) / float(h))
    bound = arb(1).max((a * arb(speed)).tan() ** 2) * (a * a / 2).exp()
    error = 2 * bound / ((2 * arb.pi() * a / h).exp() - 1)
    end = count * h
    density = 1 / (2 * arb.pi()).sqrt()
    error += 2 * (-end * end / 2).exp() * density / end
    nodes = [j * h for j in range(1, count + 1)]
    return nodes, [2 * h * density * (-z * z / 2).exp() for z in nodes], error.upper()


def _cut(bits: int) -> float:
    return sqrt(2 * log(2) * bits) + 1
