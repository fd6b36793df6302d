"""B3: Example 3.2, the valley wq = θ0: K, W0, Hessian, Fisher information, λ."""

import sympy
from sympy import Matrix, Rational, Symbol, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.rlct import Problem, check, learning_coefficient
from slt_symbolic.true_set import TrueSet

from ._sampled import confirm_by_sampling

claim = Claim(
    id="B3",
    title="Example 3.2: K, W0 and Fisher information of a scaling valley",
    statement=(
        r"x \sim U[-\sqrt3, \sqrt3]:\quad K(w, q) = (wq - \theta_0)^2 \ (w, q \ge 0),"
        r"\quad W_0 = \{wq = \theta_0\}"
    ),
    plain=(
        "For f = q ReLU(wx), f0 = theta0 ReLU(x) and x uniform on [-sqrt 3, sqrt 3], "
        "K = (wq - theta0)^2 for w, q >= 0, and W0 is the curve wq = theta0, along which the "
        "Fisher information is degenerate."
    ),
    source=Source(document="004", place="Example 3.2"),
    assumptions=("K = E[(f - f0)^2]/2, the Kullback-Leibler divergence for unit noise variance",),
    uses=("A6", "B2"),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"x \sim U[-a, a]:\quad K = \tfrac{a^2}{12}(wq - \theta_0)^2 \ (w \ge 0),\quad "
            r"K = \tfrac{a^2}{12}(w^2q^2 + \theta_0^2) \ (w \le 0),\quad "
            r"W_0 = \{wq = \theta_0,\, w > 0\},\quad \lambda = \tfrac12,\ m = 1 \text{ on } W_0"
        ),
        plain=(
            "The printed constant belongs to a = 2 sqrt 3, or, for K without the factor 1/2, to "
            "a = sqrt 6; for a = sqrt 3 the constant is 1/4. Only the sign of w matters for "
            "the case distinction, and W0 has w > 0. Along W0 the Fisher rank is 1, and the "
            "learning coefficient is 1/2 with multiplicity 1."
        ),
    ),
)

a, theta0 = Symbol("a", positive=True), Symbol("theta0", positive=True)
model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
w, q = model.parameters


def _divergence(half_width: sympy.Expr, theta: sympy.Expr) -> KLDivergence:
    truth = TwoLayer(RELU, [Unit(theta, (1,), 0)])
    return KLDivergence(model, truth, UniformInterval(-half_width, half_width))


@claim.step(
    "The printed constant fits neither normalisation",
    derivation=r"""
At $(w, q) = (0, 0)$ the printed $K$ is $\theta_0^2$. On $[-\sqrt3, \sqrt3]$ the divergence is
$\tfrac14\theta_0^2$, and the mean square without the factor $\tfrac12$ is $\tfrac12\theta_0^2$.
""",
)
def printed_constant(evidence: Evidence) -> None:
    here = _divergence(sympy.sqrt(3), theta0).at((0, 0))
    evidence.identity("K at 0 is theta0^2/4", here - theta0**2 / 4)
    evidence.counterexample(
        "K as printed", "(w, q) = (0, 0), theta0 = 1", (here - theta0**2).subs(theta0, 1)
    )
    evidence.counterexample(
        "twice K, without the factor 1/2",
        "(w, q) = (0, 0), theta0 = 1",
        (2 * here - theta0**2).subs(theta0, 1),
    )


@claim.step(
    "K on U[-a, a], all pieces",
    derivation=r"""
For $w \ge 0$ both units are active on $x > 0$, and $\mathrm{E}[x^2; x > 0] = a^2/6$; for
$w \le 0$ they are active on opposite sides. The constant is $1$ for $a = 2\sqrt3$ with the
factor $\tfrac12$, and for $a = \sqrt6$ without it.
""",
    corrects=True,
)
def divergence(evidence: Evidence) -> None:
    pieces = {str(p.chambers[0]): p.expr for p in _divergence(a, theta0).pieces()}
    evidence.equal("chambers", sorted(pieces), ["w1 < 0", "w1 > 0"])
    evidence.identity("w >= 0", pieces["w1 > 0"] - a**2 * (w * q - theta0) ** 2 / 12)
    evidence.identity("w <= 0", pieces["w1 < 0"] - a**2 * (w**2 * q**2 + theta0**2) / 12)
    evidence.equal("constant 1 with 1/2", sympy.solve(a**2 / 12 - 1, a), [2 * sympy.sqrt(3)])
    evidence.equal("constant 1 without 1/2", sympy.solve(a**2 / 6 - 1, a), [sympy.sqrt(6)])


@claim.step(
    "The same integral by SymPy",
    derivation=r"""
$\tfrac{1}{4a}\int_0^a (wq - \theta_0)^2 x^2\,dx$ for $w > 0$; for $w < 0$ two such integrals over
$[-a, 0]$ and $[0, a]$. These are integrals of polynomials.
""",
    confirms=("printed_constant", "divergence"),
)
def by_integration(evidence: Evidence) -> None:
    x = symbols("x", real=True)
    positive = sympy.integrate(((w * q - theta0) * x) ** 2, (x, 0, a)) / (4 * a)
    left = sympy.integrate((w * q * x) ** 2, (x, -a, 0))
    right = sympy.integrate((theta0 * x) ** 2, (x, 0, a))
    evidence.identity("w > 0", positive - a**2 * (w * q - theta0) ** 2 / 12)
    evidence.identity("w < 0", (left + right) / (4 * a) - a**2 * (w**2 * q**2 + theta0**2) / 12)


@claim.step(
    "W0 is one curve",
    derivation=r"""
The only way to be true is to share the truth's fold with its orientation, $w > 0$, and then
$wq = \theta_0$. It is a one-dimensional manifold, and the Fisher rank along it is 1.
""",
    corrects=True,
)
def true_set(evidence: Evidence) -> None:
    W0 = TrueSet(model, TwoLayer(RELU, [Unit(theta0, (1,), 0)]), UniformInterval(-a, a))
    (stratum,) = W0.strata
    evidence.equal("equation", stratum.dependent, {q: theta0 / w})
    evidence.equal("condition", stratum.positive, (w,))
    evidence.equal(
        "dimension and Fisher rank", (stratum.dimension, W0.fisher_rank(stratum)), (1, 1)
    )


@claim.step(
    "K vanishes there and nowhere else",
    derivation=r"""
$w > 0$: $K = 0 \iff wq = \theta_0$. $w \le 0$: $K \ge a^2\theta_0^2/12 > 0$.
""",
    confirms="true_set",
)
def zeros_of_divergence(evidence: Evidence) -> None:
    K = _divergence(a, theta0)
    alpha = Symbol("alpha", positive=True)
    evidence.identity("K on the curve", K.at((alpha, theta0 / alpha)))
    off_curve = K.at((alpha, (theta0 + 1) / alpha))
    evidence.identity("K at wq = theta0 + 1", off_curve - a**2 / 12)
    negative = K.at((-alpha, theta0 / alpha))
    evidence.identity("K at (-alpha, theta0/alpha)", negative - a**2 * theta0**2 / 6)


@claim.step(
    "Hessian, Fisher information and the row relation",
    derivation=r"""
At $(\alpha, \theta_0/\alpha)$: $I = \tfrac{a^2}{6}\begin{pmatrix} \theta_0^2/\alpha^2 & \theta_0 \\
\theta_0 & \alpha^2\end{pmatrix} = \nabla^2 K$. The printed Hessian and Fisher matrix are those of
$K = (wq-1)^2$, that is $a = 2\sqrt3$, $\theta_0 = 1$; the printed relation
$-\alpha^2 I_1 + I_2 = 0$ holds for every $a$. Everywhere, not only on $W_0$, the field
$w\partial_w - q\partial_q$ annihilates $f$.
""",
    corrects=True,
)
def fisher_information(evidence: Evidence) -> None:
    alpha = Symbol("alpha", positive=True)
    fisher = FisherInformation(model, UniformInterval(-a, a))
    matrix = fisher.matrix((alpha, theta0 / alpha))
    closed = a**2 / 6 * Matrix([[theta0**2 / alpha**2, theta0], [theta0, alpha**2]])
    evidence.identity("I on W0", matrix - closed)
    valley = a**2 * (w * q - theta0) ** 2 / 12
    hessian = sympy.hessian(valley, (w, q)).subs({w: alpha, q: theta0 / alpha})
    evidence.identity("Hess K - I on W0", hessian - matrix)
    one = matrix.subs(theta0, 1)
    evidence.identity("row relation, theta0 = 1", -(alpha**2) * one[0, :] + one[1, :])
    printed = Matrix([[2 / alpha**2, 2], [2, 2 * alpha**2]])
    evidence.identity("printed I, a = 2 sqrt 3", one.subs(a, 2 * sympy.sqrt(3)) - printed)
    printed_hessian = Matrix([[2 * q**2, 4 * w * q - 2], [4 * w * q - 2, 2 * w**2]])
    evidence.identity("printed Hessian", sympy.hessian((w * q - 1) ** 2, (w, q)) - printed_hessian)
    evidence.equal("null field everywhere", fisher.null_fields((2, 3)).fields, ((w, -q),))


@claim.step(
    "The same matrix by integration",
    derivation=r"""
For $w > 0$: $\partial_w f = qx$ and $\partial_q f = wx$ on $x > 0$, zero on $x < 0$.
""",
    confirms="fisher_information",
)
def fisher_by_integration(evidence: Evidence) -> None:
    alpha, x = Symbol("alpha", positive=True), symbols("x", real=True)
    scores = Matrix([theta0 / alpha * x, alpha * x])
    integral = (scores * scores.T).applyfunc(lambda e: sympy.integrate(e, (x, 0, a)) / (2 * a))
    fisher = FisherInformation(model, UniformInterval(-a, a))
    evidence.identity("I on W0", fisher.matrix((alpha, theta0 / alpha)) - integral)


@claim.step(
    "The learning coefficient along the valley",
    derivation=r"""
$(w, q) \mapsto (\alpha w, q/\alpha)$ preserves $K$ and volume and carries $(1, \theta_0)$ to
$(\alpha, \theta_0/\alpha)$; scaling $q$ by $\theta_0$ and $K$ by a constant changes neither
$\lambda$ nor $m$. So one certificate, for $(wq - 1)^2$ at $(1, 1)$, serves every point: there
$u = wq - 1$ is a coordinate, $K = u^2 \cdot$ const, $\lambda = \tfrac12$, $m = 1$.
""",
    corrects=True,
)
def coefficient(evidence: Evidence) -> None:
    alpha = Symbol("alpha", positive=True)
    K = a**2 * (w * q - theta0) ** 2 / 12
    moved = K.subs({w: alpha * w, q: q / alpha}, simultaneous=True)
    evidence.identity("K is invariant", moved - K)
    scaled = K.subs(q, theta0 * q) - a**2 * theta0**2 / 12 * (w * q - 1) ** 2
    evidence.identity("reduction to theta0 = 1", scaled)
    problem = Problem((w * q - 1) ** 2, (w, q), (1, 1))
    answer = learning_coefficient(problem)
    evidence.certificate("chart", answer.certificate, lambda c: bool(check(c, problem)))
    evidence.equal("lambda and m", (answer.value, answer.multiplicity), (Rational(1, 2), 1))


@claim.step(
    "Sampling the valley",
    derivation=r"""
Metropolis-adjusted Langevin on the box $[\tfrac12, 2]^2$ with $\theta_0 = 1$: $\mathrm{E}[\beta K]$
tends to $\lambda$.
""",
    confirms="coefficient",
)
def sampled(evidence: Evidence) -> None:
    predicted = learning_coefficient(Problem((w * q - 1) ** 2, (w, q), (1, 1)))
    K = _divergence(sympy.sqrt(3), sympy.S.One)
    confirm_by_sampling(evidence, "valley", K, predicted, (0.5, 0.5), (2.0, 2.0), seed=32)
