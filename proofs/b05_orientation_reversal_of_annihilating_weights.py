"""B5: Example 3.3, reversing the orientation of two annihilating units."""

import sympy
from sympy import Piecewise, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import explain

claim = Claim(
    id="B5",
    title="Example 3.3: orientation reversal",
    statement=(
        r"\mathrm{ReLU}(x-1) + \mathrm{ReLU}(-x-1) + 2 = "
        r"\mathrm{ReLU}(-x+1) + \mathrm{ReLU}(x+1)"
    ),
    plain=(
        "Reversing both units of ReLU(x-1) + ReLU(-x-1) + 2, and changing the output bias from "
        "2 to 0, gives the same function on the whole line."
    ),
    source=Source(document="004", place="Example 3.3"),
    expected=Verdict.PROVED,
)

truth = TwoLayer(RELU, [Unit(1, (1,), -1), Unit(1, (-1,), -1)], sympy.Integer(2))
reversed_network = TwoLayer(RELU, [Unit(1, (-1,), 1), Unit(1, (1,), 1)])


@claim.step(
    "Same folds, slope and constant",
    derivation=r"""
Writing $\mathrm{ReLU}(z) = \mathrm{ReLU}(-z) + z$, both flips together change $f$ by
$(x - 1) + (-x - 1) = -2$, which the output bias makes up for: the weights annihilate,
$1 + (-1) = 0$, so no slope is left over.
""",
)
def same_function(evidence: Evidence) -> None:
    explanation = explain(reversed_network, truth, ())
    evidence.equal("differences on all of R", explanation.differences, ())


@claim.step(
    "Region by region, against the printed form",
    derivation=r"""
Both are $-x+1$ for $x \le -1$, $2$ for $-1 \le x \le 1$ and $x+1$ for $x \ge 1$.
""",
    confirms="same_function",
)
def by_regions(evidence: Evidence) -> None:
    t = symbols("t", positive=True)
    x = symbols("x", real=True)
    printed = Piecewise((-x + 1, x <= -1), (sympy.Integer(2), x <= 1), (x + 1, True))
    # t > 0 and t/(1+t) in (0, 1) parametrise the three regions.
    inner = 2 * t / (1 + t) - 1
    for name, at, form in (("left", -1 - t, 0), ("middle", inner, 1), ("right", 1 + t, 2)):
        for network in (truth, reversed_network):
            value = network(at).rewrite(Piecewise)
            resolved = _resolve(network, at)
            expected = printed.args[form][0].subs(x, at)
            evidence.identity(f"{name}: {value.func.__name__} form", resolved - expected)


def _resolve(network: TwoLayer, at: sympy.Expr) -> sympy.Expr:
    """Evaluate a ReLU network at a point that depends on t > 0, by the sign of each unit."""
    total = network.output_bias
    for unit in network.units:
        a = sympy.factor(unit.preactivation(at))
        if a.is_positive:
            total += unit.readout * a
        elif not a.is_nonpositive:
            raise ArithmeticError(f"the sign of {a} is not determined")
    return total


@claim.step(
    "K vanishes on every interval around the folds",
    derivation=r"""
$K$ between the two networks is exactly $0$ on $[-L, L]$ for a symbolic $L = 1 + s$, $s > 0$.
""",
    confirms="same_function",
)
def divergence_is_zero(evidence: Evidence) -> None:
    s = symbols("s", positive=True)
    K = KLDivergence(reversed_network, truth, UniformInterval(-1 - s, 1 + s))
    evidence.identity("K", K.at(()))
