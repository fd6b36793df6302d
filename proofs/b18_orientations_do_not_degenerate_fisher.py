"""B18: modulo scaling the Fisher information is regular whatever the orientations."""

from itertools import product

import numpy as np
from flint import fmpq, fmpq_mat
from sympy import Rational, S

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval
from slt_symbolic.networks import TwoLayer

claim = Claim(
    id="B18",
    title="Orientation reversal does not degenerate the Fisher information modulo scaling",
    statement=(
        r"w_i \neq 0,\ q_i \neq 0,\ H_1, \dots, H_d \text{ distinct and cutting the domain}"
        r"\ \Rightarrow\ \operatorname{rank} I(w) = (n+1)d + 1 = \dim W - d"
    ),
    plain=(
        "For a two-layer ReLU network of any width d on n inputs whose nodes are not degenerate "
        "and whose activation boundaries are distinct and cut the interior of the inputs' support, "
        "the rank of the Fisher information is (n + 1)d + 1: the d scaling relations are all there "
        "are, whatever the orientations."
    ),
    source=Source(document="004", place="Footnotes (conjectured)"),
    assumptions=(
        "the law of the inputs has a positive density on a support with interior",
        "weights, biases, readouts and the output bias are all parameters",
    ),
    uses=("A7", "B15"),
    expected=Verdict.PROVED,
)


@claim.step(
    "Proof for every n and d",
    derivation=r"""
Let $z_i = \langle w_i, x\rangle + b_i$, $\mathbf 1_i = \mathbf 1[z_i > 0]$, and $V$ the space of
affine functions of $x$, $\dim V = n + 1$. The scores of node $i$ are
$\partial_{w_{ik}} f = q_i x_k \mathbf 1_i$, $\partial_{b_i} f = q_i \mathbf 1_i$ and
$\partial_{q_i} f = z_i \mathbf 1_i$. As $q_i \neq 0$ the first $n + 1$ span $V\,\mathbf 1_i$,
and the last lies in it. So the scores span $\sum_i V\,\mathbf 1_i + \mathbb R\,1$, and it is to
be shown that this sum is direct.

Let $\sum_i g_i \mathbf 1_i + \delta = 0$ almost everywhere on the support, $g_i \in V$. Fix $i$. As
the hyperplanes are distinct, $H_i \cap \bigcup_{j \neq i} H_j$ is of dimension at most $n - 2$, so
that there is a point of $H_i$ in the interior of the support which is on no other $H_j$, and a ball
$B$ around it in the interior that meets no other $H_j$. On $B$ every $\mathbf 1_j$, $j \neq i$, is
constant. On the two halves of $B$ the left side is an affine function, namely $A + g_i$ where
$z_i > 0$ and $A$ where $z_i < 0$, with the same $A$. An affine function that vanishes almost
everywhere on an open set is zero: $A = 0$ and $A + g_i = 0$, so $g_i = 0$. As $i$ was arbitrary
all $g_i$ vanish, and then $\delta = 0$.

Hence the rank is $d\,(n + 1) + 1$. There are $d\,(n + 2) + 1$ parameters and $d$ independent
scaling relations. Which side of $H_i$ is $z_i > 0$ did not enter: reversing orientations changes
nothing.
""",
)
def proof(evidence: Evidence) -> None:
    # The span of one node's scores: (q x_k, q, z) in the basis (x_1, …, x_n, 1) has rank n + 1.
    for n in (1, 2, 3, 4, 5):
        q, w, b = fmpq(-3, 2), [fmpq(k, k + 2) for k in range(1, n + 1)], fmpq(5, 7)
        rows = [[q if i == k else fmpq(0) for i in range(n + 1)] for k in range(n + 1)]
        evidence.equal(f"{n} inputs: one node", fmpq_mat([*rows, [*w, b]]).rank(), n + 1)


def _lines(n: int, d: int) -> list[list[Rational]]:
    """Return d distinct hyperplanes that cut the cube [-1, 1]^n, none through another's origin."""
    lines = []
    for i in range(d):
        weights = [Rational(1), *[Rational((i + 1) * (k + 1) % 5 - 2, 3) for k in range(1, n)]]
        lines.append([*weights, Rational(2 * i - d + 1, 2 * d + 1)])
    return lines


@claim.step(
    "Every orientation, by elimination",
    derivation=r"""
For all $2^d$ orientations of $d$ distinct hyperplanes the rank is found with its own proof: $d$
relations verified as identities in $x$, and a minor of the scores' coordinates that is not zero.
""",
    confirms="proof",
)
def orientations(evidence: Evidence) -> None:
    for n, d in product((1, 2, 3), (1, 2, 3, 4)):
        model = TwoLayer.symbolic(RELU, inputs=n, width=d)
        fisher = FisherInformation(model, StandardNormal(n))
        ranks = set()
        for signs in product((1, -1), repeat=d):
            values = []
            for i, (sign, line) in enumerate(zip(signs, _lines(n, d), strict=True)):
                values += [*(sign * e for e in line), Rational((-1) ** i * (i + 2), 3)]
            ranks.add(fisher.rank([*values, S.One]))
        evidence.equal(f"n = {n}, d = {d}: ranks of {2**d} orientations", ranks, {(n + 1) * d + 1})


@claim.step(
    "The rank of the matrix of integrals",
    derivation=r"""
$I(w)$ itself, from exact integrals over $[-1, 1]^n$, has this rank over $\mathbb Q$, for every
orientation of two or three hyperplanes.
""",
    confirms="proof",
)
def integrals(evidence: Evidence) -> None:
    for n, d in ((1, 2), (1, 3), (2, 2), (3, 2)):
        law = UniformInterval(-1, 1) if n == 1 else UniformBox([-1] * n, [1] * n)
        fisher = FisherInformation(TwoLayer.symbolic(RELU, inputs=n, width=d), law)
        ranks = set()
        for signs in product((1, -1), repeat=d):
            values = [
                e
                for sign, line in zip(signs, _lines(n, d), strict=True)
                for e in (*(sign * c for c in line), Rational(2, 3))
            ]
            matrix = fisher.matrix([*values, S.One])
            rows = [[fmpq(int(e.p), int(e.q)) for e in row] for row in matrix.tolist()]
            ranks.add(fmpq_mat(rows).rank())
        evidence.equal(f"n = {n}, d = {d}: ranks of I", ranks, {(n + 1) * d + 1})


@claim.step(
    "Scores at random inputs",
    derivation=r"""
The values of all scores at many rational inputs make a matrix whose rank is at most that of $I$,
and equal once every cell of the arrangement has inputs enough. It is evaluated from the definition
of ReLU units, with random weights and orientations in up to 4 inputs; the hyperplanes meet the
first axis at distances of at least 1.
""",
    confirms="proof",
)
def values(evidence: Evidence) -> None:
    rng = np.random.default_rng(18)
    for n, d in ((1, 4), (2, 3), (3, 3), (4, 2)):
        found = set()
        for _ in range(5):
            units = []
            for i in range(d):
                w = [fmpq(int(k), 8) for k in rng.integers(-9, 9, n)]
                w[0] = fmpq(int(rng.choice((-7, -3, 2, 5))), 8)
                units.append([*w, (i - 1) * w[0], fmpq(int(rng.choice((-3, 2, 7))), 2)])
            rows = []
            for _ in range(400):
                x = [fmpq(int(k), 16) for k in rng.integers(-160, 160, n)]
                row = [fmpq(1)]
                for *w, b, q in units:
                    z = sum((p * t for p, t in zip(w, x, strict=True)), b)
                    row += [q * t if z > 0 else fmpq(0) for t in (*x, 1)] + [max(z, fmpq(0))]
                rows.append(row)
            found.add(fmpq_mat(rows).rank())
        evidence.equal(f"n = {n}, d = {d}: ranks at 400 inputs", found, {(n + 1) * d + 1})
