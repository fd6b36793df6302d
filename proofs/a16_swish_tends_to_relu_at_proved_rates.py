"""A16: The swish family tends to the ReLU: distances, divergences, posteriors, λ."""

from collections.abc import Callable

import sympy
from flint import acb, arb, ctx
from sympy import Rational, symbols

from slt_symbolic.activations import RELU, swish
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.phases import local_learning_coefficient
from slt_symbolic.true_set import TrueSet

claim = Claim(
    id="A16",
    title="Near-singular: swish networks beside ReLU networks",
    statement=(
        r"\sigma_\beta(x) = \frac x{1+e^{-\beta x}}:\quad \sup|\sigma_\beta - \mathrm{ReLU}| = "
        r"\frac{W(1/e)}\beta,\quad \int|\sigma_\beta - \mathrm{ReLU}|^2 = "
        r"\frac{3\zeta(3) - \pi^2/3}{\beta^3},\quad |K_\beta - K| \le r\sqrt{2K} + \tfrac12r^2,"
        r"\ r = \frac{W(1/e)}\beta\Bigl(\sum_i|q_i| + \sum_j|q_j^0|\Bigr)"
    ),
    plain=(
        "The divergence of a swish network tends to that of the ReLU network, uniformly on compact "
        "sets at rate 1/beta, which is sharp where a weight may vanish; away from there at rate "
        "beta^-2, without biases beta^-3. So the posteriors of one unit differ visibly from n of "
        "order beta^3 on, and not in double precision for beta >= 10^8 at n = 10^6. Every swish "
        "unit breaks the scaling symmetry: the learning coefficient is 1 at its one true "
        "parameter, and 1/2 along the valley of the ReLU."
    ),
    source=Source(document="001", place="near-singular models"),
    assumptions=(
        "K = E[(f - f0)^2]/2; the bound holds for any law of the inputs with finite K, truth of "
        "ReLU units, swish units or both",
        "rates away from w = 0 and the posteriors: x uniform on [-1, 1]; posteriors: any prior on "
        "w in [1/2, 2], q in [0, 2], truth ReLU(x)",
    ),
    uses=("B3",),
    expected=Verdict.ENCLOSED,
)

u, W = symbols("u W", positive=True)
y, sharp = symbols("y beta", positive=True)
KAPPA = 3 * sympy.zeta(3) / 2 - sympy.pi**2 / 6
LINE = UniformInterval(-1, 1)


def unit(beta: int | None, biases: int | None = 0) -> TwoLayer:
    """Return the model q s(wx), or q s(wx + b)."""
    return TwoLayer.symbolic(
        RELU if beta is None else swish(beta), width=1, biases=biases, output_bias=0
    )


def integral(f: Callable[[acb], acb], low: int, high: int) -> arb:
    """Return a verified integral."""
    return acb.integral(lambda x, _: f(x), low, high).real


def kappa_ball() -> arb:
    """Return the integral of u^2/(1 + e^u)^2 over u > 0 by verified quadrature and tail."""
    tail = arb(-200).exp() * (100**2 + 100 + 1)
    return integral(lambda x: (x / (1 + x.exp())) ** 2, 0, 100) + arb(0, tail.upper())


@claim.step(
    "The distance",
    derivation=r"""
$\mathrm{ReLU}(x) - \sigma_\beta(x) = |x|/(1 + e^{\beta|x|})$, which is $g(\beta|x|)/\beta$ with
$g(u) = u/(1+e^u)$. The numerator of $g'$, $1 + e^u - ue^u$, falls from $2$ (its derivative is
$-ue^u$) and vanishes at $u = 1 + W$, $We^W = e^{-1}$; there $g = W$.
""",
)
def distance(evidence: Evidence) -> None:
    positive = y - y / (1 + sympy.exp(-sharp * y))
    negative = y / (1 + sympy.exp(sharp * y))
    evidence.identity("x > 0", sympy.simplify(positive - negative))
    evidence.identity("x < 0", -swish(2)(-y) - y / (1 + sympy.exp(2 * y)))
    g = u / (1 + sympy.exp(u))
    top = 1 + sympy.exp(u) - u * sympy.exp(u)
    evidence.identity("g'", sympy.simplify(sympy.diff(g, u) * (1 + sympy.exp(u)) ** 2 - top))
    evidence.identity("its numerator falls", sympy.expand(sympy.diff(top, u) + u * sympy.exp(u)))
    # e^(1 + W) = 1/W, as W e^W = 1/e.
    power = 1 / W
    evidence.identity("the zero", sympy.expand(1 + power - (1 + W) * power))
    evidence.identity("the maximum", sympy.simplify((1 + W) / (1 + power) - W))


@claim.step(
    "The distance, by bisection",
    derivation=r"""
On $[0, 16]$ upper bounds of $g$ over intervals, in balls, and values at points meet; beyond,
$g(u) \le ue^{-u}$ is smaller. The interval found contains $W(1/e) = 0.27846\ldots$
""",
    confirms="distance",
)
def distance_by_bisection(evidence: Evidence) -> None:
    def g(low: arb, high: arb) -> arb:
        return high / (1 + low.exp())  # not below g on [low, high]

    pieces, best = [(arb(k), arb(k + 1)) for k in range(16)], arb(0)
    for _ in range(16):
        halves = []
        for low, high in pieces:
            best = best.max(g(middle := (low + high) / 2, middle))
            halves += [(low, middle), (middle, high)]
        pieces = [p for p in halves if not g(*p) < best]
    above = arb(0)
    for piece in pieces:
        above = above.max(g(*piece))
    exact = (arb(-1).exp()).lambertw()
    evidence.enclosure("W(1/e) - best value", exact - best, within=(0, Rational(1, 10**5)))
    evidence.enclosure("upper bound - W(1/e)", above - exact, within=(0, Rational(1, 10**3)))
    evidence.enclosure("beyond 16", best - 16 * arb(-16).exp(), within=(Rational(1, 4), 1))


@claim.step(
    "The mean square",
    derivation=r"""
$(1+e^u)^{-2} = (1+e^u)^{-1} + \tfrac{d}{du}(1+e^u)^{-1}$, and by parts $\kappa = \int_0^\infty
u^2(1+e^u)^{-2}du = \Gamma(3)\eta(3) - 2\Gamma(2)\eta(2) = \tfrac32\zeta(3) - \tfrac{\pi^2}6$. So
$\int|\mathrm{ReLU} - \sigma_\beta|^2dx = 2\kappa\beta^{-3}$: in mean square under a bounded density
the rate is $\beta^{-3/2}$.
""",
)
def mean_square(evidence: Evidence) -> None:
    one = 1 / (1 + sympy.exp(u))
    evidence.identity("by parts", sympy.simplify(one**2 - one - sympy.diff(one, u)))
    eta = [(1 - sympy.Integer(2) ** (1 - k)) * sympy.zeta(k) for k in (2, 3)]
    evidence.identity("kappa", 2 * eta[1] - 2 * eta[0] - KAPPA)


@claim.step(
    "The mean square, by quadrature",
    derivation=r"""
Verified quadrature on $[0, 100]$, and $\int_{100}^\infty u^2e^{-2u}du$ for the rest.
""",
    confirms="mean_square",
)
def mean_square_by_quadrature(evidence: Evidence) -> None:
    evidence.enclosure("kappa", kappa_ball(), value=3 * arb(3).zeta() / 2 - arb.pi() ** 2 / 6)


@claim.step(
    "The divergences",
    derivation=r"""
With $g = f - f_0$ and $g_\beta$ the same with some or all units made swish, $K_\beta - K =
\mathrm{E}[g(g_\beta - g)] + \tfrac12\mathrm{E}[(g_\beta - g)^2]$ and $|g_\beta - g| \le r$;
Cauchy and Schwarz. One unit with $w \ne 0$ made swish, density at most $P$: $\int|g_\beta - g|dx =
\tfrac{\pi^2|q|}{6|w|}\beta^{-2}$, as $\int_0^\infty u(1+e^u)^{-1}du = \eta(2)$, so
$|K_\beta - K| \le P\sup|g|\tfrac{\pi^2|q|}{6|w|}\beta^{-2} + \tfrac{P\kappa q^2}{|w|}\beta^{-3}$.
Without bias, $w > 0$, truth $\mathrm{ReLU}(x)$, $x$ uniform on $[-1,
1]$: $K_\beta - K = q\beta^{-3}\bigl[\tfrac{q\kappa}{2w} - \tfrac{3\zeta(3)}{4w^2}(qw - 1)\bigr]$
but for terms of order $\beta^{-1}e^{-\beta w}$, as $\int_0^\infty u^2(1+e^u)^{-1}du =
\tfrac32\zeta(3)$; on the valley $wq = 1$ it is $\kappa/(2w^3\beta^3)$.
""",
)
def divergences(evidence: Evidence) -> None:
    a, b, w, q = symbols("a b w q", positive=True)
    evidence.identity(
        "K_beta - K", sympy.expand(b**2 / 2 - a**2 / 2 - a * (b - a) - (b - a) ** 2 / 2)
    )
    evidence.identity("eta(2)", sympy.zeta(2) / 2 - sympy.pi**2 / 12)
    law = q * (q * KAPPA / (2 * w) - 3 * sympy.zeta(3) / (4 * w**2) * (q * w - 1))
    evidence.identity("on the valley", sympy.expand(law.subs(q, 1 / w) - KAPPA / (2 * w**3)))


def difference(beta: int, at: tuple[sympy.Rational, ...], biases: int | None = 0) -> arb:
    """Return K_beta - K at a parameter, truth ReLU(x), from the package's own enclosures."""
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    soft = KLDivergence(unit(beta, biases), truth, LINE).enclosure(at, digits=50)
    return soft - KLDivergence(unit(None, biases), truth, LINE).enclosure(at, digits=50)


@claim.step(
    "The rates, in balls",
    derivation=r"""
$K_\beta - K$ from enclosures of kernels of whole networks. At $w = 1$, $q = 2$, $\beta = 100$ it is
the law of $\beta^{-3}$ within $10^{-30}$. At $w = 1/\beta$, $q = 1$, $\beta(K_\beta - K)$ is
within $1/\beta$ of $\tfrac12\int_0^1x^2(1+e^x)^{-1}dx > 0.05$ for $\beta = 10^2, 10^4$: uniformly
near $w = 0$ no rate is better than $1/\beta$. With $b = -\tfrac12$ the truth does not
vanish at the unit's fold, and $\beta^2(K_\beta - K)$ is near $\pi^2/24$: the rate is
$\beta^{-2}$. All are within the bound.
""",
    confirms="divergences",
)
def rates(evidence: Evidence) -> None:
    with ctx.workprec(200):
        kappa = 3 * arb(3).zeta() / 2 - arb.pi() ** 2 / 6
        law = 2 * kappa - 3 * arb(3).zeta() / 2
        near = (-Rational(1, 10**30), Rational(1, 10**30))
        gap = difference(100, (Rational(1), Rational(2)))
        evidence.enclosure("w = 1, q = 2", gap - law / 10**6, within=near)
        gap = difference(100, (Rational(2), Rational(1, 2)))
        evidence.enclosure("on the valley, w = 2", gap - kappa / 16 / 10**6, within=near)
        constant = arb(-1).exp().lambertw()
        limit = integral(lambda x: x**2 / (1 + x.exp()), 0, 1) / 2
        evidence.enclosure("limit of beta (K_beta - K)", limit, within=(Rational(1, 20), 1))
        for beta in (10**2, 10**4):
            gap = difference(beta, (Rational(1, beta), Rational(1)))
            inside = (-Rational(1, beta), Rational(1, beta))
            evidence.enclosure(f"w = 1/beta, beta = {beta}", beta * gap - limit, within=inside)
            # One unit made swish: r = W(1/e)/beta; K = (1 - 1/beta)^2/12.
            bound = constant / beta * ((1 - arb(1) / beta) ** 2 / 6).sqrt()
            bound += (constant / beta) ** 2 / 2
            evidence.enclosure(f"the bound, beta = {beta}", bound - gap, within=(0, 1))
            at = (Rational(1), -Rational(1, 2), Rational(1))
            gap = beta**2 * difference(beta, at, None)
            # P = sup|g| = 1/2, w = q = 1.
            bound = arb.pi() ** 2 / 24 + kappa / 2 / beta
            evidence.enclosure(f"with a bias: bound, beta = {beta}", bound - gap, within=(0, 1))
            ratio, limits = gap / (arb.pi() ** 2 / 24), Rational(5, beta)
            evidence.enclosure(f"with a bias, beta = {beta}", ratio - 1, within=(-limits, limits))


@claim.step(
    "The posteriors",
    derivation=r"""
If $n|K_\beta - K| \le \varepsilon$ everywhere, densities differ by a factor within
$e^{\pm2\varepsilon}$, and their total variation distance is at most $\tfrac12(e^{2\varepsilon} -
1)$. On $w \in [\tfrac12, 2]$, $q \in [0, 2]$ the integrals over $[0, \beta w]$ are at most
those over $[0, \infty)$ and $|qw - 1| \le 3$: $\varepsilon \le n\beta^{-3}(18\zeta(3)
+ 4\kappa)$. For $n = 10^6$, $\beta = 10^8$ that is below $2^{-53}$. At no
$\beta$ are they equal: on the valley $K = 0 < K_\beta$.
""",
)
def posteriors(evidence: Evidence) -> None:
    with ctx.workprec(200):
        kappa = 3 * arb(3).zeta() / 2 - arb.pi() ** 2 / 6
        # q (q kappa/(2w) + 3 zeta(3)/(4 w^2) |qw - 1|) at q = 2, w = 1/2, |qw - 1| = 3.
        worst = 2 * (2 * kappa + 9 * arb(3).zeta())
        size = arb(10) ** 6 * worst / arb(10) ** 24
        distance_bound = ((2 * size).exp() - 1) / 2
        evidence.enclosure("distance * 2^53", distance_bound * 2**53, within=(0, 1))


@claim.step(
    "The posteriors, by enclosed divergences",
    derivation=r"""
On a grid of $[\tfrac12, 2] \times [0, 2]$ and at $\beta = 200$, $\beta^3|K_\beta - K|$, enclosed
from the networks, is below $18\zeta(3) + 4\kappa$; and $K_\beta$ on the valley is positive.
""",
    confirms="posteriors",
)
def posteriors_on_a_grid(evidence: Evidence) -> None:
    with ctx.workprec(200):
        for w in (Rational(1, 2), Rational(1), Rational(2)):
            for q in (Rational(1, 2), Rational(2)):
                scaled = 200**3 * abs(difference(200, (w, q)))
                evidence.enclosure(f"w = {w}, q = {q}", scaled, within=(0, Rational(22)))
            gap = 200**3 * difference(200, (w, 1 / w))
            evidence.enclosure(f"valley, w = {w}", gap, within=(Rational(1, 1000), 1))


@claim.step(
    "The learning coefficient",
    derivation=r"""
Truths in their own family, $w = q = 1$. ReLU: $W_0 = \{wq = 1, w > 0\}$, Fisher rank 1,
$\lambda = \tfrac12$. Swish: distinct units are linearly independent, so $W_0 = \{(1, 1)\}$; the
Fisher rank is 2, $\lambda = 1$. Both $m = 1$.
""",
)
def coefficients(evidence: Evidence) -> None:
    for beta, value, dimension in ((None, Rational(1, 2), 1), (1, 1, 0), (1000, 1, 0)):
        model = unit(beta)
        truth = TwoLayer(model.activation, [Unit(1, (1,), 0)])
        (stratum,) = TrueSet(model, truth, LINE).strata
        local = local_learning_coefficient(KLDivergence(model, truth, LINE), (1, 1))
        name = "ReLU" if beta is None else f"swish, beta = {beta}"
        evidence.equal(f"{name}: dimension of W0", stratum.dimension, dimension)
        evidence.equal(f"{name}: lambda, m", (local.value, local.multiplicity), (value, 1))


@claim.step(
    "The learning coefficient, by Fisher determinants in balls",
    derivation=r"""
$\partial_qf = \sigma_\beta(x)$, $\partial_wf = x\sigma_\beta'(x)$ at $(1, 1)$. Their Gram
determinant on $[-1, 1]$ is positive at $\beta = 1, 10$; for the ReLU both are $\max(0, x)$.
""",
    confirms="coefficients",
)
def fisher_determinants(evidence: Evidence) -> None:
    for beta in (1, 10):

        def value(x: acb, beta: int = beta) -> acb:
            return x / (1 + (-beta * x).exp())

        def slope(x: acb, beta: int = beta) -> acb:
            one = 1 / (1 + (-beta * x).exp())
            return x * one * (1 + beta * x * (1 - one))

        products = [
            integral(lambda x, f=f, g=g: f(x) * g(x), -1, 1) / 2
            for f, g in ((value, value), (value, slope), (slope, slope))
        ]
        gram = products[0] * products[2] - products[1] ** 2
        evidence.enclosure(f"Gram determinant, beta = {beta}", gram, within=(Rational(1, 10**6), 1))
