"""Polynomials with exact coefficients in place of analytic functions, with a proved error."""

from __future__ import annotations

from flint import arb, ctx, fmpq, fmpq_poly, fmpz, fmpz_poly

from slt_symbolic.kernels.kernel import TooManyNodesError
from slt_symbolic.kernels.line_function import LineFunction
from slt_symbolic.kernels.probability_rule import UNIFORM, Argument, plan

MAX_DEGREE = 240


def approximant(f: LineFunction, lower: fmpq, upper: fmpq, bits: int) -> tuple[fmpq_poly, arb]:
    """Return a polynomial near a function between two points, and a bound on their difference.

    Parameters
    ----------
    f : LineFunction
        The function, with slope 1 and offset 0.
    lower, upper : flint.fmpq
        Ends, lower < upper.
    bits : int
        The error aims at 2^−bits.

    Notes
    -----
    With N Chebyshev points, and |f| ≤ M in the ellipse with foci at the ends and parameter
    ρ = e^η, the interpolant errs by at most twice Σ_{k≥N} 2Mρ^{−k} = 4Mρ^{−N}/(1 − 1/ρ): T_k at the
    points is ± some T_j or zero. That is the error that
    :func:`~slt_symbolic.kernels.probability_rule.plan` bounds for a rule exact below the degree N.
    Chebyshev coefficients are then rounded to rationals; since |T_k| ≤ 1, that adds at most the
    sum of the roundings and of the balls' radii.

    Raises
    ------
    TooManyNodesError
        If the degree would exceed ``MAX_DEGREE``.

    References
    ----------
    L. N. Trefethen (2013), Approximation Theory and Approximation Practice, theorem 8.2.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.kernels.line_function import line_function
    >>> p, error = approximant(line_function(TANH, arb(1), arb(0)), fmpq(-1), fmpq(1), 50)
    >>> bool(abs(arb(p(fmpq(1, 3))) - (arb(1) / 3).tanh()) < 1e-14), bool(error < 1e-14)
    (True, True)
    """
    centre, radius = (lower + upper) / 2, (upper - lower) / 2
    reach = Argument(f, arb(radius), arb(abs(centre) + radius))
    count, error = plan(UNIFORM, [reach], bits + 1)
    points = UNIFORM.exact_below(count)
    if points > MAX_DEGREE:
        raise TooManyNodesError(
            f"a polynomial that close to the function takes more than degree {MAX_DEGREE}; "
            "ask for fewer digits, or smaller weights"
        )
    exponent = bits + 12  # of the rounding
    with ctx.workprec(exponent + 16):
        # cos(πm/2N): the points are those with odd m.
        cosines = [arb.cos_pi_fmpq(fmpq(m, 2 * points)) for m in range(4 * points)]
        values = f.on_reals(cosines[1 : 2 * points : 2], slope=arb(radius), offset=arb(centre))
        total, rounding = fmpz_poly([]), arb(0)
        for k in range(points):
            column = [cosines[k * (2 * j + 1) % (4 * points)] for j in range(points)]
            scaled = sum((v * c for v, c in zip(values, column, strict=True)), arb(0))
            scaled *= arb(2 if k else 1) / points * arb(2) ** exponent
            mantissa, shift = map(int, scaled.mid().man_exp())
            whole = fmpz(mantissa << shift if shift >= 0 else mantissa >> -shift)
            total += whole * fmpz_poly.chebyshev_t(k)
            rounding += abs(scaled - whole)
        error += (rounding / arb(2) ** exponent).upper()
    line = fmpq_poly([-centre / radius, 1 / radius])
    return (fmpq_poly(total) / fmpz(2) ** exponent)(line), error
