"""C4: Gauss-Hermite rules reach the population loss exponentially; sampling would not."""

from flint import acb, arb, ctx
from sympy import Rational

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.spectra import gauss_hermite, loss_quadrature

DIGITS = 60
BITS = 400

claim = Claim(
    id="C4",
    title="Gauss-Hermite quadrature of the population loss",
    statement=(
        r"\bigl|Q_n(f^2) - \mathrm{E}f(X)^2\bigr| \le C_d\,n^{3/4}e^{-d\sqrt{2n}}"
        r"\quad\text{for every } d < \tfrac{\pi}{2\max|w_i|};\qquad "
        r"f = \tanh:\ \sim C\sqrt n\,e^{-\pi\sqrt{n + 1/2}}"
    ),
    plain=(
        "The population loss of a tanh network under normal inputs is reached by n Gauss-Hermite "
        "points with an error that falls exponentially in the root of n, at a rate set by the "
        "distance of the nearest pole. Independent samples of the same standard error would have "
        "to be more than 10^14 for 200 points of the bound, and 10^47 for the error that 400 "
        "points really have."
    ),
    source=Source(document="002", place="Gauss-Hermite quadrature for the infinite-data loss"),
    assumptions=(
        "f = sum of a_i tanh(w_i x + b_i), x standard normal, truth zero",
        "the law with C = 4 sqrt(2 pi) exp(pi^2/8) is a saddle point computation, compared with "
        "enclosed errors at the listed n; the bound before it is proved for every n",
    ),
    uses=("C1",),
    references=("Barrett 1961, Convergence properties of Gaussian quadrature formulae",),
    expected=Verdict.ENCLOSED,
)

NETWORKS = (
    ((1, 1, 0),),
    ((1, 1, 0), (-1, Rational(1, 2), 0), (2, Rational(3, 4), Rational(1, 3))),
)


def network(units: tuple[tuple[object, ...], ...], x: acb) -> acb:
    """Return the value of a tanh network."""
    total = acb(0)
    for readout, weight, bias in units:
        a, w, b = (arb(int(Rational(v).p)) / int(Rational(v).q) for v in (readout, weight, bias))
        total += a * (w * x + b).tanh()
    return total


def loss(units: tuple[tuple[object, ...], ...]) -> arb:
    """Enclose E f(X)^2 by verified integration; beyond 40 the integrand is below 10 f_max^2 phi."""

    def integrand(x: acb, _: bool) -> acb:
        return network(units, x) ** 2 * (-x * x / 2).exp()

    middle = acb.integral(integrand, acb(-40), acb(40)).real
    rest = arb(0, (400 * arb(-800).exp()).upper())
    return (middle + rest) / (2 * arb.pi()).sqrt()


def rule_error(units: tuple[tuple[object, ...], ...], points: int) -> arb:
    """Enclose Q_n(f^2) - E f^2."""
    rule = gauss_hermite(points, DIGITS)
    total = arb(0)
    for x, w in zip(rule.nodes, rule.weights, strict=True):
        total += w * network(units, acb(x)).real ** 2
    return total - loss(units)


@claim.step(
    "A proved bound",
    derivation=r"""
$g = f^2$ is analytic and bounded by $M$ on $|\mathrm{Im}\,x| \le d$. Its coefficients in normalised
Hermite polynomials are at most $M(2\pi k)^{1/4}e^{1/24k}e^{d^2/4}e^{-d\sqrt k}$: shift the line of
integration of $\sum_k\gamma_ks^k/\sqrt{k!} = \int g(x)\varphi(x - s)\,dx$ and use Cauchy's
estimate at $|s| = \sqrt k + d/2$. The rule is exact below degree $2n$; beyond, its value of $h_k$
is at most 1.54, as $|h_k| \le 1.0865\,e^{x^2/4}$ (Cramer) and the rule underestimates $e^{x^2/4}$.
So the error is at most $1.54\sum_{k \ge 2n}|\gamma_k|$, of order $n^{3/4}e^{-d\sqrt{2n}}$.

Recorded: the loss, enclosed with the bound, and how many independent samples have as small a
standard error as the bound.
""",
)
def bound(evidence: Evidence) -> None:
    for index, units in enumerate(NETWORKS):
        with ctx.workprec(BITS):
            exact = loss(units)
        rows = loss_quadrature("tanh", list(units), [50, 200, 400], digits=DIGITS)
        for row in rows:
            evidence.enclosure(f"network {index}, n = {row.points}", row.value, exact)
        evidence.enclosure(
            f"network {index}: samples for n = 200", rows[1].samples, within=(10**14, None)
        )


@claim.step(
    "The error itself, against verified integration",
    derivation=r"""
$Q_n(f^2) - \mathrm{E}f^2$ in balls of several hundred bits, the expectation by verified integration
on the line, which knows nothing of Hermite polynomials: below the proved bound.
""",
    confirms="bound",
)
def errors(evidence: Evidence) -> None:
    for index, units in enumerate(NETWORKS):
        for row in loss_quadrature("tanh", list(units), [50, 200, 400], digits=DIGITS):
            with ctx.workprec(BITS):
                share = rule_error(units, row.points) / row.bound
            label = f"network {index}, n = {row.points}: error over bound"
            evidence.enclosure(label, share, within=(-1, 1))


@claim.step(
    "The law of the error for one unit",
    derivation=r"""
The error is the sum of the residues of $K_ng$ at the poles of $g$, $K_n$ the quotient of the
Hermite function of the second kind by $\mathrm{He}_n$; on the imaginary axis
$|K_n(iy)| \approx \sqrt{2\pi}\,e^{y^2/2}e^{-2y\sqrt{n + 1/2}}$. $\tanh^2$ has double poles with
coefficient 1 at $\pm i\pi/2$; the derivative of $K_n$ brings $2\sqrt n$:
$|Q_n - \mathrm{E}| \approx 4\sqrt{2\pi}\,e^{\pi^2/8}\sqrt n\,e^{-\pi\sqrt{n + 1/2}}$.

The enclosed errors divided by this rise towards 1: the distance to 1 is below $1.1/\sqrt n$.
400 points have an error below $10^{-24}$; with the variance of $f^2$, above $0.05$, $10^{47}$
independent samples have a larger one.
""",
)
def law(evidence: Evidence) -> None:
    with ctx.workprec(BITS):
        for points in (50, 100, 200, 400):
            n = arb(points)
            predicted = 4 * (2 * arb.pi() * n).sqrt() * (arb.pi() ** 2 / 8).exp()
            predicted *= (-arb.pi() * (n + arb(1) / 2).sqrt()).exp()
            error = abs(rule_error(NETWORKS[0], points))
            gap = (1 - error / predicted) * n.sqrt()
            evidence.enclosure(f"n = {points}: gap times root n", gap, within=(0, Rational(11, 10)))
        samples = variance(NETWORKS[0]) / rule_error(NETWORKS[0], 400) ** 2
        evidence.enclosure("samples against 400 points", samples, within=(10**47, None))


def variance(units: tuple[tuple[object, ...], ...]) -> arb:
    """Enclose the variance of f(X)^2."""

    def integrand(x: acb, _: bool) -> acb:
        return network(units, x) ** 4 * (-x * x / 2).exp()

    middle = acb.integral(integrand, acb(-40), acb(40)).real / (2 * arb.pi()).sqrt()
    return middle + arb(0, arb("1e-300").upper()) - loss(units) ** 2


@claim.step(
    "The same law from the exponents of two errors",
    derivation=r"""
If the law holds, $\log(E_n/E_{4n})$, less $\tfrac12\log\tfrac14$ for the roots, is
$\pi(\sqrt{4n + 1/2} - \sqrt{n + 1/2})$ with a rest that falls like $1/\sqrt n$, whatever the
constant.
""",
    confirms="law",
)
def slope(evidence: Evidence) -> None:
    with ctx.workprec(BITS):
        for points in (50, 100):
            n = arb(points)
            ratio = rule_error(NETWORKS[0], points) / rule_error(NETWORKS[0], 4 * points)
            span = (4 * n + arb(1) / 2).sqrt() - (n + arb(1) / 2).sqrt()
            rate = (abs(ratio).log() + arb(4).log() / 2) / span
            rest = (rate - arb.pi()) * n
            evidence.enclosure(f"n = {points}: (rate - pi) n", rest, within=(-2, 2))
