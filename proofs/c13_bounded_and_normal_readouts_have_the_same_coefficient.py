"""C13: bounded readouts and regularised ones differ by a bounded amount of free energy."""

import sympy
from flint import arb, ctx

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer

claim = Claim(
    id="C13",
    title="Bounded and regularised readouts",
    statement=(
        r"\sup_{\beta\ge0}\Bigl|\log\int e^{-\beta K}\varphi(a)\,da\,\mu(dw) - "
        r"\log\int_{[-1,1]^h} e^{-\beta K}2^{-h}da\,\mu(dw)\Bigr| < \infty"
    ),
    plain=(
        "For truth 0 and any prior of the weights, normal readouts and readouts uniform on "
        "[-1, 1] give the same learning coefficient and multiplicity: their free energies differ "
        "by no more than a constant for all beta."
    ),
    source=Source(document="002", place="footnote 7, regularised readout weights"),
    assumptions=("f linear in the readouts a, truth 0", "a ~ N(0, 1)^h or uniform on [-1, 1]^h"),
    expected=Verdict.PROVED,
)

R = sympy.Symbol("R", positive=True)


@claim.step(
    "A sandwich",
    derivation=r"""
Let $Z_R = \int_{[-R,R]^h}e^{-\beta K}da\,\mu(dw)$. Below: $\varphi \ge
(2\pi)^{-h/2}e^{-h/2}$ on the cube, so $Z_\varphi \ge (2\pi e)^{-h/2}Z_1$. Above: $K(Ra, w) =
R^2K(a, w)$, so $Z_R(\beta) = R^hZ_1(\beta R^2) \le R^hZ_1(\beta)$ for $R \ge 1$, and $Z_R \le
Z_1$ for $R \le 1$. As $\varphi(a)
\le (2\pi)^{-h/2}e^{-|a|_\infty^2/2} = (2\pi)^{-h/2}\int_0^\infty 1_{|a|_\infty\le
R}\,Re^{-R^2/2}dR$, $Z_\varphi \le (2\pi)^{-h/2}\bigl(1 + \int_0^\infty
R^{h+1}e^{-R^2/2}dR\bigr)Z_1$. The integral is $2^{h/2}\Gamma(\tfrac h2+1)$. Neither constant
depends on $\beta$: $\lambda$ and $m$ are read off $\log Z = -\lambda\log\beta +
(m-1)\log\log\beta + O(1)$.
""",
)
def sandwich(evidence: Evidence) -> None:
    a, w = sympy.symbols("a1:4", real=True), sympy.symbols("g1:4", real=True)
    square = sum(q * g for q, g in zip(a, w, strict=True)) ** 2
    scaled = square.subs({q: R * q for q in a}, simultaneous=True)
    evidence.identity("(f(Ra))^2 = R^2 f(a)^2", sympy.expand(scaled - R**2 * square))
    model = TwoLayer.symbolic(RELU, width=2, biases=0, output_bias=0)
    K = KLDivergence(model, TwoLayer(RELU, (), inputs=1), UniformInterval(-1, 1))
    for point in ((1, 1, -2, 3), (2, 1, 1, -1)):
        larger = [5 * v if i % 2 else v for i, v in enumerate(point)]
        evidence.equal(f"K at {point}, readouts times 5", K.at(larger), 25 * K.at(point))
    layers = sympy.integrate(R * sympy.exp(-(R**2) / 2), (R, sympy.Symbol("t", positive=True),
                                                          sympy.oo))  # fmt: skip
    t = sympy.Symbol("t", positive=True)
    evidence.identity("layers of the normal density", layers - sympy.exp(-(t**2) / 2))
    for units in (1, 2, 3, 4, 16, 128):
        moment = sympy.integrate(R ** (units + 1) * sympy.exp(-(R**2) / 2), (R, 0, sympy.oo))
        closed = 2 ** sympy.Rational(units, 2) * sympy.gamma(sympy.Rational(units, 2) + 1)
        evidence.identity(f"the moment, h = {units}", sympy.simplify(moment - closed))


@claim.step(
    "One readout in closed form",
    derivation=r"""
With $K = \tfrac12ga^2$: $Z_\varphi = (1+\beta g)^{-1/2}$ and $Z_1 = \sqrt{2\pi/(\beta
g)}\,\mathrm{erf}\sqrt{\beta g/2}$. Their ratio lies between the constants, for $\beta g$ from
$10^{-6}$ to $10^{12}$, and tends to $(2\pi)^{-1/2}$.
""",
    confirms="sandwich",
)
def one_readout(evidence: Evidence) -> None:
    with ctx.workprec(120):
        low = 1 / (2 * arb.pi() * arb(1).exp()).sqrt()
        high = (1 + arb(2).sqrt() * arb(1.5).gamma()) / (2 * arb.pi()).sqrt()
        for power in range(-6, 13, 3):
            s = arb(10) ** power
            ratio = (1 + s) ** arb(-0.5) / ((2 * arb.pi() / s).sqrt() * (s / 2).sqrt().erf())
            evidence.enclosure(f"above the lower, 1e{power}", ratio - low, within=(0, None))
            evidence.enclosure(f"below the upper, 1e{power}", high - ratio, within=(0, None))
        s = arb(10) ** 30
        ratio = (1 + s) ** arb(-0.5) / ((2 * arb.pi() / s).sqrt() * (s / 2).sqrt().erf())
        off = ratio * (2 * arb.pi()).sqrt() - 1
        small = sympy.Rational(1, 10**20)
        evidence.enclosure("the limit", off, within=(-small, small))
