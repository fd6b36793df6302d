"""Gauss rules for probability densities on [−1, 1], with a proved error for analytic functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asinh, ceil, exp, inf, log, sinh
from operator import mul
from typing import Literal

from flint import arb, ctx, fmpq

from slt_symbolic.kernels.gauss_legendre import legendre_rule
from slt_symbolic.kernels.line_function import LineFunction, log_upper


@dataclass(frozen=True)
class Density:
    """A probability density on [−1, 1].

    Parameters
    ----------
    kind : {"corner", "sphere"}
        ``"corner"``: proportional to (1 + x)ᵖ, with p = ``order``, as of the coordinates that
        contract a cube to a simplex; p = 0 is the uniform law. ``"sphere"``: that of a coordinate
        on the unit sphere of R^d, proportional to (1 − x²)^((d−3)/2), with d = ``order``; d = 1 is
        a fair sign.
    order : int
        p ≥ 0 or d ≥ 1.

    Notes
    -----
    The rules are those of Gauss and Legendre or of Gauss and Chebyshev, with n nodes and what is
    left of the density, a polynomial, multiplied to the weights. These stay positive, and the rule
    is exact below the degree J = 2n − m, m the degree of that polynomial; as 1 is integrated
    exactly, weights sum to 1. Let |F| ≤ M in the ellipse with foci ±1 and semi-axes cosh η, sinh η.
    The Chebyshev coefficients of F satisfy |a_k| ≤ 2Me^{−kη}, and rule and integral both map T_k
    into [−1, 1]: the error is at most 2 Σ_{k≥J} |a_k| ≤ 4Me^{−Jη}/(1 − e^{−η}).

    References
    ----------
    L. N. Trefethen (2013), Approximation Theory and Approximation Practice, theorems 8.1, 19.3.

    Examples
    --------
    >>> nodes, weights = Density("sphere", 4).rule(8, 64)
    >>> sum((w * x * x for x, w in zip(nodes, weights, strict=True)), arb(0)).str(8, radius=False)
    '0.25000000'
    """

    kind: Literal["corner", "sphere"]
    order: int

    @property
    def _degree(self) -> int:
        """Degree of the polynomial that the weights carry."""
        if self.kind == "corner":
            return self.order
        return 2 * ((self.order - 3) // 2 + (self.order % 2 == 0))

    def count(self, exact_below: int) -> int:
        """Return how many nodes are exact below a degree, a multiple of four as tables are."""
        if self == FAIR_SIGN:
            return 2
        return 4 * ceil((max(exact_below, 1) + self._degree) / 8)

    def exact_below(self, count: int) -> int:
        """Return J: polynomials of lower degree are integrated exactly."""
        return 2 * count - self._degree

    def rule(self, count: int, precision: int) -> tuple[tuple[arb, ...], tuple[arb, ...]]:
        """Return nodes and weights."""
        return _rule(self, count, -(-precision // 32) * 32)


FAIR_SIGN = Density("sphere", 1)
UNIFORM = Density("corner", 0)


@lru_cache(maxsize=64)
def _rule(density: Density, count: int, precision: int) -> tuple[tuple[arb, ...], tuple[arb, ...]]:
    with ctx.workprec(precision):
        if density == FAIR_SIGN:
            return (arb(1), arb(-1)), (arb(1) / 2, arb(1) / 2)
        order = density.order
        if density.kind == "corner":
            nodes, weights = legendre_rule(count, precision)
            scale = arb(order + 1) / arb(2) ** (order + 1)
            carried = [scale * (1 + x) ** order for x in nodes]
            return nodes, tuple(map(mul, weights, carried))
        if order % 2:
            nodes, weights = legendre_rule(count, precision)
        else:
            angles = [fmpq(2 * k + 1, 2 * count) for k in range(count)]
            nodes = tuple(arb.cos_pi_fmpq(q) for q in angles)
            weights = (arb.pi() / count,) * count
        power = density._degree // 2
        scale = sphere_constant(order)
        carried = [scale * (1 - x * x) ** power for x in nodes]
        return nodes, tuple(map(mul, weights, carried))


def sphere_constant(dimension: int) -> arb:
    """Return the factor Γ(d/2)/(√π Γ((d − 1)/2)) of (1 − x²)^((d−3)/2), for d ≥ 2."""
    half = arb(1) / 2
    return (dimension * half).gamma() / (arb.pi().sqrt() * ((dimension - 1) * half).gamma())


@dataclass(frozen=True)
class Argument:
    """How a function's argument moves with one variable of a rule, the others being real.

    Parameters
    ----------
    function : LineFunction
        With slope 1 and offset 0: a function of its argument alone.
    speed : arb
        Where the variable is in the ellipse of parameter η, the argument has an imaginary part of
        at most ``speed``·sinh η,
    size : arb
        and a modulus of the real part of at most ``size`` + ``speed``·(cosh η − 1).
    """

    function: LineFunction
    speed: arb
    size: arb

    def limit(self) -> float:
        """Return a bound on η below which the function is analytic."""
        speed = float(self.speed.upper())
        return inf if speed == 0 else asinh(self.function.reach / (speed * (1 + 1e-12)))

    def extent(self, eta: arb) -> tuple[arb, arb]:
        """Return bounds on imaginary part and modulus of the real part of the argument."""
        return self.speed * eta.sinh(), self.size + self.speed * (eta.cosh() - 1)

    def bound(self, eta: float) -> arb:
        """Return a bound on the function in the ellipse."""
        height, size = self.extent(arb(eta))
        upper = float(height.upper()) * (1 + 1e-12)
        if not upper < self.function.reach:
            return arb.pos_inf()
        total, power = arb(0), arb(1)
        for c in self.function.majorant(upper):
            total += c * power
            power *= size
        return total


def plan(
    density: Density,
    arguments: Sequence[Argument],
    bits: int,
    *,
    factor: Callable[[float], arb] = lambda _: arb(1),
) -> tuple[int, arb]:
    """Return how many nodes make the error of a rule about 2^−bits, and a bound on that error.

    Parameters
    ----------
    density : Density
        Of the variable.
    arguments : sequence of Argument
        One for every factor of the integrand, whether it depends on the variable or not.
    bits : int
        Aim.
    factor : callable, optional
        η ↦ bound on what else there is in the integrand.
    """
    if density == FAIR_SIGN:
        return 2, arb(0)
    with ctx.workprec(53):
        cap = min((a.limit() for a in arguments), default=inf)
        near = [asinh(sinh(cap) * share) for share in (0.97, 0.9, 0.75)] if cap < 300 else []
        trials = near + [e for e in (5.0, 3.5, 2.5, 1.8, 1.2, 0.8, 0.5, 0.3) if e < cap / 1.4]
        best: tuple[float, float, arb] = (inf, inf, arb(0))
        for eta in trials:
            bound = factor(eta)
            for a in arguments:
                bound *= a.bound(eta)
            if not bound.is_finite():
                continue
            size = -bits * log(2) if bound.is_zero() else log_upper(bound)
            wanted = (bits * log(2) + size + log(4 / (1 - exp(-eta)))) / eta
            if wanted > best[0]:
                break
            best = wanted, eta, bound
        wanted, eta, bound = best
        if wanted == inf:
            return 1 << 62, arb.pos_inf()
        count = density.count(ceil(wanted))
        e = arb(eta)
        error = 4 * bound * (-density.exact_below(count) * e).exp() / (1 - (-e).exp())
        return count, error.upper()
