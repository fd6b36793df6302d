"""A15: Two wells: the posterior moves to the lower loss, gradient descent stays."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import sympy
from flint import arb, arb_poly, ctx
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.rlct import Problem, check, learning_coefficient
from slt_symbolic.studies.potential_wells.bayes import (
    crossing,
    darboux_free_energy,
    difference,
    free_energy,
    mean_loss,
    shares,
)
from slt_symbolic.studies.potential_wells.dynamics import mean_log_time
from slt_symbolic.studies.potential_wells.wells import Wells, rational_ball

claim = Claim(
    id="A15",
    title="Potential wells: Bayes against gradient descent",
    statement=(
        r"K = (w+1)^2\left((w-h)^4 + k\right),\ K(-1) = 0,\ K(1) = C = \tfrac1{10}:\quad "
        r"F_n(W_1) < F_n(W_{-1}) \iff 0 < n < n_c,\ n_c = 17.633\ldots;\quad "
        r"w \mapsto w - \eta K'(w) \text{ fixes and never crosses the barrier}"
    ),
    plain=(
        "Of a deep sharp well and a shallow flat one the posterior prefers the flat one up to "
        "n = 17.633 and the deep one from there on. Gradient descent ends in the well on whose "
        "side it began, whatever n is, and with small noise it stays there for a time that is "
        "exponential in the barrier over the temperature."
    ),
    source=Source(document="001", place="potential wells of different accuracy and complexity"),
    assumptions=(
        "prior uniform on [-2, 2], regions [-3/2, -1/2] and [1/2, 3/2]; steps up to 1/844",
        "for C > 0 the flat well is not degenerate: its lower learning coefficient is an effective "
        "one, at moderate n",
    ),
    uses=("A13",),
    references=("Kramers 1940; Leimkuhler and Matthews 2013",),
    expected=Verdict.ENCLOSED,
)

LOSS = Fraction(1, 10)
WELLS = Wells(LOSS)
w, a = symbols("w a", real=True)
K = WELLS.expr(w, a)


@claim.step(
    "The crossing",
    derivation=r"""
$F_n(W) = -\log\frac14\int_W e^{-nK}$ by verified quadrature, also at $n = 1$ and $n = 30$. The
difference $D(n) = F_n(W_1) - F_n(W_{-1})$ changes sign at $n_c$. Its derivative is
$\mathrm{E}_{W_1}[K] - \mathrm{E}_{W_{-1}}[K]$, and both means fall with $n$, by their variances.
Nowhere else: from $n = 8$ on $D$ increases, as $K \ge C = \tfrac1{10}$ on $W_1$ and
$\mathrm{E}_{W_{-1}}[K] < C$ at $n = 8$. On $(0, \tfrac14]$ it decreases from $D(0) = 0$, as
$\mathrm{E}_{W_1}[K]$ at $0$ is less than $\mathrm{E}_{W_{-1}}[K]$ at $\tfrac14$. In between $D <
0$: on $[a, b]$, $D \le F_b(W_1) - F_a(W_{-1})$, as both $F_n$ increase.
""",
)
def crosses(evidence: Evidence) -> None:
    for n, well, low, high in ((1, -1, 2297, 2298), (1, 1, 1560, 1561),
                               (30, -1, 4074, 4075), (30, 1, 5258, 5259)):  # fmt: skip
        within = (Rational(low, 1000), Rational(high, 1000))
        evidence.enclosure(
            f"F at n = {n}, well {well}", free_energy(WELLS, arb(n), well), None, within
        )
    evidence.enclosure("F(flat) - F(deep), n = 17", difference(WELLS, arb(17)), within=(None, 0))
    evidence.enclosure("F(flat) - F(deep), n = 18", difference(WELLS, arb(18)), within=(0, None))
    found = crossing(WELLS, digits=9)
    within = (Rational(176333, 10000), Rational(176334, 10000))
    evidence.enclosure("n_c", found, within=within)
    tenth = Rational(1, 10)  # the mean over W_1 is that of K - C
    deep = mean_loss(WELLS, arb(8), -1)
    evidence.enclosure("mean over the deep region, n = 8", deep, within=(0, tenth))
    early = mean_loss(WELLS, arb(0), 1) + arb(1) / 10 - mean_loss(WELLS, arb("0.25"), -1)
    evidence.enclosure("derivative up to n = 1/4, at most", early, within=(None, 0))
    at = [arb(k) / 4 for k in (1, 2, 3, 5, 8, 12, 18, 25, 32)]
    for a, b in pairwise(at):
        gap = free_energy(WELLS, b, 1) - free_energy(WELLS, a, -1)
        evidence.enclosure(f"D from n = {float(a)} to {float(b)}", gap, within=(None, 0))


@claim.step(
    "The crossing by sums over cells",
    derivation=r"""
$K$ is monotone on each side of a well within its region, so $\int e^{-nK}$ lies between the sums of
the least and of the greatest values over cells. Only exponentials are evaluated.
""",
    confirms="crosses",
)
def cells(evidence: Evidence) -> None:
    for n, within in ((17, (None, 0)), (18, (0, None))):
        flat, deep = (darboux_free_energy(WELLS, arb(n), well) for well in (1, -1))
        evidence.enclosure(f"F(flat) - F(deep), n = {n}", flat - deep, within=within)
        for well, ball in ((1, flat), (-1, deep)):
            evidence.enclosure(f"F at n = {n}, well {well}", ball, free_energy(WELLS, arb(n), well))


@claim.step(
    "The posterior moves",
    derivation=r"""
Mass beyond the barrier: more than $\frac23$ at $n = 10$, less than $\frac1{1000}$ at $n = 100$. For
all $n$: $K \ge C$ on $W_1$ and $K \le 120(w+1)^2$ on $W_{-1}$ give
$$\frac{Z_n(W_1)}{Z_n(W_{-1})} \le \frac{e^{-nC}\sqrt{120n/\pi}}{\operatorname{erf}(\sqrt{30n})}
\to 0.$$
""",
)
def moves(evidence: Evidence) -> None:
    evidence.enclosure("mass at n = 10", shares(WELLS, arb(10))[1], within=(Rational(66, 100), 1))
    evidence.enclosure("mass at n = 100", shares(WELLS, arb(100))[1], within=(0, Rational(1, 1000)))
    worst = arb(0)
    for i in range(100):
        place = arb(2 * i + 1) / 200 - arb("1.5") + arb(0, "0.005")
        ratio = (place - 1 - WELLS.shift) ** 4 + 4 * WELLS.shift**3 - WELLS.shift**4
        worst = worst.max(ratio.upper())
    evidence.enclosure("K/(w+1)^2 on the deep region", worst, within=(0, 120))
    n = sympy.Symbol("n", positive=True)
    bound = sympy.exp(-n / 10) * sympy.sqrt(120 * n / sympy.pi)
    evidence.identity("limit of the bound", sympy.limit(bound, n, sympy.oo))


@claim.step(
    "The posterior moves, by sums over cells",
    derivation=r"""
$e^{-nK}$ is monotone on $[-2, -1]$, $[-1, -0.27]$, $[-0.26, 1]$ and $[1, 2]$; what lies between
$-0.27$ and $-0.26$, where $K$ has its maximum, is counted for either side. For all $n$:
$K = C + (w-1)^2 q(w)$ with $q > 0$ on $W_1$, and $K \le \frac C2$ on $[-1-r, -1+r]$,
$r = \frac1{50}$, so that
$$\frac{Z_n(W_1)}{Z_n(W_{-1})} \le \frac{e^{-nC}}{2r\,e^{-nC/2}} = 25\,e^{-n/20} \to 0.$$
""",
    confirms="moves",
)
def moves_by_cells(evidence: Evidence) -> None:
    left, right, end = Fraction(-27, 100), Fraction(-26, 100), Fraction(2)
    lowest = WELLS.value(rational_ball(left)).min(WELLS.value(rational_ball(right)))
    for n, within in ((10, (Rational(66, 100), 1)), (100, (0, Rational(1, 1000)))):
        deep = cell_sum(n, -end, Fraction(-1)) + cell_sum(n, Fraction(-1), left)
        flat = cell_sum(n, right, Fraction(1)) + cell_sum(n, Fraction(1), end)
        between = arb(0).union(rational_ball(right - left) * (-n * lowest).exp())
        share = (flat + between) / (flat + deep + between)
        evidence.enclosure(f"mass at n = {n}", share, within=within)
        evidence.enclosure(f"both ways, n = {n}", share, shares(WELLS, arb(n))[1])
    for side in (-1, 1):
        near = WELLS.value(arb(-1) + arb(side) / 100 + arb(0, "0.0101"))
        label = f"K beside the deep well, {side}"
        evidence.enclosure(label, near, within=(None, Rational(1, 20)))
    quotient, rest = sympy.div(sympy.Poly(K - 16 * a**3, w), sympy.Poly((w - 1) ** 2, w))
    evidence.identity("K - C is divisible by (w - 1)^2", rest.as_expr())
    q = arb_poly([ball_at_shift(c) for c in reversed(quotient.all_coeffs())])
    least = arb(1)
    for i in range(100):
        least = least.min(q(arb(2 * i + 101) / 200 + arb(0, "0.0051")))
    evidence.enclosure("q on the flat region", least, within=(0, None))


def cell_sum(n: int, low: Fraction, high: Fraction, cells: int = 1000) -> arb:
    """Enclose the integral of e^{-nK} where K is monotone: the trapezoidal sum, give or take."""
    width = (high - low) / cells
    values = [(-n * WELLS.value(rational_ball(low + i * width))).exp() for i in range(cells + 1)]
    first, last = values[0], values[-1]
    slack = abs(first - last) / 2
    return rational_ball(width) * (sum(values, arb(0)) - (first + last) / 2 + arb(0, slack.upper()))


def ball_at_shift(coefficient: sympy.Expr) -> arb:
    """Return a polynomial in a with integer coefficients at a = (C/16)^(1/3)."""
    terms = sympy.Poly(coefficient, a).all_coeffs()
    return arb_poly([int(c) for c in reversed(terms)])(WELLS.shift)


@claim.step(
    "Learning coefficients",
    derivation=r"""
With $a = (C/16)^{1/3}$, $h = 1 + a$, $k = 4a^3 - a^4$: $K'(1) = 0$, $K(1) = 16a^3 = C$ and
$K''(1) = 48a^2 - 24a^3$. So $\lambda = \frac14$ at $w = 1$ for $C = 0$ only; for $0 < a < 2$ it is
$\frac12$, as at $-1$. By certificates at $a = 0$ and $a = \frac14$.
""",
)
def coefficients(evidence: Evidence) -> None:
    evidence.identity("K'(1)", sympy.expand(sympy.diff(K, w).subs(w, 1)))
    evidence.identity("K(1) - 16a^3", sympy.expand(K.subs(w, 1) - 16 * a**3))
    second = sympy.diff(K, w, 2).subs(w, 1)
    evidence.identity("K''(1)", sympy.expand(second - 48 * a**2 + 24 * a**3))
    for value, expected in ((0, Rational(1, 4)), (Rational(1, 4), Rational(1, 2))):
        at = K.subs(a, value)
        for place, coefficient in ((-1, Rational(1, 2)), (1, expected)):
            problem = Problem(sympy.expand(at - at.subs(w, place)), (w,), (place,))
            found = learning_coefficient(problem)
            label = f"a = {value}, w = {place}"
            evidence.equal(label, found.value, coefficient)
            evidence.certificate(
                label, found.certificate, lambda c, p=problem: check(c, p) is not None
            )


@claim.step(
    "Learning coefficients by orders of vanishing",
    derivation=r"""
In one variable $\lambda = 1/N$ where $K - K(w_0) \sim c(w-w_0)^N$. The estimate
$n\mathrm{E}[K - C]$ of the flat well is below $0.3$ at $n = 10$, above $\frac12$ at $n = 100$ and
within $0.01$ of $\frac12$ at $n = 1000$.
""",
    confirms="coefficients",
)
def orders(evidence: Evidence) -> None:
    for value, place, order in (
        (0, -1, 2),
        (0, 1, 4),
        (Rational(1, 4), -1, 2),
        (Rational(1, 4), 1, 2),
    ):
        at = sympy.Poly(K.subs(a, value).subs(w, w + place), w)
        low = min(power for (power,) in at.as_dict() if power > 0)
        evidence.equal(f"order at a = {value}, w = {place}", low, order)
    for n, within in ((10, (0, Rational(3, 10))), (100, (Rational(1, 2), 1)),
                      (1000, (Rational(49, 100), Rational(51, 100)))):  # fmt: skip
        evidence.enclosure(f"n E[K - C], n = {n}", n * mean_loss(WELLS, arb(n), 1), within=within)


@claim.step(
    "Gradient descent never crosses",
    derivation=r"""
$K' = 2(w+1)(u+a)(3u^3 + (4-a)u^2 + (a^2-4a)u + 4a^2 - a^3)$ with $u = w - h$; the discriminant of
the cubic is negative for $0 < a < 4$, so that there is one critical point besides the minima, the
barrier $b$. On $[-2, 2]$ $K'' < 843.9$. For $\eta \le \frac1{844}$ the map $w - \eta K'(w)$ is
increasing and fixes $-1$, $b$ and $1$: it maps $[-2, b]$ and $[b, 2]$ into themselves.
""",
)
def stays(evidence: Evidence) -> None:
    u = w - 1 - a
    cubic = 3 * u**3 + (4 - a) * u**2 + (a**2 - 4 * a) * u + 4 * a**2 - a**3
    evidence.identity("K'", sympy.expand(sympy.diff(K, w) - 2 * (w + 1) * (u + a) * cubic))
    discriminant = -12 * a**2 * (a - 4) ** 2 * (17 * a**2 + 12 * a + 4)
    evidence.identity("discriminant", sympy.discriminant(cubic, w) - discriminant)
    evidence.enclosure("K'' on [-2, 2]", WELLS.steepest(), within=(0, 844))
    evidence.enclosure("barrier", WELLS.barrier, within=(Rational(-27, 100), Rational(-26, 100)))
    ends = [-WELLS.slope(arb(-2)), WELLS.slope(arb(2))]
    for end, value in zip((-2, 2), ends, strict=True):
        evidence.enclosure(f"K' points outwards at {end}", value, within=(0, None))


@claim.step(
    "Gradient descent in balls",
    derivation=r"""
3,000 steps of $\eta = \frac1{850}$ in ball arithmetic from $b \pm \frac1{10}$: the ends are within
$\frac1{50}$ of $-1$ and of $1$.
""",
    confirms="stays",
)
def descends(evidence: Evidence) -> None:
    with ctx.workprec(256):
        for side in (-1, 1):
            place = arb(WELLS.barrier.mid()) + arb(side) / 10
            for _ in range(3000):
                # The midpoint of a ball of radius below 1e-60 is the start of the next step.
                place = arb((place - WELLS.slope(place) / 850).mid())
            evidence.enclosure(
                f"end from side {side}", place - side, within=(-Rational(1, 50), Rational(1, 50))
            )


@claim.step(
    "Small noise",
    derivation=r"""
Overdamped Langevin dynamics from the flat well at $T$ half the barrier's height, 400 walkers:
the mean time to the deep well agrees with the exact double integral. By the same integral it
exceeds $10^{17}$ at $T = \frac1{18}$, where the posterior begins to prefer the deep well.
""",
    confirms="stays",
)
def escapes(evidence: Evidence) -> None:
    temperature = (float(WELLS.value(WELLS.barrier)) - 0.1) / 2
    mean = float(np.exp(mean_log_time(WELLS, temperature, 1)))
    rng = np.random.default_rng(15)
    shift, step, walkers = float(WELLS.shift), 1 / 250, 400
    place, times = np.ones(walkers), np.full(walkers, np.nan)
    old = rng.standard_normal(walkers)
    for k in range(round(25 * mean / step)):
        left = np.isnan(times)
        if not left.any():
            break
        v, new = place + 1, rng.standard_normal(walkers)
        u = v - 2 - shift
        force = 2 * v * (u**4 + 4 * shift**3 - shift**4) + 4 * v**2 * u**3
        place = place - step * force + np.sqrt(temperature * step / 2) * (old + new)
        old = new
        times[left & (place < -1)] = (k + 1) * step
    done = times[~np.isnan(times)]
    error = float(done.std() / np.sqrt(len(done)))
    evidence.equal("walkers that arrived", len(done), walkers)
    evidence.consistent("mean time", estimate=float(done.mean()), error=error, predicted=mean)
    log10 = mean_log_time(WELLS, 1 / 18, 1) / np.log(10)
    evidence.equal("beyond 10^17 at T = 1/18", bool(log10 > 17), True)
