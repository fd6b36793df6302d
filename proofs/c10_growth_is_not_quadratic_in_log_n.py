"""C10: λ̂ of learning zero grows at most like (log n)^(3/2), and measured about linearly."""

import math
from fractions import Fraction

import numpy as np
import sympy

from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.spectra import mode_bounds, unit_gram_spectrum
from slt_symbolic.studies.learning_zero import NormalWeights, UniformWeights
from slt_symbolic.studies.learning_zero.growth import fitted_power
from slt_symbolic.studies.learning_zero.sampled import sampled_curve
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid
from slt_symbolic.studies.learning_zero.walk import walk_point

LEVEL = 1e-4
L = sympy.Symbol("L", positive=True)
W = sympy.Symbol("W", positive=True)

claim = Claim(
    id="C10",
    title="The quadratic law of growth",
    statement=r"\hat\lambda(n) \sim C(\log n)^2,\quad F(n) \sim \tfrac C3(\log n)^3,\quad C > 0",
    plain=(
        "Below the plateau lambda-hat grows like the square of log n and the free energy like its "
        "cube."
    ),
    source=Source(document="002", place="Addendum: the actual lambda-hat scaling"),
    assumptions=(
        "f = sum a_i tanh(w_i x), truth 0, x and readouts standard normal, |w_i| <= W",
        "asymptotics as n grows and h with it so that the plateau is not reached, h <= n; for "
        "fixed h lambda-hat is at most h/2 and no power of log n is possible",
        "lambda-hat(n) = n E[K] and F(n) = -log Z(n) under the weight exp(-nK) times the prior; W "
        "is fixed: a normal law of the weights is cut off",
    ),
    uses=("C6", "C14"),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"\hat\lambda(n) \le \frac{W}{4\pi}\bigl(\tfrac23\log(hn)\bigr)^{3/2}(1+o(1)),\quad "
            r"F(n) = O\bigl((\log hn)^{5/2}\bigr);\quad h = 128: \hat\lambda(10^{20}) < 18"
        ),
        plain=(
            "For every prior of the weights on [-W, W] lambda-hat is at most of order "
            "(log n)^(3/2), and the free energy of order (log n)^(5/2). Measured below the "
            "overshoot, which is statistics and no part of the statement, it is close to linear: "
            "the best power of log n lies between 3/4 and 5/4 for h = 128 under weights uniform "
            "on [-1/2, 1/2], on [-1, 1], or normal with deviation 1/2 cut off at 5/2; a square is "
            "rejected under each."
        ),
    ),
)


@claim.step(
    "The power 3/2 from above",
    derivation=r"""
C6 with $\sigma = 1$ and $\beta = n$ bounds $\hat\lambda(n)$ by $\tfrac12\min_m(m + nh\,d_m^2) \le
\frac W{4\pi}(\tfrac23\log hn)^{3/2}(1+o(1))$ for each prior on $[-W,W]$, with an $o(1)$ that
depends on $W$ and $hn$ alone. With $1 \le h \le n$, $L \le \log hn \le 2L$ for $L = \log n$, so
that $\hat\lambda/L^2 \to 0$ however $h$ grows: no $C > 0$ is possible. For fixed $h$, $\hat\lambda
= \tfrac12\operatorname{tr}g \le h/2$.""",
    corrects=True,
)
def no_square(evidence: Evidence) -> None:
    bound = W / (4 * sympy.pi) * (sympy.Rational(4, 3) * L) ** sympy.Rational(3, 2)
    ratio = sympy.limit(bound / L**2, L, sympy.oo)
    evidence.equal("limit of the bound over (log n)^2", ratio, sympy.Integer(0))
    C = sympy.Symbol("C", positive=True)
    evidence.counterexample("C less the limit of lambda-hat over (log n)^2", "h = n", C - ratio)


@claim.step(
    "The free energy",
    derivation=r"""
$F(n) = \int_0^n\hat\lambda(\beta)\,d\beta/\beta$ (C14), as $F(0) = 0$. Given $w$, $\hat\lambda \le
\tfrac12\beta\operatorname{tr}G \le \tfrac12\beta h$, as $|\tanh| < 1$: up to $\beta = 1/h$ the
integral is at most $\tfrac12$. From there on put $t = \log h\beta \in [0, \log hn]$ and take the
bound of C6: for every $T$ it is at most $\tfrac12e^T$ for $t \le T$ (take $m = 0$, $d_0 \le 1$),
and at most $2\cdot\frac W{4\pi}(\tfrac23t)^{3/2}$ for $t \ge T$ if $T$ is large, which depends on
$W$ alone. So $F(n) \le \tfrac12 + \tfrac12Te^T + 2\int_0^{\log hn}\frac
W{4\pi}(\tfrac23t)^{3/2}dt$, of the order $(\log hn)^{5/2}$; against $\tfrac C3L^3$ with $\log hn
\le 2L$ it tends to 0.""",
    corrects=True,
)
def energy(evidence: Evidence) -> None:
    t, beta, h = sympy.symbols("t beta h", positive=True)
    early = sympy.integrate(beta * h / 2 / beta, (beta, 0, 1 / h))
    evidence.equal("up to 1/h", early, sympy.Rational(1, 2))
    bound = W / (4 * sympy.pi) * (sympy.Rational(2, 3) * t) ** sympy.Rational(3, 2)
    integral = sympy.integrate(bound, (t, 0, L))
    evidence.identity(
        "its integral", sympy.simplify(integral - sympy.Rational(2, 5) * L * bound.subs(t, L))
    )
    evidence.equal(
        "limit of the integral to 2L over L^3",
        sympy.limit(integral.subs(L, 2 * L) / L**3, L, sympy.oo), sympy.Integer(0),
    )  # fmt: skip


@claim.step(
    "128 units, enclosed",
    derivation=r"""
$W = 1$, $h = 128$, $n = 10^{20}$: the least of $\tfrac12(m + nh\,d_m^2)$ over $m$, with the upper
bound of $d_m^2$ from C6, in balls.""",
    corrects=True,
)
def at_1e20(evidence: Evidence) -> None:
    evidence.enclosure("h = 128, n = 1e20", mode_bounds(10**20).subspace, within=(None, 18))


@claim.step(
    "128 units, by all eigenvalues of spread weights",
    derivation=r"""
$\tfrac12\operatorname{tr}g(nG)$ itself at weights spread evenly over $(0, 1]$, in 16 groups of 8
equal ones and in 32 of 4, from enclosed eigenvalues of $G$: above 6 and far below 18.""",
    confirms="at_1e20",
)
def spread_weights(evidence: Evidence) -> None:
    for groups, digits in ((16, 60), (32, 110)):
        weights = [Fraction(j, groups) for j in range(1, groups + 1)]
        spectrum = unit_gram_spectrum(weights, digits)
        found = spectrum.degrees_of_freedom(10**20 * (128 // groups)) / 2
        evidence.enclosure(f"{groups} groups, n = 1e20", found, within=(6, 8))


@claim.step(
    "Enclosed, as many units as data",
    derivation=r"""
The subspace bound depends on $hn$ alone. In balls: for $h = n$ its ratio to $(\log_{10}n)^2$ falls
from $n = 10^5$ to $10^{40}$.""",
    confirms=("no_square", "energy"),
)
def enclosed(evidence: Evidence) -> None:
    powers = (5, 10, 20, 40)
    ratios = [mode_bounds(10 ** (2 * p - 5), 10**5).subspace / p**2 for p in powers]
    for p, a, b in zip(powers, ratios, ratios[1:], strict=False):
        evidence.enclosure(f"fall from 1e{p}", a - b, within=(0, None))


def record_power(evidence: Evidence, label: str, power: float, spread: float) -> None:
    """Record a power found as lying between 3/4 and 5/4, each by four errors."""
    error = max(spread, 0.01)  # the step in which the power is sought
    for limit, side in ((0.75, 1), (1.25, -1)):
        z = side * (power - limit) / error - 4
        evidence.statistic(f"{label}: power {power:.2f} against {limit}",
                           p_value=0.5 * math.erfc(-z / math.sqrt(2)), level=LEVEL,
                           statistic=z)  # fmt: skip


@claim.step(
    "Measured under three priors",
    derivation=r"""
$h = 128$, $\beta = 1, 10^2, \dots, 10^{20}$, independent draws of directions: the $p$ for which $a
+ bL^p$ fits best, its error by the bootstrap over draws, four errors inside $(\tfrac34,
\tfrac54)$.""",
)
def measured(evidence: Evidence) -> None:
    log_betas = np.arange(0, 21, 2) * math.log(10)
    laws = (UniformWeights(Fraction(1, 2)), UniformWeights(Fraction(1)),
            NormalWeights(Fraction(1, 2), Fraction(5, 2)))  # fmt: skip
    for law in laws:
        grid = ScaleGrid.of(28, law.largest)
        curve = sampled_curve(grid, 128, log_betas, draws=60, seed=10, law=law)
        power = fitted_power(log_betas, curve.mean)
        rng = np.random.Generator(np.random.Philox(key=10))
        again = [fitted_power(log_betas, curve.resampled(rng).mean) for _ in range(60)]
        record_power(evidence, f"weights {law.name}", power, float(np.std(again)))


@claim.step(
    "The same by a random walk of the weights",
    derivation=r"""
$h = 128$, weights uniform on $[-1, 1]$, $\beta = 1, 10^5, \dots, 10^{20}$: chains from both sides,
without the integral over scales; the error of the power from those of the five values.""",
    confirms="measured",
)
def walked(evidence: Evidence) -> None:
    exponents = np.arange(0.0, 21.0, 5.0)
    grid = ScaleGrid.of(28)
    points = [walk_point(grid, 128, float(e), sweeps=450, seed=10) for e in exponents]
    values, errors = (np.array([getattr(p, name) for p in points]) for name in ("value", "error"))
    log_betas = exponents * math.log(10)
    rng = np.random.Generator(np.random.Philox(key=11))
    again = [fitted_power(log_betas, values + errors * rng.normal(size=5)) for _ in range(60)]
    worst = max(p.r_hat for p in points)
    evidence.equal(f"largest R-hat {worst:.3f} below 1.05", worst < 1.05, True)
    power = fitted_power(log_betas, values)
    record_power(evidence, "walk", power, float(np.std(again)))
