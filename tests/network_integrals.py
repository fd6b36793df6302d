"""Independent balls around E[(f − f0)²]/2 of whole networks, by Arb's adaptive integrator.

Nothing is shared with the package: the square of the difference is integrated as it stands,
between the breaks of its units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction as Q
from itertools import pairwise

from flint import acb, arb, ctx, fmpq
from network_references import POINTWISE
from network_strategies import Network

BALLS: dict[str, Callable[[acb], acb]] = {
    "tanh": acb.tanh,
    "erf": acb.erf,
    "sin": acb.sin,
    "cos": acb.cos,
}


def _exact(x: Q) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def _integral(g: Callable[[acb], acb], ends: Sequence[arb]) -> arb:
    total = arb(0)
    for lower, upper in pairwise(ends):
        part = acb.integral(lambda z, _: g(z), acb(lower), acb(upper), abs_tol=arb("1e-24"))
        total += part.real
    return total


def _branch(name: str, side: int) -> Callable[[acb], acb]:
    if name in BALLS:
        return BALLS[name]
    value = POINTWISE[name]
    if name == "step":
        return lambda _: acb(_exact(value(Q(side))))
    slope = side * value(Q(side))
    return lambda z: z * acb(_exact(slope))


def certified(name: str, model: Network, truth: Network, law: str | tuple[Q, Q]) -> arb:
    """A ball around K: one input on an interval or normal, or two on the circle."""
    with ctx.workdps(40):
        terms = [*((u, u.readout) for u in model.units), *((u, -u.readout) for u in truth.units)]
        constant = _exact(model.constant - truth.constant)
        breaks: list[arb] = []
        if law == "circle":
            lower, upper = -arb.pi(), arb.pi()
        else:
            lower, upper = (-arb(14), arb(14)) if law == "normal" else map(_exact, law)
        for u, _ in terms if name not in BALLS else []:
            b = _exact(u.bias)
            if law == "circle":
                a, c = map(_exact, u.weights)
                radius = (a * a + c * c).sqrt()
                if u.bias**2 < sum(w * w for w in u.weights):
                    start, half = arb.atan2(c, a), (-b / radius).acos()
                    for angle in (start - half, start + half):
                        inside = angle + 2 * arb.pi() * ((-angle / arb.pi() - 1) / 2).ceil()
                        breaks.append(inside)
            elif u.weights[0]:
                breaks.append(-b / _exact(u.weights[0]))
        inner = sorted((t for t in breaks if t > lower and t < upper), key=lambda t: float(t.mid()))
        ends = [lower, *inner, upper]
        total = arb(0)
        for s, t in pairwise(ends):
            if s.overlaps(t):  # one break of two units: a cell of no length
                total += arb(0, 1e-25)
                continue
            middle = s + (t - s) * arb("0.37")  # not where a line may touch the circle
            at = [middle] if law != "circle" else [middle.cos(), middle.sin()]
            parts = []
            for u, q in terms:
                weights = [acb(_exact(w)) for w in u.weights]
                z = sum((w.real * x for w, x in zip(weights, at, strict=True)), _exact(u.bias))
                assert name in BALLS or not any((*u.weights, u.bias)) or not z.contains(0)
                side = int(z > 0) - int(z < 0)
                parts.append((_exact(q), weights, _exact(u.bias), _branch(name, side)))

            def square(x: acb, parts=parts) -> acb:
                at = [x] if law != "circle" else [x.cos(), x.sin()]
                value = acb(constant)
                for q, weights, b, sigma in parts:
                    value += q * sigma(sum((w * c for w, c in zip(weights, at, strict=True)), b))
                density = (-x * x / 2).exp() if law == "normal" else acb(1)
                return value * value * density

            total += _integral(square, [s, t])
        if law == "normal":
            # |f − f0| ≤ S(1 + |x|), and (1 + |x|)² ≤ 2 + 2x² has mean at most 400 erfc(14/√2)
            # over the tails, by φ(x) ≤ (x + 1/x) Q(x).
            size = abs(constant) + sum(
                (abs(_exact(q)) * (2 + abs(_exact(u.bias)) + abs(_exact(u.weights[0])))
                 for u, q in terms), arb(0),
            )  # fmt: skip
            tail = 400 * size**2 * (arb(14) / arb(2).sqrt()).erfc()
            total = total / (2 * arb.pi()).sqrt() + arb(0, tail)
        else:
            total = total / (upper - lower)
        return total / 2
