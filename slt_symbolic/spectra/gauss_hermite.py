"""Gauss–Hermite rules for the standard normal law, certified, at any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin, sqrt

from flint import arb, ctx

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, MAX_DIGITS, checked_integer

MAX_NODES = 20_000
_CRAMER = arb(109) / 100  # Cramér: |h_k(x)| e^{−x²/4} ≤ 1.0865


@dataclass(frozen=True, eq=False)
class GaussHermite:
    """The n-point rule Σ_i w_i f(x_i) ≈ E f(X), X ~ N(0, 1), exact for degrees below 2n.

    Parameters
    ----------
    nodes : tuple of flint.arb
        Rising, one ball around each zero of He_n; symmetric, the middle one exactly zero.
    weights : tuple of flint.arb
        Balls around w_i = 1/(n h_{n−1}(x_i)²), h_k = He_k/√k!, positive with sum 1.
    """

    nodes: tuple[arb, ...]
    weights: tuple[arb, ...]

    def __call__(self, function: Callable[[arb], arb]) -> arb:
        """Return a ball around Σ_i w_i f(x_i): the rule's value, not the expectation."""
        with ctx.workprec(max(ctx.prec, self.nodes[0].bits() + 30)):
            total = arb(0)
            for x, w in zip(self.nodes, self.weights, strict=True):
                total += w * function(x)
            return total

    def __repr__(self) -> str:
        return f"<Gauss-Hermite rule with {len(self.nodes)} nodes>"


@lru_cache(maxsize=8)
def gauss_hermite(count: int, digits: int = 50) -> GaussHermite:
    """Return the n-point Gauss–Hermite rule of the standard normal law, with proof.

    Parameters
    ----------
    count : int
        Number n of nodes, from 1 to 20,000.
    digits : int
        Decimal digits, relative, of each node and weight.

    Raises
    ------
    ArithmeticError
        If the nodes cannot be told apart at 16 times the precision.

    Notes
    -----
    Approximate zeros come from Newton's method started at guesses. The proof does not depend on
    them. With f = h_n e^{−x²/4} and X an interval around a guess x, the interval Newton operator
    N = x − f(x)/f′(X), with f′(X) from f′(x) and a bound of f″ by the differential equation,
    maps X into its interior; so X holds exactly one zero, and it lies in N. These intervals are
    disjoint and positive; ⌊n/2⌋ of them, with their reflections and 0 for odd n, account for all
    n zeros. With h_k = He_k/√k!, w_i = 1/(n h_{n−1}(x_i)²) (Szegő 1939, section 3.4, in this
    normalisation).

    References
    ----------
    Szegő (1939), Orthogonal Polynomials, theorems 3.3.1 and 3.4.2.
    Cramér (1951), Mathematical Methods of Statistics, for |h_k| e^{−x²/4} ≤ 1.0865.
    Tucker (2011), Validated Numerics, section 5.1: the interval Newton operator.

    Examples
    --------
    >>> rule = gauss_hermite(3, 20)
    >>> [x.str(8, radius=False) for x in rule.nodes], rule.weights[1].overlaps(arb(2) / 3)
    (['-1.7320508', '0', '1.7320508'], True)
    >>> rule(lambda x: x**4).overlaps(arb(3))
    True
    """
    n = checked_integer(count, "count", 1, MAX_NODES)
    accuracy = checked_integer(digits, "digits", 1, MAX_DIGITS)
    target = int(accuracy * BITS_PER_DIGIT) + 2
    bits = target + 40 + 3 * n.bit_length()
    for _ in range(5):
        with ctx.workprec(bits):
            rule = _attempt(n)
        if rule is not None and all(
            x.rel_accuracy_bits() >= target or x.is_zero() for x in (*rule.nodes, *rule.weights)
        ):
            return rule
        bits *= 2
    raise ArithmeticError(f"no certified rule with {n} nodes at {bits} bits")


def _attempt(n: int) -> GaussHermite | None:
    guesses = _float_zeros(n)
    balls: list[arb] = []
    for guess in guesses:
        ball = _certified(n, guess)
        # Rising and disjoint: no two intervals can share a zero.
        if ball is None or not (ball > 0 and (not balls or ball > balls[-1])):
            return None
        balls.append(ball)
    if len(balls) != n // 2:
        return None
    heavy = [_weight(n, x) for x in balls]
    nodes, weights = [-x for x in reversed(balls)], list(reversed(heavy))
    if n % 2:
        nodes.append(arb(0))
        weights.append(_weight(n, arb(0)))
    return GaussHermite((*nodes, *balls), (*weights, *heavy))


def _certified(n: int, guess: float) -> arb | None:
    """Return a ball that holds exactly one zero of He_n, near the guess, or None."""
    x, goal, reached = arb(guess), ctx.prec, 40
    while True:
        # Each step doubles what is right; the last one is taken as the interval step below.
        with ctx.workprec(min(2 * reached, goal) + 30):
            top, below = _pair(n, x)
            step = top / (arb(n).sqrt() * below)
        if not step.is_finite():
            return None
        if 2 * reached >= goal:
            break
        x, reached = (x - step).mid(), 2 * reached
    # f = h_n e^{−x²/4} solves f″ = (x²/4 − n − ½)f, and |f| ≤ 1.09 (Cramér), so |f″| ≤ 1.09(n + ½)
    # while x² ≤ 8n + 4; f′ = √n h_{n−1}e^{−x²/4} − xf/2.
    radius = (2 * abs(step)).upper() + x * arb(2) ** (10 - goal)
    ball = x + arb(0, radius)
    if not (ball > 0 and ball * ball < 8 * n + 4):
        return None
    slope = arb(n).sqrt() * below - x * top / 2 + arb(0, (radius * _CRAMER * (n + 1)).upper())
    newton = x - top / slope
    return newton if not slope.contains(0) and ball.contains_interior(newton) else None


def _pair(n: int, x: arb) -> tuple[arb, arb]:
    """Return h_n e^{−x²/4} and h_{n−1} e^{−x²/4} at an exact point, to the working precision."""
    wanted = ctx.prec
    extra = int(1.5 * abs(float(x)) * sqrt(n)) + 30
    while True:
        with ctx.workprec(wanted + extra):
            y = x * arb(0.5).sqrt()
            scale = (-x * x / 4).exp() * (arb(2) ** n * arb.fac_ui(n)).rsqrt()
            top = y.hermite_h(n) * scale
            below = y.hermite_h(n - 1) * scale * (2 * arb(n)).sqrt()
        sharp = top.is_finite() and max(top.rad(), below.rad()) < arb(2) ** -wanted
        if sharp or extra > 64 * (wanted + n):
            return top, below
        extra += extra // 2


def _weight(n: int, x: arb) -> arb:
    """Return 1/(n h_{n−1}²) by the mean value theorem around the midpoint of x."""
    middle = x.mid()
    _, below = _pair(n, middle)
    if not x.is_exact():
        # (h_k e^{−x²/4})′ = (√k h_{k−1} − x h_k/2)e^{−x²/4}
        growth = _CRAMER * (arb(n).sqrt() + x.abs_upper() / 2)
        below += arb(0, (arb(x.rad()) * growth).upper())
    return (-x * x / 2).exp() / (n * below * below)


def _float_zeros(n: int) -> list[float]:
    """Return approximations of the positive zeros of He_n, rising.

    They are guesses: the phase ∫_x √(n + ½ − t²/4) dt of the j-th zero from the right is about
    (j − ¼)π; with x = 2√(n + ½) cos t it is (n + ½)(2t − sin 2t)/2. Newton's method on floats,
    by the recurrence, polishes them.
    """
    zeros = []
    for j in range(n // 2, 0, -1):
        goal, low, high = 2 * (j - 0.25) * pi / (n + 0.5), 0.0, pi / 2
        for _ in range(50):
            t = (low + high) / 2
            low, high = (t, high) if 2 * t - sin(2 * t) < goal else (low, t)
        zeros.append(2 * sqrt(n + 0.5) * cos(low))
    return [_polished(n, x) for x in zeros]


def _polished(n: int, x: float) -> float:
    for _ in range(6):
        # Rescaled on the way: h_k(x) alone may leave the range of floats.
        previous, value = 0.0, 1.0
        for k in range(n):
            previous, value = value, (x * value - sqrt(k) * previous) / sqrt(k + 1)
            if abs(value) > 1e100:
                previous, value = previous / 1e100, value / 1e100
        step = value / (sqrt(n) * previous)
        x -= step
        if abs(step) < 1e-13 * (1 + abs(x)):
            break
    return x
