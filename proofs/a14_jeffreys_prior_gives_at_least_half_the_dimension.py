"""A14: Under Jeffreys' prior the learning coefficient is at least d/2, and when it is equal."""

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import sympy
from sympy import Matrix, Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.rlct import LearningCoefficient, Problem, check, learning_coefficient

claim = Claim(
    id="A14",
    title="Jeffreys' prior and the learning coefficient",
    statement=(
        r"\varphi \propto \sqrt{\det I(w)} \not\equiv 0 \implies \varphi = 0 \text{ where } I"
        r"\text{ is degenerate, and } \lambda \ge \tfrac d2;\quad \lambda = \tfrac d2 \iff"
        r"\liminf_{r \to 0} r^{-d}\mathcal{H}^d(g(W) \cap B_r) > 0"
    ),
    plain=(
        "Jeffreys' prior vanishes where the Fisher information is degenerate, and with it the "
        "learning coefficient is at least half the number of parameters. It is exactly that "
        "when the set of functions that the model attains has positive d-dimensional density at "
        "the truth, and larger when that set is thin there, like a cusp. Where the information "
        "is degenerate everywhere, the prior is not defined."
    ),
    source=Source(document="001", place="comments: Jeffreys prior"),
    assumptions=(
        "regression on finitely many features: K = (g_1^2 + ... + g_N^2)/2 with g polynomial in "
        "the parameters, in an orthonormal basis of the features, so that I = J'J, J = dg/dw",
        "g(w0) = 0; W a compact neighbourhood of w0",
    ),
    uses=("A10",),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, Theorem 7.4",),
    expected=Verdict.PROVED,
)

x, y, z = symbols("x y z", real=True)

# Coordinates g, learning coefficient expected: d/2, or more where the image is thin.
FULL = (
    (x**2,),
    (x**3,),
    (x**2, x**3),
    (x * y, x * y**3),
    (x**2, x * y),
    (x**2 - y**2, 2 * x * y),
    (x**2, x * y, y**2),
    (x, x * y, x * y * z),
)
THIN = (((x**2, x**3 * y), Rational(5, 4)), ((x**2, x**3 * y, x**3 * z), Rational(2)))


def parameters(g: Sequence[sympy.Expr]) -> tuple[sympy.Symbol, ...]:
    """Return the parameters that g contains."""
    return tuple(sorted(Matrix(g).free_symbols, key=str))


def information(g: Sequence[sympy.Expr]) -> Matrix:
    """Return I = J'J."""
    jacobian = Matrix(g).jacobian(parameters(g))
    return jacobian.T * jacobian


def coefficient(
    evidence: Evidence, g: Sequence[sympy.Expr], jeffreys: bool = True
) -> LearningCoefficient:
    """Return the learning coefficient at the origin, its certificate recorded."""
    names = parameters(g)
    prior = [(sympy.expand(information(g).det()), Rational(1, 2))] if jeffreys else 1
    divergence = sympy.expand(sum(h**2 for h in g) / 2)
    problem = Problem(divergence, names, (0,) * len(names), prior=prior)
    answer = learning_coefficient(problem)
    evidence.certificate(f"{g}: chart", answer.certificate, partial(accepted, problem))
    return answer


def accepted(problem: Problem, certificate: object) -> bool:
    """Check a certificate of the problem."""
    return bool(check(certificate, problem))


@claim.step(
    "The volume is at most that of balls in coordinate planes",
    derivation=r"""
Let $r = \sqrt{2\varepsilon}$. By Cauchy and Binet $\det J^TJ = \sum_{|S| = d}(\det J_S)^2$, the sum
over sets of $d$ rows, so that $\sqrt{\det I} \le \sum_S|\det J_S|$. By the area formula
$\int_{W, |g| < r}|\det J_S|\,dw = \int_{|y| < r}N_S(y)\,dy$ at most, with $N_S(y)$ the number of
solutions in $W$ of $g_S(w) = y$ where $\det J_S \ne 0$: at most the product of the degrees of $g_S$
(Bezout). Hence $V(\varepsilon) = \int_{K < \varepsilon}\sqrt{\det I}\,dw \le C\varepsilon^{d/2}$,
with $C = 2^{d/2}\omega_d\sum_S\prod_{i \in S}\deg g_i$, and $\lambda \ge d/2$ (if $\lambda = d/2$,
then $m = 1$).

Checked: Cauchy-Binet as an identity in the entries, and $\det I = 0$ exactly where the rank falls.
""",
)
def bound(evidence: Evidence) -> None:
    for rows, columns in ((2, 1), (3, 2), (4, 2), (4, 3)):
        J = Matrix(rows, columns, symbols(f"j1:{rows * columns + 1}"))
        minors = [
            J.extract(list(s), list(range(columns))).det()
            for s in combinations(range(rows), columns)
        ]
        gap = (J.T * J).det() - sum(minor**2 for minor in minors)
        evidence.identity(f"Cauchy-Binet, {rows} x {columns}", sympy.expand(gap))
    for g in (*FULL, *(g for g, _ in THIN)):
        origin = dict.fromkeys(parameters(g), 0)
        d = len(origin)
        J = Matrix(g).jacobian(parameters(g))
        deficient = J.subs(origin).rank() < d
        vanishes = information(g).det().subs(origin) == 0
        evidence.equal(f"{g}: deficient at 0 and prior 0 there", (deficient, vanishes), (True,) * 2)


@claim.step(
    "Images of full density, by certified resolutions",
    derivation=r"""
The learning coefficient with the prior $|\det I|^{1/2}$ is $d/2$ with $m = 1$, from charts that are
checked independently. With a constant prior it is smaller: $\tfrac12$, $m = 2$ for
$g = (w_1w_2, w_1w_2^3)$, the two leading coefficients of $w_1\tanh(w_2x)$ with truth zero.
""",
    confirms="bound",
)
def full(evidence: Evidence) -> None:
    for g in FULL:
        answer = coefficient(evidence, g)
        half = Rational(len(parameters(g)), 2)
        evidence.equal(f"{g}: lambda, m", (answer.value, answer.multiplicity), (half, 1))
    flat = coefficient(evidence, (x * y, x * y**3), jeffreys=False)
    evidence.equal("constant prior", (flat.value, flat.multiplicity), (Rational(1, 2), 2))


@claim.step(
    "Where it is equal",
    derivation=r"""
By the area formula for $g$ itself $V(\varepsilon) = \int_{g(W) \cap B_r}N\,d\mathcal{H}^d$ with
$1 \le N \le C'$ almost everywhere: $V$ is of order $\varepsilon^{d/2}$ exactly if the area of the
image in $B_r$ is of order $r^d$.

$g = (w_1^2, w_1^3w_2)$, $|w_2| \le 1$: the image is the cusp $|t| \le s^{3/2}$, of area
$\int_0^r2s^{3/2}ds = \tfrac45r^{5/2}$ (with $s < r$ for the ball: lower order apart):
$\lambda = \tfrac54 > 1$. In three dimensions the horn has sections of area of order $s^3$: volume
of order $r^4$, $\lambda = 2 > \tfrac32$.
""",
)
def equality(evidence: Evidence) -> None:
    s, r, a, b = symbols("s r a b", positive=True)
    for g, expected in THIN:
        # The section at w1^2 = s is a cube with sides 2 s^(3/2), one for each other parameter.
        others = len(g) - 1
        volume = sympy.integrate((2 * s ** Rational(3, 2)) ** others, (s, 0, r))
        exponent = sympy.simplify(r * volume.diff(r) / volume) / 2
        evidence.identity(f"{g}: half the order of the image's volume", exponent - expected)
        section = [h.subs({x: sympy.sqrt(s), y: a, z: b}) for h in g[1:]]
        sides = [
            sympy.simplify(h - v * s ** Rational(3, 2))
            for h, v in zip(section, (a, b), strict=False)
        ]
        evidence.identity(f"{g}: sections", Matrix(sides))


@claim.step(
    "Thin images, by certified resolutions",
    derivation=r"""
$K = \tfrac12(w_1^4 + w_1^6w_2^2)$ with the prior $2w_1^4$: $(4 + 1)/4 = \tfrac54$; with two such
coordinates the prior is $2|w_1|^7$, and $(7 + 1)/4 = 2$.
""",
    confirms="equality",
)
def thin(evidence: Evidence) -> None:
    for g, expected in THIN:
        answer = coefficient(evidence, g)
        evidence.equal(f"{g}: lambda", answer.value, expected)
        above = answer.value > Rational(len(parameters(g)), 2)
        evidence.equal(f"{g}: above d/2", bool(above), True)


@claim.step(
    "Where it is not defined",
    derivation=r"""
$f = w_1w_2x$: $g = w_1w_2$ has one coordinate and two parameters; $\det J^TJ = 0$ everywhere.
""",
)
def undefined(evidence: Evidence) -> None:
    evidence.identity("det I of w1 w2 x", sympy.expand(information((x * y,)).det()))


@claim.step(
    "The kernel that makes it degenerate",
    derivation=r"""
The field $w_1\partial_1 - w_2\partial_2$ does not change $w_1w_2$: $J$ annihilates it at every
parameter.
""",
    confirms="undefined",
)
def kernel(evidence: Evidence) -> None:
    J = Matrix([x * y]).jacobian((x, y))
    evidence.identity("J applied to (w1, -w2)", sympy.expand(J * Matrix([x, -y])))
