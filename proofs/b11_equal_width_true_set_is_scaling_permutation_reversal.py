"""B11: Equal widths: W0 is scaling, permutation and admissible orientation reversal."""

from itertools import chain, combinations
from math import factorial

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import Role, TrueSet, explain

claim = Claim(
    id="B11",
    title="True parameters of a network as wide as the truth",
    statement=(
        r"m = d:\ f = f_0 \iff \exists \sigma \in S_m, \epsilon \in \{0,1\}^m, \alpha > 0:\ "
        r"(w_i, b_i) = (-1)^{\epsilon_i}\alpha_i(w^0_{\sigma(i)}, b^0_{\sigma(i)}),\qquad "
        r"q_i = q^0_{\sigma(i)}/\alpha_i,\ "
        r"\sum_{\epsilon_i = 1} q^0_{\sigma(i)}w^0_{\sigma(i)} = 0,\ "
        r"c = c^0 + \sum_{\epsilon_i = 1} q^0_{\sigma(i)} b^0_{\sigma(i)}"
    ),
    plain=(
        "If the truth's m nodes are not degenerate and have distinct boundaries, the true "
        "parameters of a model with m nodes are exactly its scalings, permutations and those "
        "orientation reversals whose total gradients annihilate; readouts keep their signs."
    ),
    source=Source(document="004", place="Appendix 2, Case 1; Lemmas 4.1-4.5, Theorem 4.7"),
    assumptions=(
        "inputs range over all of R^n",
        "the truth's m nodes are not degenerate (q, w not 0) and have distinct boundaries",
    ),
    expected=Verdict.PROVED,
)

THIRD = Rational(1, 3)
TRUTHS = {
    "one unit": [Unit(2, (1,), 1)],
    "two, generic": [Unit(1, (1,), 1), Unit(3, (2,), -1)],
    "two, annihilating": [Unit(1, (1,), -1), Unit(1, (-1,), -1)],
    "three, one pair annihilates": [Unit(1, (1,), 0), Unit(2, (-1,), 2), Unit(1, (2,), 5)],
    "plane, three-fold symmetric": [
        Unit(1, (2, 0), -THIRD),
        Unit(1, (-1, 1), -THIRD),
        Unit(1, (-1, -1), -THIRD),
    ],
}


def _admissible(units: list[Unit]) -> list[tuple[int, ...]]:
    """Return the sets of units whose total gradients annihilate."""
    subsets = chain.from_iterable(combinations(range(len(units)), k) for k in range(len(units) + 1))
    n = len(units[0].weights)
    return [
        E
        for E in subsets
        if all(
            sum((units[i].readout * units[i].weights[k] for i in E), sympy.S.Zero) == 0
            for k in range(n)
        )
    ]


@claim.step(
    "From folds to symmetries",
    derivation=r"""
At a point of $H$ on no other boundary the jump of $\nabla f$ across $H$ is $\sum_{i \in H}
q_i|w_i|$ times the normal (B10). The truth has $m$ hyperplanes with non-zero jumps; so each has at
least one node of the model, and as there are $m$ nodes, exactly one: $\sigma$. Then $q_i|w_i| =
q^0_j|w^0_j|$ with $j = \sigma(i)$: with $\alpha_i = |w_i|/|w^0_j|$, $q_i = q^0_j/\alpha_i$ has the
sign of $q^0_j$, and $(w_i, b_i) = \pm\alpha_i(w^0_j, b^0_j)$. What remains is affine:
$\mathrm{ReLU}(-z) = \mathrm{ReLU}(z) - z$, so that $f - f_0 = c - c^0 - \sum_{\epsilon_i = 1}
q^0_j(\langle w^0_j, x\rangle + b^0_j)$, which vanishes iff the two stated conditions hold.
""",
)
def derivation(evidence: Evidence) -> None:
    q, w, b, x, alpha = symbols("q w b x alpha", positive=True)
    scaled = q / alpha * (alpha * w * x + alpha * b) - q * (w * x + b)
    evidence.identity("a scaled node, where it is active", scaled)
    for name, units in TRUTHS.items():
        W0 = TrueSet(
            TwoLayer.symbolic(RELU, inputs=len(units[0].weights), width=len(units)),
            TwoLayer(RELU, units),
            StandardNormal(len(units[0].weights)),
        )
        m = len(units)
        evidence.equal(
            f"{name}: strata",
            sum(s.orbit for s in W0.strata),
            factorial(m) * len(_admissible(units)),
        )
        folds = [sorted(p.index for p in s.places if p.role is Role.FOLD) for s in W0.strata]
        evidence.equal(f"{name}: one node on each fold", folds, [list(range(m))] * len(folds))
        evidence.equal(
            f"{name}: dimensions are the scales", [s.dimension for s in W0.strata], [m] * len(folds)
        )


@claim.step(
    "All orientations, tried one by one",
    derivation=r"""
For every set $E$ of reversed nodes, with random scales and the stated output bias, membership is
decided exactly from folds, slope and constant: true for the admissible sets only, and never with
another output bias or with one readout negated.
""",
    confirms="derivation",
)
def tried(evidence: Evidence) -> None:
    for name, units in TRUTHS.items():
        truth, m = TwoLayer(RELU, units), len(units)
        admissible = _admissible(units)
        subsets = chain.from_iterable(combinations(range(m), k) for k in range(m + 1))
        right, shifted, negated = [], [], []
        for E in subsets:
            moved = []
            for i, u in enumerate(units):
                a = Rational(i + 2, 3) * (-1 if i in E else 1)
                moved.append(Unit(u.readout / abs(a), tuple(a * v for v in u.weights), a * u.bias))
            c = sum((units[i].readout * units[i].bias for i in E), sympy.S.Zero)
            moved = moved[1:] + moved[:1]

            def true(found: list[Unit], bias: sympy.Expr, truth: TwoLayer = truth) -> bool:
                return not explain(TwoLayer(RELU, found, bias), truth, ()).differences

            right.append(true(moved, c) == (E in admissible))
            shifted.append(true(moved, c + 1))
            first = moved[0]
            negated.append(true([Unit(-first.readout, first.weights, first.bias), *moved[1:]], c))
        evidence.equal(f"{name}: decided as claimed", right, [True] * len(right))
        evidence.equal(f"{name}: another output bias", any(shifted), False)
        evidence.equal(f"{name}: a readout negated", any(negated), False)
