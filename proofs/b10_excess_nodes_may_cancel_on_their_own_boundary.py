"""B10: Excess nodes are degenerate or share a boundary with the truth, or cancel elsewhere."""

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import Role, TrueSet, explain

from ._small_networks import compare_all

claim = Claim(
    id="B10",
    title="Excess nodes",
    statement=(
        r"m < d,\ f = f_0 \implies \text{each excess node is degenerate } (w_i = 0 \text{ or } "
        r"q_i = 0) \text{ or } H_i = H^{(0)}_j \text{ for some } j"
    ),
    plain=(
        "Each of the d - m excess nodes of a true network is degenerate or shares its activation "
        "boundary with a node of the truth."
    ),
    source=Source(document="004", place="Node Degeneracy, General Case; Appendix 2, Case 2"),
    assumptions=(
        "inputs range over all of R^n: f = f0 everywhere",
        "the truth is minimal (no readout or weight vanishes), with distinct boundaries",
        "the corrected statement: kappa_H is q|w| of the truth's node on the boundary H, 0 if "
        "there is none; H runs over the boundaries of nodes with w not 0",
    ),
    references=("Carroll 2021, Phase Transitions in Neural Networks, chapter 4",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"f = f_0 \iff \sum_{i \in H} q_i |w_i| = \kappa^0_H \ \forall H,\quad "
            r"\sum_{i=1}^d q_i w_i = \sum_{j=1}^m q^0_j w^0_j,\quad "
            r"c + \tfrac12 \sum_{w_i \ne 0} q_i b_i + \sum_{w_i = 0} q_i \mathrm{ReLU}(b_i)"
            r" = c^0 + \tfrac12 \sum_j q^0_j b^0_j"
        ),
        plain=(
            "A node is degenerate, or on a boundary of the truth, or in a group of at least two on "
            "a boundary of their own, where the strengths q|w| add up to zero. The statement holds "
            "as printed for one excess node, and fails from two on."
        ),
    ),
)


@claim.step(
    "Two excess nodes that cancel",
    derivation=r"""
$\mathrm{ReLU}(x) + \mathrm{ReLU}(x-1) - \mathrm{ReLU}(x-1) = \mathrm{ReLU}(x)$: nodes 2 and 3 are
not degenerate, and their boundary $x = 1$ is not the truth's $x = 0$. The same pair, in $x_1$ and
on a boundary that is none of the truth's, beside any truth and with the other nodes silent, is a
counterexample for every number of inputs, every $m$ and every $d \ge m + 2$.
""",
)
def counterexample(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    network = TwoLayer(RELU, [*truth.units, Unit(1, (1,), -1), Unit(-1, (1,), -1)])
    same = not explain(network, truth, ()).differences
    evidence.counterexample("the node's place", "ReLU(x) + ReLU(x-1) - ReLU(x-1)", same)
    q, w, s = symbols("q w s", positive=True)
    b = -w * s / (1 + s)  # so that the boundary lies between 0 and 1
    pair = TwoLayer(RELU, [*truth.units, Unit(q, (w,), b), Unit(-2 * q, (w / 2,), b / 2)])
    K = KLDivergence(pair, truth, UniformInterval(-1, 1))
    evidence.identity("K of a whole family on [-1, 1]", K.at(()))


@claim.step(
    "The same by values",
    derivation=r"""
Both sides are affine on $x \le 0$, $[0, 1]$ and $x \ge 1$, and agree at two points of each.
""",
    confirms="counterexample",
)
def by_values(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    network = TwoLayer(RELU, [*truth.units, Unit(1, (1,), -1), Unit(-1, (1,), -1)])
    for points in ((-2, -1), (Rational(1, 3), Rational(2, 3)), (2, 3)):
        values = [network(sympy.S(x)) - truth(sympy.S(x)) for x in points]
        evidence.equal(f"differences at {points}", values, [0, 0])


@claim.step(
    "What all true networks look like",
    derivation=r"""
$\mathrm{ReLU}(z) = \tfrac12(z + |z|)$. Group the units with $w_i \ne 0$ by their hyperplanes $H$;
with $n_H$ a unit normal and $\beta_H$ the offset of $H$, $|\langle w_i, x\rangle + b_i| =
|w_i||\langle n_H, x\rangle + \beta_H|$ for $i \in H$, whatever the orientation of the unit:
$$f = \tfrac12\sum_H\kappa_H|\langle n_H, x\rangle + \beta_H| + \langle A, x\rangle + B,\quad
\kappa_H = \sum_{i \in H}q_i|w_i|,$$
$A = \tfrac12\sum_iq_iw_i$, $B = c + \tfrac12\sum_{w_i \ne 0}q_ib_i + \sum_{w_i =
0}q_i\mathrm{ReLU}(b_i)$, and $f_0$ likewise. If the three conditions hold, $f = f_0$. Conversely
let $f = f_0$, and $H$ be any hyperplane that occurs in one of them. Two different hyperplanes meet
in a set of dimension at most $n - 2$, and $H$ is not a union of finitely many of these: some $p \in
H$ is on no other. Near $p$ all terms but that of $H$ are affine, and along $p + tn_H$ it is
$\tfrac12\kappa_H|t|$: the derivative jumps by $\kappa_H$. So $\kappa_H = \kappa^0_H$ for all $H$.
What is left is affine, $\langle A - A^0, x\rangle + B - B^0 = 0$ for all $x$: $A = A^0$, $B = B^0$.

A hyperplane that is not the truth's has $\kappa_H = 0$, a sum of numbers $q_i|w_i|$ that are not 0
if no unit on it is degenerate: at least two units. On each of the truth's $m$ hyperplanes $\kappa_H
\ne 0$, so there is at least one unit that is not degenerate. With $d = m + 1$ one unit is left
over, which cannot be alone on a hyperplane of its own: the statement holds as printed.
""",
    corrects=True,
)
def classification(evidence: Evidence) -> None:
    own = {1: False, 2: True, 3: True}
    for inputs in (1, 2):
        truth = TwoLayer(RELU, [Unit(2, (1,) + (0,) * (inputs - 1), 1)])
        for excess, expected in own.items():
            if inputs == 2 and excess == 3:
                continue
            model = TwoLayer.symbolic(RELU, inputs=inputs, width=1 + excess)
            W0 = TrueSet(model, truth, StandardNormal(inputs))
            roles = {p.role for s in W0.strata for p in s.places}
            cancelling = bool(roles & {Role.CANCELLING, Role.BALANCED})
            name = f"n = {inputs}, {excess} excess"
            evidence.equal(f"{name}: groups of their own", cancelling, expected)
            evidence.equal(
                f"{name}: others",
                roles - {Role.CANCELLING, Role.BALANCED} == {Role.FOLD, Role.FLAT, Role.SILENT},
                True,
            )
            sums = []
            for s in W0.strata:
                point = s.point(seed=3)
                for g in {p.index for p in s.places if p.role is Role.CANCELLING}:
                    units = [
                        u
                        for u, p in zip(model.units, s.places, strict=True)
                        if p.role is Role.CANCELLING and p.index == g
                    ]
                    total = sum(
                        point[u.readout] * sympy.sqrt(sum(point[w] ** 2 for w in u.weights))
                        for u in units
                    )
                    sums.append(sympy.simplify(total))
            evidence.equal(f"{name}: strengths of a group add up to 0", sums, [0] * len(sums))


@claim.step(
    "Independence by a determinant",
    derivation=r"""
On one line: the values of $1, x, |x - t_1|, \dots, |x - t_k|$ at $t_1 - 1$, the $t_j$ and $t_k + 1$
form a matrix that is not singular: a relation among the functions would be one among its columns.
Its determinant is $\pm2^k$ times the product of the gaps $t_{j+1} - t_j$ for $k = 1, \dots, 5$,
from its definition; divided second differences show the same for every $k$. In $\mathbb{R}^n$ take
a line through a point outside all $H$ in a direction that lies in no $H$ and for which the finitely
many points where it meets them differ, as they do for almost every direction.
""",
    confirms="classification",
)
def independence(evidence: Evidence) -> None:
    for k in (1, 2, 3, 4, 5):
        gaps = symbols(f"g1:{k}", positive=True)
        nodes = [sum(gaps[:j], sympy.S.Zero) for j in range(k)]
        points = [sympy.S.NegativeOne, *nodes, nodes[-1] + 1]
        # From the left to the right: |x_i - t_j| has the sign of i - 1 - j.
        rows = [
            [1, x, *((x - t) * (1 if i > j else -1) for j, t in enumerate(nodes))]
            for i, x in enumerate(points)
        ]
        determinant = sympy.Matrix(rows).det(method="berkowitz")
        product = 2**k * sympy.prod(gaps)
        evidence.identity(f"k = {k}: determinant squared", determinant**2 - product**2)


@claim.step(
    "Random strengths off the truth",
    derivation=r"""
Pairs $q_2\mathrm{ReLU}(z) + q_3\mathrm{ReLU}(\alpha z)$ on a boundary of their own are true exactly
if $q_2 + \alpha q_3 = 0$; orientation reversed, they leave $z$ over, and are never true.
""",
    confirms="classification",
)
def pairs(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    for alpha in (Rational(1, 3), sympy.Integer(2), sympy.Integer(-2)):
        for q3 in (Rational(-1, 2), Rational(3, 4)):
            for q2 in (-abs(alpha) * q3, -abs(alpha) * q3 + 1):
                units = [Unit(1, (1,), 0), Unit(q2, (1,), -1), Unit(q3, (alpha,), -alpha)]
                same = not explain(TwoLayer(RELU, units), truth, ()).differences
                evidence.equal(
                    f"q = {q2}, {q3}, alpha = {alpha}",
                    same,
                    bool(q2 + alpha * q3 == 0 and alpha > 0),
                )


@claim.step(
    "All networks with small integer weights, by values",
    derivation=r"""
Every unit with $q \in \{\pm1\}$ or $\{\pm1, 2\}$ and weights and bias among $0, \pm1$ (and $2$ on
the line): all pairs and triples of them against one unit, on the line and in the plane. $f - f_0$
is affine on each cell of the arrangement of all boundaries that can occur, cut off by a large box,
so that it is constant everywhere iff it is so at the vertices. That is compared with the three
conditions for each network; an output bias then makes the constant 0. Both kinds occur.
""",
    confirms="classification",
)
def exhaustive(evidence: Evidence) -> None:
    for inputs, excess in ((1, 1), (1, 2), (2, 1), (2, 2)):
        networks, true, differing, own = compare_all(inputs, excess)
        name = f"n = {inputs}, {excess} excess"
        evidence.equal(f"{name}: of {networks}, {true} true; decided differently", differing, 0)
        evidence.equal(f"{name}: some are true, some not", 0 < true < networks, True)
        evidence.equal(f"{name}: some cancel on their own", own > 0, excess == 2)
