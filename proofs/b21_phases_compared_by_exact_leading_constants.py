"""B21: Weight annihilation or not, one node or two: which phase the posterior prefers."""

from functools import cache

import numpy as np
import sympy
from sympy import Rational, sqrt

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import UniformBox, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.phases import (
    GaussianPrior,
    StratumDensity,
    active_units,
    leading_constant,
    local_learning_coefficient,
    orientation,
    phases,
)
from slt_symbolic.true_set import TrueSet

THIRD = Rational(1, 3)
claim = Claim(
    id="B21",
    title="Phases of a symmetric network and of a two-node network",
    statement=(
        r"m = d = 3,\ b = -\tfrac13,\ x \sim U[-1,1]^2,\ w \sim N(0, 1):\quad "
        r"\lambda_{WC} = \lambda_{non\text{-}WC} = 5,\ C_{non\text{-}WC} > C_{WC};\qquad "
        r"f_0 = 2\,\mathrm{ReLU}(x_2 - \tfrac13):\ \lambda_{one\ node} < \lambda_{two\ nodes}"
    ),
    plain=(
        "For the three-fold symmetric truth both orientations have the same learning coefficient, "
        "and the posterior prefers the one without weight annihilation, by the leading constants "
        "of their free energies. For f0 = 2 ReLU(x2 - 1/3) the one-node phase has the smaller "
        "learning coefficient, and wins as n grows."
    ),
    source=Source(document="004", place="Orientation Reversal; Node Degeneracy, General Case"),
    assumptions=("standard normal prior on all parameters, as in the experiments",),
    uses=("B6", "B9"),
    references=("Carroll 2021, Phase Transitions in Neural Networks; Watanabe 2009, chapter 6",),
    expected=Verdict.ENCLOSED,
)

square = UniformBox([-1, -1], [1, 1])
WEIGHTS = [(Rational(1, 2), sqrt(3) / 2), (Rational(1, 2), -sqrt(3) / 2), (-1, 0)]
model = TwoLayer.symbolic(RELU, inputs=2, width=3)
truth = TwoLayer(RELU, [Unit(1, w, -THIRD) for w in WEIGHTS])


@cache
def _constants() -> dict[str, sympy.Expr]:
    W0 = TrueSet(model, truth, square)
    label = orientation(W0)
    return {
        label(s): leading_constant(StratumDensity(model, square, s, GaussianPrior())).expression
        for s in W0.strata
    }


@claim.step(
    "Both orientations in closed form",
    derivation=r"""
Both strata have dimension 3 (the scales) and Fisher rank 10: $\lambda = 5$, $m = 1$. In
$v_i = q_i(w_i, b_i)$ and $c$ the Hessian is the Gram matrix $G$ of $1[h_i > 0](x, 1)$ and 1 for
each orientation, constant along the stratum. The scales integrate to
$|v_i|^{-1}K_1(|v_i|)$, the same for both. So
$$\frac{C_{WC}}{C_{non\text{-}WC}}
 = e^{-c_{WC}^2/2}\sqrt{\frac{\det G_{non\text{-}WC}}{\det G_{WC}}},
\qquad c_{WC} = 3b = -1 .$$
The second factor is about 0.178: reversed nodes see the larger parts of the square, their Hessian
is larger. The ratio is about 0.108, that is 9.3 to 1 against weight annihilation.
""",
)
def closed_forms(evidence: Evidence) -> None:
    W0 = TrueSet(model, truth, square)
    shapes = {(s.dimension, W0.fisher_rank(s), s.orbit) for s in W0.strata}
    evidence.equal("dimension, Fisher rank, permutations", shapes, {(3, 10, 6)})
    constants = _constants()
    evidence.equal("phases", set(constants), {"WC", "non-WC"})
    bessel = constants["WC"] / constants["non-WC"]
    ratio = sympy.simplify(bessel**2)
    field = RealField.containing([ratio / sympy.exp(-1)])
    algebraic = field.enclose(field.element(sympy.radsimp(ratio / sympy.exp(-1))))
    evidence.enclosure(
        "(ratio of constants)^2 times e", algebraic, within=(Rational(31, 1000), Rational(32, 1000))
    )


@claim.step(
    "The ratio by sampling at finite n",
    derivation=r"""
Importance sampling of $Z$ near each stratum at $n = 2 \cdot 10^4$: $v$ and $c$ from a normal law of
covariance $1.1\,G^{-1}/n$, $q_i$ log-normal, $K$ by a midpoint rule on $80^2$ points. Nothing of
the package enters.
""",
    confirms="closed_forms",
)
def sampled(evidence: Evidence) -> None:
    rng = np.random.default_rng(21)
    logs, errors = [], []
    for sign, c in ((-1.0, -1.0), (1.0, 0.0)):
        value, error = _evidence(sign, c, rng)
        logs.append(np.log(value))
        errors.append(error / value)
    constants = _constants()
    predicted = float(sympy.log(constants["WC"] / constants["non-WC"]).evalf())
    # Corrections of relative order 1/sqrt(n) remain: two standard errors are added for them.
    spread = float(np.hypot(*errors)) + 0.02
    evidence.consistent(
        "log of the ratio",
        estimate=float(logs[0] - logs[1]),
        error=spread,
        predicted=predicted,
        z_max=3.0,
    )


def _evidence(sign: float, c: float, rng: np.random.Generator) -> tuple[float, float]:
    n, size, cells = 2e4, 1500, 80
    side = (np.arange(cells) + 0.5) / cells * 2 - 1
    grid = np.stack([*np.meshgrid(side, side), np.ones((cells, cells))]).reshape(3, -1)
    planes = np.array([[*map(float, w), -1 / 3] for w in WEIGHTS])
    f0 = np.maximum(planes @ grid, 0).sum(axis=0)
    centre = sign * planes
    active = centre @ grid > 0
    features = np.vstack([grid * a for a in active] + [np.ones(grid.shape[1])])
    gram = features @ features.T / grid.shape[1]
    root = np.linalg.cholesky(np.linalg.inv(gram) * 1.1 / n)
    z = rng.standard_normal((size, 10))
    moved = z @ root.T
    log_proposal = -0.5 * (z**2).sum(1) - 5 * np.log(2 * np.pi) - np.log(np.diag(root)).sum()
    q = np.exp(0.6 * rng.standard_normal((size, 3)))
    log_proposal -= (0.5 * (np.log(q) / 0.6) ** 2 + np.log(0.6 * q * np.sqrt(2 * np.pi))).sum(1)
    weights = np.empty(size)
    for k in range(size):
        v = centre + moved[k, :9].reshape(3, 3)
        f = np.maximum(v @ grid, 0).sum(axis=0) + c + moved[k, 9]
        K = np.mean((f - f0) ** 2) / 2
        w = np.concatenate([(v / q[k][:, None]).ravel(), q[k], [c + moved[k, 9]]])
        log_prior = -0.5 * w @ w - 6.5 * np.log(2 * np.pi)
        weights[k] = np.exp(-n * K + log_prior - 3 * np.log(q[k]).sum() - log_proposal[k])
    return float(weights.mean() * n**5), float(weights.std() * n**5 / np.sqrt(size))


@claim.step(
    "One node against two",
    derivation=r"""
One node with the other dead: Fisher rank 4, $\lambda = 2$. Both on the boundary: rank 4, and two
directions in which the boundary splits; splitting it by $\delta$ costs $K \sim \delta^3$, so
$\lambda = 4/2 + 2/3 = 8/3$. On all of $\mathbb{R}^2$ no node is dead: a silent one gives $5/2$.
""",
)
def one_or_two(evidence: Evidence) -> None:
    two = TwoLayer.symbolic(RELU, inputs=2, width=2)
    K = KLDivergence(two, TwoLayer(RELU, [Unit(2, (0, 1), -THIRD)]), square)
    found = {p.label: (p.value, p.multiplicity) for p in phases(K, active_units)}
    evidence.equal(
        "lambda and m", found, {"1 active": (sympy.Integer(2), 1), "2 active": (Rational(8, 3), 1)}
    )
    silent = local_learning_coefficient(K, (0, 1, -THIRD, 2, 1, 0, THIRD, 0, 0))
    evidence.equal("silent", silent.value, Rational(5, 2))


@claim.step(
    "The cube, exactly",
    derivation=r"""
Nodes at $x_2 = \tfrac13 \mp \delta$ with strengths 1: $f - f_0$ is a hat of height
$\delta$ and $K = \tfrac16\delta^3$ exactly: the second derivative vanishes there.
""",
    confirms="one_or_two",
)
def cube(evidence: Evidence) -> None:
    two = TwoLayer.symbolic(RELU, inputs=2, width=2)
    K = KLDivergence(two, TwoLayer(RELU, [Unit(2, (0, 1), -THIRD)]), square)
    d = sympy.Symbol("d", positive=True)
    delta = d / (3 * (1 + d))
    value = K.at((0, 1, -THIRD + delta, 1, 0, 1, -THIRD - delta, 1, 0))
    y = sympy.Symbol("y")
    # f - f0 is a hat of height delta on [1/3 - delta, 1/3 + delta], under the density 1/2.
    hat = sympy.integrate((delta - y) ** 2, (y, 0, delta)) * 2 / 2 / 2
    evidence.identity("K is that of a hat", value - hat)
    evidence.identity("delta cubed over six", hat - delta**3 / 6)


@claim.step(
    "The preference is not general",
    derivation=r"""
Example 3.3, $\mathrm{ReLU}(x-1) + \mathrm{ReLU}(-x-1) + 2$ on $[-2, 2]$ under the same prior: here
the output bias is 2 without annihilation and 0 with it, and the constants are in the ratio
$C_{WC}/C_{non\text{-}WC} = e^2/\sqrt{17} \approx 1.79$: weight annihilation is preferred.
""",
    confirms="closed_forms",
)
def not_general(evidence: Evidence) -> None:
    inputs = UniformInterval(-2, 2)
    pair = TwoLayer(RELU, [Unit(1, (1,), -1), Unit(1, (-1,), -1)], 2)
    two = TwoLayer.symbolic(RELU, width=2)
    W0 = TrueSet(two, pair, inputs)
    found = phases(KLDivergence(two, pair, inputs), orientation(W0), GaussianPrior())
    constants = {p.label: p.constant().expression for p in found}
    ratio = constants["WC"] / constants["non-WC"]
    evidence.identity("ratio", sympy.simplify(ratio - sympy.exp(2) / sqrt(17)))
    evidence.equal("equal learning coefficients", {p.value for p in found}, {Rational(5, 2)})
