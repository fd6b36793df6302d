"""A13: Free energy of a region; what cancels when regions are compared, and what does not."""

from functools import partial
from itertools import pairwise

import sympy
from flint import acb, arb, ctx
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.rlct import Problem, asymptotic_law, check, learning_coefficient

claim = Claim(
    id="A13",
    title="The free energy of a region",
    statement=(
        r"F_n(W) = nL_n(w_0) + \lambda\log n - (m-1)\log\log n + O(1);\quad "
        r"F_n(W_1) - F_n(W_2) = -\log\frac{P(W_1|D_n)}{P(W_2|D_n)}"
    ),
    plain=(
        "The free energy of a region around a true parameter grows like lambda log n - (m - 1) "
        "log log n above n times the loss there. Which of two regions the posterior prefers is "
        "read off their free energies; the posterior's normalisation cancels. The size of the "
        "regions enters their difference by a constant at most, unless a zero of K lies on the "
        "border; a prior normalised on each region shifts it by the log ratio of prior masses."
    ),
    source=Source(document="001", place="comments: free energy and normalisation of a region"),
    assumptions=(
        "population loss nL_n = nK, K(w0) = 0, K analytic; with data the O(1) term is a random "
        "variable (Watanabe 2009, Theorem 6.7), which is not shown here",
        "prior positive and smooth on the region",
    ),
    uses=("A10",),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, section 6.3",),
    expected=Verdict.PROVED,
)

n, a, Z, P1, P2 = symbols("n a Z P_1 P_2", positive=True)
x, y = symbols("x y", real=True)
SIZES = (3, 6, 12, 24)
WELLS = ((1, -2), (4, 2))


@claim.step(
    "Normalisation",
    derivation=r"""
$P(W_i|D_n) = Z_n(W_i)/Z_n$ with $Z_n(W_i) = \int_{W_i}e^{-nL_n}\varphi$ and $F_n(W_i) = -\log
Z_n(W_i)$: $Z_n$ is in both regions and cancels. With the prior normalised on each region,
$\varphi/\pi_i$, each free energy rises by $\log\pi_i$, a constant in $n$.
""",
)
def normalisation(evidence: Evidence) -> None:
    free = [-sympy.log(P * Z) for P in (P1, P2)]
    ratio = sympy.expand_log(free[0] - free[1] + sympy.log(P1 / P2))
    evidence.identity("difference of free energies", ratio)
    pi1, pi2 = symbols("pi_1 pi_2", positive=True)
    own = [-sympy.log(P * Z / q) for P, q in ((P1, pi1), (P2, pi2))]
    shift = sympy.expand_log(own[0] - own[1] + sympy.log(P1 / P2) - sympy.log(pi1 / pi2))
    evidence.identity("with priors of the regions", shift)


@claim.step(
    "A regular point, in closed form",
    derivation=r"""
$K = w^2$ on $[-a, a]$: $Z = \sqrt{\pi/n}\,\mathrm{erf}(a\sqrt n)$, so that
$F - \tfrac12\log n \to -\tfrac12\log\pi$, whatever $a > 0$: $\lambda = \tfrac12$, $m = 1$. Half of
the region, $[0, a]$, has the zero on its border: $\log 2$ more, the same $\lambda$.
""",
)
def regular(evidence: Evidence) -> None:
    whole = sympy.integrate(sympy.exp(-n * x**2), (x, -a, a))
    half = sympy.integrate(sympy.exp(-n * x**2), (x, 0, a))
    for label, integral, constant in (
        ("[-a, a]", whole, -sympy.log(sympy.pi) / 2),
        ("[0, a]", half, sympy.log(2) - sympy.log(sympy.pi) / 2),
    ):
        evidence.identity(
            f"{label}: limit of F - log(n)/2",
            sympy.expand_log(-sympy.log(sympy.limit(integral * sympy.sqrt(n), n, sympy.oo)))
            - constant,
        )


@claim.step(
    "A singular point, in closed form with an exponentially small rest",
    derivation=r"""
$K = w_1^2w_2^2$ on $[-1, 1]^2$. Over $w_2$ first, and with $u = \sqrt n\,w_1$,
$Z = \tfrac{2\sqrt\pi}{\sqrt n}\int_0^{\sqrt n}\tfrac{\mathrm{erf}(u)}u\,du$. By parts, and from
$\int_0^\infty e^{-u^2}\log u\,du = -\tfrac{\sqrt\pi}4(\gamma + 2\log 2)$, the integral is
$\tfrac12(\log n + \gamma + 2\log 2) + O(e^{-n})$. So
$F = \tfrac12\log n - \log(\log n + \gamma + 2\log 2) - \tfrac12\log\pi + O(e^{-n})$:
$\lambda = \tfrac12$, $m = 2$.
""",
)
def singular(evidence: Evidence) -> None:
    u = symbols("u", positive=True)
    product = sympy.erf(u) * sympy.log(u)
    rest = 2 / sympy.sqrt(sympy.pi) * sympy.exp(-(u**2)) * sympy.log(u)
    evidence.identity("by parts", sympy.simplify(product.diff(u) - sympy.erf(u) / u - rest))
    evidence.identity("no term at 0", sympy.limit(product, u, 0))
    moment = sympy.integrate(rest, (u, 0, sympy.oo))
    law = sympy.log(n) / 2 - moment
    claimed = (sympy.log(n) + sympy.EulerGamma + 2 * sympy.log(2)) / 2
    evidence.identity("the integral", sympy.expand(sympy.expand_log(law - claimed)))


@claim.step(
    "In general, from the volume",
    derivation=r"""
Let $V(t)$ be the prior mass of $\{w \in W: K < t\}$. By A10 $V(t) \sim Ct^\lambda(-\log t)^{m-1}$
as $t \to 0$. By parts, and with $t = u/n$, $Z_n = \int e^{-nt}dV(t) = \int_0^\infty
e^{-u}V(u/n)\,du$. For each $u$, $V(u/n)\,n^\lambda(\log n)^{1-m} \to Cu^\lambda$. It is at most
$C'(1 + u)^{\lambda + 1}$ for all $u > 0$ and $n \ge 2$: where $u/n$ is small, by the form of $V$,
as $-\log\frac un \le \log n + |\log u|$, with $u^\lambda|\log u|^{m-1}$ bounded near 0; elsewhere
$u/n$ is above a constant, so $V \le 1 \le C''(u/n)^\lambda$. So by dominated convergence $Z_n \sim
C\,\Gamma(\lambda + 1)\,n^{-\lambda}(\log n)^{m-1}$, and $F_n = -\log Z_n$ is as stated with
$nL_n(w_0) = 0$.
""",
)
def general(evidence: Evidence) -> None:
    u = symbols("u", positive=True)
    order = symbols("lambda", positive=True)
    moment = sympy.integrate(u**order * sympy.exp(-u), (u, 0, sympy.oo))
    evidence.identity("the moment", sympy.simplify(moment - sympy.gamma(order + 1)))
    t, size = symbols("t n", positive=True)
    volume = sympy.Function("V")(t)
    by_parts = (sympy.exp(-size * t) * volume).diff(t)
    rest = sympy.exp(-size * t) * (volume.diff(t) - size * volume)
    evidence.identity("by parts", sympy.expand(by_parts - rest).subs(volume.diff(t), 1))


@claim.step(
    "Two wells",
    derivation=r"""
$K = (w + 2)^2$ on $[-3, -1]$ and $4(w - 2)^2$ on $[1, 3]$: the posterior probability of the first,
integrated over both, has odds that tend to 2, and $F_n(W_2) - F_n(W_1) \to \log 2$.
""",
    confirms="normalisation",
)
def wells(evidence: Evidence) -> None:
    masses = [
        sympy.integrate(sympy.exp(-n * k * (x - c) ** 2), (x, c - 1, c + 1)) for k, c in WELLS
    ]
    first = masses[0] / (masses[0] + masses[1])
    odds = sympy.limit(sympy.simplify(first / (1 - first)), n, sympy.oo)
    evidence.equal("odds", odds, sympy.Integer(2))
    difference = sympy.limit(sympy.log(masses[0] / masses[1]), n, sympy.oo)
    evidence.identity("difference of free energies", difference - sympy.log(2))


def erf_over_u(upper: arb) -> arb:
    """Enclose the integral of erf(u)/u from 0, an entire function: 2/sqrt(pi) 2F2(..., -u^2) u."""
    half, three_halves = arb(1) / 2, arb(3) / 2
    value = (-(upper**2)).hypgeom([half, half], [three_halves, three_halves])
    return 2 * upper * value / arb.pi().sqrt()


@claim.step(
    "By certified resolutions and their constants",
    derivation=r"""
From charts that are checked independently: $\lambda$, $m$ and the constant $B$ of $Z \sim
Bn^{-\lambda}(\log n)^{m-1}$, and for the box also the shift of the logarithm. The constant $C$ of
the volume, from the same charts by another formula: $B = C\,\Gamma(\lambda + 1)$.
""",
    confirms=("regular", "singular", "general"),
)
def resolved(evidence: Evidence) -> None:
    shift = sympy.EulerGamma + 2 * sympy.log(2)
    line = Problem(x**2, (x,), (0,))
    cross = Problem(x**2 * y**2, (x, y), (0, 0))
    for problem, m, box in ((line, 1, [(-1, 1)]), (cross, 2, [(-1, 1), (-1, 1)])):
        answer = learning_coefficient(problem)
        label = str(problem.K)
        evidence.certificate(label, answer.certificate, partial(accepted, problem))
        got = (answer.value, answer.multiplicity)
        evidence.equal(f"{label}: lambda, m", got, (Rational(1, 2), m))
        law = asymptotic_law(problem, box=box)
        evidence.identity(f"{label}: B", law.partition.expr - sympy.sqrt(sympy.pi))
        of_volume = law.volume.expr * sympy.gamma(Rational(3, 2))
        evidence.identity(f"{label}: B from the volume", law.partition.expr - of_volume)
        if m == 2:
            evidence.identity(f"{label}: shift", sympy.expand_log(law.shift - shift))


def accepted(problem: Problem, certificate: object) -> bool:
    """Check a certificate of the problem."""
    return bool(check(certificate, problem))


@claim.step(
    "By verified quadrature",
    derivation=r"""
$\int_0^N\tfrac{\mathrm{erf}(u)}u\,du$ with error bounds, along a path around 0 (the integrand is
entire and even), and by its hypergeometric series $\tfrac{2N}{\sqrt\pi}\,{}_2F_2(\tfrac12,
\tfrac12; \tfrac32, \tfrac32; -N^2)$; then
$|Z\sqrt{n/\pi} - (\log n + \gamma + 2\log 2)| < 4e^{-n}$, in balls.
""",
    confirms="singular",
)
def quadrature(evidence: Evidence) -> None:
    with ctx.workprec(192):
        for size in SIZES:
            root = arb(size).sqrt()
            arc = (acb(-root), acb(0, 1), acb(root))
            twice = sum(
                (acb.integral(lambda w, _: w.erf() / w, *leg) for leg in pairwise(arc)), acb(0)
            )
            evidence.enclosure(f"n = {size}: two ways", twice.real / 2, erf_over_u(root))
            law = arb(size).log() + arb.const_euler() + 2 * arb(2).log()
            excess = (2 * erf_over_u(root) - law) / (4 * arb(-size).exp())
            evidence.enclosure(f"n = {size}: excess over 4 exp(-n)", excess, within=(-1, 1))
