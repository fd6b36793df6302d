"""A9: The Bayesian information criterion, with its constant terms."""

import sympy
from flint import arb, ctx
from sympy import Matrix, Rational, symbols

from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict

claim = Claim(
    id="A9",
    title="Derivation of the Bayesian information criterion",
    statement=(
        r"F_n = nL_n(w_0) + \tfrac d2\log n - \log\varphi(w_0) - \tfrac d2\log 2\pi"
        r"+ \tfrac12\det I(w_0)"
    ),
    plain=(
        "The free energy of a regular model is n L_n + (d/2) log n - log prior - (d/2) log 2 pi "
        "+ half the determinant of the Fisher information, as printed, up to terms that vanish."
    ),
    source=Source(document="003", place="Deriving the Bayesian Information Criterion (BIC)"),
    assumptions=("regular: identifiable, I(w0) positive definite, prior positive and smooth",),
    uses=("A8",),
    references=(
        "Schwarz 1978, Estimating the dimension of a model",
        "Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, section 1.2",
    ),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"F_n = nL_n(\hat w_n) + \tfrac d2\log n - \log\varphi(\hat w_n)"
            r"- \tfrac d2\log 2\pi + \tfrac12\log\det I(\hat w_n) + o(1)"
        ),
        plain=(
            "The logarithm of the determinant, and the loss at the maximum likelihood estimate: "
            "at the true parameter n L_n is larger by a term that does not vanish (half a "
            "chi-squared variable with d degrees of freedom). Shown here exactly for quadratic "
            "losses and normal priors in every dimension, and in balls for a coin; for regular "
            "models in general, with o(1) in probability, by Laplace's method as cited."
        ),
    ),
)

n, i, tau = symbols("n I tau", positive=True)
m, mu = symbols("m mu", real=True)


def free_energy(fisher: Matrix, precision: Matrix, estimate: Matrix) -> sympy.Expr:
    """Return F_n - n L_n(estimate) of a quadratic loss with prior N(0, precision**-1), exactly.

    The integral of exp(-n (w - m)' I (w - m)/2) against N(0, T**-1) is (2 pi)**(d/2)
    det(nI)**(-1/2) times the density at m of N(0, T**-1 + (nI)**-1).
    """
    covariance = precision.inv() + (n * fisher).inv()
    quadratic = (estimate.T * covariance.inv() * estimate)[0]
    return (sympy.log((n * fisher).det()) + sympy.log(covariance.det()) + quadratic) / 2


def corrected(fisher: Matrix, precision: Matrix, estimate: Matrix) -> sympy.Expr:
    """Return the right-hand side of the corrected claim, less n L_n."""
    d = fisher.rows
    prior = -Rational(d, 2) * sympy.log(2 * sympy.pi) + sympy.log(precision.det()) / 2
    prior -= (estimate.T * precision * estimate)[0] / 2
    leading = Rational(d, 2) * (sympy.log(n) - sympy.log(2 * sympy.pi))
    return leading - prior + sympy.log(fisher.det()) / 2


@claim.step(
    "A model with Fisher information 4",
    derivation=r"""
$y \sim N(w, \tfrac14)$, prior $N(0, 1)$: the evidence is an integral of Gaussians. The printed
right side differs from it, for $n \to \infty$, by $\tfrac12(4 - \log 4)$.
""",
)
def counterexample(evidence: Evidence) -> None:
    four, one, at = Matrix([[4]]), Matrix([[1]]), Matrix([[m]])
    exact = free_energy(four, one, at)
    printed = corrected(four, one, at) - sympy.log(4) / 2 + Rational(4, 2)
    gap = sympy.limit(sympy.expand_log(printed - exact, force=True), n, sympy.oo)
    evidence.counterexample("printed - exact", "I = 4", sympy.expand_log(sympy.simplify(gap)))


@claim.step(
    "Units",
    derivation=r"""
In the parameter $v = w/s$ the information is $s^2I$ and the prior density $s\varphi$: the evidence
is the same. $-\log\varphi + \tfrac12\log\det I$ is the same too; with $\tfrac12\det I$ the right
side depends on the unit in which the parameter is measured.
""",
    confirms="counterexample",
)
def units(evidence: Evidence) -> None:
    s = symbols("s", positive=True)
    right = -sympy.log(s * tau) + sympy.log(s**2 * i) / 2
    wrong = -sympy.log(s * tau) + s**2 * i / 2
    evidence.identity("with the logarithm", sympy.expand_log(right - right.subs(s, 1)))
    evidence.counterexample(
        "without", "s = 2, I = 1", sympy.expand_log((wrong - wrong.subs(s, 1)).subs({s: 2, i: 1}))
    )


@claim.step(
    "The loss at the truth",
    derivation=r"""
$nL_n(w_0) - nL_n(\hat w_n) = \tfrac n2(\hat w_n - w_0)^TI(\hat w_n - w_0)$ has mean $d/2$ for every
$n$, as $\hat w_n \sim N(w_0, (nI)^{-1})$ in the normal location model: it does not vanish.
""",
    confirms="counterexample",
)
def at_the_truth(evidence: Evidence) -> None:
    variance = 1 / (n * i)
    evidence.counterexample("mean of n L_n(w0) - n L_n(MLE)", "d = 1", n * i * variance / 2)


@claim.step(
    "Quadratic losses, exactly",
    derivation=r"""
$L_n(w) = L_n(m) + \tfrac12(w - m)^TI(w - m)$, prior $N(0, T^{-1})$: $Z =
e^{-nL_n(m)}(2\pi)^{d/2}\det(nI)^{-1/2}\,N(m; 0, T^{-1} + (nI)^{-1})$. As $\det(nI)\det(T^{-1} +
(nI)^{-1}) = n^d\det I\,\det T^{-1}\det(1 + T(nI)^{-1})$, the free energy less the corrected right
side is $\tfrac12\log\det(1 + T(nI)^{-1}) + \tfrac12m^T\bigl[(T^{-1} + (nI)^{-1})^{-1} - T\bigr]m$,
for every $d$: it tends to zero like $1/n$, as $(nI)^{-1}$ does. Checked for $d = 1$ in symbols, $d
= 2, 3$ in numbers.
""",
    corrects=True,
)
def quadratic(evidence: Evidence) -> None:
    cases = [
        (Matrix([[i]]), Matrix([[tau]]), Matrix([[m]])),
        (Matrix([[2, 1], [1, 3]]), Matrix([[1, 0], [0, 2]]), Matrix([1, -2])),
        (Matrix([[2, 1, 0], [1, 2, 1], [0, 1, 2]]), sympy.eye(3), Matrix([1, 0, 2])),
    ]
    for fisher, precision, at in cases:
        difference = free_energy(fisher, precision, at) - corrected(fisher, precision, at)
        # In e = 1/n the determinants and quadratic forms are rational functions without pole at 0.
        together = sympy.logcombine(sympy.expand_log(difference, force=True), force=True)
        limit = sympy.limit(sympy.simplify(together), n, sympy.oo)
        evidence.identity(f"d = {fisher.rows}: limit", sympy.simplify(limit))


@claim.step(
    "A coin, in balls",
    derivation=r"""
$n$ tosses, a quarter of them heads, uniform prior on $p$: $Z = B(\tfrac n4 + 1, \tfrac{3n}4 + 1)$
exactly, $\hat p = \tfrac14$, $I = 1/\hat p(1 - \hat p)$, $L_n(\hat p)$ the binary entropy. $n$
times the difference of the two sides is enclosed. By Stirling's series, $\log\Gamma(x + 1) = (x +
\tfrac12)\log x - x + \tfrac12\log 2\pi + \tfrac1{12x} + \dots$ and $\Gamma(n + 2) = (n +
1)\Gamma(n + 1)$, it tends to $1 + \tfrac1{12} - \tfrac4{12} - \tfrac4{36} = \tfrac{23}{36}$.
""",
    confirms="quadratic",
)
def coin(evidence: Evidence) -> None:
    with ctx.workprec(256):
        for k in (2, 4, 6):
            size = arb(10) ** k
            heads, p = size / 4, arb(1) / 4
            exact = (size + 2).lgamma() - (heads + 1).lgamma() - (size - heads + 1).lgamma()
            loss = -size * (p * p.log() + (1 - p) * (1 - p).log())
            claimed = loss + size.log() / 2 - (2 * arb.pi()).log() / 2 - (p * (1 - p)).log() / 2
            excess = size * (exact - claimed) - arb(23) / 36
            bound = Rational(1, 10**k)
            evidence.enclosure(f"n = 10^{k}", excess, within=(-bound, bound))
