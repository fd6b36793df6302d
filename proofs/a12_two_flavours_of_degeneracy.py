"""A12: rank deficiency and vanishing second derivatives both lower λ; families of each."""

from functools import partial

import sympy
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.fisher import ExpressionFisher
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.rlct import Problem, check, learning_coefficient

claim = Claim(
    id="A12",
    title="Two flavours of degeneracy: deficient rank, vanishing second derivative",
    statement=(
        r"K = \sum_{i \le r} w_i^2,\ r < d:\ \lambda = \tfrac r2;\qquad "
        r"K = \sum_{i \le d} w_i^{2k_i}:\ \lambda = \sum_i \tfrac1{2k_i},\ "
        r"\text{some } k_i \ge 2;\qquad \text{both } < \tfrac d2"
    ),
    plain=(
        "The Fisher information at a true parameter is degenerate because W0 has a direction in "
        "which K does not change, or because K grows in some direction more slowly than a square. "
        "Either lowers the learning coefficient below d/2, the first by 1/2 for each direction, "
        "the second to 1/(2k) instead of 1/2 for a growth like the power 2k. Both may meet, as at "
        "the origin of w1^2 w2^2."
    ),
    source=Source(document="001", place="comments: degenerate Fisher information in two flavours"),
    assumptions=("prior positive and smooth at the origin; K = E[(f - f0)^2]/2",),
    uses=("A7",),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, section 7.1",),
    expected=Verdict.PROVED,
)

w = symbols("w1:5", real=True)
z, scale = symbols("z epsilon", positive=True)
DEFICIENT = ((1, 2), (1, 3), (2, 3), (2, 4), (3, 4))
POWERS = ((2,), (3,), (1, 2), (2, 2), (2, 3), (1, 1, 2), (2, 3, 4))


def _checked(problem: Problem, certificate: object) -> bool:
    return bool(check(certificate, problem))


@claim.step(
    "By the volume of small loss",
    derivation=r"""
$V(\varepsilon) = \operatorname{vol}\{w \in [-1, 1]^d : K(w) < \varepsilon\}$ behaves like
$\varepsilon^\lambda(-\log\varepsilon)^{m-1}$. For $K = \sum_{i \le r} w_i^2$ the set is a ball of
radius $\sqrt\varepsilon$ in $r$ coordinates times a cube in the others:
$V = c\,\varepsilon^{r/2}$ exactly, $\varepsilon \le 1$. For $K = \sum w_i^{2k_i}$ put
$w_i = \varepsilon^{1/2k_i}u_i$: $K(w) = \varepsilon K(u)$, and
$V(\varepsilon) = \varepsilon^{\sum 1/2k_i}V(1)$ exactly. No logarithm: $m = 1$.
""",
)
def volume(evidence: Evidence) -> None:
    for powers in ((1,) * 3, *POWERS):
        u = symbols(f"u1:{len(powers) + 1}", real=True)
        moved = [scale ** Rational(1, 2 * k) * t for k, t in zip(powers, u, strict=True)]
        K = sum(t ** (2 * k) for k, t in zip(powers, moved, strict=True))
        plain = sum(t ** (2 * k) for k, t in zip(powers, u, strict=True))
        evidence.identity(f"powers {powers}: K scales", sympy.expand(K - scale * plain))
        jacobian = sympy.Matrix(moved).jacobian(u).det()
        exponent = sum(Rational(1, 2 * k) for k in powers)
        evidence.identity(f"powers {powers}: volume scales", jacobian - scale**exponent)


@claim.step(
    "By the zeta function of one coordinate",
    derivation=r"""
$\int_{-1}^1 (w^{2k})^z\,dw = 2/(2kz + 1)$ has its only pole at $-1/(2k)$; a coordinate that $K$
does not contain gives a factor 2 and no pole. The learning coefficient of a sum in disjoint
variables is the sum of the learning coefficients.
""",
    confirms="volume",
)
def zeta(evidence: Evidence) -> None:
    t = sympy.Symbol("t", positive=True)
    for k in (1, 2, 3, 4):
        antiderivative = t ** (2 * k * z + 1) / (2 * k * z + 1)
        evidence.identity(f"k = {k}: antiderivative", antiderivative.diff(t) - t ** (2 * k * z))
        integral = 2 * (antiderivative.subs(t, 1))  # 0 at t = 0 for z > 0; both signs of w
        evidence.identity(f"k = {k}: integral", integral - 2 / (2 * k * z + 1))
        (pole,) = sympy.roots(sympy.Poly((1 / integral).subs(z, w[0]), w[0]))
        evidence.equal(f"k = {k}: pole", pole, Rational(-1, 2 * k))


@claim.step(
    "By certified resolutions",
    derivation=r"""
The learning coefficient at the origin, from charts that are checked independently: $r/2$ for the
first family, $\sum 1/(2k_i)$ for the second, multiplicity 1. Where both flavours meet, at the
origin of $w_1^2w_2^2$, it is $\tfrac12$ with multiplicity 2.
""",
    confirms="volume",
)
def resolved(evidence: Evidence) -> None:
    cases = [(sum(t**2 for t in w[:r]), d, Rational(r, 2), 1) for r, d in DEFICIENT]
    for powers in POWERS:
        K = sum(t ** (2 * k) for k, t in zip(powers, w, strict=False))
        total = sum((Rational(1, 2 * k) for k in powers), sympy.S.Zero)
        cases.append((K, len(powers), total, 1))
    cases.append((w[0] ** 2 * w[1] ** 2, 2, Rational(1, 2), 2))
    for K, d, expected, multiplicity in cases:
        problem = Problem(K, w[:d], (0,) * d)
        answer = learning_coefficient(problem)
        evidence.certificate(f"{K}: chart", answer.certificate, partial(_checked, problem))
        evidence.equal(f"{K}: value", (answer.value, answer.multiplicity), (expected, multiplicity))
        evidence.equal(f"{K}: below d/2", bool(answer.value < Rational(d, 2)), True)


@claim.step(
    "Regression models that show each flavour",
    derivation=r"""
$x \sim N(0, 1)$, truth $0$. $f = (w_1 + w_2)x$: the rank is 1 of 2 at every parameter, and $W_0$ is
a line along which the Hessian of $K = \tfrac12(w_1 + w_2)^2$ has constant rank. $f = w_1^2x$:
$I = 4w_1^2$ is degenerate at the true parameter alone, where the second derivative of
$K = \tfrac12w_1^4$ vanishes.
""",
    confirms="volume",
)
def models(evidence: Evidence) -> None:
    x = sympy.Symbol("x", real=True)
    flat = ExpressionFisher((w[0] + w[1]) * x, w[:2], [x], StandardNormal())
    square = ExpressionFisher(w[0] ** 2 * x, w[:1], [x], StandardNormal())
    evidence.equal("f = (w1 + w2)x: generic rank", flat.generic().rank, 1)
    evidence.equal("f = (w1 + w2)x: rank at 0", flat.rank([0, 0]), 1)
    evidence.identity("f = w1^2 x: I", square.closed_form([1])[0][0, 0] - 4 * w[0] ** 2)
    evidence.equal("f = w1^2 x: generic rank", square.generic().rank, 1)
    evidence.equal("f = w1^2 x: rank at 0", square.rank([0]), 0)
    for K, expected in (((w[0] + w[1]) ** 2, Rational(1, 2)), (w[0] ** 4, Rational(1, 4))):
        d = len(K.free_symbols)
        problem = Problem(K / 2, w[:d], (0,) * d)
        answer = learning_coefficient(problem)
        evidence.certificate(f"K = {K}/2: chart", answer.certificate, partial(_checked, problem))
        evidence.equal(f"K = {K}/2: lambda", answer.value, expected)
