"""B9: 2 ReLU(x2 − 1/3) as a network of one unit and of two."""

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformBox
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet

THIRD = Rational(1, 3)
claim = Claim(
    id="B9",
    title="One node or two on one boundary",
    statement=(
        r"2\,\mathrm{ReLU}(x_2 - \tfrac13) = \mathrm{ReLU}(x_2 - \tfrac13) + "
        r"\mathrm{ReLU}(x_2 - \tfrac13)"
    ),
    plain=(
        "f0 = 2 ReLU(x2 - 1/3) is the function of a one-node network, of a two-node network with "
        "a degenerate node, and of two nodes on the same boundary."
    ),
    source=Source(document="004", place="Node Degeneracy, General Case"),
    expected=Verdict.PROVED,
)

truth = TwoLayer(RELU, [Unit(2, (0, 1), -THIRD)])
model = TwoLayer.symbolic(RELU, inputs=2, width=2)
square = UniformBox([-1, -1], [1, 1])
unit = (0, 1, -THIRD)
POINTS = {
    "one node, the other silent": (*unit, 2, 1, 1, 0, 0, 0),
    "one node, the other flat": (*unit, 2, 0, 0, -1, 3, 0),
    "both on the boundary": (*unit, 1, *unit, 1, 0),
    "both, unevenly": (0, 3, -1, THIRD, *unit, 1, 0),
}


@claim.step(
    "All are true parameters",
    derivation=r"""
Each unit on the boundary contributes $q_i\alpha_i\mathrm{ReLU}(x_2 - \tfrac13)$ for
$w_i = \alpha_i(0, 1)$, $\alpha_i > 0$; the strengths must add up to 2.
""",
)
def membership(evidence: Evidence) -> None:
    W0 = TrueSet(model, truth, square)
    places = {
        "one node, the other silent": "[fold1+, silent0]",
        "one node, the other flat": "[fold1+, flat-]",
        "both on the boundary": "[fold1+, fold1+]",
        "both, unevenly": "[fold1+, fold1+]",
    }
    for name, point in POINTS.items():
        where = W0.explain(point)
        evidence.equal(name, where.differences, ())
        kind = None if where.stratum is None else f"[{', '.join(map(str, where.stratum.places))}]"
        evidence.equal(f"{name}: stratum", kind, places[name])


@claim.step(
    "K vanishes",
    derivation=r"""
$K = 0$ exactly on $[-1, 1]^2$; with strengths $s$ and $2 - s$ for every $s$; and not when the
strengths add up to $2 + t$: then $K = \tfrac12 t^2\,\mathrm{E}[\mathrm{ReLU}(x_2 - \tfrac13)^2]
= \tfrac{2}{81} t^2$.
""",
    confirms="membership",
)
def divergence(evidence: Evidence) -> None:
    K = KLDivergence(model, truth, square)
    for name, point in POINTS.items():
        evidence.identity(name, K.at(point))
    s, t = symbols("s t", positive=True)
    evidence.identity("every split", K.at((*unit, s, *unit, 2 - s, 0)))
    y = symbols("y")
    mean = sympy.integrate((y - THIRD) ** 2, (y, THIRD, 1)) / 2
    evidence.identity("another sum", K.at((*unit, s, *unit, 2 + t - s, 0)) - t**2 * mean / 2)
    evidence.equal("the constant", mean / 2, Rational(2, 81))
