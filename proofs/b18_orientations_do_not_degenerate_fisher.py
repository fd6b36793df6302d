"""B18: modulo scaling the Fisher information is regular whatever the orientations."""

from itertools import product

import numpy as np
from flint import fmpq, fmpq_mat
from sympy import Matrix, Rational, S, eye, symbols

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
        "and whose activation boundaries are distinct and cut the interior of the inputs' "
        "support, the rank of the Fisher information is (n + 1)d + 1: the d scaling relations are "
        "all there are, whatever the orientations. So it is at true parameters with reversed "
        "orientations too, and weights that annihilate do not matter. Distinct boundaries are "
        "needed: two nodes on one boundary lose n + 1 where their orientations agree, and 1 where "
        "they are opposite."
    ),
    source=Source(document="004", place="Footnotes (conjectured)"),
    assumptions=(
        "the law of the inputs has finite second moments, so that I(w) exists, and a density that "
        "is positive almost everywhere on its support",
        "each boundary cuts the support's interior; derivatives are taken for almost every input, "
        "off the boundaries",
        "weights, biases, readouts and the output bias are all parameters",
    ),
    uses=("A7", "B15"),
    expected=Verdict.PROVED,
)


@claim.step(
    "Proof for every n and d",
    derivation=r"""
Let $z_i = \langle w_i, x\rangle + b_i$, $\chi_i$ be 1 where $z_i > 0$ and 0 elsewhere, and $V$ the
space of affine functions of $x$, $\dim V = n + 1$. As in A7, $\langle v, I(w)v\rangle$ is the mean
square of $\sum_jv_j\partial_jf$, so that the rank of $I(w)$ is the dimension of the space of
functions, up to null sets, which the scores $\partial_jf$ span. The scores of node $i$ are
$\partial_{w_{ik}} f = q_i x_k \chi_i$, $\partial_{b_i} f = q_i \chi_i$ and $\partial_{q_i} f = z_i
\chi_i$. As $q_i \neq 0$ the first $n + 1$ span $V\,\chi_i$, and the last lies in it, $q_iz_i =
\sum_kw_{ik}(q_ix_k) + b_iq_i$. $\partial_cf = 1$. So the scores span $\sum_i V\,\chi_i +
\mathbb{R}$, and it is to be shown that this sum is direct.

Let $\sum_i g_i \chi_i + \delta = 0$ almost everywhere on the support, $g_i \in V$. Fix $i$. As the
hyperplanes are distinct, $H_i \cap \bigcup_{j \neq i} H_j$ is a finite union of sets of dimension
at most $n - 2$ (empty for $n = 1$), and cannot hold the part of $H_i$ in the interior of the
support, which is open in $H_i$ and not empty. So there is a point of $H_i$ in the interior of the
support which is on no other $H_j$, and a ball $B$ around it in the interior that meets no other
$H_j$. On $B$ every $\chi_j$, $j \neq i$, is constant. On the two halves of $B$ the left side is an
affine function, namely $A + g_i$ where $z_i > 0$ and $A$ where $z_i < 0$, with the same $A$. An
affine function that vanishes almost everywhere on an open set is zero: $A = 0$ and $A + g_i = 0$,
so $g_i = 0$. As $i$ was arbitrary all $g_i$ vanish, and then $\delta = 0$.

The $V\,\chi_i$ have dimension $n + 1$ (the same argument: $g\chi_i = 0$ gives $g = 0$),
hence the rank is $d\,(n + 1) + 1$. There are $d\,(n + 2) + 1$ parameters, so the kernel has
dimension $d$; the $d$ scaling relations $(w_i, b_i, -q_i)$ of B15 lie in it, none is 0 and they
have no parameter in common, so they span it. Which side of $H_i$ is $z_i > 0$ did not enter:
reversing orientations changes nothing.
""",
)
def proof(evidence: Evidence) -> None:
    # One node's scores in the basis (x_1, …, x_n, 1) of V: q times each, and (w, b), for all w, b.
    for n in (1, 2, 3, 4, 5):
        q = symbols("q", nonzero=True)
        w = symbols(f"w1:{n + 2}")
        scores = Matrix([q * eye(n + 1), Matrix([w])])
        evidence.identity(f"{n} inputs: the first span V", scores[: n + 1, :].det() - q ** (n + 1))
        combination = Matrix([w]) * scores[: n + 1, :] - q * scores[n + 1, :]
        evidence.identity(f"{n} inputs: the last lies in it", combination)


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
$I(w)$ itself, from exact integrals over $[-1, 1]^n$, has this rank over $\mathbb{Q}$, for every
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


@claim.step(
    "Two nodes on one boundary",
    derivation=r"""
Here the proof fails, and must: with $\chi_1 = \chi_2$ the sum loses $n + 1$ dimensions,
with $\chi_1 + \chi_2 = 1$ it loses the constant, which is $\chi_1 +
\chi_2$. The same search for relations finds this, and at a true parameter whose weights
annihilate, on three boundaries, no loss.
""",
    confirms="proof",
)
def shared(evidence: Evidence) -> None:
    for n in (1, 2, 3):
        model = TwoLayer.symbolic(RELU, inputs=n, width=2)
        fisher = FisherInformation(model, StandardNormal(n))
        line = [*_lines(n, 1)[0]]
        for sign, loss in ((2, n + 1), (-2, 1)):
            values = [*line, Rational(1), *(sign * e for e in line), Rational(3), S.One]
            rank = fisher.rank(values)
            evidence.equal(f"n = {n}, factor {sign}: loss", 2 * (n + 1) + 1 - rank, loss)
    three = TwoLayer.symbolic(RELU, inputs=2, width=3)
    plane = [(2, 0), (-1, 1), (-1, -1)]  # they add up to 0: example of an annihilating truth
    for sign in (1, -1):
        values = [e for w in plane for e in (sign * w[0], sign * w[1], Rational(-sign, 3), S.One)]
        rank = FisherInformation(three, UniformBox([-1, -1], [1, 1])).rank([*values, S.Zero])
        evidence.equal(f"annihilating weights, sign {sign}: rank", rank, 10)
