"""C11: λ̂(β) rises above the learning coefficient, then comes down to it from above."""

import math

import numpy as np

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.rlct.theorems import tanh_zero_truth
from slt_symbolic.studies.learning_zero.sampled import sampled_curve
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid
from slt_symbolic.studies.learning_zero.walk import walk_point

LN10 = math.log(10)
EXPONENTS = np.array([6.0, 10.0, 20.0, 30.0, 40.0])
LEVEL = 1e-4

claim = Claim(
    id="C11",
    title="Overshoot and plateau of learning zero",
    statement=(
        r"\max_\beta\hat\lambda(\beta) > \lambda,\quad"
        r"\hat\lambda(\beta) \to \lambda = \tfrac{r^2+r+h}{4r+2};\qquad h = 128:\ "
        r"\hat\lambda(10^{30}) > 9,\ 5.65 < \hat\lambda(10^{40}) < 6.3"
    ),
    plain=(
        "For h = 4, 16 and 128 tanh units that learn zero lambda-hat rises above the learning "
        "coefficient before it comes down to it: at 1e40 for h = 4 and 16 it is within 1 % of "
        "lambda - (m - 1)/log beta, what the theorem gives there, while for h = 128 it is above 9 "
        "at 1e30 and still about 10 % above its plateau 130/23 at 1e40."
    ),
    source=Source(document="000", place="the plateau of the learning coefficient estimate"),
    assumptions=("weights uniform on [-1, 1], readouts N(0, 1), x standard normal, K = E[f^2]/2",),
    uses=("C7",),
    expected=Verdict.SUPPORTED,
)


def one_sided(mean: float, error: float, limit: float, above: bool) -> tuple[float, float]:
    """Return (p-value, z) of a value on the claimed side, moved four errors the other way.

    So a value within four standard errors of the limit counts against the claim.
    """
    z = (mean - limit) / error * (1 if above else -1) - 4.0
    return 0.5 * math.erfc(-z / math.sqrt(2)), z


@claim.step(
    "Independent draws of directions",
    derivation=r"""
$Z(\beta) = \int_0^1hS^{h-1}\,\mathbb{E}_u[\det(1+\beta G(Su))^{-1/2}]\,dS$, $S = \max|w|$; $u$ is
drawn from its prior, the integral over $S$ is done by Gauss rules.
""",
)
def draws(evidence: Evidence) -> None:
    grid = ScaleGrid.of(48)
    for h, peak, low, high in ((4, 0, 1.0, None), (16, 1, 2.0, None), (128, 3, 9.0, 6.3)):
        curve = sampled_curve(grid, h, EXPONENTS * LN10, draws=60, seed=11)
        p, z = one_sided(curve.mean[peak], curve.standard_error[peak], low, above=True)
        label = f"h = {h}, 1e{EXPONENTS[peak]:g}: {curve.mean[peak]:.3f} above {low:g}"
        evidence.statistic(label, p_value=p, level=LEVEL, statistic=z)
        theorem = tanh_zero_truth(h)
        limit = float(theorem.lower) - ((theorem.multiplicity or 1) - 1) / (40 * LN10)
        upper = high if high is not None else 1.01 * limit
        p, z = one_sided(curve.mean[-1], curve.standard_error[-1], upper, above=False)
        label = f"h = {h}, 1e40: {curve.mean[-1]:.4f} below {upper:.4f}"
        evidence.statistic(label, p_value=p, level=LEVEL, statistic=z)
        lower = 5.65 if h == 128 else 0.99 * limit
        p, z = one_sided(curve.mean[-1], curve.standard_error[-1], lower, above=True)
        label = f"h = {h}, 1e40: {curve.mean[-1]:.4f} above {lower:.4f}"
        evidence.statistic(label, p_value=p, level=LEVEL, statistic=z)


@claim.step(
    "A random walk from both sides",
    derivation=r"Chains from spread and from collapsed weights, without the integral over scales.",
    confirms="draws",
)
def walk(evidence: Evidence) -> None:
    grid = ScaleGrid.of(48)
    for h, exponent, limit, above in ((16, 10.0, 2.0, True), (128, 30.0, 8.5, True),
                                      (128, 40.0, 6.4, False)):  # fmt: skip
        point = walk_point(grid, h, exponent, sweeps=800, seed=12)
        p, z = one_sided(point.value, point.error, limit, above)
        label = f"h = {h}, 1e{exponent:g}: {point.value:.3f}, R-hat {point.r_hat:.3f}"
        evidence.statistic(label, p_value=p, level=LEVEL, statistic=z)


@claim.figure("Predicted and sampled estimates for h = 4 and 16, and the plateaus of the theorem.")
def curves() -> object:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    exponents = np.arange(0.0, 41.0, 4.0)
    grid = ScaleGrid.of(48)
    for h, colour in ((4, "tab:blue"), (16, "tab:orange")):
        curve = sampled_curve(grid, h, exponents * LN10, draws=30, seed=3)
        axes.plot(exponents, curve.mean, color=colour, label=f"h = {h}")
        axes.axhline(float(tanh_zero_truth(h).value), color=colour, linewidth=0.7, linestyle="--")
    axes.set_xlabel(r"$\log_{10}\beta$")
    axes.set_ylabel(r"$\beta\,\mathrm{E}[K]$")
    axes.legend()
    return figure
