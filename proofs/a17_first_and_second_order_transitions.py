"""A17: Phase transitions of first and of second order, a solvable example of each."""

import sympy
from flint import arb, ctx
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.crossings import QUARTIC

claim = Claim(
    id="A17",
    title="Transitions of first and of second order",
    statement=(
        r"K = \min\{w^2, \delta + (w-4)^4\}:\quad P(\text{second well}) \to 1 \ (c < 1),\ "
        r"0 \ (c > 1) \text{ at } n = c\,\tfrac1{4\delta}\log\tfrac1\delta;\qquad "
        r"K = \tfrac14x^4 + \tfrac12sx^2:\quad \min K = -\tfrac14s^2 \ (s < 0),\ 0 \ (s > 0)"
    ),
    plain=(
        "Of two wells the one with the higher loss but the smaller learning coefficient is "
        "preferred up to a number of data that both fix, and then left at once: a first-order "
        "transition, loss against complexity. A well that turns into two as its control falls "
        "below zero moves its minima continuously; the first derivative of the free energy per "
        "datum is continuous and the second one jumps: a second-order transition, with a smaller "
        "learning coefficient, 1/4 instead of 1/2, at the point itself."
    ),
    source=Source(document="001", place="comments: first- and second-order phase transitions"),
    assumptions=(
        "wells apart, constant prior of the same density around both, integrals taken over the "
        "whole line for each well (what this adds is exponentially small in n)",
    ),
    uses=("A13",),
    expected=Verdict.PROVED,
)

n, d, c = symbols("n delta c", positive=True)
x, s = symbols("x s", real=True)


def odds() -> sympy.Expr:
    """Return Z(second well)/Z(first well)."""
    line = (x, -sympy.oo, sympy.oo)
    first = sympy.integrate(sympy.exp(-n * x**2), line)
    second = sympy.exp(-n * d) * 2 * sympy.integrate(sympy.exp(-n * x**4), (x, 0, sympy.oo))
    return sympy.simplify(second / first)


@claim.step(
    "Two wells: the odds",
    derivation=r"""
$Z_1 = \sqrt{\pi/n}$ ($\lambda = \tfrac12$), $Z_2 = 2\Gamma(\tfrac54)n^{-1/4}e^{-n\delta}$
($\lambda = \tfrac14$). At $n = \tfrac c{4\delta}\log\tfrac1\delta$ the odds
$\propto n^{1/4}e^{-n\delta}$ are $\propto \delta^{(c-1)/4}(c\log\tfrac1\delta)^{1/4}$: for
$\delta \to 0$ they tend to infinity for $c < 1$ and to $0$ for $c > 1$. On the scale of
$n\delta/\log(1/\delta)$ the posterior jumps from one well to the other.
""",
)
def wells(evidence: Evidence) -> None:
    ratio = odds()
    stated = 2 * sympy.gamma(Rational(5, 4)) * n ** Rational(1, 4) * sympy.exp(-n * d)
    evidence.identity("odds", sympy.gammasimp(ratio - stated / sympy.sqrt(sympy.pi)))
    at = c * sympy.log(1 / d) / (4 * d)
    power = sympy.exp(-at * d) / d ** (c / 4)
    evidence.identity("the exponential", sympy.simplify(sympy.expand_log(sympy.log(power))))
    for value, sign in ((Rational(1, 2), -1), (Rational(2), 1)):
        scaled = d ** ((value - 1) / 4) * (value * sympy.log(1 / d)) ** Rational(1, 4)
        label = "of the odds" if sign > 0 else "of 1/odds"
        evidence.identity(f"c = {value}: limit {label}", sympy.limit(scaled**sign, d, 0, "+"))


@claim.step(
    "Two wells: balls",
    derivation=r"""
For $\delta = 10^{-40}$ the second well has more than $0.99$ of the posterior at $c = \tfrac34$ and
less than $0.01$ at $c = \tfrac54$; both integrals by verified values of $\Gamma$. For $\delta =
10^{-10}$ the same is not yet true: the transition is sharp in the limit only.
""",
    confirms="wells",
)
def numbers(evidence: Evidence) -> None:
    with ctx.workprec(300):
        for k, label, share, within in (
            (40, "c = 3/4", arb(3) / 4, (Rational(99, 100), 1)),
            (40, "c = 5/4", arb(5) / 4, (0, Rational(1, 100))),
            (4, "c = 5/4", arb(5) / 4, (Rational(1, 10), 1)),
        ):
            delta = arb(10) ** -k
            size = share * (1 / delta).log() / (4 * delta)
            ratio = 2 * (arb(5) / 4).gamma() * size ** (arb(1) / 4) * (-size * delta).exp()
            ratio /= arb.pi().sqrt()
            label = f"delta = 10^-{k}, {label}: share of the second well"
            evidence.enclosure(label, ratio / (1 + ratio), within=within)


@claim.step(
    "One well into two: the minimum",
    derivation=r"""
For $s \ge 0$ the minimum of $K$ is $0$, at $0$; for $s < 0$ it is $-\tfrac14s^2$ at $\pm\sqrt{-s}$:
$K + \tfrac14s^2 = \tfrac14(x^2 + s)^2$. $F_n/n \to \min K$: at $s = 0$ value and first derivative
are continuous, the second derivative jumps by $-\tfrac12$.
""",
)
def minimum(evidence: Evidence) -> None:
    K = x**4 / 4 + s * x**2 / 2
    evidence.identity("K + s^2/4 is a square", sympy.expand(K + s**2 / 4 - (x**2 + s) ** 2 / 4))
    left, right = -(s**2) / 4, sympy.S.Zero
    jumps = [sympy.diff(left, s, k).subs(s, 0) - sympy.diff(right, s, k) for k in (0, 1, 2)]
    evidence.equal("jumps of value and derivatives", jumps, [0, 0, Rational(-1, 2)])


@claim.step(
    "One well into two: the free energy",
    derivation=r"""
$F_n/n$ at $n = 10^{10}$ in balls, from the exact partition function: its first differences over
$\pm h$, $h = \tfrac1{100}$, differ by less than $h$, its second differences are within $0.01$ of
$-\tfrac12$ on the left and of $0$ on the right.
""",
    confirms="minimum",
)
def free_energies(evidence: Evidence) -> None:
    h, size = Rational(1, 100), 10**10
    value = {
        k: QUARTIC.free_energy(size, k * h, 0, digits=25) / size
        for k in (-6, -4, -2, -1, 0, 1, 2, 4, 6)
    }
    step = arb(1) / 100
    slopes = [(value[0] - value[-1]) / step, (value[1] - value[0]) / step]
    evidence.enclosure("jump of slopes", slopes[1] - slopes[0], within=(-h, h))
    for side, expected in ((-1, Rational(-1, 2)), (1, Rational(0))):
        second = value[6 * side] - 2 * value[4 * side] + value[2 * side]
        ball = second / (2 * step) ** 2
        near = (expected - h, expected + h)
        evidence.enclosure(f"second difference, s of sign {side}", ball, within=near)
