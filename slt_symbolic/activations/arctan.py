"""The inverse tangent."""

import math

import sympy
from flint import acb, arb
from sympy.solvers.diophantine.diophantine import prime_as_sum_of_two_squares

from slt_symbolic.activations.activation import Activation, Reflection


def _ball(z: acb) -> acb:
    # arb continues across the cuts ±i[1, ∞) by either branch: no holomorphic enclosure there.
    if z.real.contains(0) and not abs(z.imag) < 1:
        return acb(arb.nan(), arb.nan())
    return z.atan()


def _gaussian_primes(b: sympy.Rational) -> dict[sympy.Rational, int]:
    """Write arctan(b), b > 0, as a sum of arctan(1) and arctan(v/u) with u² + v² prime, v < u.

    It is the argument of q + ip for b = p/q, which is a sum over its Gaussian prime factors, of
    which ±i are the units. Arguments of Gaussian primes, one of each pair of conjugates, and
    π/4 are independent over Q by unique factorisation, hence over the algebraic numbers by
    Baker's theorem.
    """
    x, y = int(b.q), int(b.p)
    found: dict[sympy.Rational, int] = {}
    for prime in sympy.factorint(x * x + y * y):
        u, v = (1, 1) if prime == 2 else sorted(prime_as_sum_of_two_squares(prime), reverse=True)
        for sign in (1, -1) if prime > 2 else (1,):
            while (x * u + sign * y * v) % prime == 0 and (y * u - sign * x * v) % prime == 0:
                x, y = (x * u + sign * y * v) // prime, (y * u - sign * x * v) // prime
                key = sympy.Rational(v, u)
                found[key] = found.get(key, 0) + sign
    one = sympy.S.One
    # What is left is a unit, iᵏ; whole turns are settled by the size of the sum.
    angle = sum(n * math.atan2(k.p, k.q) for k, n in found.items())
    quarters = round((math.atan2(b.p, b.q) - angle) / (math.pi / 2))
    found[one] = found.get(one, 0) + 2 * quarters
    return {k: n for k, n in found.items() if n}


ARCTAN = Activation(
    name="arctan",
    latex=r"\arctan",
    formula=sympy.atan,
    ball=_ball,
    ball_takes_reals=True,
    reflection=Reflection(sign=-1),
    pole_height=sympy.S.One,
    # Real part below π/2; imaginary part ¼ log((x² + (1+t)²)/(x² + (1−t)²)), largest at x = 0.
    strip_bound=lambda y: (arb.pi() / 2 + y.atanh(),),
    value_relation=_gaussian_primes,
    independence=(
        "along a generic line the derivatives w/(1 + (wx+b)^2) have simple poles (±i - b)/w, "
        "distinct for distinct ±(w, b)"
    ),
)
