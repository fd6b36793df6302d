"""B1: Two-layer ReLU networks are piecewise affine; example 3.1, its boundaries and regions."""

from itertools import product

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import representing_measure

claim = Claim(
    id="B1",
    title="Two-layer ReLU networks are piecewise affine",
    statement=(
        r"f(x) = c + \sum_i q_i \mathrm{ReLU}(\langle w_i, x\rangle + b_i) \text{ is affine on "
        r"every region of the arrangement } \{\langle w_i, x\rangle + b_i = 0\};\qquad "
        r"\text{example 3.1 has the boundaries } x_1 = \pm 1,\ x_2 = \pm 1"
    ),
    plain=(
        "A two-layer ReLU network is affine on each region that its activation boundaries cut "
        "out, and not differentiable across a boundary with non-zero weights that no other unit "
        "shares. Example 3.1 has four boundaries and nine regions, and each weight vector points "
        "to the side where its unit is active."
    ),
    source=Source(document="004", place="Example 3.1"),
    expected=Verdict.PROVED,
)

SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))
network = TwoLayer(RELU, [Unit(1, w, -1) for w in SIDES])


@claim.step(
    "Affine on every cell",
    derivation=r"""
On a cell all signs $s_i$ of $a_i = \langle w_i, x\rangle + b_i$ are constant. With $S$ the units
with $a_i > 0$, $f = c + \sum_{i \in S} q_i a_i$, so that
$f = (c + \sum_S q_i b_i) + \langle \sum_S q_i w_i, x\rangle$. Across the boundary of unit $j$, with
$x = p + t w_j$, $a_j(p) = 0$, the slope in $t$ changes by $q_j |w_j|^2 \ne 0$. A step along $w_j$
makes $a_j$ positive: the weight vector points to its region of activation.
""",
)
def affine_on_cells(evidence: Evidence) -> None:
    q1, q2, c, t = symbols("q1 q2 c t", real=True)
    x = symbols("x1 x2", real=True)
    w = [symbols(f"w{i}_1 w{i}_2", real=True) for i in (1, 2)]
    b = symbols("b1 b2", real=True)
    a = [w[i][0] * x[0] + w[i][1] * x[1] + b[i] for i in (0, 1)]
    z = symbols("z", real=True)
    below, above = (
        sympy.S(sum(k * z**n for n, k in enumerate(p)))
        for p in (RELU.branches.below, RELU.branches.above)
    )
    for signs in product((0, 1), repeat=2):
        f = c + sum(
            q * (above if s else below).subs(z, u)
            for q, s, u in zip((q1, q2), signs, a, strict=True)
        )
        hessian = sympy.hessian(f, x)
        evidence.identity(f"no curvature, active: {signs}", hessian)
    along = a[0].subs({x[0]: x[0] + t * w[0][0], x[1]: x[1] + t * w[0][1]}, simultaneous=True)
    jump = sympy.diff(q1 * along, t) - q1 * (w[0][0] ** 2 + w[0][1] ** 2)
    evidence.identity("jump of the slope across a boundary", jump)


@claim.step(
    "Example 3.1: boundaries and regions",
    derivation=r"""
The folds are $x_1 = 1$, $x_1 = -1$, $x_2 = 1$, $x_2 = -1$, each with jump 1. Of the 16 patterns of
active units those with units 1 and 3, or 2 and 4, both active are impossible
($x_1 > 1$ and $x_1 < -1$): $3 \cdot 3 = 9$ remain, each with an affine form of its own.
""",
)
def example(evidence: Evidence) -> None:
    folds = representing_measure(network, RealField.containing([])).folds
    found = {tuple(int(e) for e in plane): int(jump[1]) for plane, jump in folds.items()}
    expected = {(1, 0, -1): 1, (1, 0, 1): 1, (0, 1, -1): 1, (0, 1, 1): 1}
    evidence.equal("folds (w1, w2, b) with their jumps", found, expected)
    x1, x2 = symbols("x1 x2", real=True)
    forms = set()
    for i, j in product((-1, 0, 1), repeat=2):
        forms.add(
            sympy.expand(
                max(i, 0) * (x1 - 1)
                + max(-i, 0) * (-x1 - 1)
                + max(j, 0) * (x2 - 1)
                + max(-j, 0) * (-x2 - 1)
            )
        )
    evidence.equal("different affine forms", len(forms), 9)


@claim.step(
    "Example 3.1 by values",
    derivation=r"""
In each of the nine cells the network's exact values at four points in general position agree with
one affine function: three determine it, the fourth confirms. Across neighbouring cells they differ.
""",
    confirms=("affine_on_cells", "example"),
)
def by_values(evidence: Evidence) -> None:
    third = Rational(1, 3)
    planes = {}
    for i, j in product((-1, 0, 1), repeat=2):
        corner = (2 * i, 2 * j)
        at = [
            (corner[0] + dx, corner[1] + dy)
            for dx, dy in ((0, 0), (third, 0), (0, third), (third / 2, -third))
        ]
        f = [network(*p) for p in at]
        slope = ((f[1] - f[0]) / third, (f[2] - f[0]) / third)
        predicted = f[0] + slope[0] * third / 2 - slope[1] * third
        evidence.equal(f"cell {(i, j)}: the fourth value", f[3], predicted)
        planes[i, j] = (*slope, f[0])
        evidence.equal(f"cell {(i, j)}: its gradient", slope, (i, j))
    evidence.equal("different gradients", len({p[:2] for p in planes.values()}), 9)


@claim.figure("Example 3.1: activation boundaries, weight vectors and regions.")
def boundaries() -> object:
    from slt_symbolic.figures import activation_boundaries

    return activation_boundaries(network, half_width=2.0)
