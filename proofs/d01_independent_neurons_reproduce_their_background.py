"""D1: Neurons trained alone against the mean background have the law of those that make it."""

import math
from functools import cache

import numpy as np
import sympy

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.studies.mean_field import MeanField, MeanFieldSettings, Model, mean_field
from slt_symbolic.studies.mean_field.fixed_point import solve_fixed_point

LEVEL = 0.01
SETTINGS = MeanFieldSettings((256,), order=16, step=1e-3, duration=15.0, permutations=499, seed=1)

claim = Claim(
    id="D1",
    title="Self-consistency of a two-layer network",
    statement=(
        r"p(w, a) \propto \pi(w, a)\,e^{a\,g(w)/T},\quad g(w) = \mathbb{E}[(y - f)\varphi(w\cdot "
        r"x)],\quad f = \mathbb{E}_p[a\varphi(w\cdot x)]"
    ),
    plain=(
        "Single neurons, each trained alone against the background of a wide network that learns "
        "x1 x2, are distributed as that network's own neurons, in a clover leaf. Against the "
        "background of a Gaussian process they are not. The background is the mean over time: its "
        "value at one moment will not do at these widths."
    ),
    source=Source(document="002", place="Experimental setting and pretty picture"),
    assumptions=(
        "phi(z) = clip(z, 0, 1): an odd activation without biases cannot learn x1 x2",
        "x standard normal, as 16 x 16 Gauss-Hermite nodes",
        "normal prior, temperature T = 0.02 per neuron, N = 256; T and the readouts' variance, "
        "which the source does not state, were chosen so that the clover is clear; one seed",
    ),
    references=(
        "Rubin, Seroussi and Ringel 2024, Grokking as a first order phase transition",
        "Mei, Montanari and Nguyen 2018, A mean field view of two-layer networks",
    ),
    expected=Verdict.SUPPORTED,
)


@cache
def study() -> MeanField:
    """Run the study once for all steps."""
    return mean_field(SETTINGS)


@claim.step(
    "The readout integrated out",
    derivation=r"""
Given the background a neuron's law is the prior's times $e^{ag/T}$. Its readout integrates to
$e^{sg^2/2T^2}$ with mean $sg/T$, $s$ its prior variance: the density has leaves where $|g|$ is
large.
""",
)
def readout(evidence: Evidence) -> None:
    a, g = sympy.symbols("a g", real=True)
    s, T = sympy.symbols("s T", positive=True)
    square = -((a - s * g / T) ** 2) / (2 * s) + s * g**2 / (2 * T**2)
    evidence.identity("completed square", sympy.expand(-(a**2) / (2 * s) + a * g / T - square))


@claim.step(
    "An odd activation cannot",
    derivation=r"""
$x \to -x$ keeps the inputs' law and $x_1x_2$, and changes the sign of an odd $\varphi(w\cdot x)$:
$\mathbb{E}[x_1x_2\varphi] = 0$, $g = 0$ at $f = 0$. The prior is then the fixed point, with
nothing learned. For the even part, $\mathbb{E}[x_1x_2\psi(w\cdot x)] = w_1w_2\mathbb{E}\psi''$.
""",
)
def odd(evidence: Evidence) -> None:
    x, y = sympy.symbols("x y", real=True)
    for k in (1, 3, 5):
        w1, w2 = sympy.symbols("w1 w2", real=True)
        power = sympy.expand(x * y * (w1 * x + w2 * y) ** k)
        moments = sum(
            c * _moment(i) * _moment(j)
            for (i, j), c in sympy.Poly(power, x, y).terms()
        )  # fmt: skip
        evidence.identity(f"E[x1 x2 (w.x)^{k}]", moments)


def _moment(k: int) -> sympy.Integer:
    return sympy.Integer(0) if k % 2 else sympy.factorial2(k - 1)


@claim.step(
    "The fixed point, from its dual",
    derivation=r"""
The law minimises the strictly convex $\frac12\mathbb{E}(y-f)^2 + T\,\mathrm{KL}(p\|\pi)$, so that
it is unique. Newton's method on the dual: no gap beyond rounding, and the hard tanh learns nothing.
The density has its leaves on the diagonals.
""",
    confirms=("readout", "odd"),
)
def fixed_point(evidence: Evidence) -> None:
    fixed = solve_fixed_point(SETTINGS.model)
    evidence.equal("duality gap below 1e-12", abs(fixed.gap) < 1e-12, True)
    odd_one = solve_fixed_point(Model(order=16, floor=-1.0))
    evidence.equal("hard tanh learns less than 1e-12", abs(odd_one.learned) < 1e-12, True)
    cloud = fixed.sample(2000, 5)
    side = np.sign(cloud[:, 0] * cloud[:, 1] * cloud[:, 2])
    leaves = np.abs(cloud[:, 0] * cloud[:, 1]) * 2 / (cloud[:, :2] ** 2).sum(axis=1)
    # |sin 2 angle| of a round cloud has mean 2/pi and a standard deviation of 0.31.
    excess = (float(leaves.mean()) - 2 / math.pi) / (0.31 / math.sqrt(len(cloud)))
    evidence.equal("leaves on the diagonals, 10 standard errors", excess > 10, True)
    # Two sides of a coin would be even; here the sign of the readout follows w1 w2.
    z = float(side.sum()) / math.sqrt(len(side))
    evidence.equal("signs of a and w1 w2 agree, 20 standard errors", z > 20, True)


@claim.step(
    "Independent neurons against the network, both against the fixed point",
    derivation=r"""
Energy distance and MMD, in the plane of weights and with readouts; Bonferroni over the four tests
of a pair, level 0.01. The law of the joint network and that of lone neurons are the fixed point's.
""",
)
def clouds(evidence: Evidence) -> None:
    row = study().rows[-1]
    for one, two in (
        ("background", "foreground"), ("background", "fixed point"), ("foreground", "fixed point"),
    ):  # fmt: skip
        evidence.statistic(f"{one} and {two}", p_value=row.least_p(one, two), level=LEVEL,
                           description="permutation test, energy distance and MMD")  # fmt: skip


@claim.step(
    "Against the wrong background",
    derivation=r"""
Readouts alone trained on the prior's features, a Gaussian process: neurons that react to it are
told from it and from the right cloud. The same of one moment's background, whose fluctuation all
neurons answer alike.
""",
    confirms="clouds",
)
def wrong(evidence: Evidence) -> None:
    row = study().rows[-1]
    for one, two in (
        ("process", "process foreground"), ("background", "process foreground"),
        ("background", "snapshot"),
    ):  # fmt: skip
        # Passes if equality is rejected at the level: 1 - p is the share of permutations nearer.
        evidence.statistic(f"{one} and {two} differ", p_value=1 - row.least_p(one, two),
                           level=1 - LEVEL, description="1 - p of the same test")  # fmt: skip
