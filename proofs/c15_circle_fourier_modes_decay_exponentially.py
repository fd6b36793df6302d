"""C15: on the circle the Fourier modes of tanh decay exponentially, at the pole's rate."""

import sympy
from flint import arb, ctx

from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.spectra import ZonalDecay, compare_rates, zonal_coefficient, zonal_coefficients

claim = Claim(
    id="C15",
    title="Circle inputs: exponential decay without the square root",
    statement=(
        r"\tanh(w\cos\theta) = \sum_{k\,\mathrm{odd}} b_k\cos k\theta,\quad "
        r"b_k = (-1)^{(k-1)/2}\frac4w\sum_{j\ge0}\frac{e^{-ks_j}}{\cosh s_j},\quad "
        r"\sinh s_j = \frac{(2j+1)\pi}{2w},\qquad "
        r"\frac{4}{w}\frac{e^{-ks_0}}{\cosh s_0} \le |b_k| \le "
        r"\frac{4}{w}\frac{e^{-ks_0}}{\cosh s_0}\,(1+\rho_k),\ "
        r"\rho_k = \sum_{j\ge1}e^{-k(s_j-s_0)}"
    ),
    plain=(
        "For inputs uniform on a circle, the Fourier coefficients of tanh(w cos theta) decay "
        "exactly like exp(-k s), s = arcsinh(pi/(2w)), the height of the nearest pole in theta, "
        "with an explicit prefactor and a relative error that is itself exponentially small."
    ),
    source=Source(document="000", place="Hermite modes and excitations; other input laws"),
    assumptions=("θ is uniform on the circle", "one unit of weight w > 0 without bias"),
    references=("E. C. Titchmarsh (1939), The Theory of Functions, 2nd ed., 3.2 (tanh by poles)",),
    expected=Verdict.PROVED,
)

w, b, t, z, q, s, x = sympy.symbols("w beta t z q s x", positive=True)
theta = sympy.Symbol("theta", real=True)


@claim.step(
    "One pair of poles on the circle",
    derivation=r"""
$\tanh z = \sum_{j\ge0}\frac{2z}{z^2+\beta_j'^2}$, $\beta_j' = (2j+1)\pi/2$: the logarithmic
derivative of $\cosh z = \prod_j(1 + z^2/\beta_j'^2)$, uniformly convergent on compact sets. With
$z = w\cos\theta$, $\beta = \beta'/w$: $\frac{2z}{z^2+\beta'^2} =
\frac1w\bigl(\frac1{\cos\theta-i\beta}+\frac1{\cos\theta+i\beta}\bigr)$. For $|q|<1$ and
$c = \frac{q+1/q}2$ the Poisson kernel gives $\frac1{c-\cos\theta} =
\frac{2q}{1-q^2}\bigl(1 + 2\sum_{k\ge1}q^k\cos k\theta\bigr)$; $c = i\beta$ at $q = -ie^{-s}$,
$\sinh s = \beta$.""",
)
def pair_of_poles(evidence: Evidence) -> None:
    c = sympy.cos(theta)
    pair = 1 / (c - sympy.I * b) + 1 / (c + sympy.I * b)
    evidence.identity("the pair", sympy.together(pair - 2 * c / (c**2 + b**2)))
    # Σ_{k≥1} q^k cos kθ = Re qe^{iθ}/(1 − qe^{iθ}) = (q cos θ − q²)/(1 − 2q cos θ + q²)
    cosine = sympy.Symbol("C", real=True)
    series = (q * cosine - q**2) / (1 - 2 * q * cosine + q**2)
    kernel = 2 * q / (1 - q**2) * (1 + 2 * series) - 1 / ((q + 1 / q) / 2 - cosine)
    evidence.identity("Poisson kernel", sympy.together(kernel))
    e = sympy.exp(-s)
    middle = (-sympy.I * e + 1 / (-sympy.I * e)) / 2
    evidence.identity("c = i sinh s", sympy.expand(middle - sympy.I * (1 / e - e) / 2))


@claim.step(
    "The coefficient of cos kθ",
    derivation=r"""
The pair has at $\cos k\theta$ the coefficient $\frac1w\bigl[-\frac{4q^{k+1}}{1-q^2} +
\mathrm{c.c.}\bigr]$, $q = -ie^{-s}$: $1 - q^2 = 1 + e^{-2s}$ and, for odd $k$, $q^{k+1} =
(-1)^{(k+1)/2}e^{-(k+1)s}$ real, so it is $(-1)^{(k-1)/2}\frac8w\frac{e^{-(k+1)s}}{1+e^{-2s}} =
(-1)^{(k-1)/2}\frac4w\frac{e^{-ks}}{\cosh s}$; for even $k$, $q^{k+1}$ is imaginary and the pair
cancels.""",
)
def coefficient(evidence: Evidence) -> None:
    e = sympy.exp(-s)
    for k in range(1, 12):
        power = (-sympy.I * e) ** (k + 1)
        both = -4 * (power + sympy.conjugate(power)) / (1 + e**2) / w
        sign = (-1) ** ((k - 1) // 2) if k % 2 else 0
        wanted = sign * 8 * e ** (k + 1) / (w * (1 + e**2))
        evidence.identity(f"k = {k}", sympy.expand(sympy.together(both - wanted)))
    evidence.identity("2e^{−s}/(1 + e^{−2s})", 2 * e / (1 + e**2) - 2 / (1 / e + e))


@claim.step(
    "Two-sided bounds",
    derivation=r"""
All terms have one sign, so the first is a lower bound. As $e^{s_j}\ge2\sinh s_j =
(2j+1)(e^{s_0}-e^{-s_0})$ and $\cosh s_j\ge\cosh s_0$, the others add at most a share $\rho_k =
\sum_{j\ge1}e^{-k(s_j-s_0)}$ (finite for $k \ge 2$), where $s_j - s_0 \ge s_1 - s_0 > 0$ and
$e^{-(s_j-s_0)} \le \frac{1}{(2j+1)(1-e^{-2s_0})}$: geometrically small in $k$.""",
)
def two_sided(evidence: Evidence) -> None:
    e = sympy.exp(s)
    evidence.identity("e^s − 2 sinh s", e - (e - 1 / e) - 1 / e)
    evidence.identity(
        "q/(2j+1)", 1 / ((2 * x + 1) * (e - 1 / e)) * e - 1 / ((2 * x + 1) * (1 - 1 / e**2))
    )


@claim.step(
    "Pole sum, certified quadrature and bounds",
    derivation=r"""
For $w = \tfrac12, 1, 4$ and odd $k$ up to 101: the pole sum and the trapezoidal rule in $\theta$
with its proved error overlap, and $b_k^2/2 = c_k^2$ lies within the bounds.""",
    confirms=("pair_of_poles", "coefficient", "two_sided"),
)
def three_ways(evidence: Evidence) -> None:
    for weight in (sympy.Rational(1, 2), sympy.Integer(1), sympy.Integer(4)):
        decay = ZonalDecay(2, weight, bits=300)
        inside = []
        for k in (3, 11, 51, 101):
            poles = zonal_coefficient("tanh", k, 2, weight, digits=20 if k > 3 else 6)
            rule = zonal_coefficient("tanh", k, 2, weight, digits=60, method="Gauss rule")
            evidence.enclosure(f"two ways, w = {weight}, k = {k}", poles.ball, value=rule.ball)
            low, high = decay.bounds(k)
            with ctx.workprec(300):
                inside.append(bool(low * (1 - arb(10) ** -55) < rule.square < high))
        evidence.equal(f"within the bounds, w = {weight}", inside, [True] * 4)


@claim.step(
    "A line in k, not in the square root",
    derivation=r"""
Least squares of $\log c_k^2$ over odd $k\le99$, $w = 1$: the best of the fits in $\sqrt k$, $k$ and
$\log k$ is that in $k$, with the slope $-2s_0$ to within $10^{-4}$.""",
    confirms="two_sided",
)
def line_in_k(evidence: Evidence) -> None:
    found = zonal_coefficients("tanh", range(11, 100, 2), 2, digits=15)
    logs = [float(c.square.log().mid()) for c in found]
    best = compare_rates([c.degree for c in found], logs)[0]
    evidence.equal("variable of the best fit", best.variable, "order")
    gap = abs(arb(best.slope) + 2 * ZonalDecay(2).exponent())
    evidence.enclosure("slope", gap, within=(None, sympy.Rational(1, 10**4)))
