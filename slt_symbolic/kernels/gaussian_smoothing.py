"""Piecewise polynomials averaged over a Gaussian shift: entire functions in closed form."""

from __future__ import annotations

from collections.abc import Iterator

from flint import acb, arb, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.kernels.line_function import LineFunction, Majorant


def smoothed(activation: Activation, slope: arb, offset: arb, width: arb) -> LineFunction:
    """Return x ↦ E[σ(slope·x + offset + width·T)], T ~ N(0, 1), for piecewise polynomial σ.

    Parameters
    ----------
    activation : Activation
        σ = below + jump·1{z > 0}.
    slope, offset : flint.arb
        Of the argument.
    width : flint.arb
        Positive standard deviation of the shift.

    Notes
    -----
    Integration by parts gives for I_m = E[(y + βT)^m 1{y + βT > 0}] the recurrence
    I_m = yI_{m−1} + (m − 1)β²I_{m−2}, with I₀ = Φ(y/β) and I₁ = yI₀ + βφ(y/β); without the
    indicator it starts from 1 and y. On |Im y| ≤ η the majorant follows the same recurrence from
    |Φ(y/β)| ≤ 1 + (η/β)φ₀, |φ(y/β)| ≤ φ₀ = e^{(η/β)²/2}/√(2π) and |y| ≤ |x| + η.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> smoothed(RELU, arb(1), arb(0), arb(1))(arb(0)).real.str(10, radius=False)  # 1/√(2π)
    '0.3989422804'
    """
    if activation.branches is None:
        raise ValueError(f"activation must be piecewise polynomial, {activation.name} is not")
    below = [fmpq(int(c.p), int(c.q)) for c in activation.branches.below]
    above = [fmpq(int(c.p), int(c.q)) for c in activation.branches.above]
    size = max(len(below), len(above))
    below += [fmpq(0)] * (size - len(below))
    above += [fmpq(0)] * (size - len(above))
    jump = [a - b for a, b in zip(above, below, strict=True)]

    def ball(y: acb) -> acb:
        z = y / width
        cumulative = (-z / arb(2).sqrt()).erfc() / 2
        density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
        full = _moments(y, width, acb(1), acb(0))
        upper = _moments(y, width, cumulative, density)
        value = acb(0)
        for b, j, f, u in zip(below, jump, full, upper, strict=False):
            value += b * f + j * u
        return value

    def strip_bound(height: arb) -> Majorant:
        ratio = height / width
        density = (ratio * ratio / 2).exp() / (2 * arb.pi()).sqrt()
        total = [arb(0)] * size
        for coefficients, start, peak in (
            (below, arb(1), arb(0)),
            (jump, 1 + ratio * density, density),
        ):
            rows = _majorants(height, width, start, peak, size)
            for c, row in zip(coefficients, rows, strict=True):
                for k, r in enumerate(row):
                    total[k] += abs(c) * r
        return tuple(total)

    return LineFunction(ball, strip_bound, float("inf"), slope, offset)


def _moments(y: acb, width: arb, zeroth: acb, density: acb) -> Iterator[acb]:
    older, newer = zeroth, y * zeroth + width * density
    order = 1
    while True:
        yield older
        older, newer = newer, y * newer + order * width * width * older
        order += 1


def _majorants(height: arb, width: arb, start: arb, peak: arb, size: int) -> list[list[arb]]:
    rows = [[start]]
    for order in range(1, size):
        row = [height * c for c in rows[-1]] + [arb(0)]
        for k, c in enumerate(rows[-1]):
            row[k + 1] += c
        if order == 1:
            row[0] += width * peak
        else:
            for k, c in enumerate(rows[-2]):
                row[k] += (order - 1) * width * width * c
        rows.append(row)
    return rows
