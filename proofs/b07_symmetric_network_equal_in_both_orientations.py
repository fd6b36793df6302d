"""B7: an m-symmetric network is the same function in both orientations, for every m ≥ 2."""

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import explain

claim = Claim(
    id="B7",
    title="m-symmetric networks equal their reversal",
    statement=(
        r"w_k = (\cos\tfrac{2\pi k}{m}, \sin\tfrac{2\pi k}{m}),\ m \ge 2:\quad"
        r"\textstyle\sum_k \mathrm{ReLU}(\langle w_k, x\rangle + b) = "
        r"mb + \sum_k \mathrm{ReLU}(-\langle w_k, x\rangle - b)"
    ),
    plain=(
        "For m weights that are rotations of one another by 2 pi/m, equal biases b and readouts "
        "1, reversing all orientations and adding m b to the output bias gives the same function."
    ),
    source=Source(document="004", place="Orientation Reversal, General case"),
    assumptions=("two inputs, ranging over the whole plane",),
    references=("Carroll 2021, Phase Transitions in Neural Networks, section 4.5",),
    expected=Verdict.PROVED,
)


@claim.step(
    "Reflection, and the sum of the roots of unity",
    derivation=r"""
$\mathrm{ReLU}(z) - \mathrm{ReLU}(-z) = z$, so the two sides differ by
$\sum_k (\langle w_k, x\rangle + b) - mb = \langle \sum_k w_k, x\rangle$. With
$\zeta = e^{2\pi i/m}$, $\sum_k w_k$ is the complex number $S_m = \sum_{k<m} \zeta^k$. By induction
$(\zeta - 1) S_n = \zeta^n - 1$ for all $n$; as $\zeta^m = 1$ and $\zeta \ne 1$ for $m \ge 2$,
$S_m = 0$. A rotation of all weights by one angle multiplies $S_m$ by a number of modulus 1.
""",
)
def for_every_m(evidence: Evidence) -> None:
    z, zeta, partial = symbols("z zeta S_n")
    n = symbols("n", integer=True, nonnegative=True)
    below, above = RELU.branches.below, RELU.branches.above
    relu = {s: sum(c * z**k for k, c in enumerate(b)) for s, b in ((-1, below), (1, above))}
    for s in (1, -1):
        # For z of sign s, ReLU(-z) is the other branch, at -z.
        reflected = sympy.S(relu[-s]).subs(z, -z)
        evidence.identity(f"reflection, sign {s}", relu[s] - reflected - z)
    evidence.identity("induction begins", (zeta - 1) * 0 - (zeta**0 - 1))
    step = ((zeta - 1) * (partial + zeta**n)).expand() - (zeta ** (n + 1) - 1)
    by_hypothesis = step.subs(partial, (zeta**n - 1) / (zeta - 1))
    evidence.identity("induction step", sympy.powsimp(sympy.simplify(by_hypothesis)))


@claim.step(
    "Exactly, for several m",
    derivation=r"""
Folds, slope and constant of both networks agree, in exact real algebraic numbers.
""",
    confirms="for_every_m",
)
def exactly(evidence: Evidence) -> None:
    bias = Rational(-1, 3)
    for m in (2, 3, 4, 5, 6, 8, 12):
        angles = [2 * sympy.pi * k / m for k in range(m)]
        weights = [(sympy.cos(t), sympy.sin(t)) for t in angles]
        truth = TwoLayer(RELU, [Unit(1, w, bias) for w in weights])
        flipped = [Unit(1, (-w1, -w2), -bias) for w1, w2 in weights]
        difference = explain(TwoLayer(RELU, flipped, m * bias), truth, ()).differences
        evidence.equal(f"m = {m}: differences", difference, ())


@claim.step(
    "One weight alone does not annihilate",
    derivation=r"""
For $m = 1$ the sum is $w_1 \ne 0$: reversal leaves a slope, and the functions differ.
""",
    confirms="for_every_m",
)
def fails_for_one(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1, 0), 1)])
    flipped = TwoLayer(RELU, [Unit(1, (-1, 0), -1)], sympy.S.One)
    evidence.equal(
        "differences", explain(flipped, truth, ()).differences, ("slope -1 in x1 too much",)
    )
