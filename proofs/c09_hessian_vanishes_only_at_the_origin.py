"""C9: The Hessian of learning zero vanishes at the origin and nowhere else in W0."""

from functools import partial

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import TANH
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import TwoLayer
from slt_symbolic.rlct import Problem, check, learning_coefficient

claim = Claim(
    id="C9",
    title="Hessian directions of learning zero",
    statement=r"\nabla^2K = 0 \text{ on } W_0,\quad f = \sum_{i \le h}a_i\tanh(w_ix),\ f_0 = 0",
    plain="All Hessian directions vanish on W0 of a tanh network that learns zero.",
    source=Source(document="000", place="all Hessian directions in our example are exactly zero"),
    assumptions=("x standard normal, K = E[f^2]/2",),
    uses=("A6", "C7"),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"\nabla^2K = 0 \iff a = 0 = w;\quad"
            r"\mathrm{rank} = \begin{cases}\#\{|w_i| \ne 0\} & a = 0\\ 1 & w = 0 \ne a\end{cases};"
            r"\quad h = 2:\ \lambda = \tfrac23 \text{ at } w = 0,\quad"
            r"\lambda = 1 \text{ at } a = 0,\ 0 \ne |w_1| \ne |w_2| \ne 0"
        ),
        plain=(
            "On W0 the Hessian is zero at the origin only. At a = 0 its rank is the number of "
            "distinct non-zero |w_i|; at w = 0 with a not zero it is 1, whatever h. And this "
            "h-dimensional plane of true parameters does lower the learning coefficient: for "
            "h = 2 it is 2/3 on it, that of the theorem, against h/2 = 1 at a = 0."
        ),
    ),
)

a, b, c, d = symbols("a b c d", real=True)
x = symbols("x", real=True)


def fisher(h: int) -> FisherInformation:
    """Return the Fisher information of h units without biases."""
    model = TwoLayer.symbolic(TANH, width=h, biases=0, output_bias=0)
    return FisherInformation(model, StandardNormal())


def at(weights: tuple[int, ...], readouts: tuple[int, ...]) -> list[Rational]:
    """Return the parameters w1, q1, w2, q2, ..."""
    return [Rational(v) for pair in zip(weights, readouts, strict=True) for v in pair]


@claim.step(
    "One unit",
    derivation=r"""
$h = 1$, $a = 0$, $w = 1$: $f = 0$ and $\partial_af = \tanh x \ne 0$, so that
$\partial_a^2K = \mathrm{E}\tanh^2x > 0$. The rank of the Hessian, which is the Fisher information
(A6), is 1.
""",
)
def counterexample(evidence: Evidence) -> None:
    rank = fisher(1).rank(at((1,), (0,)))
    evidence.counterexample("rank of the Hessian", "a = 0, w = 1", sympy.Integer(rank))


@claim.step(
    "The second derivative itself",
    derivation=r"""
For the cubic Taylor part $t = wx - w^3x^3/3$ of $\tanh(wx)$ the expectation is exact:
$\partial_a^2\tfrac12\mathrm{E}[a^2t^2] = w^2 - 2w^4 + \tfrac53w^6$, positive for $w \ne 0$, its
discriminant in $w^2$ being $4 - \tfrac{20}3 < 0$. And $\mathrm{E}\tanh^2x$ lies in a ball above
$0.39$.
""",
    confirms="counterexample",
)
def second_derivative(evidence: Evidence) -> None:
    w = symbols("w", real=True)
    taylor = sympy.expand((w * x - (w * x) ** 3 / 3) ** 2)
    moments = {2: 1, 4: 3, 6: 15}
    mean = sum(moments[k] * v for (k,), v in sympy.Poly(taylor, x).terms())
    evidence.identity("cubic part", sympy.expand(mean - (w**2 - 2 * w**4 + 5 * w**6 / 3)))
    u = symbols("u")
    discriminant = sympy.discriminant(1 - 2 * u + 5 * u**2 / 3, u)
    evidence.counterexample("Hessian at w = 1", "cubic part", mean.subs(w, 1))
    evidence.identity("discriminant", discriminant - (4 - Rational(20, 3)))
    entry = fisher(1).enclosure(at((1,), (0,)), digits=20)[1, 1]
    evidence.enclosure("E tanh^2", entry, within=(Rational(39, 100), Rational(40, 100)))


@claim.step(
    "Ranks on the strata",
    derivation=r"""
At $a = 0$ the derivatives are $\tanh(w_ix)$ by the readouts and $0$ by the weights; functions
$\tanh(w_ix)$ with distinct non-zero $|w_i|$ are independent, as their nearest poles differ. At
$w = 0$ they are $0$ by the readouts and $a_ix$ by the weights: rank 1 unless $a = 0$. Conversely
the Hessian vanishes on $W_0$ only if $\tanh(w_ix) = 0$ and $a_ix\,\mathrm{sech}^2(w_ix) = 0$ for
all $i$: $w = 0$ and $a = 0$.
""",
    corrects=True,
)
def ranks(evidence: Evidence) -> None:
    f = a * sympy.tanh(b * x)
    evidence.identity("by a at b = 0", f.diff(a).subs(b, 0))
    evidence.identity("by b at b = 0", f.diff(b).subs(b, 0) - a * x)
    evidence.identity("by b at a = 0", f.diff(b).subs(a, 0))
    for h, weights, readouts, rank in (
        (2, (0, 0), (0, 0), 0),
        (2, (1, 2), (0, 0), 2),
        (2, (1, -1), (0, 0), 1),
        (2, (0, 3), (0, 0), 1),
        (2, (0, 0), (1, -2), 1),
        (3, (1, 2, 3), (0, 0, 0), 3),
        (3, (1, -1, 2), (0, 0, 0), 2),
        (3, (0, 0, 0), (1, 2, 3), 1),
        (4, (1, 2, 2, 0), (0, 0, 0, 0), 2),
    ):
        found = fisher(h).rank(at(weights, readouts))
        evidence.equal(f"w = {weights}, a = {readouts}: rank", found, rank)


@claim.step(
    "Ranks from Hermite coefficients",
    derivation=r"""
$I = \sum_kc_kc_k^T$ with $c_k$ the derivatives of the Hermite coefficients, so its rank is that of
the matrix of Taylor moments in its place: $(w_i^{2j-1})_{ij}$ at $a = 0$, a Vandermonde matrix,
and the single row $(a_i)$ at $w = 0$.
""",
    confirms="ranks",
)
def vandermonde(evidence: Evidence) -> None:
    for weights, rank in (
        ((1, 2), 2), ((1, -1), 1), ((0, 3), 1), ((1, 2, 3), 3), ((1, -1, 2), 2), ((1, 2, 2, 0), 2)
    ):  # fmt: skip
        h = len(weights)
        moments = sympy.Matrix(h, h, lambda i, j, v=weights: v[i] ** (2 * j + 1))
        evidence.equal(f"w = {weights}, a = 0", moments.rank(), rank)
    evidence.equal("w = 0, a = (1, 2, 3)", sympy.Matrix([[1, 2, 3]]).rank(), 1)


@claim.step(
    "Local coefficients, by certified resolutions",
    derivation=r"""
$K$ is, up to factors bounded on both sides, the sum of the squares of $\sum_ia_iw_i^{2j-1}$,
$j \le h$. At the origin $\tfrac12$ for $h = 1$ and $\tfrac23$ for $h = 2$, the theorem's values;
for $h = 2$ at $w = 0$ with $a_1^2 \ne a_2^2$, or equal: $\tfrac23$; at $a = 0$ with distinct
non-zero $|w_i|$: $h/2 = 1$.
""",
    corrects=True,
)
def local(evidence: Evidence) -> None:
    for label, K, names, point, expected in cases():
        problem = Problem(K, names, point)
        answer = learning_coefficient(problem)
        evidence.certificate(f"{label}: chart", answer.certificate, partial(accepted, problem))
        evidence.equal(f"{label}: lambda", answer.value, expected)


def cases() -> list[tuple[str, sympy.Expr, tuple[sympy.Symbol, ...], tuple[int, ...], Rational]]:
    """Return label, sum of squares, variables, point and learning coefficient."""
    one = (a * b) ** 2
    two = (a * b + c * d) ** 2 + (a * b**3 + c * d**3) ** 2
    names = (a, b, c, d)
    return [
        ("h = 1, origin", one, (a, b), (0, 0), Rational(1, 2)),
        ("h = 2, origin", two, names, (0, 0, 0, 0), Rational(2, 3)),
        ("h = 2, w = 0, a = (1, 2)", two, names, (1, 0, 2, 0), Rational(2, 3)),
        ("h = 2, w = 0, a = (1, 1)", two, names, (1, 0, 1, 0), Rational(2, 3)),
        ("h = 2, a = 0, w = (1, 2)", two, names, (0, 1, 0, 2), Rational(1)),
    ]


def accepted(problem: Problem, certificate: object) -> bool:
    """Check a certificate of the problem."""
    return bool(check(certificate, problem))


@claim.step(
    "Local coefficients by changes of coordinates",
    derivation=r"""
At $w = 0$, $a_1 \ne 0$ the sum $u = \sum a_iw_i$ is a coordinate, and $v = a_2w_2^3$ and so on
remain: modulo $u$ the second generator is $a_2w_2^3(1 - a_2^2/a_1^2)$: $K \asymp u^2 + w_2^6$
unless $a_2^2 = a_1^2$, and $u^2 + t^2w_2^6$ with $t = a_1 - a_2$ there; $\lambda = \tfrac12 +
\tfrac16$ both times. At $a = 0$ the generators are linear in $a$ with an invertible Vandermonde
matrix: $K \asymp |a|^2$, $\lambda = 1$.
""",
    confirms="local",
)
def coordinates(evidence: Evidence) -> None:
    third = a * b**3 + c * d**3
    remainder = sympy.expand(third.subs(b, -c * d / a) - c * d**3 * (1 - c**2 / a**2))
    evidence.identity("second generator on u = 0", sympy.simplify(remainder))
    jacobian = sympy.Matrix([a * b + c * d, third]).jacobian((a, c)).subs({b: 1, d: 2})
    evidence.equal("Vandermonde determinant at w = (1, 2)", jacobian.det(), sympy.Integer(6))
