"""The posterior of the wells: free energies of the regions, where they cross, what is seen there.

Everything is a ball. The prior is uniform on [-2, 2]; the regions are [-3/2, -1/2] and [1/2, 3/2].
"""

from __future__ import annotations

import math
from fractions import Fraction

from flint import acb, arb, ctx

from slt_symbolic.studies.potential_wells.wells import Wells, rational_ball

__all__ = [
    "crossing",
    "darboux_free_energy",
    "difference",
    "free_energy",
    "heuristic_crossing",
    "mean_loss",
    "region",
    "shares",
]

_BITS = 96
_HALF = Fraction(1, 2)
_TOTAL = Fraction(2)


def region(well: int) -> tuple[Fraction, Fraction]:
    """Return the neighbourhood of the well at -1 or 1.

    Examples
    --------
    >>> region(1)
    (Fraction(1, 2), Fraction(3, 2))
    """
    if well not in (-1, 1):
        raise ValueError(f"well must be -1 or 1, got {well}")
    return well - _HALF, well + _HALF


def _floor(wells: Wells, well: int) -> arb:
    return rational_ball(wells.loss) if well == 1 else arb(0)


def _integral(wells: Wells, n: arb, low: arb, high: arb, floor: arb, *, weighted: bool) -> arb:
    """Enclose the integral of e^{-n(K - floor)}, or of (K - floor) times it."""

    def density(w: acb, _: bool) -> acb:
        above = wells.value(w) - floor
        return above * (-n * above).exp() if weighted else (-n * above).exp()

    # Halves: the peak is then at an end of an interval, or far away.
    middle = (low + high) / 2
    halves = ((low, middle), (middle, high))
    return sum((acb.integral(density, acb(a), acb(b)).real for a, b in halves), arb(0))


def free_energy(wells: Wells, n: arb, well: int) -> arb:
    """Enclose F_n = -log of the integral of e^{-nK}/4 over the region of a well.

    Examples
    --------
    >>> free_energy(Wells(Fraction(1, 10)), arb(30), -1).str(8, radius=False)
    '4.0742943'
    """
    with ctx.workprec(_BITS):
        low, high = map(rational_ball, region(well))
        floor = _floor(wells, well)
        return n * floor - (_integral(wells, n, low, high, floor, weighted=False) / 4).log()


def darboux_free_energy(wells: Wells, n: arb, well: int, cells: int = 4000) -> arb:
    """Enclose the same by sums over cells on which K is monotone: exp and nothing else.

    Notes
    -----
    On each side of the well K has no critical point within the region, so that the integral lies
    between the sums of the least and of the greatest values: the trapezoidal sum, give or take
    half a cell times the whole variation.
    """
    if cells % 2:
        raise ValueError(f"cells must be even, got {cells}")
    with ctx.workprec(_BITS):
        low, high = region(well)
        floor = _floor(wells, well)
        width = (high - low) / cells
        values = [
            (-n * (wells.value(rational_ball(low + i * width)) - floor)).exp()
            for i in range(cells + 1)
        ]
        top = values[cells // 2]
        inner = sum(values, arb(0)) - (values[0] + values[-1]) / 2
        slack = (2 * top - values[0] - values[-1]) / 2
        step = rational_ball(width)
        return n * floor - (step * (inner + arb(0, slack.upper())) / 4).log()


def mean_loss(wells: Wells, n: arb, well: int) -> arb:
    """Enclose the posterior mean of K - K(well) within the region of a well."""
    with ctx.workprec(_BITS):
        low, high = map(rational_ball, region(well))
        floor = _floor(wells, well)
        whole = _integral(wells, n, low, high, floor, weighted=False)
        return _integral(wells, n, low, high, floor, weighted=True) / whole


def difference(wells: Wells, n: arb) -> arb:
    """Enclose F_n(flat well) - F_n(deep well): positive where the deep one is preferred."""
    return free_energy(wells, n, 1) - free_energy(wells, n, -1)


def shares(wells: Wells, n: arb) -> tuple[arb, arb]:
    """Enclose the posterior mass on each side of the barrier, the deep well's first."""
    with ctx.workprec(_BITS):
        cut = arb(wells.barrier.mid())
        end, floor = rational_ball(_TOTAL), _floor(wells, 1)
        deep = _integral(wells, n, -end, cut, arb(0), weighted=False)
        # Above its own floor: masses of any smallness keep their relative accuracy.
        flat = _integral(wells, n, cut, end, floor, weighted=False) * (-n * floor).exp()
        return deep / (deep + flat), flat / (deep + flat)


def crossing(wells: Wells, digits: int = 10) -> arb:
    """Enclose the n at which both regions have one free energy.

    Raises
    ------
    ArithmeticError
        If there is no change of sign between n = 1 and 10⁷, or it is not a simple one.

    Notes
    -----
    Bisection by signs that balls prove; then F(flat) - F(deep) grows on what is left, its
    derivative being the difference of the mean losses there: one crossing lies in it.

    Examples
    --------
    >>> crossing(Wells(Fraction(1, 10))).str(8, radius=False)
    '17.633328'
    """
    with ctx.workprec(_BITS):
        low, high = Fraction(1), Fraction(2)
        while not difference(wells, rational_ball(high)) > 0:
            low, high = high, 2 * high
            if high > 10**7:
                raise ArithmeticError(f"no crossing below n = {high} for C = {wells.loss}")
        if not difference(wells, rational_ball(low)) < 0:
            raise ArithmeticError(f"the sign of the difference at n = {low} is not known")
        while high - low > Fraction(1, 10**digits) * low:
            middle = (low + high) / 2
            value = difference(wells, rational_ball(middle))
            if not (value > 0 or value < 0):
                break
            low, high = (low, middle) if value > 0 else (middle, high)
        found = rational_ball(low).union(rational_ball(high))
        growth = rational_ball(wells.loss) + mean_loss(wells, found, 1)
        if not growth - mean_loss(wells, found, -1) > 0:
            raise ArithmeticError(f"the crossing near n = {float(low):g} is not simple")
        return found


def heuristic_crossing(loss: Fraction) -> float:
    """Return the n where 2Γ(5/4)(4n)^{-1/4} e^{-nC} = √(π/16n): the flat well taken as a quartic.

    Examples
    --------
    >>> round(heuristic_crossing(Fraction(1, 10)), 1)
    17.8
    """

    def gap(n: float) -> float:
        quartic = math.log(2 * math.gamma(1.25)) - math.log(4 * n) / 4 - n * float(loss)
        return quartic - math.log(math.pi / (16 * n)) / 2

    low, high = 1 / (4 * float(loss)), 1e9
    for _ in range(200):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if gap(middle) > 0 else (low, middle)
    return low
