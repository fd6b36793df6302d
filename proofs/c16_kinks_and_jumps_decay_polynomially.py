"""C16: ReLU and other non-smooth activations have polynomial decay, with exact exponents."""

import sympy
from flint import acb, arb, ctx

from slt_symbolic.activations import ABSOLUTE, RELU, STEP
from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.spectra import (
    WallisDecay,
    first_within,
    hermite_coefficient,
    zonal_coefficient,
)

claim = Claim(
    id="C16",
    title="Polynomial decay for kinks and jumps",
    statement=(
        r"\text{kink } s:\ c_{2m}^2 = \frac{s^2w^2\,W_m}{2\pi(2m-1)^2} \sim "
        r"\frac{s^2w^2}{\sqrt{2\pi^3}}k^{-5/2};\qquad "
        r"\text{jump } s:\ c_{2m+1}^2 = \frac{s^2\,W_m}{2\pi(2m+1)} \sim "
        r"\frac{s^2}{\sqrt{2\pi^3}}k^{-3/2};\qquad W_m = \binom{2m}m4^{-m},\ "
        r"\frac1{\sqrt{\pi(m+1/2)}} < W_m < \frac1{\sqrt{\pi(m+1/4)}}"
    ),
    plain=(
        "On standard normal inputs the squared Hermite coefficients of ReLU, |z| and every "
        "piecewise linear unit without bias fall like k^(-5/2), those of a step like k^(-3/2), "
        "with exact constants and bounds on both sides; on the circle the exponents are 4 and 2."
    ),
    source=Source(document="000", place="Hermite modes and excitations; other activations"),
    assumptions=("x is standard normal", "one unit of weight w without bias, its break at zero"),
    uses=("C1",),
    references=("D. K. Kazarinoff (1956), On Wallis' formula, Edinburgh Math. Notes 40, 19-21",),
    expected=Verdict.PROVED,
)

m, k = sympy.symbols("m k", positive=True, integer=True)


@claim.step(
    "The step, exactly",
    derivation=r"""
$\mathbb{E}[\Theta(x)\mathrm{He}_k(x)] = \int_0^\infty(-1)^k\varphi^{(k)} = (-1)^{k-1}
\varphi^{(k-1)}(0) = \mathrm{He}_{k-1}(0)\varphi(0)$ for $k\ge1$, and $\mathrm{He}_{2m}(0) =
(-1)^m(2m-1)!!$ from $\mathrm{He}_{n+1}(0) = -n\,\mathrm{He}_{n-1}(0)$. So with $k = 2m+1$:
$c_k^2 = \frac{(2m-1)!!^2}{2\pi(2m+1)!} = \frac{W_m}{2\pi(2m+1)}$, as
$(2m-1)!! = \frac{(2m)!}{2^mm!}$.""",
)
def step_exactly(evidence: Evidence) -> None:
    odd = sympy.factorial(2 * m) / (2**m * sympy.factorial(m))
    wallis = sympy.factorial(2 * m) / (sympy.factorial(m) ** 2 * 4**m)
    left = odd**2 / ((2 * m + 1) * sympy.factorial(2 * m)) - wallis / (2 * m + 1)
    evidence.identity("double factorials", sympy.simplify(left))
    for order in range(1, 60, 2):
        exact = hermite_coefficient(STEP, order, digits=5).exact
        share = sympy.binomial(order - 1, (order - 1) // 2) / sympy.Integer(4) ** ((order - 1) // 2)
        evidence.identity(f"c_{order}²", exact**2 - share / (2 * sympy.pi * order))


@claim.step(
    "The ReLU by one integration, and every kink",
    derivation=r"""
$\mathrm{ReLU}' = \Theta$ and $\mathbb{E}[f\,\mathrm{He}_k] = \mathbb{E}[f'\mathrm{He}_{k-1}]$, so
$c_k[\mathrm{ReLU}] = c_{k-1}[\Theta]/\sqrt k$: with $k = 2m$, $c_k^2 = \frac{W_{m-1}}
{2\pi(2m-1)2m} = \frac{W_m}{2\pi(2m-1)^2}$, as $W_m = \frac{2m-1}{2m}W_{m-1}$. A piecewise linear
$\sigma$ with a kink $s$ is $s\,\mathrm{ReLU}$ plus an affine function, plus a multiple of
$\Theta$, which has no even order above zero; $\sigma(wx)$ scales with $w$.""",
)
def relu_by_integration(evidence: Evidence) -> None:
    wallis = sympy.binomial(2 * m, m) / sympy.Integer(4) ** m
    before = sympy.binomial(2 * m - 2, m - 1) / sympy.Integer(4) ** (m - 1)
    evidence.identity(
        "recurrence of W",
        sympy.simplify((wallis - (2 * m - 1) / (2 * m) * before).rewrite(sympy.gamma)),
    )
    for order in range(2, 60, 2):
        half = order // 2
        share = sympy.binomial(order, half) / sympy.Integer(4) ** half
        wanted = share / (2 * sympy.pi * (order - 1) ** 2)
        for sigma, size in ((RELU, 1), (ABSOLUTE, 2)):
            exact = hermite_coefficient(sigma, order, 3, digits=5).exact
            evidence.identity(f"{sigma.name}, k = {order}", exact**2 - 9 * size**2 * wanted)


@claim.step(
    "Wallis' numbers between two square roots",
    derivation=r"""
$W_{m+1}/W_m = \frac{2m+1}{2m+2}$ and $W_m^2m\to1/\pi$ (Wallis). $W_m^2(m+\frac14)$ rises:
$(2m+1)^2(4m+5) - (2m+2)^2(4m+1) = 1 > 0$. $W_m^2(m+\frac12)$ falls:
$(2m+1)^2(2m+3) - (2m+2)^2(2m+1) = -(2m+1) < 0$. So the first stays below and the second above
$1/\pi$.""",
)
def wallis_between_roots(evidence: Evidence) -> None:
    rising = (2 * m + 1) ** 2 * (4 * m + 5) - (2 * m + 2) ** 2 * (4 * m + 1)
    falling = (2 * m + 1) ** 2 * (2 * m + 3) - (2 * m + 2) ** 2 * (2 * m + 1)
    evidence.identity("rising", sympy.expand(rising - 1))
    evidence.identity("falling", sympy.expand(falling + 2 * m + 1))


@claim.step(
    "The constants of the laws",
    derivation=r"""
With $W_m\sim(\pi m)^{-1/2} = \sqrt{2/(\pi k)}$: $\frac1{2\pi}\sqrt{2/\pi} = (2\pi^3)^{-1/2}$.""",
)
def constants(evidence: Evidence) -> None:
    value = sympy.sqrt(2 / sympy.pi) / (2 * sympy.pi) - 1 / sympy.sqrt(2 * sympy.pi**3)
    evidence.identity("the constant", sympy.simplify(value))


@claim.step(
    "On the circle: exponents 4 and 2",
    derivation=r"""
$\frac1\pi\int|\cos\theta|\cos k\theta\,d\theta = \frac{4(-1)^{k/2+1}}{\pi(k^2-1)}$ for even
$k\ge2$; $\frac1\pi\int\Theta(\cos\theta)\cos k\theta\,d\theta = \frac{2(-1)^{(k-1)/2}}{\pi k}$ for
odd $k$.""",
)
def circle(evidence: Evidence) -> None:
    angle = sympy.Symbol("theta", real=True)
    for order in range(1, 14):
        half = sympy.integrate(sympy.cos(order * angle), (angle, -sympy.pi / 2, sympy.pi / 2))
        evidence.identity(
            f"step, k = {order}", zonal_coefficient(STEP, order, 2).exact * 2 - half / sympy.pi
        )
        if order % 2 == 0:
            wanted = sympy.Rational(4 * (-1) ** (order // 2 + 1), order**2 - 1) / sympy.pi
            found = zonal_coefficient(ABSOLUTE, order, 2).exact * 2
            evidence.identity(f"|z|, k = {order}", found - wanted)


@claim.step(
    "Within a factor of the law, from a stated order on",
    derivation=r"""
The bounds place $c_k^2$ within one per cent of the law for all $k\ge178$ (ReLU) and $k\ge27$
(step), and enclosed values agree at $k = 1000$ and $1001$.""",
    confirms=("wallis_between_roots", "constants"),
)
def within_a_factor(evidence: Evidence) -> None:
    percent = sympy.Rational(101, 100)
    for sigma, order, start in ((RELU, 1000, 178), (STEP, 1001, 27)):
        decay = WallisDecay.of(sigma)
        evidence.equal(f"first order, {sigma.name}", first_within(decay, percent), start)
        with ctx.workprec(150):
            ratio = hermite_coefficient(sigma, order).square / decay.law(order)
        evidence.enclosure(f"{sigma.name}, k = {order}", ratio, within=(1 / percent, percent))


@claim.step(
    "Coefficients by the generating function",
    derivation=r"""
$\mathbb{E}[\sigma(x)e^{tx-t^2/2}] = \mathbb{E}[\sigma(x+t)] = \sum_kc_kt^k/\sqrt{k!}$. For the step
it is $\tfrac12(1 + \operatorname{erf}(t/\sqrt2))$, for the ReLU $t$ times that plus
$e^{-t^2/2}/\sqrt{2\pi}$: coefficients of known series, without derivatives of $\varphi$ and
without integration by parts.""",
    confirms=("step_exactly", "relu_by_integration"),
)
def generating_function(evidence: Evidence) -> None:
    # erf(t/√2)/2 = (2π)^(-1/2) Σ (-1)^i t^(2i+1)/(2^i i! (2i+1))
    top = 21
    error = {
        2 * i + 1: sympy.Rational((-1) ** i, 2**i * sympy.factorial(i) * (2 * i + 1))
        for i in range(top)
    }
    normal = {2 * i: sympy.Rational((-1) ** i, 2**i * sympy.factorial(i)) for i in range(top)}
    for half in range(1, top):
        share = sympy.binomial(2 * half, half) / sympy.Integer(4) ** half / (2 * sympy.pi)
        step = sympy.factorial(2 * half + 1) * error[2 * half + 1] ** 2 / (2 * sympy.pi)
        evidence.identity(f"step, k = {2 * half + 1}", step - share / (2 * half + 1))
        whole = error[2 * half - 1] + normal[2 * half]
        relu = sympy.factorial(2 * half) * whole**2 / (2 * sympy.pi)
        evidence.identity(f"ReLU, k = {2 * half}", relu - share / (2 * half - 1) ** 2)


@claim.step(
    "Coefficients by quadrature in balls",
    derivation=r"""
$c_k = \int_0^{24}\sigma(x)h_k(x)\varphi(x)\,dx$ up to a tail of at most $\int_{24}^\infty
1.09\,x e^{-x^2/4}\,dx = 2.18e^{-144}$, as $|h_k(x)| \le 1.09e^{x^2/4}$ (Cramér), $h_k$ by its
recurrence. On the circle $\frac1\pi\int_{-\pi/2}^{\pi/2}$ of $\cos k\theta$ and
$2\cos\theta\cos k\theta$ likewise. Values against the closed forms.""",
    confirms=("step_exactly", "relu_by_integration", "circle"),
)
def quadrature(evidence: Evidence) -> None:
    small = sympy.Rational(1, 10**20)
    with ctx.workprec(160):
        tail = arb(0, 1e-60)
        for order in (1, 2, 3, 8, 9, 24, 25):
            half = order // 2
            kink = order % 2 == 0

            def integrand(z: acb, _analytic: bool, order: int = order, kink: bool = kink) -> acb:
                before, here = acb(0), acb(1)
                for j in range(order):
                    before, here = here, (z * here - arb(j).sqrt() * before) / arb(j + 1).sqrt()
                return here * (z if kink else 1) * (-z * z / 2).exp()

            found = acb.integral(integrand, acb(0), acb(24)).real / (2 * arb.pi()).sqrt() + tail
            share = arb(int(sympy.binomial(2 * half, half))) / arb(4) ** half / (2 * arb.pi())
            wanted = share / ((order - 1) ** 2 if kink else order)
            label = f"{'ReLU' if kink else 'step'}, k = {order}"
            evidence.enclosure(label, found**2 - wanted, within=(-small, small))
        for order in (3, 8, 9, 24, 25):
            kink = order % 2 == 0

            def wave(z: acb, _analytic: bool, order: int = order, kink: bool = kink) -> acb:
                return (order * z).cos() * (2 * z.cos() if kink else 1)

            edge = acb(arb.pi() / 2)
            found = acb.integral(wave, -edge, edge).real / arb.pi()
            sign = (-1) ** (order // 2 + kink)
            closed = arb(4 * sign) / (order**2 - 1) if kink else arb(2 * sign) / order
            label = f"circle, {'|z|' if kink else 'step'}, k = {order}"
            evidence.enclosure(label, found - closed / arb.pi(), within=(-small, small))
