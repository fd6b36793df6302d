"""A6: at a true parameter the Fisher information is the Hessian of K."""

import sympy
from sympy import Derivative, Function, Rational, log, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.expansion import hessian
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit

claim = Claim(
    id="A6",
    title="The Fisher information at a true parameter is the Hessian of K",
    statement=r"w_0 \in W_0 \implies I(w_0) = \nabla^2 K(w_0)",
    plain="At every true parameter the Fisher information matrix equals the Hessian of K.",
    source=Source(document="003", place="Fisher information matrix & KL-divergence"),
    assumptions=(
        "p(y|x,w) is twice differentiable in w near w_0, for almost every (x, y)",
        "derivatives up to the second may be taken under the integral (a dominating function)",
    ),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, section 1.1",),
    expected=Verdict.PROVED,
)

u, v = symbols("u v", real=True)


@claim.step(
    "For any model p(y|x,w)",
    derivation=r"""
With $s = \nabla \log p$ and $K(w) = \mathrm{E}[\log q - \log p]$, pointwise
$$-\partial_j\partial_k \log p = s_j s_k - \frac{\partial_j\partial_k p}{p} .$$
At $w_0 \in W_0$ the expectation is over $q = p(\cdot|x, w_0)$, so that the last term contributes
$\int \partial_j\partial_k p \,dy = \partial_j\partial_k 1 = 0$, and the first $I_{jk}(w_0)$.
""",
)
def pointwise_identity(evidence: Evidence) -> None:
    p = Function("p", positive=True)(u, v)
    for j, k in ((u, u), (u, v), (v, v)):
        score_product = Derivative(log(p), j).doit() * Derivative(log(p), k).doit()
        difference = -log(p).diff(j, k) - (score_product - p.diff(j, k) / p)
        evidence.identity(f"d^2 log p / d{j} d{k}", _with_jets_as_symbols(difference))


@claim.step(
    "For regression",
    derivation=r"""
With $K = \tfrac12 \mathrm{E}_x[(f - f_0)^2]$,
$$\partial_j\partial_k \tfrac12 (f - f_0)^2 = \partial_j f\,\partial_k f
  + (f - f_0)\,\partial_j\partial_k f ,$$
and the second term vanishes where $f = f_0$.
""",
    confirms="pointwise_identity",
)
def regression_identity(evidence: Evidence) -> None:
    f, f0 = Function("f", real=True)(u, v), symbols("f_0", real=True)
    for j, k in ((u, u), (u, v), (v, v)):
        square = ((f - f0) ** 2 / 2).diff(j, k)
        difference = square - (f.diff(j) * f.diff(k) + (f - f0) * f.diff(j, k))
        evidence.identity(f"second derivative in {j}, {k}", _with_jets_as_symbols(difference))


@claim.step(
    "Two-unit ReLU networks with biases",
    derivation=r"""
$K$'s closed forms come from the neuron kernel, the Fisher matrix from inner products of the
scores: two routes that share no derivative. At a true parameter every model break lies on one of
the truth's, so several closed forms of $K$ meet there; all of them have the Fisher matrix as
their Hessian.
""",
    confirms="pointwise_identity",
)
def on_relu_networks(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(2, (1,), Rational(-1, 3))])
    model = TwoLayer.symbolic(RELU, width=2)
    law = UniformInterval(-1, 1)
    divergence, fisher = KLDivergence(model, truth, law), FisherInformation(model, law)
    half = Rational(1, 2)
    # Parameters in the order w1, b1, q1, w2, b2, q2, c.
    true_parameters = {
        "scaled, second unit silent": (3, -1, Rational(2, 3), -2, half, 0, 0),
        "fold shared by both units": (3, -1, half, 1, Rational(-1, 3), half, 0),
        "second unit off": (half, Rational(-1, 6), 4, 1, -3, 5, 0),
    }
    for name, values in true_parameters.items():
        point = model.point(values)
        evidence.equal(f"{name}: K", divergence.at(values), sympy.S.Zero)
        information = fisher.matrix(values)
        for i, piece in enumerate(divergence.pieces_at(values)):
            difference = hessian(piece.expr, point) - information
            evidence.identity(f"{name}: Hess K - I, form {i + 1}", difference)


def _with_jets_as_symbols(expr: sympy.Expr) -> sympy.Expr:
    """Replace a function and its derivatives by independent symbols, highest order first."""
    jets = sorted(expr.atoms(Derivative), key=lambda d: -d.derivative_count)
    for i, jet in enumerate(jets):
        expr = expr.subs(jet, symbols(f"jet{i}", real=True))
    functions = sorted(expr.atoms(sympy.core.function.AppliedUndef), key=str)
    return expr.subs({f: symbols(f"f_{i}", positive=True) for i, f in enumerate(functions)})
