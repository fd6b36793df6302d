"""C1: Parseval, E[f²] = Σ c_k² in normalised probabilists' Hermite polynomials."""

import math

import sympy
from flint import arb, ctx, fmpz_poly

from slt_symbolic.activations import ERF, RELU
from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.spectra import (
    gaussian_expectation,
    hermite_coefficient,
    hermite_polynomial,
    parseval,
)

claim = Claim(
    id="C1",
    title="Parseval for Hermite coefficients",
    statement=(
        r"\mathbb{E}_{x\sim N(0,1)}[f(x)^2] = \sum_{k\ge 0} c_k^2, \qquad "
        r"c_k = \mathbb{E}[f(x)\,\mathrm{He}_k(x)]/\sqrt{k!}, \qquad f \in L^2(N(0,1))"
    ),
    plain=(
        "On standard normal inputs the population loss of a function against the target zero is "
        "the sum of its squared coefficients in normalised probabilists' Hermite polynomials."
    ),
    source=Source(document="000", place="Hermite modes and excitations"),
    assumptions=(
        "x is standard normal and f is square integrable; networks with bounded or linearly "
        "growing activations are",
        "the loss is E[f²]; the divergence at unit noise variance is half of it",
    ),
    references=("G. Szegő (1975), Orthogonal Polynomials, 4th ed., section 5.5 and theorem 5.7.1",),
    expected=Verdict.PROVED,
)

x, s, t = sympy.symbols("x s t", real=True)


@claim.step(
    "The generating function is that of the recurrence",
    derivation=r"""
$G(x,t) = e^{xt - t^2/2}$ satisfies $\partial_t G = (x - t)G$. Comparing coefficients of
$t^k/k!$ in $G = \sum_k \mathrm{He}_k(x)t^k/k!$ gives
$\mathrm{He}_{k+1} = x\,\mathrm{He}_k - k\,\mathrm{He}_{k-1}$, $\mathrm{He}_0 = 1$.""",
)
def generating_function(evidence: Evidence) -> None:
    g = sympy.exp(x * t - t**2 / 2)
    evidence.identity("dG/dt = (x - t) G", sympy.diff(g, t) - (x - t) * g)
    evidence.equal("He_0", g.subs(t, 0), 1)


@claim.step(
    "The normalised polynomials are orthonormal",
    derivation=r"""
$G(x,s)G(x,t)\varphi(x) = e^{st}\varphi(x - s - t)$, so
$\mathbb{E}[G(x,s)G(x,t)] = e^{st} = \sum_k s^k t^k/k!$ because $\varphi$ integrates to one.
Comparing coefficients of $s^i t^j$: $\mathbb{E}[\mathrm{He}_i\mathrm{He}_j] = i!\,\delta_{ij}$.""",
)
def orthonormality(evidence: Evidence) -> None:
    exponent = (x * s - s**2 / 2) + (x * t - t**2 / 2) - x**2 / 2
    evidence.identity(
        "completing the square", sympy.expand(exponent - (s * t - (x - s - t) ** 2 / 2))
    )


@claim.step(
    "All products of the first 41 polynomials, by exact moments",
    derivation=r"""
$\mathbb{E}[x^{2m}] = (2m-1)!!$ and $\mathbb{E}[x^{2m+1}] = 0$ give the Gram matrix of
$\mathrm{He}_0,\dots,\mathrm{He}_{40}$ in exact integers.""",
    confirms=("generating_function", "orthonormality"),
)
def gram_matrix_by_moments(evidence: Evidence) -> None:
    polynomials = [hermite_polynomial(k) for k in range(41)]
    gram = {
        (i, j): gaussian_expectation(p * q)
        for i, p in enumerate(polynomials)
        for j, q in enumerate(polynomials)
    }
    wanted = {(i, j): math.factorial(i) if i == j else 0 for i, j in gram}
    evidence.equal("Gram matrix, orders 0 to 40", gram == wanted, True)


@claim.step(
    "Parseval holds on exponentials, which are dense",
    derivation=r"""
For complex $s$, $c_k(e^{sx}) = s^k e^{s^2/2}/\sqrt{k!}$, since
$e^{sx} = e^{s^2/2}G(x,s)$. Hence
$\sum_k c_k(e^{sx})c_k(e^{tx}) = e^{s^2/2 + t^2/2}\sum_k (st)^k/k! = e^{(s+t)^2/2}
= \mathbb{E}[e^{sx}e^{tx}]$: Parseval on the span of the exponentials. The span of
$e^{i\tau x}$, $\tau\in\mathbb{R}$, is dense in $L^2(\varphi)$: if $f$ is orthogonal to all of
them, the integrable function $f\varphi$ has Fourier transform zero, so $f = 0$. The map
$f\mapsto(c_k)$ is a contraction by Bessel's inequality, hence continuous, so that Parseval
extends to the closure, all of $L^2(\varphi)$.""",
)
def parseval_on_exponentials(evidence: Evidence) -> None:
    evidence.identity(
        "e^{sx} = e^{s²/2} G(x, s)", sympy.expand(s * x - (s**2 / 2 + x * s - s**2 / 2))
    )
    evidence.identity(
        "both sides on a pair of exponentials",
        sympy.exp((s + t) ** 2 / 2) - sympy.exp(s**2 / 2) * sympy.exp(t**2 / 2) * sympy.exp(s * t),
    )
    evidence.identity(
        "E[e^{(s+t)x}]: completing the square",
        sympy.expand((s + t) * x - x**2 / 2 - ((s + t) ** 2 / 2 - (x - s - t) ** 2 / 2)),
    )


@claim.step(
    "A polynomial, both sides by exact integers",
    derivation=r"""
For $p = x^7 - 3x^4 + 2x - 5$: $\mathbb{E}[p^2]$ from the moments, and
$\sum_k \mathbb{E}[p\,\mathrm{He}_k]^2/k!$, a finite sum of rationals.""",
    confirms="parseval_on_exponentials",
)
def polynomial_by_moments(evidence: Evidence) -> None:
    p = fmpz_poly([-5, 2, 0, 0, -3, 0, 0, 1])
    squares = (
        sympy.Rational(gaussian_expectation(p * hermite_polynomial(k)) ** 2, math.factorial(k))
        for k in range(8)
    )
    evidence.equal("E[p²] = Σ c_k²", sympy.Add(*squares), gaussian_expectation(p * p))


@claim.step(
    "The ReLU: the infinite series sums to one half",
    derivation=r"""
$\mathbb{E}[\mathrm{ReLU}^2] = \tfrac12$ by symmetry. Its coefficients: $c_0^2 = 1/(2\pi)$,
$c_1^2 = 1/4$, and $c_{2m}^2 = b_m/(2\pi(2m-1))$ for $m\ge1$, $b_m = (2m-3)!!/(2m)!!$, zero
otherwise. From $\sum_{m\ge1} b_m u^{2m} = 1 - \sqrt{1-u^2}$,
$\sum_m b_m/(2m-1) = \int_0^1 (1-\sqrt{1-u^2})u^{-2}du = \bigl[\arcsin u -
(1-\sqrt{1-u^2})/u\bigr]_0^1 = \pi/2 - 1$. The sum is
$\frac1{2\pi} + \frac14 + \frac1{2\pi}(\frac\pi2 - 1) = \frac12$.""",
    confirms="parseval_on_exponentials",
)
def relu_series(evidence: Evidence) -> None:
    u = sympy.Symbol("u", positive=True)
    root = sympy.sqrt(1 - u**2)
    primitive = sympy.asin(u) - (1 - root) / u
    evidence.identity("the primitive", sympy.diff(primitive, u) - (1 - root) / u**2)
    total = 1 / (2 * sympy.pi) + sympy.Rational(1, 4) + (primitive.subs(u, 1)) / (2 * sympy.pi)
    evidence.identity("Σ c_k² = 1/2", total - sympy.Rational(1, 2))
    for m in range(1, 16):
        b = sympy.factorial2(2 * m - 3) / sympy.factorial2(2 * m)
        exact = hermite_coefficient(RELU, 2 * m, digits=5).exact
        evidence.identity(f"c_{2 * m}²", exact**2 - b / (2 * sympy.pi * (2 * m - 1)))


@claim.step(
    "erf: the series is that of the arcsine",
    derivation=r"""
For $f = \mathrm{erf}(x)$ and $r = 2/3$: $c_{2m+1}^2 = \frac2\pi
\frac{(2m)!}{4^m m!^2(2m+1)} r^{2m+1}$, so $\sum_k c_k^2 = \frac2\pi\arcsin\frac23$. The left
side $\mathbb{E}[\mathrm{erf}(x)^2]$ is enclosed by ball quadrature, without coefficients.""",
    confirms="parseval_on_exponentials",
)
def erf_series(evidence: Evidence) -> None:
    r = sympy.Rational(2, 3)
    for m in range(12):
        term = sympy.binomial(2 * m, m) / sympy.Integer(4) ** m / (2 * m + 1) * r ** (2 * m + 1)
        exact = hermite_coefficient(ERF, 2 * m + 1, digits=5).exact
        evidence.identity(f"c_{2 * m + 1}²", exact**2 - 2 * term / sympy.pi)
    both = parseval(ERF, 201, digits=40)
    evidence.enclosure("E[erf²]", both.second_moment, value=2 * sympy.asin(r) / sympy.pi)
    evidence.enclosure("Σ c_k²", both.series, value=both.second_moment)


@claim.step(
    "tanh: both sides enclosed",
    derivation=r"""
$\mathbb{E}[\tanh(wx)^2]$ by ball quadrature of the definition; $\sum_{k\le301} c_k^2$ from the
Fourier representation; the rest by the proved decay of $c_k^2$.""",
    confirms="parseval_on_exponentials",
)
def tanh_enclosed(evidence: Evidence) -> None:
    for weight in (sympy.Rational(1, 2), sympy.Integer(1)):
        both = parseval("tanh", 301, weight)
        evidence.enclosure(f"w = {weight}", both.series, value=both.second_moment)
        with ctx.workprec(160):
            gap = abs(both.series - both.second_moment)
        evidence.enclosure(
            f"width, w = {weight}", arb(gap.upper()), within=(0, sympy.Rational(1, 10**20))
        )
