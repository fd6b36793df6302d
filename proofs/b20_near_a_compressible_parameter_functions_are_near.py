"""B20: Near a non-generic singularity a network computes almost the singular one's function."""

from random import Random

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import RELU, TANH
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import minimal_network

claim = Claim(
    id="B20",
    title="Close parameters compute close functions",
    statement=(
        r"|x| \le R:\quad |f_w(x) - f_{w'}(x)| \le |c - c'| + "
        r"\sum_i \bigl(|q_i - q'_i|\,|\tilde w_i| + |q'_i|\,|\tilde w_i - \tilde w'_i|\bigr)"
        r"\sqrt{R^2 + 1},\quad \tilde w = (w, b),"
        r"\quad K \le \tfrac12 \sup|f_w - f_{w'}|^2"
    ),
    plain=(
        "For ReLU and tanh, if a parameter is close to one that is losslessly compressible, its "
        "function is close to that of the smaller network, with an explicit constant, and so is K."
    ),
    source=Source(document="004", place="Even if Singularities Occur with Probability Zero"),
    assumptions=("a bounded input domain |x| <= R",),
    references=("Farrugia-Roberts 2023, arXiv:2306.02834",),
    expected=Verdict.PROVED,
)


@claim.step(
    "The Lipschitz bound",
    derivation=r"""
$q\sigma(u) - q'\sigma(u') = (q - q')\sigma(u) + q'(\sigma(u) - \sigma(u'))$. Both activations have
$|\sigma(u)| \le |u|$ and $|\sigma(u) - \sigma(u')| \le |u - u'|$: their derivatives lie in
$[0, 1]$ and $\sigma(0) = 0$. And $|u| = |\langle \tilde w, (x, 1)\rangle| \le
|\tilde w|\sqrt{R^2 + 1}$ (Cauchy–Schwarz). $K = \tfrac12\mathrm{E}(f - f')^2$ is at most half the
square of the supremum.
""",
)
def lipschitz(evidence: Evidence) -> None:
    q, r, s, t = symbols("q r s t", real=True)
    evidence.identity("splitting a difference", q * s - r * t - ((q - r) * s + r * (s - t)))
    z = symbols("z", real=True)
    slope = sympy.diff(sympy.tanh(z), z)
    evidence.identity("derivative of tanh", slope - 1 / sympy.cosh(z).rewrite(sympy.exp) ** 2)
    for branch, name in ((RELU.branches.below, "below"), (RELU.branches.above, "above")):
        derivative = sum(k * c for k, c in enumerate(branch) if k == 1)
        evidence.equal(f"slope of ReLU {name}", bool(0 <= derivative <= 1), True)
    evidence.equal("values at 0", (RELU(sympy.S.Zero), TANH(sympy.S.Zero)), (0, 0))
    w, b, x = symbols("w b x", real=True)
    square = (w**2 + b**2) * (x**2 + 1) - (w * x + b) ** 2
    evidence.identity("Cauchy-Schwarz", square - (w - b * x) ** 2)


@claim.step(
    "Networks near compressible ones, exactly",
    derivation=r"""
Compressible networks (a node silent, or two on one boundary), each entry moved by up to $\delta$,
on $[-1, 1]$: exact $K$ against the bound, for $\delta = 10^{-1}, \dots, 10^{-5}$. Most moved ones
are not compressible themselves.
""",
    confirms="lipschitz",
)
def near_compressible(evidence: Evidence) -> None:
    rng = Random(20)  # noqa: S311 - examples, nothing secret

    def number(scale: sympy.Rational) -> sympy.Rational:
        return scale * Rational(rng.randint(-10, 10), 10)

    held, irreducible = [], []
    for k in range(1, 6):
        for shared in (True, False):
            weight, bias = Rational(3, 2), Rational(-1, 2)
            second = Unit(1, (weight,), bias) if shared else Unit(0, (-1,), Rational(1, 3))
            base = [Unit(2, (weight,), bias), second]
            delta = Rational(1, 10**k)
            moved = [
                Unit(
                    *(
                        e + number(delta)
                        if not isinstance(e, tuple)
                        else tuple(v + number(delta) for v in e)
                        for e in (u.readout, u.weights, u.bias)
                    )
                )
                for u in base
            ]
            truth, near = TwoLayer(RELU, base), TwoLayer(RELU, moved)
            K = KLDivergence(near, truth, UniformInterval(-1, 1)).at(())
            bound = sympy.S.Zero
            for u, v in zip(base, moved, strict=True):
                size = sympy.sqrt(v.weights[0] ** 2 + v.bias**2)
                gap = sympy.sqrt((u.weights[0] - v.weights[0]) ** 2 + (u.bias - v.bias) ** 2)
                bound += abs(u.readout - v.readout) * size + abs(u.readout) * gap
            held.append(bool(bound**2 >= K))  # half of (bound * sqrt 2)^2
            irreducible.append(minimal_network(near).width > minimal_network(truth).width)
    evidence.equal("K within the bound", held, [True] * len(held))
    evidence.equal("some are not compressible themselves", any(irreducible), True)
