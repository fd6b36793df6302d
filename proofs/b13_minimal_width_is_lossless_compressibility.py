"""B13: Lossless compressibility: the least width with the same function, ReLU and tanh."""

from sympy import Rational

from slt_symbolic.activations import RELU, TANH
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet, equivalent, explain, minimal_network

claim = Claim(
    id="B13",
    title="Node degeneracy is lossless compressibility",
    statement=(
        r"\text{a network is losslessly compressible to } m < d \text{ nodes} \iff "
        r"\exists\, w' \in W_{m}:\ f_{w'} = f_w;\quad "
        r"\text{the least } m \text{ is computed exactly}"
    ),
    plain=(
        "A network has the same input-output map as one with fewer hidden nodes exactly if its "
        "nodes are degenerate, shared or cancelling to that number; the least number of nodes is "
        "computed exactly, for ReLU and for tanh."
    ),
    source=Source(
        document="004", place="Node degeneracy is the same as lossless network compressibility"
    ),
    assumptions=("inputs range over all of R^n",),
    references=(
        "Farrugia-Roberts 2023, arXiv:2306.02834; Sussmann 1992, Neural Networks 5, 589-593",
    ),
    expected=Verdict.PROVED,
)

HALF = Rational(1, 2)
NETWORKS = {
    "ReLU, degenerate, shared and cancelling": (
        RELU,
        [
            Unit(2, (1,), 1),
            Unit(-1, (3,), 3),
            Unit(1, (1,), -2),
            Unit(-HALF, (2,), -4),
            Unit(0, (1,), 5),
            Unit(3, (0,), -1),
        ],
        1,
    ),
    "ReLU, an affine remainder": (RELU, [Unit(1, (1,), 1), Unit(-1, (-1,), 3)], 2),
    "ReLU, shared in both orientations": (RELU, [Unit(1, (1,), 0), Unit(-1, (-1,), 0)], 2),
    "ReLU, irreducible": (RELU, [Unit(1, (1,), 0), Unit(1, (1,), 1), Unit(1, (1,), 2)], 3),
    "tanh, a reflected pair": (TANH, [Unit(1, (1,), 1), Unit(2, (-1,), -1), Unit(1, (0,), 1)], 1),
    "tanh, cancelling": (TANH, [Unit(1, (2,), 1), Unit(1, (-2,), -1), Unit(0, (1,), 0)], 0),
    "tanh, irreducible": (TANH, [Unit(1, (1,), 0), Unit(1, (2,), 0), Unit(1, (1,), 1)], 3),
}


@claim.step(
    "Least widths, with the networks",
    derivation=r"""
ReLU: let $R$ be the number of boundaries with $\kappa_H \ne 0$ and $A$ the slope of the affine part
(B10; the output bias takes care of the constant). Each of these needs a node, so $R$ is a lower
bound. With $R$ nodes there is one on each, of strength $\kappa_H$ and either orientation, so that
$R$ are enough iff $A = \tfrac12\sum_H\pm\kappa_Hn_H$ for some signs. One node more cannot be alone
on another boundary; a second node on $H$, of the opposite orientation, adds any multiple of $n_H$
to the slope: $R + 1$ are enough iff $A - \tfrac12\sum_{H' \ne H}\pm\kappa_{H'}n_{H'}$ is a multiple
of some $n_H$. And $R + 2$ always are: $\mathrm{ReLU}(z) - \mathrm{ReLU}(-z) = z$ is any affine
function.

tanh: nodes with the same $\pm(w, b)$, $w \ne 0$, add up with their signs; functions of different
classes, and 1, are independent (Sussmann 1992), so the least width is the number of classes whose
sum is not 0: the rank of Farrugia-Roberts.
""",
)
def least_widths(evidence: Evidence) -> None:
    for name, (sigma, units, width) in NETWORKS.items():
        network = TwoLayer(sigma, units)
        found = minimal_network(network)
        evidence.equal(f"{name}: width", found.width, width)
        same = found.network is not None and bool(equivalent(found.network, network))
        evidence.equal(f"{name}: the same function", same, True)


@claim.step(
    "No smaller network: W0 is empty",
    derivation=r"""
The network as truth, a model of $k$ nodes: $W_0$ is empty for $k$ below the least width and not
empty at it, by linear algebra over all combinatorial types.
""",
    confirms="least_widths",
)
def true_sets(evidence: Evidence) -> None:
    for name, (sigma, units, width) in NETWORKS.items():
        truth = TwoLayer(sigma, units)
        for k in (width - 1, width):
            if k < 1:
                continue
            W0 = TrueSet(TwoLayer.symbolic(sigma, width=k), truth, StandardNormal())
            evidence.equal(f"{name}: {k} nodes suffice", bool(W0.strata), k == width)
        if width == 0:
            empty = TwoLayer(sigma, (), inputs=1)
            evidence.equal(f"{name}: no nodes", explain(empty, truth, ()).differences, ())
