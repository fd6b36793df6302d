"""A5: I(w) = E[s sᵀ] is E[∂_j f ∂_k f] for regression, and does not depend on the truth."""

import sympy
from sympy import Function, Rational, Symbol, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.fisher import ExpressionFisher, FisherInformation
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer

claim = Claim(
    id="A5",
    title="Fisher information of a regression model; it does not depend on the truth",
    statement=(
        r"I(w) = \mathrm{E}_x \mathrm{E}_{y \sim p(y|x,w)}[s s^\top],\ s = \nabla_w \log p(y|x,w);"
        r"\qquad I_{jk}(w) = \tfrac1{\sigma^2}\,\mathrm{E}_x[\partial_j f\,\partial_k f]"
    ),
    plain=(
        "For regression with Gaussian noise the Fisher information is the mean of the products of "
        "the derivatives of f over the inputs. Outputs are drawn from the model itself, so the "
        "truth enters nowhere."
    ),
    source=Source(document="001", place="answer to the question on Fisher information and truth"),
    assumptions=(
        "p(y|x,w) is normal with mean f(x,w) and fixed variance sigma^2",
        "x has a law that does not depend on w; derivatives of f are square integrable",
    ),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, section 1.1",),
    expected=Verdict.PROVED,
)

x, y, variance = Symbol("x", real=True), Symbol("y", real=True), Symbol("v", positive=True)
w1, w2 = symbols("w1 w2", real=True)
f = Function("f", real=True)(x, w1, w2)


def _log_density() -> sympy.Expr:
    return -((y - f) ** 2) / (2 * variance) - sympy.log(2 * sympy.pi * variance) / 2


def _mean(expr: sympy.Expr, centre: sympy.Expr) -> sympy.Expr:
    """Return the mean over y ~ N(centre, v) of a polynomial in y of degree at most 3.

    The two points centre ± √v, of weight ½ each, have the moments 1, 0, v, 0 about the centre.
    """
    root = sympy.sqrt(variance)
    return sum((expr.subs(y, centre + s * root) for s in (1, -1)), sympy.S.Zero) / 2


@claim.step(
    "The mean over y",
    derivation=r"""
$s_j = \partial_j \log p = (y - f)\,\partial_j f/\sigma^2$, hence
$s_j s_k = (y - f)^2\,\partial_j f\,\partial_k f/\sigma^4$. Under $y \sim N(f, \sigma^2)$ the mean
of $(y - f)^2$ is $\sigma^2$. What is left depends on $x$ and $w$ alone.
""",
)
def mean_over_outputs(evidence: Evidence) -> None:
    log_p = _log_density()
    for a in (w1, w2):
        score = log_p.diff(a)
        evidence.identity(f"score by {a}", score - (y - f) * f.diff(a) / variance)
        evidence.identity(f"mean score by {a}", _mean(score, f))
        for b in (w1, w2):
            product = _mean(score * log_p.diff(b), f)
            evidence.identity(f"products {a}, {b}", product - f.diff(a) * f.diff(b) / variance)


@claim.step(
    "By second derivatives",
    derivation=r"""
$-\mathrm{E}[\partial_j\partial_k \log p]
= \mathrm{E}[\partial_j f\,\partial_k f - (y - f)\,\partial_j\partial_k f]/\sigma^2$, and the mean
of $y - f$ is zero: the same matrix.
""",
    confirms="mean_over_outputs",
)
def second_derivatives(evidence: Evidence) -> None:
    log_p = _log_density()
    for a, b in ((w1, w1), (w1, w2), (w2, w2)):
        mean = _mean(-log_p.diff(a, b), f)
        evidence.identity(f"by {a}, {b}", mean - f.diff(a) * f.diff(b) / variance)


@claim.step(
    "What outputs of a truth would give",
    derivation=r"""
If $y$ came from $N(f_0, \sigma^2)$ instead, $\mathrm{E}[s_j s_k]$ would be
$(\sigma^2 + (f_0 - f)^2)\,\partial_j f\,\partial_k f/\sigma^4$. It agrees with $I(w)$ where
$f = f_0$, and is another matrix elsewhere. $I(w)$ is the one with $y$ from the model.
""",
    confirms="mean_over_outputs",
)
def not_the_truth(evidence: Evidence) -> None:
    log_p, f0 = _log_density(), Symbol("f0", real=True)
    for a, b in ((w1, w1), (w1, w2), (w2, w2)):
        mean = _mean(log_p.diff(a) * log_p.diff(b), f0)
        excess = (f0 - f) ** 2 * f.diff(a) * f.diff(b) / variance**2
        evidence.identity(f"by {a}, {b}", mean - f.diff(a) * f.diff(b) / variance - excess)


@claim.step(
    "Matrices computed without a truth are Hessians for whichever truth w is",
    derivation=r"""
The matrix of a ReLU network is computed from the network and the law of the inputs alone. Taking
the network at $w$ as the truth, the Hessian of $K$ at $w$, from its closed form on a chamber
around $w$, is that matrix: for several $w$, each its own truth. A polynomial model with its
integrals done by hand agrees as well.
""",
    confirms="mean_over_outputs",
)
def computed(evidence: Evidence) -> None:
    law = UniformInterval(-2, 1)
    # Distinct readouts only: K is smooth in them, whatever the truth.
    model = TwoLayer.symbolic(RELU, width=2, weights=1, biases=Rational(1, 2))
    for values in ((1, 2, 0), (-3, Rational(1, 2), 1), (0, 0, 5)):
        K = KLDivergence(model, model.at(values), law, noise_variance=3)
        hessian = sympy.hessian(K.chamber(values).expr, model.parameters)
        matrix = FisherInformation(model, law, noise_variance=3).matrix(values)
        evidence.identity(f"readouts {values}", hessian - matrix)
    own = ExpressionFisher(w1**2 * x + w2 * x**2, [w1, w2], [x], UniformInterval(0, 1))
    by_hand = sympy.Matrix([[4 * w1**2 / 3, w1 / 2], [w1 / 2, Rational(1, 5)]])
    for a, b in ((1, 2), (Rational(-2, 3), 5)):
        evidence.identity(f"polynomial model at {a}, {b}", own.matrix([a, b]) - by_hand.subs(w1, a))
