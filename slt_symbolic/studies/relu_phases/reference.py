"""Shares of the two-node experiment by another sampler, another K and another program.

The No-U-Turn sampler of NumPyro's kind on K by a midpoint rule of 24² points, four chains of 2,500
draws at n = 10⁴; the chains agree to 0.02. Nothing of this package entered.
"""

from __future__ import annotations

from fractions import Fraction

__all__ = ["REFERENCE_ERROR", "REFERENCE_SHARES"]

REFERENCE_ERROR = 0.02

#: θ: degenerate, non-degenerate, other.
REFERENCE_SHARES: dict[Fraction, tuple[float, float, float]] = {
    Fraction(1): (0.0177, 0.3644, 0.6179),
    Fraction(108, 100): (0.0750, 0.2907, 0.6343),
    Fraction(116, 100): (0.2085, 0.2099, 0.5816),
    Fraction(120, 100): (0.2957, 0.1833, 0.5210),
    Fraction(124, 100): (0.3822, 0.1489, 0.4689),
    Fraction(128, 100): (0.4679, 0.1139, 0.4182),
    Fraction(132, 100): (0.5259, 0.0976, 0.3765),
    Fraction(143, 100): (0.6158, 0.0496, 0.3346),
    Fraction(11, 7): (0.6519, 0.0313, 0.3168),
}
