"""A1: The Kullback-Leibler divergence is cross-entropy minus entropy."""

import sympy
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict

claim = Claim(
    id="A1",
    title="Divergence, cross-entropy and entropy",
    statement=(
        r"D(p\,\|\,q) = L_{\mathrm{CE}}(p, q) - H(p),\quad "
        r"L_{\mathrm{CE}} = -\mathrm{E}_p[\log q],\ H = -\mathrm{E}_p[\log p]"
    ),
    plain=(
        "The Kullback-Leibler divergence of q from p is the cross-entropy of q under p minus the "
        "entropy of p. The entropy does not depend on the model, so both losses have the same "
        "minimisers."
    ),
    source=Source(document="003", place="KL divergence and cross-entropy loss"),
    assumptions=(
        "p has finite entropy and the cross-entropy is finite; else the difference is undefined",
    ),
    expected=Verdict.PROVED,
)

y = symbols("y", real=True)
f, g = symbols("f f_0", real=True)
s, t, a, b, u = symbols("s t a b u", positive=True)


def gaussian(mean: sympy.Expr, deviation: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Return the density of N(mean, deviation**2) and its logarithm."""
    logarithm = -((y - mean) ** 2) / (2 * deviation**2) - sympy.log(
        sympy.sqrt(2 * sympy.pi) * deviation
    )
    density = sympy.exp(-((y - mean) ** 2) / (2 * deviation**2)) / (
        sympy.sqrt(2 * sympy.pi) * deviation
    )
    return density, logarithm


@claim.step(
    "Linearity of the expectation",
    derivation=r"""
$D(p\,\|\,q) = \mathrm{E}_p[\log p - \log q]$. Where both expectations are finite the integral of
the difference is the difference of the integrals: $\mathrm{E}_p[\log p] - \mathrm{E}_p[\log q] =
-H(p) + L_{\mathrm{CE}}(p, q)$. For finitely many outcomes the identity holds term by term.
""",
)
def termwise(evidence: Evidence) -> None:
    for size in (2, 3, 5):
        p = symbols(f"p1:{size + 1}", positive=True)
        q = symbols(f"q1:{size + 1}", positive=True)
        pairs = list(zip(p, q, strict=True))
        divergence = sum(sympy.expand_log(v * sympy.log(v / w)) for v, w in pairs)
        cross_entropy = -sum(v * sympy.log(w) for v, w in pairs)
        entropy = -sum(v * sympy.log(v) for v in p)
        difference = sympy.expand(divergence - cross_entropy + entropy)
        evidence.identity(f"{size} outcomes", difference)


@claim.step(
    "Three integrals of Gaussian densities",
    derivation=r"""
$p = N(f_0, s^2)$, $q = N(f, t^2)$. The entropy is $\tfrac12\log(2\pi es^2)$, the cross-entropy
$\tfrac12\log(2\pi t^2) + (s^2 + (f - f_0)^2)/2t^2$, and the divergence, from its own closed form
$\log\tfrac ts + (s^2 + (f - f_0)^2)/2t^2 - \tfrac12$, is their difference. With $s = t = 1$ it is
$\tfrac12(f - f_0)^2$: $K(w)$ of regression.
""",
    confirms="termwise",
)
def gaussians(evidence: Evidence) -> None:
    p, log_p = gaussian(g, s)
    _, log_q = gaussian(f, t)
    line = (y, -sympy.oo, sympy.oo)
    entropy = -sympy.integrate(sympy.expand(log_p) * p, line)
    cross_entropy = -sympy.integrate(sympy.expand(log_q) * p, line)
    divergence = sympy.log(t / s) + (s**2 + (f - g) ** 2) / (2 * t**2) - Rational(1, 2)
    difference = sympy.simplify(sympy.expand_log(cross_entropy - entropy - divergence))
    evidence.identity("cross-entropy - entropy - divergence", difference)
    at_one = divergence.subs({s: 1, t: 1})
    evidence.identity("unit variances", sympy.expand(at_one - (f - g) ** 2 / 2))


@claim.step(
    "Exponential densities",
    derivation=r"""
$p = ae^{-ay}$, $q = be^{-by}$ on $y > 0$: $H = 1 - \log a$, $L_{\mathrm{CE}} = b/a - \log b$,
$D = \log\tfrac ab + \tfrac ba - 1$, each by its own integral.
""",
    confirms="termwise",
)
def exponentials(evidence: Evidence) -> None:
    p = a * sympy.exp(-a * u)
    line = (u, 0, sympy.oo)
    log_p, log_q = sympy.log(a) - a * u, sympy.log(b) - b * u
    parts = [sympy.integrate(sympy.expand(p * h), line) for h in (log_p - log_q, -log_q, -log_p)]
    divergence, cross_entropy, entropy = map(sympy.simplify, parts)
    evidence.identity("entropy", entropy - 1 + sympy.log(a))
    evidence.identity("cross-entropy", cross_entropy - b / a + sympy.log(b))
    evidence.identity("difference", sympy.expand(divergence - cross_entropy + entropy))
