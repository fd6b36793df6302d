"""A8: The posterior of a regular model tends to a normal law, centred at the MLE."""

import sympy
from flint import acb, arb
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict

SIZES = (100, 1_000, 10_000)

claim = Claim(
    id="A8",
    title="Asymptotic normality of the posterior of regular models",
    statement=r"p(w|D_n) \to N_d\bigl(w_0, \tfrac1nI(w_0)^{-1}\bigr)",
    plain=(
        "The posterior of a regular model tends to the normal law centred at the true parameter "
        "w0, with covariance the inverse Fisher information over n."
    ),
    source=Source(document="003", place="Asymptotic normality (regular models)"),
    assumptions=(
        "w0 is the true parameter, inside the set of parameters; regular: identifiable, I(w0) "
        "positive definite",
        "for the theorem cited: differentiable in quadratic mean at w0, consistent tests of w0 "
        "against the outside of every neighbourhood, prior density continuous and positive at w0",
    ),
    references=("van der Vaart 1998, Asymptotic Statistics, Theorem 10.1 (Bernstein-von Mises)",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"\bigl\|p(w|D_n) - N_d\bigl(\hat w_n, \tfrac1nI(w_0)^{-1}\bigr)\bigr\|_{TV} \to 0"
            r"\ \text{in probability},\quad \sqrt n(\hat w_n - w_0) \to N_d(0, I(w_0)^{-1})"
        ),
        plain=(
            "The centre is the maximum likelihood estimate (or another efficient one). It lies "
            "about as far from the true parameter as the posterior is wide, so that the truth as "
            "centre is wrong at every n. Shown here exactly for a normal location with normal "
            "prior, and with enclosures for a coin in its natural parameter, which has no "
            "conjugate prior of that kind; in general by the theorem cited."
        ),
    ),
)

n, t = symbols("n tau", positive=True)
m, z = symbols("m z", real=True)


def divergence(mean: sympy.Expr, variance: sympy.Expr, centre: sympy.Expr) -> sympy.Expr:
    """Return D(N(mean, variance) || N(centre, 1/n))."""
    return (n * variance - 1 - sympy.log(n * variance) + n * (mean - centre) ** 2) / 2


# y_i ~ N(w, 1), w0 = 0, I = 1, prior N(0, 1/tau), mean of the data m.
POSTERIOR = (n * m / (n + t), 1 / (n + t))


@claim.step(
    "A data set of ordinary size",
    derivation=r"""
$y_i \sim N(w, 1)$, $w_0 = 0$, prior $N(0, 1/\tau)$: the posterior is $N(nm/(n+\tau), 1/(n+\tau))$
with $m$ the mean of the data. Its divergence from $N(w_0, 1/n)$ at $m = z/\sqrt n$ tends to
$z^2/2$, and $z$ is standard normal whatever $n$.
""",
)
def counterexample(evidence: Evidence) -> None:
    centred_at_truth = divergence(*POSTERIOR, 0).subs(m, 1 / sympy.sqrt(n))
    limit = sympy.limit(centred_at_truth, n, sympy.oo)
    evidence.counterexample("D(posterior || N(w0, 1/n)) for n to infinity", "z = 1", limit)


@claim.step(
    "How far the centre wanders",
    derivation=r"""
Over data sets the posterior mean has variance $n/(n+\tau)^2$: $n$ times it tends to 1, and so does
$n$ times the posterior variance. The posterior is no wider than its centre's scatter.
""",
    confirms="counterexample",
)
def scatter(evidence: Evidence) -> None:
    mean, variance = POSTERIOR
    over_data = mean.diff(m) ** 2 / n
    limits = [sympy.limit(n * v, n, sympy.oo) for v in (over_data, variance)]
    evidence.equal("n times both variances", limits, [sympy.S.One, sympy.S.One])
    evidence.counterexample("scatter of the centre against 0", "n to infinity", limits[0])


@claim.step(
    "Normal location, exactly",
    derivation=r"""
Centred at the maximum likelihood estimate $m$ the divergence is
$\tfrac12\bigl(\tfrac n{n+\tau} - 1 - \log\tfrac n{n+\tau} + \tfrac{n\tau^2m^2}{(n+\tau)^2}\bigr)
\to 0$ for every bounded sequence of $m$; total variation is at most the root of half of it
(Pinsker).
""",
    corrects=True,
)
def conjugate(evidence: Evidence) -> None:
    value = divergence(*POSTERIOR, m)
    closed = (n / (n + t) - 1 - sympy.log(n / (n + t)) + n * t**2 * m**2 / (n + t) ** 2) / 2
    evidence.identity("closed form", sympy.simplify(value - closed))
    evidence.identity("limit", sympy.limit(closed, n, sympy.oo))
    # n D -> tau^2 m^2 / 2: the rate.
    evidence.identity("rate", sympy.limit(n * closed, n, sympy.oo) - t**2 * m**2 / 2)


class Coin:
    """Posterior of theta = log(p/(1 - p)) after n tosses with 3/4 heads, prior N(0, 1)."""

    def __init__(self, tosses: int) -> None:
        self.n = arb(tosses)
        self.estimate = arb(3).log()
        self.deviation = (self.n * 3 / 16).rsqrt()  # I = p(1 - p) = 3/16
        self.reach = 14 * self.deviation
        self.offset = self.exponent(self.estimate)

    def exponent(self, theta: arb) -> arb:
        """Return the log of likelihood times prior, without constants."""
        return self.n * (theta * 3 / 4 - (1 + theta.exp()).log()) - theta**2 / 2

    def relative(self, theta: acb, analytic: bool) -> acb:
        """Return the exponent less its value at the estimate."""
        logarithm = (1 + theta.exp()).log(analytic=analytic)
        return self.n * (theta * 3 / 4 - logarithm) - theta**2 / 2 - self.offset

    def integral(self, of: object) -> arb:
        """Integrate exp(relative) or a function of it over the middle."""
        low, high = self.estimate - self.reach, self.estimate + self.reach
        return acb.integral(of, acb(low), acb(high)).real

    def tail(self) -> arb:
        """Bound the mass outside the middle: the exponent is concave, so lies below tangents."""
        total = arb(0)
        for theta in (self.estimate - self.reach, self.estimate + self.reach):
            slope = self.n * (arb(3) / 4 - 1 / (1 + (-theta).exp())) - theta
            total += (self.exponent(theta) - self.offset).exp() / abs(slope)
        return arb(0, total.upper())

    def divergence(self) -> arb:
        """Enclose D(N(estimate, deviation**2) || posterior)."""
        mass = self.integral(lambda x, flag: self.relative(x, flag).exp()) + self.tail()

        def weighted(x: acb, flag: bool) -> acb:
            u = (x - self.estimate) / self.deviation
            weight = (-(u**2) / 2).exp() / ((2 * arb.pi()).sqrt() * self.deviation)
            return weight * self.relative(x, flag)

        # Beyond 14 deviations |relative| <= n|x - e| + (|e| + |x - e|)^2 <= (n + 4)(1 + u)^2, and
        # (1 + u)^2 exp(-u^2/2) <= 225 exp(-98) exp(-(u - 14)) there.
        rest = arb(0, ((self.n + 4) * 2 * 225 * arb(-98).exp()).upper())
        mean = self.integral(weighted) + rest
        entropy = (2 * arb.pi() * arb(1).exp()).log() / 2 + self.deviation.log()
        return mass.log() - mean - entropy


@claim.step(
    "A coin, in balls",
    derivation=r"""
Heads with probability $p = 1/(1 + e^{-\theta})$, prior $N(0, 1)$ on $\theta$, three quarters heads:
$\hat\theta = \log 3$, $I = 3/16$. $D\bigl(N(\hat\theta, 16/3n)\,\|\,p(\theta|D_n)\bigr)$ is an
integral over the line: the middle by verified integration, the tails bounded by tangents of the
concave exponent. Total variation is at most $\sqrt{D/2}$.

With $u = (\theta - \hat\theta)\sqrt{nI}$ the exponent is
$-\tfrac12u^2 + n^{-1/2}(c_1u + c_3u^3) + O(1/n)$, $c_1 = -\hat\theta/\sqrt I$ from the prior and
$c_3 = -p(1-p)(1-2p)/6I^{3/2} = 1/3\sqrt3$, so that
$nD \to \tfrac12\mathrm{Var}(c_1u + c_3u^3) = \tfrac12(c_1^2 + 6c_1c_3 + 15c_3^2)
= \tfrac12\bigl(\tfrac{16}3L^2 - \tfrac83L + \tfrac59\bigr)$, $L = \log 3$: the enclosures lie
within $1/n$ above it.
""",
    confirms="conjugate",
)
def coin(evidence: Evidence) -> None:
    log3 = arb(3).log()
    limit = (16 * log3**2 / 3 - 8 * log3 / 3 + arb(5) / 9) / 2
    for tosses in SIZES:
        excess = tosses * Coin(tosses).divergence() - limit
        evidence.enclosure(
            f"n = {tosses}: n D less its limit", excess, within=(Rational(0), Rational(1, tosses))
        )
