"""C6: λ̂(β) ≤ ½Σ g(βσ²h c_k²), a mode count made rigorous, and a far better bound beside it."""

from fractions import Fraction

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.spectra import (
    UniformWeights,
    gram_spectrum,
    hermite_coefficient,
    mode_bounds,
    typical_bound,
    unit_gram_spectrum,
)
from slt_symbolic.spectra.circle_subspace import subspace_distance_square

from ._mode_count import (
    beyond_400,
    counted_intervals,
    mixture_bound,
    of_one_unit,
    remainder_share,
    slack_of_two_units,
)

claim = Claim(
    id="C6",
    title="The mode-counting bound, rigorous",
    statement=(
        r"\hat\lambda(\beta) \le \tfrac12\sum_{k\,\mathrm{odd}} "
        r"\frac{\beta\sigma^2h\,c_k(W)^2}{1+\beta\sigma^2h\,c_k(W)^2} \le \tfrac12\Bigl("
        r"\#\{k : x_k\ge1\} + \sum_{x_k<1}x_k\Bigr),\ x_k = \beta\sigma^2h\,c_k(W)^2;\qquad "
        r"W = 1:\ \hat\lambda(\beta) \le \tfrac12\#\{k : x_k\ge1\} \text{ for every prior} \iff "
        r"x_1 \ge 1;\qquad "
        r"\hat\lambda(\beta) \le \tfrac12\min_m\bigl(m + \beta\sigma^2h\,d_m^2\bigr),\ "
        r"d_m = \min_{\dim V = m}\max_{|w|\le W}\operatorname{dist}(\tanh(w\,\cdot), V)"
    ),
    plain=(
        "For f = sum a_i tanh(w_i x), Gaussian readouts of variance s^2, any prior of the weights "
        "on [-W, W] and every beta > 0, lambda-hat is at most half the sum of x/(1+x) over odd "
        "modes: half the number of visible modes plus half of what the invisible ones weigh. For "
        "W = 1 the count alone is a bound from the first visible mode on, and not before, where "
        "it is zero. Lambda-hat is also at most half of m plus beta s^2 h times the squared "
        "distance of all tanh(wx) from m shared functions, which grows only like (log n)^(3/2): "
        "the bound quadratic in log n is true and not attained."
    ),
    source=Source(document="000", place="Hermite modes and excitations; the inequality"),
    assumptions=(
        "x is standard normal, K = ½E[f²], tempered weight exp(−βK)",
        "readouts independent N(0, σ²); |w_i| ≤ W with any prior",
        "dist is that of L²(N(0, 1)); c_k(W) are the Hermite coefficients of tanh(Wx)",
    ),
    uses=("C1", "C3", "C5", "C15"),
    references=("B. Simon (2005), Trace Ideals and Their Applications, 2nd ed., theorem 8.11",),
    expected=Verdict.ENCLOSED,
)

x, y, m, w, u, B = sympy.symbols("x y m w u B", positive=True)


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
$x$: $\langle e,g(A)e\rangle \le g(\langle e,Ae\rangle)$. $g(A)$ is positive, so the sum over an
orthonormal basis is its trace: $\operatorname{tr}g(A) \le \sum_eg(\langle e,Ae\rangle)$.

What bounds $\hat\lambda(\beta\mid w)$ for every $w \in [-W, W]^h$ bounds the posterior's
$\hat\lambda(\beta)$, its mean over the posterior of $w$ (C5), whatever the prior of $w$.""",
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
spanned by $b_1(W\cdot), b_3(W\cdot), \dots, b_{2m-1}(W\cdot)$, whatever $w$. With $\sinh s_j =
\beta_j/u$, $\beta_j = (2j+1)\pi/2$, $|b_k(u)| \le 4\sum_je^{-ks_j}/\sqrt{u^2+\beta_j^2}$ (C15), and
$\sum_{k>2m,\,\mathrm{odd}}e^{-ks} = e^{-2ms}/(2\sinh s)$: the distance is at most the norm of
$S_m(u) = \sum_j\frac{2u\,e^{-2ms_j}}{\beta_j\sqrt{u^2+\beta_j^2}}$, $u = W|x|$, so that $d_m^2 \le
\mathbb{E}[S_m(W|X|)^2]$: a number, enclosed below.""",
)
def shared_subspace(evidence: Evidence) -> None:
    s = sympy.Symbol("s", positive=True)
    q = sympy.exp(-s)
    series = q ** (2 * m + 1) / (1 - q**2) - q ** (2 * m) / (1 / q - q)
    evidence.identity("odd geometric series", sympy.simplify(series.rewrite(sympy.exp)))
    evidence.identity("2 sinh s", 2 * sympy.sinh(s).rewrite(sympy.exp) - (1 / q - q))
    evidence.identity("4/(2·(B/u)√(u² + B²))", 4 / (2 * B / u * x) - 2 * u / (B * x))


@claim.step(
    "The subspace bound grows like the power 3/2 of the logarithm",
    derivation=r"""
As $s_j \ge s_0$ and $\sum_j\beta_j^{-2} = \tfrac12$, $S_m(u) \le 2ue^{-2ms_0}\sum_j\beta_j^{-2} =
ue^{-2ms_0}$. Let $0 < \varepsilon < 1$ and $E_m(x) = (1-\varepsilon)\frac{x^2}2 +
4m\,\mathrm{arcsinh}\frac\pi{2Wx}$ for $x > 0$: $d_m^2 \le \mathbb{E}[W^2X^2e^{-4ms_0}] \le
W^2e^{-\min E_m}\int x^2e^{-\varepsilon x^2/2}\frac{dx}{\sqrt{2\pi}} =
W^2\varepsilon^{-3/2}e^{-\min E_m}$, for every $m$. With $c = 2\pi m/W$: for $x \ge m^{1/4}$,
$\mathrm{arcsinh}\,z \ge z - z^3/6$ gives $E_m \ge (1-\varepsilon)\frac{x^2}2 + \frac cx -
\frac{\pi^3}{12W^3}m^{1/4}$, whose main part is least at $x^3 = c/(1-\varepsilon)$, with the value
$\tfrac32(1-\varepsilon)^{1/3}c^{2/3}$. For $x < m^{1/4}$, $E_m \ge
4m\,\mathrm{arcsinh}\frac\pi{2Wm^{1/4}}$ is of order $m^{3/4}$, more than that for large $m$. As
$\varepsilon$ was arbitrary, $\log d_m^2 \le -\tfrac32(2\pi m/W)^{2/3}(1+o(1))$.

Let $L = \log(\beta\sigma^2h)$ and $\eta > 0$. For $m = \lceil(1+\eta)\frac
W{2\pi}(\tfrac23L)^{3/2}\rceil$ and large $L$, $\beta\sigma^2hd_m^2 \le 1$, so
$\hat\lambda \le \tfrac12(m+1)$: $\hat\lambda \le \frac{W}{4\pi}(\tfrac23L)^{3/2}(1+o(1))$, the
$o(1)$ depending on $W$ and $L$ alone, against $\frac{W^2}{4\pi^2}L^2$ of the mode count.""",
)
def power_three_halves(evidence: Evidence) -> None:
    c, e, L = sympy.symbols("c e L", positive=True)  # e = 1 - epsilon
    exponent, peak = e * x**2 / 2 + c / x, (c / e) ** sympy.Rational(1, 3)
    evidence.identity("stationary", sympy.diff(exponent, x).subs(x, peak))
    least = sympy.Rational(3, 2) * e ** sympy.Rational(1, 3) * c ** sympy.Rational(2, 3)
    evidence.identity("the value", sympy.powsimp(sympy.expand(exponent.subs(x, peak) - least)))
    normal = sympy.integrate(x**2 * sympy.exp(-e * x**2 / 2), (x, 0, sympy.oo)) * 2
    wanted = sympy.sqrt(2 * sympy.pi) * e ** -sympy.Rational(3, 2)
    evidence.identity("the integral", sympy.simplify(normal - wanted))
    odd = (1 - sympy.Rational(1, 4)) * sympy.zeta(2)  # the sum over (2j + 1)^-2
    evidence.identity("sum over poles", 4 / sympy.pi**2 * odd - sympy.Rational(1, 2))
    cubic = 4 * m * (sympy.pi / (2 * w * m ** sympy.Rational(1, 4))) ** 3 / 6
    stated = sympy.pi**3 / (12 * w**3) * m ** sympy.Rational(1, 4)
    evidence.identity("cubic term at m^(1/4)", cubic - stated)
    at = (sympy.Rational(2, 3) * L) ** sympy.Rational(3, 2) / (2 * sympy.pi)
    evidence.identity(
        "the m at which the exponent is −L",
        sympy.Rational(3, 2) * (2 * sympy.pi * at) ** sympy.Rational(2, 3) - L,
    )


@claim.step(
    "The count alone, from the first visible mode on",
    derivation=r"""
$W = 1$, $B = \beta\sigma^2h$, $t_w = \tanh(w\,\cdot)$. If $x_1 < 1$ the count is 0 and
$\hat\lambda > 0$, unless $w = 0$ almost surely. Let $x_1 \ge 1$ and $N \ge 1$ the largest number
with $x_1, x_3, \dots, x_{2N-1} \ge 1$: the count is at least $N$, and $B < B_N :=
c_{2N+1}(1)^{-2}$. As $\operatorname{tr}g(A)$ rises with $B$, it is to be shown that it is at most
$N$ at $B_N$.

$N \ge 3$: $\operatorname{tr}g(A) \le N - 1 + B_Nd_{N-1}^2$, so $d_{N-1}^2 \le c_{2N+1}^2$ is
enough: enclosed for $N \le 535$. For $m = N - 1 \ge 400$ take $\varepsilon = \tfrac12$ above and
$\mathrm{arcsinh}\,z \ge \log(1+z) \ge \frac z{1+z}$: $E_m \ge \frac{x^2}4 + \frac{4\pi m}y$, $y =
2x + \pi$. Where $y \le \tfrac{12}5\sqrt m$ this is at least $\tfrac{5\pi}3\sqrt m$; elsewhere at
least $(\tfrac{12}5\sqrt m - \pi)^2/16$, more for $\sqrt m \ge 20$. By C3, whose lower bound of
$\eta_k$ rises, $c_k^2 \ge k^{-1/2}e^{-\pi\sqrt k}$ for $k \ge 803$, and with $k = 2m + 3$, $\sqrt k
\le \tfrac{142}{100}\sqrt m$: $d_m^2/c_k^2 \le 2^{3/2}\tfrac{142}{100}\sqrt m\,e^{-(\frac53 -
\frac{142}{100})\pi\sqrt m} < 1$, as $se^{-as}$ falls for $s > 1/a$.

$N = 1, 2$: $A = B\,\mathbb{E}[t_w \otimes t_w]$ for a law of $w$ on $[0, 1]$ (the sign of $t_w$
does not enter), and $\operatorname{tr}g$ is concave: for every $A_0$, $\operatorname{tr}g(A) \le
\operatorname{tr}g(A_0) + \operatorname{tr}[g'(A_0)(A - A_0)] \le
\operatorname{tr}[A_0^2(1+A_0)^{-2}] + B\max_w|(1+A_0)^{-1}t_w|^2$. With $A_0$ of two weights the
maximum over $w$ is found on a grid of step $d$: in between $t_w$ is within
$\tfrac{d^2}8\max|\tanh''| \sqrt{\mathbb{E}X^4} = \tfrac{d^2}6$ of its linear interpolation.""",
)
def count_alone(evidence: Evidence) -> None:
    with ctx.workprec(120):
        for N, first, share in ((1, Fraction(21, 50), Fraction(47, 100)),
                                (2, Fraction(9, 25), Fraction(129, 200))):  # fmt: skip
            scale = 1 / hermite_coefficient("tanh", 2 * N + 1, digits=25).ball ** 2
            bound = mixture_bound(scale, (first, Fraction(1)), (share, 1 - share))
            evidence.enclosure(f"N = {N}: tr g(A) at B_N", bound, within=(0, N))
        for start, end, worst in counted_intervals(3, 535):
            evidence.enclosure(f"N = {start} to {end}: B_N d²", worst, within=(0, 1))
        for label, ball, within in beyond_400():
            evidence.enclosure(label, ball, within=within)
    evidence.identity("tanh''", sympy.diff(-2 * x * (1 - x**2), x) - (6 * x**2 - 2))
    top = (2 * x * (1 - x**2)).subs(x, 1 / sympy.sqrt(3))
    evidence.identity("d²/6", top * sympy.sqrt(3) / 8 - sympy.Rational(1, 6))


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
    "The remainder itself, and the distances",
    derivation=r"""
$\tanh(u\cos\theta)$ less its first $m$ terms, with $b_k$ by quadrature on the circle, over $S_m(u)$
from 400 poles: at most 1. And $-\log$ of the enclosed $\mathbb{E}[S_m^2]$ over
$\tfrac32(2\pi m)^{2/3}$, $W = 1$, for $m = 10, 50, 300$: it rises towards 1.""",
    confirms=("shared_subspace", "power_three_halves"),
)
def remainder(evidence: Evidence) -> None:
    with ctx.workprec(120):
        for size in (1, 3):
            for terms in (1, 2, 4):
                share = remainder_share(size, terms)
                evidence.enclosure(f"u = {size}, m = {terms}", share, within=(0, 1))
        ratios = [arb(0)]
        for terms in (10, 50, 300):
            law = (2 * arb.pi() * terms) ** (arb(2) / 3) * 3 / 2
            ratios.append(-subspace_distance_square(terms, fmpq(1)).log() / law)
            evidence.enclosure(f"m = {terms}", ratios[-1], within=(sympy.Rational(94, 100), 1))
            evidence.enclosure(f"rise to m = {terms}", ratios[-1] - ratios[-2], within=(0, None))


@claim.step(
    "Units at the thresholds",
    derivation=r"""
$\hat\lambda(\beta\mid w)$ just below the second and the third threshold, from enclosed eigenvalues
of Gram matrices: two units come within two per cent of the count at the second, none above it. Just
below the first, where the count is 0, it is above $\tfrac18$.""",
    confirms="count_alone",
)
def thresholds(evidence: Evidence) -> None:
    half = sympy.Rational(1, 2)
    sets = ([Fraction(21, 50), Fraction(1)], [Fraction(j, 8) for j in range(1, 9)], [Fraction(1)])
    for beta, count, within in ((270, 0, (half / 4, None)), (4538, 1, (0, half)),
                                (25561, 2, (0, 1))):  # fmt: skip
        for weights in sets:
            spectrum = unit_gram_spectrum(weights, 30)
            found = spectrum.degrees_of_freedom(Fraction(beta, 100 * len(weights))) / 2
            label = f"B = {beta / 100}, {len(weights)} units, count {count}"
            evidence.enclosure(label, found, within=within)
    found = unit_gram_spectrum(sets[0], 30).degrees_of_freedom(Fraction(4538, 200)) / 2
    evidence.enclosure("two units", found, within=(sympy.Rational(49, 100), half))


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
    with ctx.workprec(150):
        for power in range(-2, 9, 2):
            by_modes, by_unit = slack_of_two_units(Fraction(1), Fraction(1, 2), arb(10) ** power)
            label = f"β = 10^{power}"
            evidence.enclosure(f"modes, {label}", by_modes, within=(0, None))
            evidence.enclosure(f"one unit's subspace, {label}", by_unit, within=(0, None))


@claim.step(
    "One unit with its weight, both integrated",
    derivation=r"""
$h = 1$, $w$ uniform on $[0,1]$: $\tfrac12g(\beta G(w))$ rises and $(1+\beta G(w))^{-1/2}$ falls
with $w$, so sums over 32 cells enclose the posterior's $\hat\lambda$. It lies below the mode sum
of $W = 1$, at $\beta = 1$ by less than a factor of 3.""",
    confirms=("hermite_basis", "jensen"),
)
def one_unit(evidence: Evidence) -> None:
    with ctx.workprec(100):
        for power in (0, 1, 2, 4):
            low, high = of_one_unit(arb(10) ** power)
            bound = mode_bounds(10**power, 1).hermite
            evidence.enclosure(f"below, β = 10^{power}", bound - high, within=(0, None))
            within = (1, 3 if power < 2 else 16)
            evidence.enclosure(f"ratio, β = 10^{power}", bound / low, within=within)
