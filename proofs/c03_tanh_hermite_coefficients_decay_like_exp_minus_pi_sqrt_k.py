"""C3: c_k² of tanh(x), and of networks, follows exp(−π√k), with prefactor and proved error."""

import mpmath
import sympy
from flint import arb, ctx

from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.spectra import TanhDecay, hermite_coefficient, hermite_coefficients
from slt_symbolic.spectra.mpmath_reference import mpmath_coefficient

from ._network_modes import (
    against_bounds,
    mean_square,
    shares_of_one_network,
    slopes_of_squares,
)

claim = Claim(
    id="C3",
    title="Decay of the Hermite coefficients of tanh units",
    statement=(
        r"c_k[\tanh x]^2 = L_k e^{\eta_k},\quad "
        r"L_k = 2\sqrt{2\pi}\, k^{-1/2} e^{\pi^2/8} e^{-\pi\sqrt{k}},\qquad "
        r"-\tfrac{c/2 + c^3/12}{k^{1/2}} - \tfrac{1/2 + c^2/8}{k} - \tfrac{c/8}{k^{3/2}} \le "
        r"\eta_k \le \tfrac{c/8}{k^{3/2}} + 2\rho_k \quad (k \text{ odd}),\qquad c = \tfrac\pi2,\ "
        r"\rho_k \le e^{-2cm_k}\bigl(1 + \tfrac{1}{2cm_{k-1}}\bigr),\ "
        r"m_k = \sqrt{9c^2/4 + k + 1/2} - 3c/2;\qquad f = \sum_{i\le h}a_i\tanh(w_ix):\ "
        r"c_k[f]^2 \le h\sum_ia_i^2\,c_k[\tanh x]^2,\quad "
        r"\mathbb{E}\,c_k[f]^2 \sim h\sigma^2\frac{L_k}{\pi\sqrt k}"
    ),
    plain=(
        "The squared odd Hermite coefficients of tanh(x) decay like exp(-pi sqrt(k)) times the "
        "explicit prefactor 2 sqrt(2 pi) exp(pi^2/8) / sqrt(k), for every odd k with an explicit "
        "error that tends to zero. The rate is twice the height pi/2 of the nearest pole of tanh. "
        "The same holds for tanh(wx) with c = pi/(2|w|) and L_k = 2 sqrt(2 pi) exp(c^2/2 - 2c "
        "sqrt(k))/(w^2 sqrt(k)). A network of width h (128 in the source's figure) with weights in "
        "[-1, 1] obeys the same law exp(-pi sqrt(k)) as an upper bound; with uniform weights and "
        "centred readouts of variance s^2 its mean square is h s^2 L_k/(pi sqrt(k)) for large k."
    ),
    source=Source(document="000", place="Hermite modes and excitations; footnote on the poles"),
    assumptions=(
        "x is standard normal, no biases; one unit of weight 1",
        "the network: |w_i| <= 1; its mean: w_i uniform on [-1, 1], readouts independent with mean "
        "0 and variance sigma^2",
    ),
    references=(
        "E. Hille (1940), Contributions to the theory of Hermitian series II, Trans. AMS 47",
        "W. Gautschi (1959), J. Math. and Phys. 38, 77-81 (ratio of Gamma functions)",
        "NIST Digital Library of Mathematical Functions, 5.5.5 and 12.2",
    ),
    expected=Verdict.PROVED,
)

a, c, k, s, t, v, x = sympy.symbols("a c k s t v x", positive=True)
Q = x**2 / 4 + a
HALF = sympy.Rational(1, 2)


@claim.step(
    "Fourier representation",
    derivation=r"""
$\mathbb{E}[f\,\mathrm{He}_k] = \mathbb{E}[f^{(k)}]$ by parts. With
$F(s) = \int\mathrm{sech}^2(u)e^{-isu}du = \pi s/\sinh(\pi s/2)$ (contour shifted by the period
$i\pi$ past the double pole $i\pi/2$, the pole of $\tanh$) and $w > 0$, Fourier inversion against
the normal density gives for odd $k$, with $c = \pi/(2w)$,
$$\sqrt{k!}\,c_k = (-1)^{(k-1)/2}\frac1w\int_0^\infty\frac{t^k e^{-t^2/2}}{\sinh ct}dt
  = (-1)^{(k-1)/2}\frac2w\sum_{j\ge0}J((2j+1)c),\quad
  J(x) = \int_0^\infty t^k e^{-t^2/2 - xt}dt.$$""",
)
def fourier_representation(evidence: Evidence) -> None:
    transform = 2 * sympy.pi * s * sympy.exp(sympy.pi * s / 2) / (sympy.exp(sympy.pi * s) - 1)
    sinh = (sympy.exp(sympy.pi * s / 2) - sympy.exp(-sympy.pi * s / 2)) / 2
    evidence.identity("transform of sech²", transform - sympy.pi * s / sinh)
    u = sympy.exp(c * t)
    evidence.identity(
        "1/sinh(ct) as a geometric series", 2 / (u - 1 / u) - (2 / u) / (1 - 1 / u**2)
    )


@claim.step(
    "The nearest pole's integral solves a Weber equation",
    derivation=r"""
$0 = \int_0^\infty\frac{d}{dt}\bigl(t^{k+1}e^{-t^2/2-xt}\bigr)dt$ and $J' = -\int t^{k+1}\dots$,
$J'' = \int t^{k+2}\dots$ give $J'' = xJ' + (k+1)J$. Then $y = Je^{-x^2/4}$ satisfies
$y'' = Qy$, $Q = x^2/4 + a$, $a = k + \frac12$, and $v = -y'/y > 0$ satisfies $v' = v^2 - Q$.""",
)
def weber_equation(evidence: Evidence) -> None:
    weight = sympy.exp(-(t**2) / 2 - x * t)
    by_parts = sympy.diff(t ** (k + 1) * weight, t) / (t**k * weight)
    evidence.identity("integration by parts", sympy.powsimp(by_parts) - (k + 1 - t**2 - x * t))
    j0, j1 = sympy.symbols("J0 J1")
    # Derivatives of (p·J + q·J')e^{−x²/4}, with J″ eliminated.
    y1 = j1 - x * j0 / 2
    y2 = (x * j1 + (k + 1) * j0) - j0 / 2 - x * j1 / 2 - x * y1 / 2
    evidence.identity("y'' = (x²/4 + k + 1/2) y", y2 - (x**2 / 4 + k + HALF) * j0)


@claim.step(
    "The logarithmic derivative to within an explicit error",
    derivation=r"""
If $V' = V^2 - Q + \delta$ then $d = v - V$ satisfies $d' = (v+V)d - \delta$, so
$d(x) = \int_x^\infty\delta(s)\exp(-\int_x^s(v+V))ds$ ($v \le x/2 + \mathrm{const}$, so the
boundary term at infinity vanishes). With $V = \sqrt Q$: $\delta = (\sqrt Q)' \ge 0$, hence
$v \ge \sqrt Q \ge \sqrt a$. With $V = \sqrt Q + x/(8Q)$: $\delta = (8a - 3x^2)/(64Q^2)$,
$|\delta| \le 1/(8a)$ since $8a\,|8a - 3x^2| \le 64Q^2$, and $v + V \ge 2\sqrt a$: therefore
$|v - V| \le 1/(16a^{3/2})$ for all $x \ge 0$.""",
)
def riccati_comparison(evidence: Evidence) -> None:
    V = sympy.sqrt(Q) + x / (8 * Q)
    residual = sympy.diff(V, x) - V**2 + Q
    evidence.identity("residual of V", residual - (8 * a - 3 * x**2) / (64 * Q**2))
    evidence.identity("residual of √Q", sympy.diff(sympy.sqrt(Q), x) - x / (4 * sympy.sqrt(Q)))
    for sign in (1, -1):
        slack = sympy.Poly(sympy.expand(64 * Q**2 - sign * 8 * a * (8 * a - 3 * x**2)), a, x)
        evidence.equal(
            f"64Q² {'-' if sign > 0 else '+'} 8a(8a - 3x²) has no negative coefficient",
            all(coefficient >= 0 for coefficient in slack.coeffs()),
            True,
        )


@claim.step(
    "Integration from zero, where the integral is a Gamma value",
    derivation=r"""
$J(0) = 2^{(k-1)/2}\Gamma(\frac{k+1}2)$. Integrating $V$ from $0$ to $c$:
$S = \int_0^c\sqrt Q = \frac c2\sqrt{c^2/4+a} + a\,\mathrm{asinh}\frac{c}{2\sqrt a}$ and
$\int_0^c\frac{x}{8Q} = \frac14\log(1 + \frac{c^2}{4a})$. By the duplication formula
$\frac{4}{k!}2^{k-1}\Gamma(\frac{k+1}2)^2 = 2\sqrt\pi\,\Gamma(\frac{k+1}2)/\Gamma(\frac k2+1)$.
Hence, $|\theta| \le c/(8a^{3/2})$,
$$c_k^2 = \frac{2\sqrt\pi}{w^2}\frac{\Gamma(\frac{k+1}2)}{\Gamma(\frac k2+1)}
e^{c^2/2 - 2S}\Bigl(1 + \frac{c^2}{4a}\Bigr)^{-1/2}e^{\theta}(1+\rho)^2,\qquad
1 + \rho = \sum_j J((2j+1)c)/J(c).$$""",
)
def integration_from_zero(evidence: Evidence) -> None:
    action = x / 2 * sympy.sqrt(Q) + a * sympy.asinh(x / (2 * sympy.sqrt(a)))
    slope = sympy.simplify(sympy.diff(action, x))
    evidence.identity("dS/dx = √Q", slope - sympy.sqrt(Q))
    evidence.identity("S vanishes at 0", action.subs(x, 0))
    evidence.identity(
        "the logarithm", sympy.diff(sympy.log(1 + x**2 / (4 * a)) / 4, x) - x / (8 * Q)
    )
    for order in range(1, 60, 2):
        g = sympy.gamma(sympy.Rational(order + 1, 2))
        left = 4 * sympy.Integer(2) ** (order - 1) * g**2 / sympy.factorial(order)
        right = 2 * sympy.sqrt(sympy.pi) * g / sympy.gamma(sympy.Rational(order, 2) + 1)
        evidence.identity(f"duplication at k = {order}", left - right)


@claim.step(
    "All further poles together",
    derivation=r"""
$0 \le \sum_{j\ge1}e^{-2jct} = \frac{e^{-2ct}}{1 - e^{-2ct}} \le e^{-2ct}(1 + \frac1{2ct})$, since
$1/(1-e^{-u}) \le 1 + 1/u$, that is $e^u \ge 1 + u$. So
$\rho \le \bigl(J_k(3c) + J_{k-1}(3c)/(2c)\bigr)/J_k(c)$. As $-J_k'/J_k = v - x/2$ is a mean of
$t$, falling in $x$ and at least $\sqrt{x^2/4 + k + \frac12} - x/2$ by the comparison above,
$J_k(3c)/J_k(c) \le e^{-2cm_k}$ and $J_{k-1}(3c) = J_k(3c)/(-J_{k-1}'/J_{k-1})(3c) \le
J_k(3c)/m_{k-1}$.""",
)
def further_poles(evidence: Evidence) -> None:
    q = sympy.exp(-v)
    # 1 + 1/u − 1/(1 − e^{−u}) = (e^u − 1 − u)/(u(e^u − 1)), and e^u ≥ 1 + u.
    evidence.identity(
        "sign of the slack",
        1 + 1 / v - 1 / (1 - q) - (sympy.exp(v) - 1 - v) / (v * (sympy.exp(v) - 1)),
    )


@claim.step(
    "From the exact prefactor to the law",
    derivation=r"""
Gautschi: $(\frac{k+1}2)^{-1/2} \le \Gamma(\frac{k+1}2)/\Gamma(\frac k2+1) \le
(\frac k2)^{-1/2}$. Further $\sqrt a \le \sqrt Q \le \sqrt a + x^2/(8\sqrt a)$ gives
$2c\sqrt a \le 2S \le 2c\sqrt a + c^3/(12\sqrt a)$, and
$\sqrt k \le \sqrt{k+\frac12} \le \sqrt k + 1/(4\sqrt k)$. With $0 \le \log(1+u) \le u$ the
bounds on $\eta_k = \log(c_k^2/L_k)$ follow; both tend to zero, so
$c_k^2 \sim L_k$.""",
)
def law_from_prefactor(evidence: Evidence) -> None:
    above = sympy.sqrt(a) + x**2 / (8 * sympy.sqrt(a))
    evidence.identity("square of the upper bound of √Q", above**2 - Q - x**4 / (64 * a))
    evidence.identity(
        "its integral, doubled",
        2 * sympy.integrate(x**2, (x, 0, c)) / (8 * sympy.sqrt(a)) - c**3 / (12 * sympy.sqrt(a)),
    )
    root = sympy.sqrt(k) + 1 / (4 * sympy.sqrt(k))
    evidence.identity("square of the upper bound of √(k + ½)", root**2 - k - HALF - 1 / (16 * k))


@claim.step(
    "The bounds hold for every odd order up to 501, and at 1001, 2001 and 4001",
    derivation=r"""
Each $c_k$ to 50 certified digits; $c_k^2$ against the proved bounds, $\eta_k$ against the
bounds of the statement; $\eta_k$ increases towards zero.""",
    confirms=(
        "weber_equation",
        "riccati_comparison",
        "integration_from_zero",
        "further_poles",
        "law_from_prefactor",
    ),
)
def bounds_hold(evidence: Evidence) -> None:
    outside, falling, shown = against_bounds([*range(1, 502, 2), 1001, 2001, 4001])
    for order in (101, 1001, 4001):
        ratio, refined = shown[order]
        low = 1 - sympy.Rational(116, 100) / sympy.sqrt(order)
        evidence.enclosure(f"c_k²/L_k at k = {order}", ratio, within=(low, 1))
        high = sympy.Rational(1, 5) / sympy.sqrt(order) ** 3
        label = f"relative error of the refined formula at k = {order}"
        evidence.enclosure(label, refined, within=(0, high))
    evidence.equal("orders outside their bounds", outside, [])
    evidence.equal("orders at which η_k does not rise below zero", falling, [])


@claim.step(
    "Fifty digits by mpmath, by quadrature in balls and by the pole sum",
    derivation=r"""
Four ways to the same digits: the definition by mpmath's Gauss-Legendre rule (no error bound),
the definition by ball quadrature, the Fourier representation by the trapezoidal rule with a
proved bound, and the sum over the poles by Tricomi's function.""",
    confirms="fourier_representation",
)
def fifty_digits_four_ways(evidence: Evidence) -> None:
    for order in (1, 3, 11, 51):
        trapezoid = hermite_coefficient("tanh", order, method="Fourier trapezoid")
        quadrature = hermite_coefficient("tanh", order, method="ball quadrature")
        evidence.enclosure(f"two ball methods, k = {order}", trapezoid.ball, value=quadrature.ball)
        with ctx.workprec(250), mpmath.workdps(60):
            reference = arb(mpmath.nstr(mpmath_coefficient(mpmath.tanh, order, digits=52), 58))
            difference = abs(reference / trapezoid.ball - 1)
            small = sympy.Rational(1, 10**50)
            evidence.enclosure(f"mpmath, relative, k = {order}", difference, within=(None, small))
    for order in (31, 101, 1001):
        trapezoid = hermite_coefficient("tanh", order, method="Fourier trapezoid")
        poles = hermite_coefficient("tanh", order, method="pole sum")
        evidence.enclosure(f"pole sum, k = {order}", trapezoid.ball, value=poles.ball)


@claim.step(
    "The fitted slope against the square root of the order",
    derivation=r"""
Least squares of $\log(\sqrt k\,c_k^2)$ on $\sqrt k$ over odd $101 \le k \le 501$ in ball
arithmetic: the slope is $-\pi$ up to the $O(k^{-1/2})$ term of $\eta_k$, whose slope is of
order $1.1/k$. Without the factor $\sqrt k$ it is steeper by about
$1/\sqrt k$, which a fit by eye of the bare law does not see.""",
    confirms="law_from_prefactor",
)
def fitted_slope(evidence: Evidence) -> None:
    corrected, bare = slopes_of_squares(range(101, 502, 2))
    pi, cent = sympy.pi, sympy.Rational(1, 100)
    evidence.enclosure("slope with prefactor", corrected, within=(-pi, -pi + cent))
    within = (-pi - 7 * cent, -pi - 4 * cent)
    evidence.enclosure("slope of the bare squares", bare, within=within)


@claim.step(
    "A network of any width",
    derivation=r"""
$|c_k(w)|$ rises with $|w|$: with $v = 1/w$ it is $\frac1{\sqrt{k!}}\int_0^\infty
t^ke^{-t^2/2}\frac v{\sinh(\pi tv/2)}dt$, and $v/\sinh(\alpha v)$ falls, as $\alpha v >
\tanh\alpha v$. So by Cauchy and Schwarz $c_k[f]^2 = (\sum_ia_ic_k(w_i))^2 \le
h\sum_ia_i^2\,c_k(1)^2$, for all weights in $[-1,1]$.

$\mathbb{E}\,c_k[f]^2 = h\sigma^2\int_0^1c_k(w)^2dw$, as mixed terms have mean 0. For $w \ge
\tfrac12$ the bounds of $\eta_k$ are $O(k^{-1/2})$ uniformly, as $\tfrac\pi2 \le c \le \pi$, and
with $dw = -w^2dv$ the law becomes $2\sqrt{2\pi}\,k^{-1/2}e^{\pi^2v^2/8 - \pi\sqrt kv}dv$, $1 \le v
\le 2$. With $v = 1 + u/(\pi\sqrt k)$ its integral is $\frac{L_k}{\pi\sqrt k}\int_0^{\pi\sqrt
k}e^{-u} e^{\pi^2(v^2-1)/8}du$, where $0 \le \tfrac{\pi^2}8(v^2-1) \le \tfrac{3\pi u}{8\sqrt k}$: as
$\int_0^\infty e^{-u}du = 1$ it is $\frac{L_k}{\pi\sqrt k}(1 + O(k^{-1/2}))$. Weights below
$\tfrac12$ add at most $\tfrac12c_k(\tfrac12)^2$, of order $e^{-2\pi\sqrt k}$.""",
)
def network(evidence: Evidence) -> None:
    quotient = sympy.diff(v / sympy.sinh(a * v), v) * sympy.sinh(a * v) ** 2 / sympy.cosh(a * v)
    difference = (quotient - (sympy.tanh(a * v) - a * v)).rewrite(sympy.exp)
    evidence.identity("v/sinh(αv) falls", sympy.simplify(difference))
    evidence.identity("αv − tanh αv rises", sympy.diff(x - sympy.tanh(x), x) - sympy.tanh(x) ** 2)
    evidence.identity("dv = −dw/w²", sympy.diff(1 / x, x) + 1 / x**2)
    moved = (1 + x / (sympy.pi * sympy.sqrt(k))) * sympy.pi * sympy.sqrt(k)
    evidence.identity("the exponent", sympy.expand(moved - sympy.pi * sympy.sqrt(k) - x))
    # v² − 1 = (v − 1)(v + 1) ≤ 3(v − 1) for v ≤ 2.
    bound = sympy.pi**2 / 8 * 3 * x / (sympy.pi * sympy.sqrt(k))
    evidence.identity("its correction", bound - 3 * sympy.pi * x / (8 * sympy.sqrt(k)))


@claim.step(
    "The mean enclosed, and one network of width 128",
    derivation=r"""
$\int_0^1c_k(w)^2dw$ between monotone sums of certified coefficients, over $L_k/(\pi\sqrt k)$, at
$k = 101, 401, 1001$: within 7 per cent of 1. And $c_k[f]^2$ of a network with 128 random rational
weights and readouts, enclosed unit by unit, below its bound.""",
    confirms="network",
)
def network_enclosed(evidence: Evidence) -> None:
    decay, near = TanhDecay(1, bits=200), sympy.Rational(7, 100)
    with ctx.workprec(120):
        for order in (101, 401, 1001):
            share = mean_square(order) / decay.law(order) * arb.pi() * arb(order).sqrt()
            evidence.enclosure(f"mean, k = {order}", share, within=(1 - near, 1 + near))
        orders = (1, 3, 11, 51, 101)
        for order, share in zip(orders, shares_of_one_network(orders, 128, 3), strict=True):
            evidence.enclosure(f"width 128, k = {order}: share of the bound", share, within=(0, 1))


@claim.figure("c_k squared of tanh(x), enclosed, between the proved bounds, and the law.")
def decay() -> object:
    from slt_symbolic.spectra.plots import decay_figure

    orders = range(1, 202, 4)
    squares = [(c.order, c.ball**2) for c in hermite_coefficients("tanh", orders, digits=20)]
    return decay_figure(TanhDecay(1), squares)
