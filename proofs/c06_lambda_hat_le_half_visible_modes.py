"""C6: λ̂(β) ≤ ½Σ g(βσ²h c_k²), a mode count made rigorous, and a far better bound beside it."""

from fractions import Fraction

import sympy
from flint import acb, arb, ctx

from slt_symbolic.activations import TANH
from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels import NeuronKernel
from slt_symbolic.spectra import (
    UniformWeights,
    gram_spectrum,
    hermite_coefficient,
    mode_bounds,
    typical_bound,
    zonal_coefficient,
)

claim = Claim(
    id="C6",
    title="The mode-counting bound, rigorous",
    statement=(
        r"\hat\lambda(\beta) \le \tfrac12\sum_{k\,\mathrm{odd}} "
        r"\frac{\beta\sigma^2h\,c_k(W)^2}{1+\beta\sigma^2h\,c_k(W)^2} \le \tfrac12\Bigl("
        r"\#\{k : x_k\ge1\} + \sum_{x_k<1}x_k\Bigr),\ x_k = \beta\sigma^2h\,c_k(W)^2;\qquad "
        r"\hat\lambda(\beta) \le \tfrac12\min_m\bigl(m + \beta\sigma^2h\,d_m^2\bigr)"
    ),
    plain=(
        "For f = sum a_i tanh(w_i x), Gaussian readouts of variance s^2, any prior of the weights "
        "on [-W, W] and every beta > 0, lambda-hat is at most half the sum of x/(1+x) over odd "
        "modes: half the number of visible modes plus half of what the invisible ones weigh. It "
        "is also at most half of m plus beta s^2 h times the squared distance of all tanh(wx) "
        "from m shared functions, which grows only like (log n)^(3/2): the bound quadratic in "
        "log n is true and not attained."
    ),
    source=Source(document="000", place="Hermite modes and excitations; the inequality"),
    assumptions=(
        "x is standard normal, K = ½E[f²], tempered weight exp(−βK)",
        "readouts independent N(0, σ²); |w_i| ≤ W with any prior",
        "without the invisible modes' share the count alone is no bound: at small β it is zero",
    ),
    uses=("C1", "C3", "C5"),
    references=("B. Simon (2005), Trace Ideals and Their Applications, 2nd ed., theorem 8.11",),
    expected=Verdict.PROVED,
)

x, y, m, k, w, u = sympy.symbols("x y m k w u", positive=True)
B, zeta, theta, r = sympy.symbols("B zeta theta r", positive=True)


def g(z: sympy.Expr) -> sympy.Expr:
    """Return g(z) = z/(1 + z)."""
    return z / (1 + z)


@claim.step(
    "Jensen on each vector of any orthonormal basis",
    derivation=r"""
Given $w$, $\hat\lambda(\beta\mid w) = \tfrac12\operatorname{tr}g(\beta\sigma^2G)$ (C5), and the
non-zero eigenvalues of $\beta\sigma^2G$ are those of $A =
\beta\sigma^2\sum_i\tanh(w_i\cdot)\otimes\tanh(w_i\cdot)$ on $L^2(N(0,1))$. $g$ is concave on
$[0,\infty)$: $g(x) + g'(x)(y-x) - g(y) = \frac{(y-x)^2}{(1+x)^2(1+y)} \ge 0$. With $x =
\langle e,Ae\rangle$ and $y$ distributed by the spectral measure of a unit vector $e$, of mean
$x$: $\langle e,g(A)e\rangle \le g(\langle e,Ae\rangle)$. Sum over a basis.""",
)
def jensen(evidence: Evidence) -> None:
    tangent = g(x) + sympy.diff(g(x), x) * (y - x) - g(y)
    evidence.identity("tangent above g", tangent - (y - x) ** 2 / ((1 + x) ** 2 * (1 + y)))


@claim.step(
    "The Hermite basis, and the count",
    derivation=r"""
$\langle h_k,Ah_k\rangle = \beta\sigma^2\sum_ic_k(w_i)^2 \le x_k = \beta\sigma^2h\,c_k(W)^2$, as
$|c_k(w)|$ rises with $|w|$ (C5), and $g$ rises. Further $g(x) \le \min(1,x)$:
$1 - g = \frac1{1+x}$, $x - g = \frac{x^2}{1+x}$.""",
)
def hermite_basis(evidence: Evidence) -> None:
    evidence.identity("1 − g", 1 - g(x) - 1 / (1 + x))
    evidence.identity("x − g", x - g(x) - x**2 / (1 + x))
    evidence.identity("g′", sympy.diff(g(x), x) - 1 / (1 + x) ** 2)


@claim.step(
    "A subspace shared by all units",
    derivation=r"""
In a basis through a subspace $V$ of dimension $m$: $g\le1$ inside, $g(x)\le x$ outside, so
$\operatorname{tr}g(A) \le m + \beta\sigma^2\sum_i\mathrm{dist}(\tanh(w_i\cdot),V)^2$. For $|w|\le
W$ put $w = W\cos\theta$: $\tanh(wx) = \sum_{k\,\mathrm{odd}}b_k(Wx)\cos k\theta$, and $V$ is
spanned by the first $m$ of the $b_k(W\cdot)$, whatever $w$. With $\sinh s_j = \beta_j/u$,
$\beta_j = (2j+1)\pi/2$, $|b_k(u)| \le 4\sum_je^{-ks_j}/\sqrt{u^2+\beta_j^2}$ (C15), and
$\sum_{k>2m,\,\mathrm{odd}}e^{-ks} = e^{-2ms}/(2\sinh s)$: the distance is at most the norm of
$S_m(u) = \sum_j\frac{2u\,e^{-2ms_j}}{\beta_j\sqrt{u^2+\beta_j^2}}$, $u = Wx$, so
$d_m^2 \le \mathbb{E}[S_m(WX)^2]$.""",
)
def shared_subspace(evidence: Evidence) -> None:
    # Σ_{k ≥ 2m+1 odd} q^k = q^{2m+1}/(1 − q²); with q = e^{−s} this is e^{−2ms}/(2 sinh s).
    s = sympy.Symbol("s", positive=True)
    q = sympy.exp(-s)
    evidence.identity(
        "odd geometric series",
        sympy.simplify(
            (q ** (2 * m + 1) / (1 - q**2) - q ** (2 * m) / (q**-1 - q)).rewrite(sympy.exp)
        ),
    )
    evidence.identity("2 sinh s", 2 * sympy.sinh(s).rewrite(sympy.exp) - (1 / q - q))
    evidence.identity("4/(2·(B/u)√(u² + B²))", 4 / (2 * B / u * x) - 2 * u / (B * x))


@claim.step(
    "The subspace bound grows like the power 3/2 of the logarithm",
    derivation=r"""
$\log(e^{-x^2/2}e^{-4ms_0}) = -\frac{x^2}2 - 4m\,\mathrm{arcsinh}\frac\pi{2Wx}$. For $x \ge
m^{1/4}$, $\mathrm{arcsinh}\,z \ge z - z^3/6$ makes it at most $-\frac{x^2}2 - \frac{2\pi m}{Wx} +
O(m^{1/4})$, whose main part is largest at $x = (2\pi m/W)^{1/3}$ with the value
$-\tfrac32(2\pi m/W)^{2/3}$; for $x \le m^{1/4}$ it is at most $-\mathrm{const}\cdot m^{3/4}$, far
below that. The other factors are at most powers of $m$. So $\log d_m^2 \le
-\tfrac32(2\pi m/W)^{2/3}(1+o(1))$, $\beta\sigma^2hd_m^2 \le 1$ at $m \sim
\frac W{2\pi}(\tfrac23L)^{3/2}$, $L = \log(\beta\sigma^2h)$, and $\hat\lambda \le
\frac{W}{4\pi}(\tfrac23L)^{3/2}(1+o(1))$, against $\frac{W^2}{4\pi^2}L^2$ of the mode count.""",
)
def power_three_halves(evidence: Evidence) -> None:
    c = sympy.Symbol("c", positive=True)
    exponent = -(x**2) / 2 - c / x
    peak = c ** sympy.Rational(1, 3)
    evidence.identity("stationary", sympy.diff(exponent, x).subs(x, peak))
    evidence.identity(
        "the value", exponent.subs(x, peak) + sympy.Rational(3, 2) * c ** sympy.Rational(2, 3)
    )
    L = sympy.Symbol("L", positive=True)
    at = (sympy.Rational(2, 3) * L) ** sympy.Rational(3, 2) / (2 * sympy.pi)
    evidence.identity(
        "the m at which the exponent is −L",
        sympy.Rational(3, 2) * (2 * sympy.pi * at) ** sympy.Rational(2, 3) - L,
    )


@claim.step(
    "The table for 128 units",
    derivation=r"""
$W = \sigma = 1$: the mode bound and the subspace bound, enclosed, and the bound of the prior's
mean of $\hat\lambda(\beta\mid w)$ by the eigenvalues of the Gram operator, $\tfrac12\sum_i
g(\beta h\mu_i)$ (concavity of $\operatorname{tr}g$). The last is below 3 where the modes allow 14.
At $n = 10^{20}$ the mode bound exceeds $h/2 = 64$; the subspace bound is 17.""",
    confirms=("hermite_basis", "shared_subspace", "power_three_halves"),
)
def table_for_128_units(evidence: Evidence) -> None:
    spectrum = gram_spectrum(UniformWeights(1), 26)
    rows = {0: (2, 2, 1), 8: (15, 6, 3), 12: (28, 10, 4), 16: (45, 13, 6), 20: (66, 18, 7)}
    for power, (modes, subspace, typical) in rows.items():
        bounds = mode_bounds(10**power)
        label = f"n = 10^{power}"
        evidence.enclosure(f"modes, {label}", bounds.hermite, within=(modes - 2, modes))
        evidence.enclosure(f"subspace, {label}", bounds.subspace, within=(None, subspace))
        mean = typical_bound(spectrum, 10**power)
        evidence.enclosure(f"prior mean, {label}", mean, within=(typical - 1, typical))


@claim.step(
    "The circle's coefficients behind the subspace",
    derivation=r"""
$b_k(u)$ by quadrature on the circle, against its bound $4\sum_je^{-ks_j}/\sqrt{u^2+\beta_j^2}$
with 400 poles, at $u = 3$.""",
    confirms="shared_subspace",
)
def circle_coefficients(evidence: Evidence) -> None:
    with ctx.workprec(120):
        for order in (3, 7, 15):
            total = arb(0)
            for j in range(400):
                b = (2 * j + 1) * arb.pi() / 2
                total += 4 * (-order * (b / 3).asinh()).exp() / (9 + b * b).sqrt()
            found = zonal_coefficient("tanh", order, 2, 3, digits=20, method="Gauss rule").fourier
            gap = abs(abs(found) / total - 1)
            small = sympy.Rational(1, 10**6)
            evidence.enclosure(f"k = {order}", gap, within=(None, small))


def of_two_units(beta: arb, g11: arb, g12: arb, g22: arb) -> arb:
    """Return βE[K] of two readouts as an integral over their circle, the radius done exactly."""

    def mean(t: acb, power: int) -> acb:
        q = acb(g11) * t.cos() ** 2 + acb(g12) * (2 * t).sin() + acb(g22) * t.sin() ** 2
        return (beta * q) ** (power - 1) / (1 + beta * q) ** power

    half = acb(arb.pi())
    above = acb.integral(lambda t, _analytic: mean(t, 2), acb(0), half).real
    below = acb.integral(lambda t, _analytic: mean(t, 1), acb(0), half).real
    value: arb = above / below
    return value


@claim.step(
    "Two units by quadrature below both bounds",
    derivation=r"""
$\hat\lambda(\beta\mid w)$ for $w = (1, \tfrac12)$ as $\beta\,\mathbb{E}[K]$ over the readouts'
circle, without traces or Jensen, $G$ from the kernel: below the sum over modes up to order 41 with
$\sum_ic_k(w_i)^2$, and below the bound by the subspace of the first unit,
$\tfrac12g(\beta G_{11}) + \tfrac12g(\beta\,\mathrm{dist}^2)$, $\mathrm{dist}^2 = G_{22} -
G_{12}^2/G_{11}$, each in a basis of its own.""",
    confirms=("jensen", "hermite_basis"),
)
def two_units(evidence: Evidence) -> None:
    weights = (Fraction(1), Fraction(1, 2))
    kernel = NeuronKernel(TANH, StandardNormal(1))
    with ctx.workprec(150):
        g11, g12, g22 = (
            kernel.enclosure((v, 0), (w, 0), digits=35)
            for v, w in ((weights[0],) * 2, weights, (weights[1],) * 2)
        )
        modes = [
            sum((hermite_coefficient("tanh", k, w, digits=30).square for w in weights), arb(0))
            for k in range(1, 42, 2)
        ]
        for power in range(-2, 9, 2):
            beta = arb(10) ** power
            found = of_two_units(beta, g11, g12, g22)
            by_modes = sum((beta * c / (1 + beta * c) for c in modes), arb(0)) / 2
            inside, apart = beta * (g11 + g12**2 / g11), beta * (g22 - g12**2 / g11)
            by_unit = (inside / (1 + inside) + apart / (1 + apart)) / 2
            label = f"β = 10^{power}"
            evidence.enclosure(f"modes, {label}", by_modes - found, within=(0, None))
            evidence.enclosure(f"one unit's subspace, {label}", by_unit - found, within=(0, None))


@claim.step(
    "One unit with its weight, both integrated",
    derivation=r"""
$h = 1$, $w$ uniform on $[0,1]$: $\tfrac12g(\beta G(w))$ rises and $(1+\beta G(w))^{-1/2}$ falls
with $w$, so sums over 32 cells enclose the posterior's $\hat\lambda$. It lies below the mode sum
of $W = 1$, at $\beta = 1$ by less than a factor of 3.""",
    confirms=("hermite_basis", "jensen"),
)
def one_unit(evidence: Evidence) -> None:
    kernel, cells = NeuronKernel(TANH, StandardNormal(1)), 32
    with ctx.workprec(100):
        grid = [
            kernel.enclosure((w, 0), (w, 0), digits=20)
            for w in (Fraction(j, cells) for j in range(cells + 1))
        ]
        for power in (0, 1, 2, 4):
            beta = arb(10) ** power
            share = [1 / (1 + beta * g).sqrt() for g in grid]
            value = [beta * g / (1 + beta * g) / 2 for g in grid]
            upper = sum((v * s for v, s in zip(value[1:], share, strict=False)), arb(0))
            lower = sum((v * s for v, s in zip(value, share[1:], strict=False)), arb(0))
            most, least = sum(share[:-1], arb(0)), sum(share[1:], arb(0))
            bound = mode_bounds(10**power, 1).hermite
            label = f"h = 1, β = 10^{power}"
            evidence.enclosure(f"below, {label}", bound - upper / least, within=(0, None))
            if power == 0:
                evidence.enclosure(f"near, {label}", bound / (lower / most), within=(1, 3))
