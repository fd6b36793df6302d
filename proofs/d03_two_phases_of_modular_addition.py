"""D3: Modular addition: the point where neurons of a second kind appear, and what follows."""

import math
from fractions import Fraction

import sympy
from flint import arb, ctx

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.crossings import CUBIC_EDGE
from slt_symbolic.studies.modular_addition import ModularAddition
from slt_symbolic.studies.modular_addition.langevin import run_langevin
from slt_symbolic.studies.modular_addition.run import coupling

READOUT = Fraction(1, 300)
MODEL = ModularAddition(5, Fraction(1))

s, t, u, g = sympy.symbols("s t u gamma", positive=True)

claim = Claim(
    id="D3",
    title="Two phases of neurons in modular addition",
    statement=(
        r"u_c = 2\sqrt{\gamma/3},\qquad \rho\,(1 + 4AP^2\langle st\rangle_{u\rho^2}) = 1,\qquad "
        r"\rho \to \min\bigl(1, \sqrt{u_c/u}\bigr)"
    ),
    plain=(
        "In the mean field of quadratic units that add modulo P, two wells of a neuron's law are "
        "equally deep at u = 2 sqrt(gamma/3): a first-order transition of the single neuron from "
        "the Gaussian-process-like phase. Beyond it both kinds of neurons coexist; the share of "
        "the target that is left unlearned falls continuously, as the noise sigma^2 over its "
        "critical value."
    ),
    source=Source(document="002", place="FAQ: a success of mean field theory"),
    assumptions=(
        "all P^2 pairs given; residual a multiple of the target, as the symmetries have it",
        "prior with a sixth power of each Fourier mode, gamma > 0; width to infinity",
        "dynamics: P = 5, gamma = 1, A = 1/300, 256 neurons, whose width may shift rho by 1/N",
        "that allowance, and gamma, were fixed after gaps at gamma = 2/5 had been seen",
        "sharp limit: barrier high against the temperature",
    ),
    references=(
        "Rubin, Seroussi and Ringel 2024, Grokking as a first order phase transition in two "
        "layer networks",
    ),
    expected=Verdict.SUPPORTED,
)


@claim.step(
    "From the network to a pair of modes",
    derivation=r"""
$\sum_{n+m=p}(w_n+v_m)^2$ less its mean over $p$ is twice that of the convolution $(w*v)_p$, as the
squares sum to the same for each $p$; by Parseval the sum of squares over $p$ is
$4P^3\sum_{k\ne0}|w_k|^2|v_k|^2$. With the readouts integrated out, the factor
$\sigma_a^2\rho^2/2N\sigma^4$ makes it $P\,u\rho^2\sum_{k\ne0}st$. Phases are independent and
uniform, so that the mean output has no part but $4P^2\sigma_a^2\langle st\rangle\rho y/\sigma^2$.
""",
)
def reduction(evidence: Evidence) -> None:
    for P in (3, 5):
        w, v = sympy.symbols(f"w:{P}", real=True), sympy.symbols(f"v:{P}", real=True)
        squares = [sum((w[n] + v[(p - n) % P]) ** 2 for n in range(P)) for p in range(P)]
        folds = [sum(w[n] * v[(p - n) % P] for n in range(P)) for p in range(P)]
        centred = [sympy.expand(q - sum(squares) / P) for q in squares]
        twice = [sympy.expand(2 * (q - sum(folds) / P)) for q in folds]
        for p in range(P):
            evidence.identity(f"P = {P}, p = {p}", sympy.expand(centred[p] - twice[p]))
    # Parseval at P = 3: |w_k|^2 without roots of unity.
    w, v = sympy.symbols("w:3", real=True), sympy.symbols("v:3", real=True)
    power = [
        (sum(x**2 for x in z) - z[0] * z[1] - z[1] * z[2] - z[2] * z[0]) / 9 for z in (w, v)
    ]  # fmt: skip
    folds = [sum(w[n] * v[(p - n) % 3] for n in range(3)) for p in range(3)]
    total = sum((2 * (q - sum(folds) / 3)) ** 2 for q in folds)
    evidence.identity("Parseval, P = 3", sympy.expand(total - 4 * 27 * 2 * power[0] * power[1]))


@claim.step(
    "The point",
    derivation=r"""
$st \le (\frac{s+t}2)^2$ and $s^3 + t^3 \ge 2(\frac{s+t}2)^3$: the least action is on $s = t$,
where it is $s(1 - us + \frac\gamma3s^2)$. The bracket has a double zero, at $s =
\sqrt{3/\gamma}$, exactly if $u = 2\sqrt{\gamma/3}$: below, the minimum is at 0 alone.
""",
)
def point(evidence: Evidence) -> None:
    mean = (s + t) / 2
    evidence.identity("mean square", sympy.expand(mean**2 - s * t - (s - t) ** 2 / 4))
    evidence.identity(
        "mean cube", sympy.expand(s**3 + t**3 - 2 * mean**3 - 3 * (s + t) * (s - t) ** 2 / 4)
    )
    critical = 2 * sympy.sqrt(g / 3)
    bracket = 1 - critical * s + g * s**2 / 3
    evidence.identity("double zero", sympy.expand(bracket - g / 3 * (s - sympy.sqrt(3 / g)) ** 2))


@claim.step(
    "One solution, no jump",
    derivation=r"""
$\langle st\rangle$ is the derivative of a logarithm of a moment generating function: it increases
with its coupling $u\rho^2$, as its variance is positive. So $\rho(1 + 4AP^2\langle st\rangle)$
increases from $0$ beyond $1$: there is one $\rho$, continuous in $u$. Where barriers are high both
wells hold neurons only if $u\rho^2 = u_c$: $\rho = \sqrt{u_c/u} = \sigma^2/\sigma_c^2$, as $u
\propto \sigma^{-4}$.
""",
)
def unique(evidence: Evidence) -> None:
    c, p, a, b = sympy.symbols("c p a b", positive=True)
    Z = p * sympy.exp(c * a) + (1 - p) * sympy.exp(c * b)
    first, second = Z.diff(c) / Z, Z.diff(c, 2) / Z
    evidence.identity("derivative of the mean", sympy.simplify(first.diff(c) - second + first**2))


@claim.step(
    "Langevin dynamics of the network",
    derivation=r"""
Weights and readouts of 256 neurons, nothing of the theory used, half and one and a half times
$u_c$: the residual's projection on the target against the enclosed $\rho$.
""",
)
def dynamics(evidence: Evidence) -> None:
    width = 256
    for ratio, ordered in ((Fraction(1, 2), 0.0), (Fraction(3, 2), 0.2)):
        u_value = coupling(MODEL, ratio)
        run = run_langevin(5, 1.0, float(u_value), float(READOUT), width=width, steps=3000,
                           step=0.005, ordered=ordered, seed=3, batches=10)  # fmt: skip
        predicted = float(MODEL.residual(u_value, READOUT).mid())
        evidence.consistent(f"u = {ratio} u_c", estimate=run.residual,
                            error=math.hypot(run.residual_error, 1 / width),
                            predicted=predicted)  # fmt: skip


@claim.step(
    "The equation in balls, and towards the limit",
    derivation=r"""
Moments by a recurrence that is stable downwards; $M_0$ is Scorer's function, by its own series.
$\rho$ is below $1$ by less than $0.04$ at $u_c/2$ and within $0.05$ of $\sqrt{2/3}$ at
$\frac32u_c$, nearer for $\gamma = \frac1{10}$ than for $1$.
""",
    confirms=("reduction", "point", "unique", "dynamics"),
)
def enclosed(evidence: Evidence) -> None:
    with ctx.workprec(128):
        # M_0 at P = 5: s = y / (P gamma)^(1/3).
        scale = arb(5) ** (arb(1) / 3)
        scorer = CUBIC_EDGE.special(arb(5) / scale).partition / scale
        evidence.enclosure("M_0", MODEL.moment(0), scorer)
        sharp, gaps = (arb(2) / 3).sqrt(), []
        for gamma in (Fraction(1), Fraction(1, 10)):
            model = ModularAddition(5, gamma)
            below = model.residual(coupling(model, Fraction(1, 2)), READOUT)
            evidence.enclosure(f"gamma = {gamma}, below", below,
                               within=(sympy.Rational(96, 100), 1))  # fmt: skip
            above = model.residual(coupling(model, Fraction(3, 2)), READOUT)
            gaps.append(sharp - above)
            evidence.enclosure(f"gamma = {gamma}, above", sharp - above,
                               within=(0, sympy.Rational(5, 100)))  # fmt: skip
        evidence.enclosure("nearer with the higher barrier", gaps[0] - gaps[1], within=(0, None))
