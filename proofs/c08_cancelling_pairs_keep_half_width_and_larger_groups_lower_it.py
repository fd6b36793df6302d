"""C8: the degenerate subspaces of learning zero; cancelling pairs keep h/2, zero weights do not."""

import sympy
from sympy import Integer, Rational

from slt_symbolic.activations import TANH
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import TwoLayer
from slt_symbolic.rlct import (
    LearningCoefficient,
    MomentProblem,
    Problem,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.theorems import tanh_zero_truth
from slt_symbolic.true_set import TrueSet

Point = tuple[int, ...]  # w1, q1, w2, q2, ..., as in the network

# One point in each kind of stratum, by the roles of its units; zero weights with several readouts.
POINTS: dict[tuple[str, ...], tuple[Point, ...]] = {
    ("silent",): ((1, 0),),
    ("flat0",): ((0, 1), (0, 0)),
    ("cancel1+", "cancel1-"): ((1, 1, -1, 1),),
    ("cancel1+", "cancel1+"): ((1, 1, 1, -1),),
    ("silent", "silent"): ((1, 0, 2, 0), (1, 0, 1, 0), (1, 0, -1, 0)),
    ("silent", "flat0"): ((1, 0, 0, 1), (1, 0, 0, 0)),
    ("flat0", "flat0"): ((0, 0, 0, 0), (0, 1, 0, 2), (0, 1, 0, 1), (0, 1, 0, -1), (0, 1, 0, 0)),
    ("cancel1+", "cancel1-", "silent"): ((1, 1, -1, 1, 2, 0),),
    ("cancel1+", "cancel1+", "silent"): ((1, 1, 1, -1, 2, 0),),
    ("silent", "silent", "silent"): ((1, 0, 2, 0, 3, 0),),
    ("cancel1+", "cancel1-", "flat0"): ((1, 1, -1, 1, 0, 1),),
    ("cancel1+", "cancel1+", "flat0"): ((1, 1, 1, -1, 0, 1),),
    ("silent", "silent", "flat0"): ((1, 0, 2, 0, 0, 1),),
    ("silent", "flat0", "flat0"): ((1, 0, 0, 1, 0, 2),),
}
THREE = [
    ("cancel1+", "cancel1+", "cancel1-"),
    ("cancel1+", "cancel1+", "cancel1+"),
    ("flat0", "flat0", "flat0"),
]

claim = Claim(
    id="C8",
    title="The degenerate subspaces of learning zero",
    statement=(
        r"W_0 \supset \{a = 0\},\ \{a_1 = -a_2, w_1 = w_2, \dots\}, \dots:\quad "
        r"\lambda_{\text{loc}} = \tfrac h2 \text{ on each subspace of dimension } h"
    ),
    plain=(
        "Beside a = 0 there are other subspaces of true parameters of dimension h, where units "
        "cancel in pairs for example; what they add does not lower the coefficient h/2."
    ),
    source=Source(document="002", place="The SLT prediction"),
    assumptions=("f = sum a_i tanh(w_i x), x standard normal, truth 0, h = 1, 2, 3",),
    references=("Aoyagi and Watanabe (2005), IEICE Trans. J88-D-II, 2112-2124",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"\lambda_{\text{loc}} = \tfrac h2 \text{ for } \le 1 \text{ zero weight and } \le 2 "
            r"\text{ units per cancelling group};\quad "
            r"a_1{+}a_2{+}a_3 = 0,\ w_1{=}w_2{=}w_3 \ne 0: "
            r"\tfrac54;\quad w = 0: \tfrac23\ (h = 2),\ \tfrac56\ (h = 3)"
        ),
        plain=(
            "W0 is the union of 2, 5, 10 kinds of strata for h = 1, 2, 3, all of dimension h. At a "
            "point of each the coefficient is h/2 where at most one weight is zero and units "
            "cancel in pairs. Three units that cancel with one weight other than zero lower 3/2 to "
            "5/4. On w = 0, a subspace of dimension h too, it is 2/3 and 5/6 for h = 2, 3, and 7/6 "
            "where two weights of three are zero. Where strata meet at a = 0, equal |w| or one "
            "zero weight, h = 2, it stays 1 and the multiplicity rises to 2."
        ),
    ),
)


def accepted(certificate: object) -> bool:
    """Whether the checker accepts it with an exact value."""
    verdict = check(certificate)
    return verdict.lower == verdict.upper


def answer_at(point: Point) -> LearningCoefficient:
    """Return the local coefficient of learning zero at w1, q1, w2, q2, ...."""
    w, q = (sympy.symbols(f"{name}1:{len(point) // 2 + 1}") for name in "wq")
    variables = [v for pair in zip(w, q, strict=True) for v in pair]
    units = [(a, [b]) for b, a in zip(w, q, strict=True)]
    return learning_coefficient(MomentProblem("tanh", units, variables, point))


def recorded(evidence: Evidence, point: Point, value: sympy.Rational, multiplicity: int) -> None:
    """Record the certified coefficient at a point."""
    answer = answer_at(point)
    evidence.certificate(f"at {point}", answer.certificate, accepted)
    evidence.equal(f"lambda, m at {point}", (answer.value, answer.multiplicity),
                   (value, multiplicity))  # fmt: skip


def true_set(h: int) -> TrueSet:
    """Return W0 of h units."""
    model = TwoLayer.symbolic(TANH, width=h, biases=0, output_bias=0)
    return TrueSet(model, TwoLayer(TANH, (), inputs=1), StandardNormal(1))


def expected_at(point: Point) -> tuple[sympy.Rational, int]:
    """Return λ and m that the corrected claim states."""
    weights, readouts = point[::2], point[1::2]
    h, zeros = len(weights), sum(1 for w in weights if w == 0)
    if zeros == 2:
        # Moments among the zero weights, beside units that are bound each by itself.
        return Rational(2, 3) + Rational(h - zeros, 2), 1
    silent = [abs(w) for w, q in zip(weights, readouts, strict=True) if q == 0]
    return Rational(h, 2), 1 + len(silent) - len({w for w in silent if w})


@claim.step(
    "A subspace of dimension h that lowers it",
    derivation=r"""
At $w = 0$, $a = (1, 2)$ the divergence is comparable to $(a_1w_1+a_2w_2)^2 +
(a_1w_1^3+a_2w_2^3)^2$: modulo the first the second is a multiple of $w_1^3$, so $\lambda =
\tfrac12 + \tfrac16 < 1$.""",
)
def lowered(evidence: Evidence) -> None:
    point = (0, 1, 0, 2)
    answer = answer_at(point)
    evidence.certificate(f"at {point}", answer.certificate, accepted)
    evidence.counterexample("h/2 less lambda", f"h = 2, w = 0, a = (1, 2) in {point}",
                            Integer(1) - answer.value)  # fmt: skip


@claim.step(
    "Modulo the first moment, for all readouts",
    derivation=r"With $u = a_1w_1 + a_2w_2$ put $w_2 = (u - a_1w_1)/a_2$ into the second moment.",
    confirms="lowered",
)
def modulo_first_moment(evidence: Evidence) -> None:
    a1, a2, w1, u = sympy.symbols("a1 a2 w1 u")
    second = a1 * w1**3 + a2 * ((u - a1 * w1) / a2) ** 3
    evidence.identity("at u = 0", second.subs(u, 0) - a1 * (1 - a1**2 / a2**2) * w1**3)


@claim.step(
    "All strata, and the coefficient in each",
    derivation=r"""
$W_0$ is stratified by what units do: be silent ($a_i = 0$), have zero weight, or cancel in groups
of equal $|w|$. All strata have dimension $h$. Coefficients with certificates; the strata with three
units in one group are in the next step.""",
    corrects=True,
)
def strata(evidence: Evidence) -> None:
    left = []
    for h, count in ((1, 2), (2, 5), (3, 10)):
        truth = true_set(h)
        found = truth.strata
        evidence.equal(f"h = {h}: kinds of strata, and their dimensions",
                       (len(found), {s.dimension for s in found}), (count, {h}))  # fmt: skip
        for stratum in found:
            roles = tuple(str(place) for place in stratum.places)
            if roles not in POINTS:
                left.append(roles)
            for point in POINTS.get(roles, ()):
                evidence.equal(f"{roles} holds {point}", truth.contains(point), True)
                recorded(evidence, point, *expected_at(point))
    evidence.equal("left to the next step", left, THREE)


@claim.step(
    "Three units in one group",
    derivation=r"""
With $v_i = w_i^2$, $b_i = a_iw_i$ Newton's interpolation (C7) makes $K$ comparable to the sum of
the squares of $b_1+b_2+b_3$, $b_2p + b_3q$ and $b_3q(q-p)$, $p = v_2-v_1$, $q = v_3-v_1$. Modulo
the first two the third is $-b_1b_3q^2/b_2$: $\lambda = \tfrac12+\tfrac12+\tfrac14$. Signs of
weights are symmetries. On $w = 0$, with $u = \sum a_iw_i$ and the other two weights $y$, $K \le
C(u^2 + |y|^6)$: $\lambda \le \tfrac12+\tfrac26$, and $\lambda \ge \tfrac56$ by the theorem for
all of $W_0$.
""",
    corrects=True,
)
def three(evidence: Evidence) -> None:
    b1, b2, b3, p, q, u, y, z = sympy.symbols("b1 b2 b3 p q u y z")
    moments = (b1 + b2 + b3, b2 * p + b3 * q, b3 * q * (q - p))
    at_first_two = moments[2].subs(p, -b3 * q / b2).subs(b3, -b1 - b2)
    evidence.identity(
        "modulo the first two", at_first_two - (-b1 * b3 * q**2 / b2).subs(b3, -b1 - b2)
    )
    answer = learning_coefficient(
        Problem(sum(g**2 for g in moments), (b1, b2, b3, p, q), (1, 1, -2, 0, 0))
    )
    evidence.certificate("three that cancel", answer.certificate, accepted)
    evidence.equal("lambda, m", (answer.value, answer.multiplicity), (Rational(5, 4), 1))
    bound = learning_coefficient(Problem(u**2 + (y**2 + z**2) ** 3, (u, y, z), (0, 0, 0)))
    evidence.certificate("above, w = 0", bound.certificate, accepted)
    evidence.equal("bounds meet", bound.value, tanh_zero_truth(3).value)


@claim.step(
    "The same through prices",
    derivation=r"""
$k$ units near one $w \ne 0$ at distances of size $\varepsilon = n^{-x}$: the moment of order $j$
costs $\tfrac12 - jx$ to bind, and the volume is $(k-1)x$, as their common place is free: $\min_x
(k-1)x + \sum_{j<k}(\tfrac12-jx)^+$, which is $1$ for $k = 2$ and $\tfrac54$ for $k = 3$.""",
    confirms="three",
)
def prices(evidence: Evidence) -> None:
    for k, value in ((2, Integer(1)), (3, Rational(5, 4))):
        # Piecewise linear: the least value is at a corner x = 1/(2j), or at 0.
        corners = [Integer(0), *(Rational(1, 2 * j) for j in range(1, k))]
        costs = [
            (k - 1) * x + sum(max(Integer(0), Rational(1, 2) - j * x) for j in range(k))
            for x in corners
        ]
        evidence.equal(f"{k} units", min(costs), value)


@claim.step(
    "Morse-Bott strata by rank, the others by the theorem",
    derivation=r"""
Where the Fisher matrix has rank $2h - \dim$ the divergence is Morse-Bott and $\lambda =
\tfrac12\operatorname{rank}$; elsewhere the rank is less, 2 where three units cancel.""",
    confirms="strata",
)
def ranks(evidence: Evidence) -> None:
    for h in (1, 2, 3):
        truth = true_set(h)
        for stratum in truth.strata:
            roles = tuple(str(place) for place in stratum.places)
            zeros = roles.count("flat0")
            group = sum(role.startswith("cancel") for role in roles)
            expected = 2 if group == 3 else h if zeros < 2 else h + 1 - zeros
            evidence.equal(f"{roles}: rank", truth.fisher_rank(stratum), expected)
    evidence.equal("h = 2, w = 0", tanh_zero_truth(2).value, expected_at((0, 1, 0, 2))[0])
