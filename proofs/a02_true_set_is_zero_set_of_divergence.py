"""A2: W0 = {K = 0} = {f = f0} in the realisable case."""

from random import Random

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet

claim = Claim(
    id="A2",
    title="True parameters are the zeros of the divergence",
    statement=r"W_0 = \{w : K(w) = 0\} = \{w : f(\cdot, w) = f_0\}",
    plain=(
        "In the realisable case of regression with Gaussian noise the parameters that minimise K "
        "are its zeros, and those with the true function on the support of the inputs."
    ),
    source=Source(document="003", place="the set of true parameters"),
    assumptions=("f and f0 are continuous in x",),
    expected=Verdict.PROVED,
)


@claim.step(
    "K is half a mean square",
    derivation=r"""
$\mathrm{KL}(N(f_0, 1) \| N(f, 1)) = \mathrm{E}_y[\tfrac12(y - f)^2 - \tfrac12(y - f_0)^2]
= \tfrac12(f - f_0)^2$, so $K(w) = \tfrac12\mathrm{E}_x(f - f_0)^2 \ge 0$. It is zero iff
$f = f_0$ for almost every input, and then, both being continuous, on the support: if they differed
at a point of it they would on a neighbourhood, which has positive probability.
""",
)
def mean_square(evidence: Evidence) -> None:
    f, g, y = symbols("f g y", real=True)
    normal = sympy.exp(-((y - g) ** 2) / 2) / sympy.sqrt(2 * sympy.pi)
    ratio = ((y - f) ** 2 - (y - g) ** 2) / 2
    mean = sympy.integrate(sympy.expand(ratio) * normal, (y, -sympy.oo, sympy.oo))
    evidence.identity("Gaussian divergence", sympy.simplify(mean - (f - g) ** 2 / 2))
    x, a, b = symbols("x a b", real=True)
    square = sympy.integrate((a * x + b) ** 2, (x, -1, 1)) / 2
    evidence.identity("a mean square is a sum of squares", square - (a**2 / 3 + b**2))


@claim.step(
    "K on the strata of W0, and off them",
    derivation=r"""
Two sets found in unrelated ways: the parameters with the truth's folds, slope and constant, and the
zeros of $K$, an exact integral. 40 exact points on the strata have $K = 0$; each of 60 others has
$K > 0$ iff it is not true.
""",
    confirms="mean_square",
)
def both_ways(evidence: Evidence) -> None:
    rng = Random(2)  # noqa: S311 - examples, nothing secret
    truth = TwoLayer(RELU, [Unit(1, (1,), Rational(1, 4)), Unit(-2, (1,), Rational(-1, 2))])
    model, inputs = TwoLayer.symbolic(RELU, width=2), UniformInterval(-1, 1)
    K, W0 = KLDivergence(model, truth, inputs), TrueSet(model, truth, inputs)
    points = [s.point(seed) for s in W0.strata for seed in range(40 // len(W0.strata) + 1)]
    evidence.equal("K on W0", {K.at(p) for p in points}, {sympy.S.Zero})
    agree = []
    for k in range(60):
        point = dict(points[k % len(points)])
        moved = rng.choice(model.parameters)
        point[moved] += Rational(rng.choice((-1, 0, 1)), 7)
        agree.append(bool(K.at(point) > 0) == (not W0.contains(point)))
    evidence.equal("K > 0 exactly off W0", agree, [True] * 60)
