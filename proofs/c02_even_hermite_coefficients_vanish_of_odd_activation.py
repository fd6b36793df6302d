"""C2: tanh is odd, so only odd Hermite coefficients are non-zero."""

import sympy
from flint import fmpq

from slt_symbolic.activations import ERF, TANH
from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.spectra import hermite_coefficient, hermite_coefficients, hermite_polynomial
from slt_symbolic.spectra.quadrature import absolute_enclosure

claim = Claim(
    id="C2",
    title="Only odd modes",
    statement=(
        r"\sigma(-z) = -\sigma(z) \implies c_k[\sigma(wx)] = 0 \text{ for all even } k;\qquad "
        r"c_k[\tanh(wx)] \ne 0 \text{ for all odd } k,\ w \ne 0"
    ),
    plain=(
        "A bias-free network with an odd activation has no even Hermite coefficients on standard "
        "normal inputs; for a single tanh unit every odd one is there."
    ),
    source=Source(document="000", place="Hermite modes and excitations"),
    assumptions=("x is standard normal", "no biases, no constant"),
    references=(
        "E. C. Titchmarsh (1948), Introduction to the Theory of Fourier Integrals, 2nd ed., 7.2",
    ),
    expected=Verdict.PROVED,
)

x, t, z = sympy.symbols("x t z", real=True)


@claim.step(
    "Hermite polynomials have the parity of their order",
    derivation=r"""
The generating function obeys $e^{(-x)t - t^2/2} = e^{x(-t) - (-t)^2/2}$; comparing coefficients
of $t^k$: $\mathrm{He}_k(-x) = (-1)^k\mathrm{He}_k(x)$.""",
)
def parity_of_hermite(evidence: Evidence) -> None:
    def g(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return sympy.exp(a * b - b**2 / 2)

    evidence.identity("G(-x, t) = G(x, -t)", g(-x, t) - g(x, -t))


@claim.step(
    "The same by induction along the recurrence, and in coefficients",
    derivation=r"""
If $\mathrm{He}_{k}(-x) = \epsilon\,\mathrm{He}_{k}(x)$ and
$\mathrm{He}_{k-1}(-x) = -\epsilon\,\mathrm{He}_{k-1}(x)$, then
$(-x)\epsilon\,\mathrm{He}_k + k\epsilon\,\mathrm{He}_{k-1} = -\epsilon\,\mathrm{He}_{k+1}$.""",
    confirms="parity_of_hermite",
)
def parity_by_recurrence(evidence: Evidence) -> None:
    eps, k, a, b = sympy.symbols("epsilon k a b")
    evidence.identity("induction", (-x) * eps * a - k * (-eps * b) + eps * (x * a - k * b))
    wrong = [
        k for k in range(61) if any(hermite_polynomial(k)[j] for j in range(k + 1) if (j - k) % 2)
    ]
    evidence.equal("orders up to 60 with a coefficient of the other parity", wrong, [])


@claim.step(
    "Even coefficients of an odd activation vanish",
    derivation=r"""
Substituting $x \mapsto -x$ under the even density,
$c_k = \mathbb{E}[\sigma(-wx)\mathrm{He}_k(-x)]/\sqrt{k!} = -(-1)^k c_k$, so $2c_k = 0$ for even
$k$. $\tanh$ is odd: $\frac{e^{z}-e^{-z}}{e^{z}+e^{-z}}$ changes sign with $z$. A network
$\sum_i a_i\sigma(w_ix)$ inherits it by linearity.""",
)
def even_coefficients_vanish(evidence: Evidence) -> None:
    def quotient(u: sympy.Expr) -> sympy.Expr:
        return (sympy.exp(u) - sympy.exp(-u)) / (sympy.exp(u) + sympy.exp(-u))

    evidence.identity("tanh(-z) = -tanh(z)", quotient(-z) + quotient(z))
    evidence.equal("declared parities", (TANH.parity, ERF.parity), (-1, -1))
    exact = [c.exact for c in hermite_coefficients(TANH, range(0, 201, 2), digits=5)]
    evidence.equal("exact values at even orders up to 200", set(exact), {sympy.S.Zero})


@claim.step(
    "Quadrature that does not use parity finds zero",
    derivation=r"""
Ball quadrature of $\mathbb{E}[\sigma(wx)\mathrm{He}_k(x)]/\sqrt{k!}$ over the whole line
encloses each even coefficient in a ball that contains zero, of radius below $10^{-50}$.""",
    confirms="even_coefficients_vanish",
)
def even_coefficients_by_quadrature(evidence: Evidence) -> None:
    small = sympy.Rational(1, 10**50)
    for sigma in (TANH, ERF):
        for order in (0, 2, 4, 10, 50):
            ball = absolute_enclosure(sigma, order, fmpq(3, 4), fmpq(0), 200 + 2 * order)
            label = f"{sigma.name}(3x/4), k = {order}"
            evidence.enclosure(label, ball, value=0)
            evidence.enclosure(f"size, {label}", ball, within=(-small, small))


@claim.step(
    "No odd coefficient of a tanh unit vanishes",
    derivation=r"""
By parts $\sqrt{k!}\,c_k = \mathbb{E}[f^{(k)}]$, $f = \tanh(wx)$; Fourier inversion of $f'$
against the normal density gives, with $c = \pi/(2w)$, $w>0$, and odd $k$,
$c_k = (-1)^{(k-1)/2}\frac{1}{w\sqrt{k!}}\int_0^\infty t^k e^{-t^2/2}/\sinh(ct)\,dt$.
The integrand is positive, so the sign of $c_k$ is $(-1)^{(k-1)/2}$: never zero. It rests on
$\int \mathrm{sech}^2(u)e^{-isu}du = \pi s/\sinh(\pi s/2)$: shifting the path by $i\pi$, the
period of $\mathrm{sech}^2$, past its double pole gives
$(1 - e^{\pi s})F(s) = -2\pi s e^{\pi s/2}$.""",
)
def odd_coefficients_do_not_vanish(evidence: Evidence) -> None:
    s = sympy.Symbol("s", positive=True)
    f = 2 * sympy.pi * s * sympy.exp(sympy.pi * s / 2) / (sympy.exp(sympy.pi * s) - 1)
    sinh = (sympy.exp(sympy.pi * s / 2) - sympy.exp(-sympy.pi * s / 2)) / 2
    evidence.identity("solving for the transform", f - sympy.pi * s / sinh)


@claim.step(
    "Certified signs by quadrature of the definition",
    derivation=r"""
The balls around $c_1, c_3, \dots, c_{41}$ by quadrature of the definition exclude zero and have
the sign $(-1)^{(k-1)/2}$.""",
    confirms="odd_coefficients_do_not_vanish",
)
def odd_signs_by_quadrature(evidence: Evidence) -> None:
    signs = []
    for k in range(1, 42, 2):
        ball = hermite_coefficient(TANH, k, digits=10, method="ball quadrature").ball
        signs.append(1 if ball > 0 else -1 if ball < 0 else 0)
    evidence.equal("signs", signs, [(-1) ** ((k - 1) // 2) for k in range(1, 42, 2)])
