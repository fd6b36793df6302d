"""B14: On a bounded input domain there are more true parameters: f0 = 0 on (−a, a)."""

import sympy
from sympy import Rational, Symbol, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set import Role, TrueSet

claim = Claim(
    id="B14",
    title="More true parameters on a bounded domain",
    statement=(
        r"f = q\,\mathrm{ReLU}(wx + b),\ f_0 = 0,\ x \in (-a, a):\quad "
        r"\{-b/w \notin (-a, a),\ w \text{ pointing away}\} \subset W_0"
    ),
    plain=(
        "For f0 = 0 on (-a, a) every node whose boundary lies outside the domain and whose weight "
        "points away from it is true, whatever its readout: an open set of parameters, which is "
        "absent for inputs on all of R."
    ),
    source=Source(
        document="004", place="There are More True Parameters if the Input Domain is Bounded"
    ),
    expected=Verdict.PROVED,
)

model = TwoLayer.symbolic(RELU, width=1, output_bias=0)
zero = TwoLayer(RELU, (), inputs=1)
a = Symbol("a", positive=True)


@claim.step(
    "K vanishes there",
    derivation=r"""
$wx + b \le a|w| + b < 0$ on $(-a, a)$: the node is off. With the boundary inside, at $x = t$,
$w = 1$: $K = \tfrac{q^2}{4a}\int_t^a (x - t)^2 dx = q^2(a - t)^3/(12a) > 0$.
""",
)
def divergence(evidence: Evidence) -> None:
    q, w, s = symbols("q w s", positive=True)
    K = KLDivergence(model, zero, UniformInterval(-a, a))
    for sign in (1, -1):
        evidence.identity(f"K, w of sign {sign:+d}", K.at((sign * w, -a * w - s, q)))
        evidence.identity(
            f"K, readout negative, w of sign {sign:+d}", K.at((sign * w, -a * w - s, -q))
        )
    inside = s / (1 + s) * a
    evidence.identity(
        "K, boundary inside", K.at((1, -inside, q)) - q**2 * (a - inside) ** 3 / (12 * a)
    )


@claim.step(
    "The strata, bounded and unbounded",
    derivation=r"""
On $[-a, a]$: off (dimension 3 of 3: an open set, $\lambda = 0$), silent, flat. On $\mathbb{R}$ no
node is off: a node with $w \ne 0$ must be silent.
""",
    confirms="divergence",
)
def strata(evidence: Evidence) -> None:
    bounded = TrueSet(model, zero, UniformInterval(-a, a)).strata
    whole = TrueSet(model, zero, StandardNormal()).strata
    off = [s for s in bounded if s.places[0].role is Role.OFF]
    evidence.equal("strata where the node is off", [s.dimension for s in off], [3])
    evidence.equal("on all of R", [s for s in whole if s.places[0].role is Role.OFF], [])
    evidence.equal("dimensions on R", max(s.dimension for s in whole), 2)
    W0 = TrueSet(model, zero, UniformInterval(-1, 1))
    point = (1, -2, 5)
    evidence.equal("a point, bounded", W0.contains(point), True)
    evidence.equal(
        "the same point on R", TrueSet(model, zero, StandardNormal()).contains(point), False
    )
    edge = (Rational(1), Rational(-1), 7)
    evidence.equal("boundary at the end", W0.contains(edge), True)
    evidence.equal("boundary just inside", W0.contains((1, Rational(-999, 1000), 7)), False)
    evidence.identity(
        "K on R is not 0", KLDivergence(model, zero, StandardNormal()).at((1, 0, 2)) - sympy.S.One
    )
