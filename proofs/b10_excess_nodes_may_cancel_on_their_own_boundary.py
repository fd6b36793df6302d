"""B10: Excess nodes are degenerate or share a boundary with the truth, or cancel elsewhere."""

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import Role, TrueSet, explain

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
    assumptions=("inputs range over all of R^n", "the truth is minimal, with distinct boundaries"),
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
not degenerate, and their boundary $x = 1$ is not the truth's $x = 0$.
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
$\mathrm{ReLU}(z) = \tfrac12(z + |z|)$. Grouping units with $w \ne 0$ by their hyperplane,
$f = \tfrac12\sum_H \kappa_H |n_H \cdot x + \beta_H| + \text{affine}$,
$\kappa_H = \sum_{i \in H} q_i|w_i|$. The functions $|n_H \cdot x + \beta_H|$ of distinct $H$ are
independent, and of affine functions: at a point of $H$ that is on no other hyperplane only one of
them is not differentiable. So $f = f_0$ iff all $\kappa_H$ and the affine parts agree. A
hyperplane that is not the truth's needs $\kappa_H = 0$: at least two nodes. With $m = d - 1$ one
node is left over, which therefore cannot have one.
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
form a matrix that is not singular: relations among them would vanish there. For a hyperplane take a
line that meets all $H$ in different points.
""",
    confirms="classification",
)
def independence(evidence: Evidence) -> None:
    for k in (1, 2, 3):
        gaps = symbols(f"g1:{k + 1}", positive=True)
        nodes = [sum(gaps[:j], sympy.S.Zero) for j in range(k)]
        points = [nodes[0] - 1, *nodes, nodes[-1] + gaps[-1]]
        rows = [[1, x, *(_distance(x, t) for t in nodes)] for x in points]
        determinant = sympy.factor(sympy.Matrix(rows).det())
        product = sympy.prod(gaps[: k - 1]) if k > 1 else sympy.S.One
        # A non-zero constant times gaps, by evaluation at gaps 1, and no sign changes.
        evidence.equal(
            f"k = {k}: not zero", bool(determinant.subs(dict.fromkeys(gaps, 1)) != 0), True
        )
        numerator = (
            sympy.Poly(determinant, *gaps).coeffs() if determinant.free_symbols else [determinant]
        )
        one_sign = all(c > 0 for c in numerator) or all(c < 0 for c in numerator)
        evidence.equal(f"k = {k}: coefficients of one sign, {product}", one_sign, True)


def _distance(x: sympy.Expr, t: sympy.Expr) -> sympy.Expr:
    difference = sympy.expand(x - t)
    return (
        difference
        if difference.subs(dict.fromkeys(difference.free_symbols, 1)) >= 0
        else (-difference)
    )


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
