"""A4: At a true parameter the score vanishes in expectation, not for each observation."""

import sympy
from sympy import symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.networks import TwoLayer

claim = Claim(
    id="A4",
    title="The score at true parameters",
    statement=r"w_0 \in W_0 \implies \partial_j \log p(y|x, w_0) = 0",
    plain="The score vanishes at true parameters.",
    source=Source(document="003", place="the score and the Fisher information"),
    assumptions=("regression with Gaussian noise of unit variance",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"w_0 \in W_0 \implies \mathrm{E}_y[\partial_j \log p(y|x, w_0)] = 0,\quad "
            r"\mathrm{Var}_y = (\partial_j f)^2 \quad \text{wherever } f(x, w_0) = f_0(x)"
        ),
        plain=(
            "The expectation of the score over the outputs vanishes at true parameters, for every "
            "input in the support, where f = f0; for a single observation it is (y - f0) times the "
            "derivative of f, with a variance that makes up the Fisher information."
        ),
    ),
)

w, x, y, w0 = symbols("w x y w0", real=True)


@claim.step(
    "An observation with a score",
    derivation=r"""
$f = wx$, truth $w_0 = 0$: the score $(y - wx)x$ is $1$ at $w_0$ for $x = y = 1$.
""",
)
def counterexample(evidence: Evidence) -> None:
    log_likelihood = -((y - w * x) ** 2) / 2 - sympy.log(2 * sympy.pi) / 2
    score = sympy.diff(log_likelihood, w)
    evidence.identity("the score", sympy.expand(score - (y - w * x) * x))
    evidence.counterexample("score at w0 = 0", "x = y = 1", score.subs({w: 0, x: 1, y: 1}))


@claim.step(
    "A node of a network",
    derivation=r"""
$f = q\,\mathrm{ReLU}(wx)$ at $w = q = 1$, $x = 1$, $y = 2$: $\partial_q \log p = (2 - 1) \cdot 1$.
""",
    confirms="counterexample",
)
def network(evidence: Evidence) -> None:
    model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    p, q = model.parameters
    # The loss along q + h, for h = 0, 1, -1.
    losses = [((2 - model.at({p: 1, q: 1 + s})(sympy.S.One)) ** 2) / 2 for s in (0, 1, -1)]
    centred = (losses[2] - losses[1]) / 2
    evidence.identity("a difference quotient, exact for a quadratic", centred - 1)


@claim.step(
    "Its expectation and variance",
    derivation=r"""
$\mathrm{E}_y[(y - f)\partial_j f] = (f_0 - f)\partial_j f = 0$ and
$\mathrm{E}_y[(y - f_0)^2](\partial_j f)^2 = (\partial_j f)^2$.
""",
    corrects=True,
)
def moments(evidence: Evidence) -> None:
    f, d = symbols("f d", real=True)
    density = sympy.exp(-((y - f) ** 2) / 2) / sympy.sqrt(2 * sympy.pi)
    for power, value in ((1, 0), (2, d**2)):
        integral = sympy.integrate(
            sympy.expand(((y - f) * d) ** power) * density, (y, -sympy.oo, sympy.oo)
        )
        evidence.identity(f"moment {power}", sympy.simplify(integral - value))


@claim.step(
    "From the normalisation",
    derivation=r"""
$\int p(y|x, w)\,dy = 1$ for all $w$; differentiated at $w_0$, where $p$ is the true density, the
first derivative is $\mathrm{E}[\partial_j \log p] = 0$ and the second
$\mathrm{E}[(\partial_j \log p)^2] = -\mathrm{E}[\partial_j^2 \log p] = (\partial_j f)^2$: as
$\log p$ is quadratic in $f$, $-\partial^2 \log p/\partial f^2 = 1$.
""",
    confirms="moments",
)
def normalisation(evidence: Evidence) -> None:
    f = symbols("f", real=True)
    log_p = -((y - f) ** 2) / 2 - sympy.log(2 * sympy.pi) / 2
    p = sympy.exp(log_p)
    first, second = sympy.diff(log_p, f), sympy.diff(log_p, f, 2)
    evidence.identity("dp/df = p times the score", sympy.simplify(sympy.diff(p, f) - p * first))
    both = sympy.diff(p, f, 2) - p * (first**2 + second)
    evidence.identity("second derivative", sympy.simplify(both))
    evidence.identity("curvature of log p", second + 1)
