"""What n Gauss–Hermite points are worth for a network: a proved error bound, in samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.spectra.arguments import (
    BITS_PER_DIGIT,
    checked_activation,
    checked_integer,
    exact_rational,
)
from slt_symbolic.spectra.errors import NoRouteError
from slt_symbolic.spectra.gauss_hermite import gauss_hermite


@dataclass(frozen=True, eq=False)
class QuadratureRow:
    """One row of the comparison of Gauss–Hermite quadrature with Monte Carlo.

    Parameters
    ----------
    points : int
        Points n of the rule.
    value : flint.arb
        Encloses E[f(X)²]: the rule's value, widened by its error bound.
    bound : flint.arb
        Proved upper bound of the rule's error, an exact number.
    samples : flint.arb
        Lower bound of how many independent samples X have a standard error as small as `bound`:
        Var f(X)² / bound².
    """

    points: int
    value: arb
    bound: arb
    samples: arb


def gauss_hermite_error(points: int, maximum: arb, height: arb) -> arb:
    """Bound |E g(X) − Σ w_i g(x_i)| for the n-point rule and a function bounded on a strip.

    Parameters
    ----------
    points : int
        Points n of the rule.
    maximum : flint.arb
        M ≥ |g| on the strip |Im x| ≤ d, inside which g is analytic.
    height : flint.arb
        d > 0.

    Returns
    -------
    flint.arb
        An exact upper bound; infinite where the estimate does not apply, √(2n) < d/2 or
        √(2n − 1) < 1/(2d).

    Notes
    -----
    With γ_k = E[g h_k] and |s| = r, shifting the line of integration of
    Σ γ_k s^k/√k! = ∫ g(x)φ(x − s)dx by up to ±d gives |∫| ≤ M e^{max(0,|Im s|−d)²/2}. Cauchy's
    estimate with r = √k + d/2 ≥ d, log(1 + δ) ≥ δ − δ²/2 and Stirling's bound of k! give

        |γ_k| ≤ M √k! r^{−k} e^{(r−d)²/2} ≤ M (2πk)^{1/4} e^{1/(24k)} e^{d²/4} e^{−d√k}.

    The rule is exact for h_k with k < 2n. Beyond, |h_k(x)| ≤ 1.0865 e^{x²/4} (Cramér), and since
    every even derivative of e^{x²/4} is positive the rule's value of it is below E e^{X²/4} = √2:
    |Σ w_i h_k(x_i)| ≤ 1.54. So the error is at most 1.54 Σ_{k≥2n}|γ_k|, and

        Σ_{k≥2n} k^{1/4}e^{−d√k} ≤ ∫_{2n−1}^∞ x^{1/4}e^{−d√x}dx = 2d^{−5/2} Γ(5/2, d√(2n−1)):

    it falls like e^{−d√(2n)}.

    Examples
    --------
    >>> gauss_hermite_error(200, arb(1), arb(1)) < arb("1e-5")
    True
    """
    n = checked_integer(points, "points", 1, 10**9)
    d = arb(height)
    if not (4 * arb(2 * n).sqrt() >= 2 * d and 2 * d * arb(2 * n - 1).sqrt() >= 1):
        return arb.pos_inf()
    tail = 2 * d ** (-arb(5) / 2) * (d * arb(2 * n - 1).sqrt()).gamma_upper(arb(5) / 2)
    scale = (2 * arb.pi()) ** (arb(1) / 4) * (arb(1) / (48 * n) + d * d / 4).exp()
    return (arb(154) / 100 * maximum * scale * tail).upper()


def loss_quadrature(
    activation: Activation | str,
    units: Sequence[tuple[object, object, object]],
    points: Iterable[int],
    digits: int = 30,
) -> tuple[QuadratureRow, ...]:
    """Enclose E[f(X)²] of a network by Gauss–Hermite rules, and count equivalent samples.

    Parameters
    ----------
    activation : Activation or str
        Bounded on a strip around the real line: tanh, sigmoid, arctan, erf, sine, ...
    units : sequence of (readout, weight, bias)
        Exact rationals of f(x) = Σ a_i σ(w_i x + b_i).
    points : iterable of int
        Numbers of points of the rules.
    digits : int
        Digits of the rules.

    Returns
    -------
    tuple of QuadratureRow

    Raises
    ------
    NoRouteError
        If σ is not known to be bounded on a strip.

    Notes
    -----
    The bound is that of :func:`gauss_hermite_error` for g = f² and the best of 24 heights d below
    the nearest pole; with M_i the bound of σ on |Im z| ≤ |w_i|d, |f|² ≤ (Σ|a_i|M_i)². The
    variance of g comes from the largest rule, with the error bound of g².

    Examples
    --------
    >>> rows = loss_quadrature("tanh", [(1, 1, 0)], [50, 200])
    >>> rows[1].value.str(6, radius=False), rows[1].samples > 10**14
    ('0.394294', True)
    """
    sigma = checked_activation(activation)
    ball, strip = sigma.ball, sigma.strip_bound
    if ball is None or strip is None or len(strip(arb(0))) != 1:
        raise NoRouteError(f"{sigma.name} is not known to be bounded on a strip")
    counts = [checked_integer(n, "points", 1, 20_000) for n in points]
    names = ("readout", "weight", "bias")
    exact = [
        tuple(exact_rational(v, name) for v, name in zip(unit, names, strict=True))
        for unit in units
    ]
    if not exact or not counts:
        raise ValueError("units and points must not be empty")
    with ctx.workprec(int(digits * BITS_PER_DIGIT) + 30):

        def f(x: arb) -> arb:
            total = arb(0)
            for a, w, b in exact:
                total += arb(a) * ball(acb(arb(w) * x + arb(b))).real
            return total

        moments = {n: _moments(n, digits, f) for n in {*counts, max(counts)}}
        errors = {n: _errors(n, sigma, exact) for n in moments}
        top = max(counts)
        mean, square = (m + arb(0, e) for m, e in zip(moments[top], errors[top], strict=True))
        variance = (square - mean * mean).lower()
        rows = []
        for n in counts:
            bound = errors[n][0]
            samples = (variance / bound**2).lower() if variance > 0 else arb(0)
            rows.append(QuadratureRow(n, moments[n][0] + arb(0, bound), bound, samples))
    return tuple(rows)


def _moments(points: int, digits: int, f: Callable[[arb], arb]) -> tuple[arb, arb]:
    rule = gauss_hermite(points, digits)
    mean, square = arb(0), arb(0)
    for x, w in zip(rule.nodes, rule.weights, strict=True):
        g = f(x) ** 2
        mean += w * g
        square += w * g * g
    return mean, square


def _errors(points: int, sigma: Activation, units: Sequence[tuple[fmpq, ...]]) -> tuple[arb, arb]:
    """Bound the errors of the rule for f² and f⁴."""
    best = [arb.pos_inf(), arb.pos_inf()]
    fastest = max(abs(w) for _, w, _ in units)
    strip = sigma.strip_bound
    if strip is None:
        raise NoRouteError(f"{sigma.name} has no bound on a strip")
    reach = sigma.pole_height
    for share in range(1, 25):
        if fastest == 0:
            height = fmpq(share, 2)
        elif reach is None or reach == sympy.oo:
            height = fmpq(share, 4) / fastest
        else:
            # Rounded down to a rational below the pole.
            height = fmpq(int(reach * 10**6) * share, 25 * 10**6) / fastest
        size = arb(0)
        for a, w, _ in units:
            size += abs(arb(a)) * strip(abs(arb(w)) * arb(height))[0]
        if not size.is_finite():
            continue
        for power in (0, 1):
            bound = gauss_hermite_error(points, size ** (2 * power + 2), arb(height))
            if bound < best[power]:
                best[power] = bound
    return best[0], best[1]
