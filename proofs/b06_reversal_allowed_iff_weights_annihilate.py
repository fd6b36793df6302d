"""B6: Reversing a set of units is allowed exactly if their total gradients annihilate."""

from itertools import combinations
from random import Random

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import explain

claim = Claim(
    id="B6",
    title="Weight annihilation",
    statement=(
        r"\text{reversing all units of } F \text{ and setting } c' = c + \sum_F q_i b_i"
        r"\text{ keeps } f \iff \sum_{i \in F} q_i w_i = 0"
    ),
    plain=(
        "Replacing (w_i, b_i) by (-w_i, -b_i) for all i in F, with an adjusted output bias, gives "
        "the same function on R^n if and only if the sum over F of q_i w_i vanishes; then the bias "
        "changes by the sum of q_i b_i."
    ),
    source=Source(document="004", place="Orientation Reversal, General case; Lemma 4.5"),
    assumptions=("inputs range over all of R^n, or an open subset of it",),
    expected=Verdict.PROVED,
)


@claim.step(
    "The change is affine",
    derivation=r"""
$\mathrm{ReLU}(z) - \mathrm{ReLU}(-z) = z$. So $f$ minus the reversed network is
$\sum_F q_i(\langle w_i, x\rangle + b_i) + c - c'
 = \langle \sum_F q_i w_i, x\rangle + (\sum_F q_i b_i + c - c')$. An affine function vanishes on an
open set iff its slope and its constant do.
""",
)
def affine_change(evidence: Evidence) -> None:
    z = symbols("z", real=True)
    branches = [
        sympy.S(sum(k * z**n for n, k in enumerate(p)))
        for p in (RELU.branches.below, RELU.branches.above)
    ]
    for name, here, there in (
        ("z > 0", branches[1], branches[0]),
        ("z < 0", branches[0], branches[1]),
    ):
        evidence.identity(name, here - there.subs(z, -z) - z)
    q, b = symbols("q1:4", real=True), symbols("b1:4", real=True)
    w = symbols("w1:4", real=True)
    x, c, d = symbols("x c d", real=True)
    change = sum(qi * (wi * x + bi) for qi, wi, bi in zip(q, w, b, strict=True)) + c - d
    slope, constant = sympy.Poly(change, x).all_coeffs()
    evidence.identity("slope", slope - sum(qi * wi for qi, wi in zip(q, w, strict=True)))
    adjusted = c + sum(qi * bi for qi, bi in zip(q, b, strict=True))
    evidence.identity("constant", constant.subs(d, adjusted))


def _random(rng: Random, n: int, d: int, annihilate: bool) -> tuple[list[Unit], set[int]]:
    def number() -> sympy.Rational:
        return Rational(rng.choice((-1, 1)) * rng.randint(1, 9), rng.randint(1, 5))

    units = [Unit(number(), tuple(number() for _ in range(n)), number()) for _ in range(d)]
    flipped = set(rng.sample(range(d), rng.randint(2, d)))
    if annihilate:
        last = max(flipped)
        others = [units[i] for i in flipped if i != last]
        q = units[last].readout
        total = [sum(u.readout * u.weights[k] for u in others) for k in range(n)]
        if not any(total):
            return _random(rng, n, d, annihilate)
        units[last] = Unit(q, tuple(-t / q for t in total), units[last].bias)
    return units, flipped


def _reverse(units: list[Unit], flipped: set[int]) -> TwoLayer:
    shift = sum((units[i].readout * units[i].bias for i in flipped), sympy.S.Zero)
    found = [
        Unit(u.readout, tuple(-w for w in u.weights), -u.bias) if i in flipped else u
        for i, u in enumerate(units)
    ]
    return TwoLayer(RELU, found, shift)


@claim.step(
    "Random networks, both directions",
    derivation=r"""
Exact comparison of folds, slope and constant for networks of 1 to 3 inputs and 2 to 5 units: with
annihilating weights there is no difference, without there is one.
""",
    confirms="affine_change",
)
def random_networks(evidence: Evidence) -> None:
    rng = Random(6)  # noqa: S311 - examples, nothing secret
    for annihilate in (True, False):
        outcomes = []
        for _ in range(30):
            units, flipped = _random(rng, rng.randint(1, 3), rng.randint(2, 5), annihilate)
            total = [
                sum(units[i].readout * units[i].weights[k] for i in flipped)
                for k in range(len(units[0].weights))
            ]
            same = not explain(_reverse(units, flipped), TwoLayer(RELU, units), ()).differences
            outcomes.append(same == (not any(total)))
        evidence.equal(f"decided as claimed, annihilating: {annihilate}", outcomes, [True] * 30)


@claim.step(
    "Every subset of one network, by K",
    derivation=r"""
Three units with $q w = (1, 2, -3)$: of the subsets with at least one unit only the whole set
annihilates, and $K$ on $[-2, 2]$ between the network and its reversal vanishes for it alone.
""",
    confirms="affine_change",
)
def by_divergence(evidence: Evidence) -> None:
    units = [Unit(1, (1,), Rational(1, 2)), Unit(2, (1,), -1), Unit(-3, (1,), Rational(1, 3))]
    for size in (1, 2, 3):
        for flipped in combinations(range(3), size):
            K = KLDivergence(
                _reverse(units, set(flipped)), TwoLayer(RELU, units), UniformInterval(-2, 2)
            ).at(())
            evidence.equal(f"K = 0, reversed {flipped}", bool(K == 0), size == 3)
