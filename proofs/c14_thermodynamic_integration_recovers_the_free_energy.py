"""C14: the integral of λ̂ over log β is the change of the free energy."""

from fractions import Fraction

import sympy
from flint import acb, arb, ctx

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.spectra import unit_gram_spectrum

claim = Claim(
    id="C14",
    title="Thermodynamic integration",
    statement=(
        r"F(\beta_1) - F(\beta_0) = \int_{\log\beta_0}^{\log\beta_1}\hat\lambda(\beta)\,d\log\beta,"
        r"\quad F = -\log Z,\ \hat\lambda = \beta\,\mathbb{E}_\beta[K]"
    ),
    plain=(
        "For bounded K the integral of lambda-hat over log beta is exactly the change of the free "
        "energy -log Z, from beta = 0 on as well. With readouts integrated out, F = 1/2 log "
        "det(1 + beta G) given the weights."
    ),
    source=Source(document="000", place="free energy from lambda-hat at many temperatures"),
    assumptions=("K >= 0 measurable, E[K] finite under the prior", "beta multiplies K"),
    expected=Verdict.PROVED,
)

beta, mu, K, p = sympy.symbols("beta mu K p", positive=True)


@claim.step(
    "The derivative of the free energy",
    derivation=r"""
$Z(\beta) = \int e^{-\beta K}d\varphi$, and $Ke^{-\beta K} \le K$ is integrable, so the derivative
may be taken inside: $-\frac{d\log Z}{d\log\beta} = \beta\int Ke^{-\beta K}d\varphi/Z =
\hat\lambda$. $F$ is continuously differentiable, hence the integral of its derivative. For one
normal readout and $K = \tfrac12\mu a^2$, $Z = (1+\beta\mu)^{-1/2}$; for $h$ of them the product
over the eigenvalues of $G$.
""",
)
def derivative(evidence: Evidence) -> None:
    Z = p * sympy.exp(-beta * K) + (1 - p)  # a prior with two atoms: K and 0
    mean = p * K * sympy.exp(-beta * K) / Z
    evidence.identity("two atoms", sympy.simplify(-beta * sympy.diff(sympy.log(Z), beta)
                                                  - beta * mean))  # fmt: skip
    a = sympy.Symbol("a", real=True)
    density = sympy.exp(-(a**2) / 2) / sympy.sqrt(2 * sympy.pi)
    Z = sympy.integrate(density * sympy.exp(-beta * mu * a**2 / 2), (a, -sympy.oo, sympy.oo))
    evidence.identity("one readout", sympy.simplify(Z - 1 / sympy.sqrt(1 + beta * mu)))
    found = -beta * sympy.diff(-sympy.log(1 + beta * mu) / 2, beta)
    evidence.identity("its lambda-hat", found - beta * mu / (1 + beta * mu) / 2)


@claim.step(
    "The determinant of six tanh units",
    derivation=r"""
For fixed weights the eigenvalues of $G$ are enclosed; $\tfrac12\sum\beta\mu/(1+\beta\mu)$ is
integrated over $\log\beta$ from $0$ to $\log10^{12}$ in balls, against the difference of
$\tfrac12\log\det(1+\beta G)$.
""",
    confirms="derivative",
)
def determinant(evidence: Evidence) -> None:
    weights = [Fraction(k, 7) for k in (7, 6, 5, 3, 2, 1)]
    found = unit_gram_spectrum(weights, digits=30).eigenvalues
    with ctx.workprec(150):
        top = acb(12) * acb(10).log()

        def value(t: acb, _analytic: bool) -> acb:
            total = acb(0)
            for m in found:
                total += 1 / (1 + (-t).exp() / acb(m)) / 2
            return total

        integral = acb.integral(value, acb(0), top).real
        change = arb(0)
        for m in found:
            change += ((1 + arb(10) ** 12 * m).log() - (1 + m).log()) / 2
        small = sympy.Rational(1, 10**10)
        evidence.enclosure("integral less determinants", integral - change, within=(-small, small))
