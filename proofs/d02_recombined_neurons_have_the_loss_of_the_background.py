"""D2: The network of independently trained neurons has the background's loss, plus O(1/N)."""

import math

import numpy as np
import sympy

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.studies.mean_field import Model
from slt_symbolic.studies.mean_field.dynamics import evolve, prior_network, train_foreground
from slt_symbolic.studies.mean_field.fixed_point import solve_fixed_point

MODEL = Model(order=16)
WIDTH, STEPS, STEP, SEED = 256, 15_000, 1e-3, 2
GROUPS = 8

claim = Claim(
    id="D2",
    title="Loss of the recombined neurons",
    statement=(
        r"\mathbb{E}\,\|y - f_N\|^2 = \|y - f\|^2 + \tfrac1N\mathbb{E}_x\mathrm{Var}_p(a\varphi)"
    ),
    plain=(
        "Neurons trained alone against the mean background, put together, compute a function "
        "whose loss is the background's but for a term of order 1/N, known from the fixed point: "
        "what independent draws fluctuate."
    ),
    source=Source(document="002", place="Experimental setting and pretty picture"),
    assumptions=("as D1", "loss E[(y - f)^2] of the population"),
    uses=("D1",),
    expected=Verdict.SUPPORTED,
)


@claim.step(
    "Independent neurons",
    derivation=r"""
$f_N$ is the mean of $N$ independent functions with mean $f$: $\mathbb{E}(y-f_N)^2$ splits into a
square and a variance over $N$.
""",
)
def split(evidence: Evidence) -> None:
    # A neuron with two values u, v of probabilities p, 1 - p; N = 2.
    y, u, v, p = sympy.symbols("y u v p", real=True)
    outcomes = ((p**2, u), (2 * p * (1 - p), (u + v) / 2), ((1 - p) ** 2, v))
    loss = sum(weight * (y - f) ** 2 for weight, f in outcomes)
    mean = p * u + (1 - p) * v
    variance = p * u**2 + (1 - p) * v**2 - mean**2
    evidence.identity("N = 2", sympy.expand(loss - (y - mean) ** 2 - variance / 2))


@claim.step(
    "Measured against the fixed point",
    derivation=r"""
The mean background's loss against the fixed point's, its error by the time average's quarters; and
eight recombined networks of 256 against $\|y-f\|^2 + \mathrm{spread}/N$.
""",
)
def measured(evidence: Evidence) -> None:
    fixed = solve_fixed_point(MODEL)
    network = prior_network(MODEL, WIDTH, SEED, 0)
    network, _ = evolve(MODEL, network, steps=STEPS, step=STEP, seed=SEED)
    means = []
    for _ in range(4):
        network, mean = evolve(MODEL, network, steps=STEPS // 2, step=STEP, seed=SEED)
        means.append(mean)
    losses = [MODEL.loss(mean) for mean in means]
    # The mean of four has a quarter of the variance; the step's length adds to it.
    error = max(float(np.std(losses, ddof=1)) / 2, 0.002)
    background = np.mean(means, axis=0)
    evidence.consistent("loss of the mean background", estimate=MODEL.loss(background),
                        error=error, predicted=fixed.loss)  # fmt: skip
    neurons = train_foreground(MODEL, background, width=GROUPS * WIDTH, steps=STEPS, step=STEP,
                               seed=SEED, stream=2**20)  # fmt: skip
    found = [MODEL.loss(MODEL.output(group)) for group in np.split(neurons, GROUPS)]
    evidence.consistent("loss of recombined networks", estimate=float(np.mean(found)),
                        error=float(np.std(found, ddof=1)) / math.sqrt(GROUPS),
                        predicted=fixed.loss + fixed.spread / WIDTH)  # fmt: skip


@claim.step(
    "Draws of the fixed point",
    derivation=r"""
No dynamics: neurons drawn from the fixed point's density by rejection, in eight groups of 256.
""",
    confirms=("split", "measured"),
)
def drawn(evidence: Evidence) -> None:
    fixed = solve_fixed_point(MODEL)
    groups = np.split(fixed.sample(GROUPS * WIDTH, SEED), GROUPS)
    found = [MODEL.loss(MODEL.output(group)) for group in groups]
    evidence.consistent("loss", estimate=float(np.mean(found)),
                        error=float(np.std(found, ddof=1)) / math.sqrt(GROUPS),
                        predicted=fixed.loss + fixed.spread / WIDTH)  # fmt: skip
