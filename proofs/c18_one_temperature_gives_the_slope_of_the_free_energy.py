"""C18: λ̂ at one temperature is the slope of F there, and brackets its change over a unit."""

from fractions import Fraction

import sympy
from flint import arb, ctx

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.spectra import unit_gram_spectrum

claim = Claim(
    id="C18",
    title="One temperature and the change of the free energy",
    statement=(
        r"\hat\lambda(\beta) = \frac{dF}{d\log\beta},\qquad (1-\tfrac1c)\,\hat\lambda(c\beta) \le "
        r"F(c\beta) - F(\beta) \le (c-1)\,\hat\lambda(\beta)\quad (c > 1)"
    ),
    plain=(
        "Lambda-hat at one inverse temperature is the change of the free energy per unit of log "
        "beta there, exactly as a derivative. Over a whole unit, c = e, it is an estimate: the "
        "change lies between 0.63 times lambda-hat at the end and 1.72 times that at the start, "
        "for every model."
    ),
    source=Source(document="000", place="lambda-hat at a single temperature"),
    assumptions=(
        "F is the free energy of the population divergence K, n in the place of beta",
        "K >= 0 with finite prior mean",
    ),
    uses=("C14",),
    expected=Verdict.PROVED,
)

beta, c, mu = sympy.symbols("beta c mu", positive=True)


@claim.step(
    "E[K] falls with β",
    derivation=r"""
$\frac{d}{d\beta}\mathbb{E}_\beta[K] = -\mathrm{Var}_\beta K \le 0$. So $F(c\beta) - F(\beta) =
\int_\beta^{c\beta}\mathbb{E}_b[K]\,db$ lies between $(c-1)\beta\,\mathbb{E}_{c\beta}[K] =
(1-\tfrac1c)\hat\lambda(c\beta)$ and $(c-1)\beta\,\mathbb{E}_\beta[K] = (c-1)\hat\lambda(\beta)$.
""",
)
def bracket(evidence: Evidence) -> None:
    # A prior with three atoms of any K and mass: the identity is of moments alone.
    K, p = sympy.symbols("K1:4", nonnegative=True), sympy.symbols("p1:4", positive=True)
    weights = [q * sympy.exp(-beta * k) for q, k in zip(p, K, strict=True)]
    Z = sum(weights)
    first = sum(k * w for k, w in zip(K, weights, strict=True)) / Z
    second = sum(k**2 * w for k, w in zip(K, weights, strict=True)) / Z
    change = sympy.diff(first, beta) + second - first**2
    evidence.identity("derivative of the mean", sympy.simplify(change))
    evidence.identity("the lower weight", (c - 1) * beta / (c * beta) - (1 - 1 / c))


@claim.step(
    "Six tanh units, their readouts integrated out",
    derivation=r"""
$F = \tfrac12\sum\log(1+\beta\mu)$ and $\hat\lambda = \tfrac12\sum\beta\mu/(1+\beta\mu)$, enclosed,
$c = e$, $\beta = 1, 10^3, \dots, 10^{15}$. As $F$ is then convex in $\log\beta$ the change also
lies between the two $\hat\lambda$ themselves.
""",
    confirms="bracket",
)
def six_units(evidence: Evidence) -> None:
    weights = [Fraction(k, 7) for k in (7, 6, 5, 3, 2, 1)]
    found = unit_gram_spectrum(weights, digits=30).eigenvalues
    x = sympy.Symbol("x", positive=True)
    convex = sympy.diff(x / (1 + x), x) * x - x / (1 + x) ** 2
    evidence.identity("second derivative in log beta", sympy.simplify(convex))
    with ctx.workprec(150):
        e = arb(1).exp()
        for power in range(0, 16, 3):
            b = arb(10) ** power
            change, here, there = arb(0), arb(0), arb(0)
            for m in found:
                change += ((1 + e * b * m).log() - (1 + b * m).log()) / 2
                here += b * m / (1 + b * m) / 2
                there += e * b * m / (1 + e * b * m) / 2
            label = f"beta = 1e{power}"
            evidence.enclosure(f"{label}: above the lower", change - (1 - 1 / e) * there,
                               within=(0, None))  # fmt: skip
            evidence.enclosure(f"{label}: below the upper", (e - 1) * here - change,
                               within=(0, None))  # fmt: skip
            evidence.enclosure(f"{label}: above here", change - here, within=(0, None))
            evidence.enclosure(f"{label}: below there", there - change, within=(0, None))
