"""Legendre coefficients of units x ↦ σ(⟨w, x⟩ + b) on the cube [−1, 1]^n, and their decay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import asinh, log, prod

from flint import arb, ctx, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.kernels.line_function import analytic, line_function
from slt_symbolic.kernels.probability_rule import UNIFORM, Argument, plan
from slt_symbolic.spectra.arguments import (
    BITS_PER_DIGIT,
    checked_activation,
    checked_integer,
    exact_rational,
    refined,
    to_float,
)
from slt_symbolic.spectra.zonal_poles import amplitude

_MAX_NODES = 250_000


def cube_coefficient(
    activation: Activation | str,
    orders: Sequence[int],
    weights: Sequence[object],
    bias: object = 0,
    digits: int = 30,
) -> arb:
    """Enclose E[σ(⟨w, X⟩ + b) Π √(2k_i + 1) P_{k_i}(X_i)], X uniform on [−1, 1]^n.

    Parameters
    ----------
    activation : Activation or str
        An analytic σ, or its name.
    orders : sequence of int
        k_1, …, k_n: degrees of the Legendre polynomials, orthonormal for the uniform law.
    weights : sequence of exact rationals
        w, of the same length.
    bias : exact rational
        b.
    digits : int
        Decimal digits of RELATIVE accuracy.

    Returns
    -------
    flint.arb
        A ball; exactly 0 where the parity of σ makes it so.

    Raises
    ------
    ValueError
        For lengths that differ, activations with a break, or more than 250,000 nodes: three
        inputs at moderate accuracy are within reach.
    ArithmeticError
        If the coefficient vanishes without a known symmetry.

    Notes
    -----
    The tensor product of Gauss–Legendre rules. With the masses of each rule summing to 1 and
    |P_k| ≤ 1 on the interval, the errors of the rules in the single variables add up; in each,
    |P_k| ≤ cosh kη on the ellipse of parameter η.

    Examples
    --------
    >>> cube_coefficient("tanh", (1, 2), (1, 1), digits=12).str(10, radius=False)
    '-0.06805245576'
    >>> cube_coefficient("tanh", (1, 1), (1, 1))
    0
    """
    sigma = checked_activation(activation)
    if not analytic(sigma):
        raise ValueError(f"activation must be analytic, {sigma.name} is not")
    degrees, slopes = _checked(orders, weights)
    offset = exact_rational(bias, "bias")
    sign = sigma.parity
    if offset == 0 and sign is not None and sign != (-1) ** sum(degrees):
        return arb(0)
    if any(k and w == 0 for k, w in zip(degrees, slopes, strict=True)):
        return arb(0)
    wanted = checked_integer(digits, "digits", 1, 1000) + 1
    small = sum(k * asinh(2 / to_float(abs(w))) for k, w in zip(degrees, slopes, strict=True) if k)
    start = int(wanted * BITS_PER_DIGIT + 30 + small / log(2))
    return refined(lambda bits: _tensor_rule(sigma, degrees, slopes, offset, bits), wanted, start)


def _tensor_rule(
    sigma: Activation, degrees: list[int], slopes: list[fmpq], offset: fmpq, bits: int
) -> arb:
    with ctx.workprec(bits + 20):
        function = line_function(sigma, arb(1), arb(0))
        size = abs(arb(offset)) + sum((abs(arb(w)) for w in slopes), arb(0))
        error, columns = arb(0), []
        for k, w in zip(degrees, slopes, strict=True):
            argument = Argument(function, abs(arb(w)), size)
            count, bound = plan(UNIFORM, [argument], bits, factor=_polynomial_bound(k))
            error += bound
            columns.append((count, k, arb(w)))
        if prod(count for count, _, _ in columns) > _MAX_NODES:
            raise ValueError(f"digits must be smaller: more than {_MAX_NODES} nodes")
        rules = []
        for count, k, slope in columns:
            nodes, masses = UNIFORM.rule(count, bits + 20)
            pairs = zip(nodes, masses, strict=True)
            rules.append([(slope * t, m * t.legendre_p(k)) for t, m in pairs])
        *outer, inner = rules
        moves = [t for t, _ in inner]
        total = arb(0)
        for point in product(*outer):
            base = sum((t for t, _ in point), arb(offset))
            values = function.on_reals(moves, offset=base)
            line = sum((m * v for (_, m), v in zip(inner, values, strict=True)), arb(0))
            for _, mass in point:
                line *= mass
            total += line
        total += arb(0, error.upper())
        return total * arb(prod(2 * k + 1 for k in degrees)).sqrt()


def _polynomial_bound(degree: int) -> Callable[[float], arb]:
    return lambda eta: (degree * arb(eta)).cosh()


def cube_bound(orders: Sequence[int], weights: Sequence[object], bias: object = 0) -> arb:
    """Return a proved upper bound of the cube coefficient's modulus for tanh(⟨w, x⟩ + b).

    Parameters
    ----------
    orders, weights, bias
        As in :func:`cube_coefficient`.

    Notes
    -----
    By Cauchy over the ellipse of parameter η, with 𝒬_k(z) = E[P_k(T)/(z − T)] as in
    :mod:`slt_symbolic.spectra.zonal_poles` for d = 3,

        |E[F(T)P_k(T)]| ≤ max|F| · cosh η · A_k e^{−(k+1)η}(1 − e^{−2η})^{−½}.

    Applied in each variable, with Σ|w_i| sinh η_i = y < π/2, where |tanh| ≤ max(1, tan y). The
    η_i maximise Σk_iη_i: k_i = μ|w_i| cosh η_i. So the coefficients fall geometrically in every
    direction, with a rate in direction κ of max Σκ_iη_i over Σ|w_i| sinh η_i ≤ π/2.

    Examples
    --------
    >>> bool(abs(cube_coefficient("tanh", (3, 4), (1, 1))) < cube_bound((3, 4), (1, 1)))
    True
    """
    degrees, slopes = _checked(orders, weights)
    exact_rational(bias, "bias")
    heights = _shares(degrees, [to_float(abs(w)) for w in slopes])
    with ctx.workprec(64):
        used, bound = arb(0), arb(1)
        for k, w, share in zip(degrees, slopes, heights, strict=True):
            if k == 0 or w == 0:
                bound *= int(k == 0)
                continue
            eta = arb(share)
            used += abs(arb(w)) * eta.sinh()
            decay = (-(k + 1) * eta).exp() / (1 - (-2 * eta).exp()).sqrt()
            bound *= amplitude(k, 3) * eta.cosh() * decay * arb(2 * k + 1).sqrt()
        if used < _HEIGHT + arb(0.01):
            bound *= arb(1).max(used.tan())
        else:
            bound = arb(1)
        # By Cauchy and Schwarz, as |tanh| ≤ 1.
        return bound.upper().min(arb(1))


_HEIGHT = 1.47


def _shares(degrees: list[int], norms: list[float]) -> list[float]:
    """Return η_i with Σ|w_i| sinh η_i below the height, about the best for these degrees."""
    pairs = list(zip(degrees, norms, strict=True))

    def sines(mu: float) -> list[float]:
        # sinh η for k = μ|w| cosh η; not too small, where the bound has a pole.
        return [max(0.05, (k / (mu * w)) ** 2 - 1) ** 0.5 if k and w else 0.0 for k, w in pairs]

    def used(mu: float) -> float:
        return sum(w * s for (_, w), s in zip(pairs, sines(mu), strict=True))

    low, high = 1e-12, 1e12
    for _ in range(200):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if used(middle) > _HEIGHT else (low, middle)
    shrink = min(1.0, _HEIGHT / (used(high) + 1e-300))
    return [asinh(s * shrink) for s in sines(high)]


def _checked(orders: Sequence[int], weights: Sequence[object]) -> tuple[list[int], list[fmpq]]:
    if len(orders) != len(weights) or not orders:
        raise ValueError(f"orders and weights must have one length, got {orders} and {weights}")
    degrees = [checked_integer(k, "order", 0, 10_000) for k in orders]
    return degrees, [exact_rational(w, "weight") for w in weights]
