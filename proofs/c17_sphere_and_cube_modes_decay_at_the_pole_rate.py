"""C17: on spheres and cubes in d dimensions modes decay geometrically with the degree."""

import itertools

import sympy
from flint import arb, ctx

from slt_symbolic.activations import TANH
from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels import NeuronKernel
from slt_symbolic.spectra import (
    ZonalDecay,
    cube_bound,
    cube_coefficient,
    parseval,
    zonal_coefficient,
)
from slt_symbolic.spectra.zonal_polynomials import multiplicity

claim = Claim(
    id="C17",
    title="Circle, sphere and cube in d dimensions",
    statement=(
        r"x\in S^{d-1}:\ \lambda_k = \mathbb{E}[\tanh(wT)P_k(T)] = (-1)^{(k-1)/2}\frac{4}{w}"
        r"\frac{k!\,\Gamma(\lambda+1)}{\Gamma(k+\lambda+1)}\sum_j e^{-(k+1)s_j}"
        r"\,\mathbb{E}\bigl[(1+e^{-2s_j}U)^{\lambda-1}\bigr],\qquad \lambda = \tfrac d2-1,\ "
        r"U\sim\mathrm{Beta}(k+1,\lambda);\qquad N_k\lambda_k^2 \sim "
        r"\frac{32}{w^2}\frac{\Gamma(\lambda+1)^2}{\Gamma(2\lambda+1)}"
        r"\frac{e^{-2(k+1)s_0}}{(1+e^{-2s_0})^{2-2\lambda}}"
    ),
    plain=(
        "On the unit sphere of R^d the degree-k part of tanh(<w,x>) decays exactly like "
        "exp(-2ks), s = arcsinh(pi/(2|w|)), in every dimension, without any power of k; d = 2 is "
        "the circle, d = 3 also the interval. Of N_k ~ 2k^(d-2)/(d-2)! harmonics each unit "
        "excites one combination per degree, so a width-h net has at most h visible modes per "
        "degree. On the cube all coefficients fall geometrically in every direction. On N(0,1) "
        "inputs of R^d a unit has the one-dimensional coefficients of its |w|."
    ),
    source=Source(document="000", place="Hermite modes and excitations; other input laws"),
    assumptions=(
        "inputs uniform on the sphere, or on the cube, or standard normal in R^d",
        "one unit of weight w without bias; networks by linearity",
    ),
    uses=("C3", "C15"),
    references=(
        "C. Müller (1966), Spherical Harmonics, Lecture Notes in Mathematics 17",
        "NIST Digital Library of Mathematical Functions, 15.6.1 and 18.5.5",
    ),
    expected=Verdict.PROVED,
)

k, lam, q, s, t, w = sympy.symbols("k lambda q s t w", positive=True)


@claim.step(
    "Funk and Hecke: one coefficient per degree",
    derivation=r"""
The degree-$k$ part of $x\mapsto\sigma(w\langle u,x\rangle)$ is $\lambda_kN_kP_k(\langle u,
x\rangle)$, $\lambda_k = \mathbb{E}[\sigma(wT)P_k(T)]$, $P_k(1) = 1$, with norm $N_k\lambda_k^2$
since $\mathbb{E}[P_k^2] = 1/N_k$, $N_k = \binom{k+d-1}{d-1} - \binom{k+d-3}{d-1} =
\frac{(2k+d-2)\,(k+d-3)!}{k!\,(d-2)!}$. Checked by exact moments of the sphere.""",
)
def funk_hecke(evidence: Evidence) -> None:
    for d in range(2, 7):
        zonal = [sympy.S.One, t]
        for n in range(1, 8):
            following = (2 * n + d - 2) * t * zonal[n] - n * zonal[n - 1]
            zonal.append(sympy.expand(following / (n + d - 2)))
        for n in range(8):
            square = sympy.Poly(sympy.expand(zonal[n] ** 2), t)
            mean = sympy.Add(
                *(c * _moment(d, power) for (power,), c in square.terms() if power % 2 == 0)
            )
            evidence.identity(f"E[P_{n}²], d = {d}", mean - sympy.Rational(1, multiplicity(n, d)))
            if n and d > 2:
                count = sympy.Rational((2 * n + d - 2), 1) * sympy.factorial(n + d - 3)
                count /= sympy.factorial(n) * sympy.factorial(d - 2)
                evidence.equal(f"N_{n}, d = {d}", multiplicity(n, d), int(count))


def _moment(d: int, power: int) -> sympy.Rational:
    """Return E[T^power] for even powers."""
    return sympy.Mul(*(sympy.Rational(2 * i + 1, d + 2 * i) for i in range(power // 2)))


@claim.step(
    "One pole",
    derivation=r"""
By Rodrigues' formula and $k$ integrations by parts, $\mathbb{E}[P_k(T)/(z-T)]$ is a multiple of
$\mathbb{E}[(1-T^2)^k(z-T)^{-k-1}]$, the solution of the Gegenbauer equation
$(1-z^2)y'' + (2\lambda-3)zy' + (k+1)(k+2\lambda-1)y = 0$ for $(z^2-1)^{1/2-\lambda}$ times it, that
decays like $z^{-k-1}$ at infinity. With $z = \frac{q+1/q}2$, $y = q^{k+1}F(1-\lambda,k+1;k+\lambda
+1;q^2)$ solves the same equation; comparing leading terms, $\mathbb{E}[P_kT^k] =
\frac{k!\,\Gamma(\lambda+1)}{2^k\Gamma(k+\lambda+1)}$, gives the factor $A_k =
\frac{2\,k!\,\Gamma(\lambda+1)}{\Gamma(k+\lambda+1)}$. Checked below as an identity of power series
in $q$, term by term, for $d = 2,\dots,7$ and $k\le5$: $\mathbb{E}[P_k(T)/(z-T)] =
\sum_n\mathbb{E}[P_kT^n]z^{-n-1}$.""",
)
def one_pole(evidence: Evidence) -> None:
    for d in range(2, 8):
        half = sympy.Rational(d - 2, 2)
        zonal = [sympy.S.One, t]
        for n in range(1, 5):
            following = (2 * n + d - 2) * t * zonal[n] - n * zonal[n - 1]
            zonal.append(sympy.expand(following / (n + d - 2)))
        for degree in range(6):
            last = degree + 9
            poly = sympy.Poly(zonal[degree], t)
            inverse = 2 * q / (1 + q**2)
            left = sympy.Integer(0)
            for n in range(last):
                mean = sympy.Add(
                    *(c * _moment(d, p + n) for (p,), c in poly.terms() if (p + n) % 2 == 0)
                )
                left += mean * inverse ** (n + 1)
            right = sympy.Add(
                *(
                    sympy.rf(1 - half, i) * sympy.rf(degree + 1, i) * q ** (degree + 1 + 2 * i)
                    / (sympy.rf(degree + half + 1, i) * sympy.factorial(i))
                    for i in range(5)
                )
            )  # fmt: skip
            # k!Γ(λ+1)/Γ(k+λ+1) = k!/(λ+1)_k
            factor = 2 * sympy.factorial(degree) / sympy.rf(half + 1, degree)
            series = sympy.series(left, q, 0, last).removeO()
            matching = sympy.Poly(sympy.expand(series - factor * right), q)
            low = [c for (p,), c in matching.terms() if p < last]
            evidence.equal(f"d = {d}, k = {degree}", low, [0] * len(low))


@claim.step(
    "All poles: one sign, and elementary bounds",
    derivation=r"""
As in C15 with $q = -ie^{-s_j}$: $q^{k+1}$ is real for odd $k$ with the sign of C15 and $q^2 =
-e^{-2s_j}$. Euler's integral: $F(1-\lambda,k+1;k+\lambda+1;-y) = \mathbb{E}[(1+yU)^{\lambda-1}]$,
$U\sim\mathrm{Beta}(k+1,\lambda)$, positive, between $(1+y)^{\lambda-1}$ and 1, and by Jensen
within chord and value at the mean $\frac{k+1}{k+1+\lambda}$. The law follows from
$N_k\lambda_k^2$ with $N_k = \frac{2(k+\lambda)\Gamma(k+2\lambda)}{k!\,\Gamma(2\lambda+1)}$ and
$\frac{k}{k+\lambda}\frac{\Gamma(k)\Gamma(k+2\lambda)}{\Gamma(k+\lambda)^2}\to1$.""",
)
def all_poles(evidence: Evidence) -> None:
    # N_k A_k² Γ(2λ+1)/(8Γ(λ+1)²) = k/(k+λ)·Γ(k)Γ(k+2λ)/Γ(k+λ)²
    gamma = sympy.gamma
    count = 2 * (k + lam) * gamma(k + 2 * lam) / (gamma(k + 1) * gamma(2 * lam + 1))
    factor = 2 * gamma(k + 1) * gamma(lam + 1) / gamma(k + lam + 1)
    left = count * factor**2 * gamma(2 * lam + 1) / (8 * gamma(lam + 1) ** 2)
    right = k / (k + lam) * gamma(k) * gamma(k + 2 * lam) / gamma(k + lam) ** 2
    evidence.identity("the Gamma functions", sympy.simplify(sympy.gammasimp(left / right) - 1))
    mean = (k + 1) / (k + 1 + lam)
    beta = gamma(k + 2) * gamma(k + 1 + lam) / (gamma(k + 1) * gamma(k + 2 + lam))
    evidence.identity("mean of Beta(k + 1, λ)", sympy.gammasimp(mean - beta))


@claim.step(
    "Spheres, the interval and normal inputs, enclosed",
    derivation=r"""
For $d = 3, 4, 5, 8$ and $w = 1, 3$: Gauss rules with proved error against pole sums and the
two-sided bounds. For normal inputs of $\mathbb{R}^d$, $\langle w,x\rangle\sim|w|\,N(0,1)$, so the
degree-$k$ part has the norm $c_k(|w|)^2$ of C3.""",
    confirms=("one_pole", "all_poles"),
)
def enclosed(evidence: Evidence) -> None:
    for d in (3, 4, 5, 8):
        for weight in (1, 3):
            decay = ZonalDecay(d, weight, bits=200)
            inside = []
            for degree in (3, 11, 41):
                rule = zonal_coefficient("tanh", degree, d, weight, digits=25, method="Gauss rule")
                label = f"d = {d}, w = {weight}, k = {degree}"
                if degree > 3:
                    poles = zonal_coefficient(
                        "tanh", degree, d, weight, digits=10, method="pole sum"
                    )
                    evidence.enclosure(f"two ways, {label}", rule.ball, value=poles.ball)
                low, high = decay.bounds(degree)
                with ctx.workprec(200):
                    slack = 1 + arb(10) ** -20
                    inside.append(bool(low < rule.square * slack and rule.square < high * slack))
            evidence.equal(f"within the bounds, d = {d}, w = {weight}", inside, [True] * 3)
    plane = NeuronKernel(TANH, StandardNormal(2)).enclosure((3, 4, 0), (3, 4, 0), digits=20)
    modes = parseval("tanh", 401, 5, digits=20).series
    evidence.enclosure("E[tanh(3x + 4y)²] = Σ c_k(5)²", plane, value=modes)


@claim.step(
    "The cube: geometric in every direction",
    derivation=r"""
By Cauchy in each variable, $|c_{k_1\dots k_n}| \le \max(1,\tan y)\prod_i\sqrt{2k_i+1}\cosh\eta_i
A_{k_i}e^{-(k_i+1)\eta_i}(1-e^{-2\eta_i})^{-1/2}$ for $\sum|w_i|\sinh\eta_i = y < \pi/2$, with
$A_k$ of $d = 3$: enclosed coefficients of $\tanh(x+2y)$ lie below.""",
    confirms="one_pole",
)
def cube(evidence: Evidence) -> None:
    for orders in ((3, 4), (9, 2), (10, 11), (16, 15)):
        value = abs(cube_coefficient("tanh", orders, (1, 2), digits=10))
        bound = cube_bound(orders, (1, 2))
        evidence.enclosure(f"orders {orders}", bound - value, within=(0, None))


def sphere_mean(poly: sympy.Poly, d: int) -> sympy.Expr:
    """Return E[p(x)] on the unit sphere of R^d from the moments of its monomials.

    E[Π x_i^(2a_i)] = Π(2a_i − 1)!!/(d(d + 2)...(d + 2|a| − 2)), odd ones vanish.
    """
    total = sympy.Integer(0)
    for powers, c in poly.terms():
        if not any(p % 2 for p in powers):
            odd = sympy.Mul(*(sympy.factorial2(p - 1) for p in powers if p))
            total += c * odd / sympy.Mul(*(d + 2 * i for i in range(sum(powers) // 2)))
    return total


@claim.step(
    "Funk and Hecke by all coordinates, and harmonics counted",
    derivation=r"""
For directions $u, v$ of $\mathbb{R}^d$, $d = 3, 4$: $\mathbb{E}_x[\langle u,x\rangle^pP_k(\langle
v,x\rangle)] = \mathbb{E}[T^pP_k(T)]\,P_k(\langle u,v\rangle)$ by the moments of monomials on the
sphere, and with $P_k$ in place of the power $P_k(\langle u,v\rangle)/N_k$. $N_k$ is also the
dimension of the kernel of the Laplacian on homogeneous polynomials, by the rank of its matrix.""",
    confirms="funk_hecke",
)
def by_coordinates(evidence: Evidence) -> None:
    for d, u in ((3, (1, 2, 2)), (4, (1, 1, 1, 1))):
        x = sympy.symbols(f"x1:{d + 1}")
        length = sympy.sqrt(sum(c * c for c in u))
        along = sum(c * y for c, y in zip(u, x, strict=True)) / length
        angle = u[0] / length
        zonal = [sympy.S.One, t]
        for n in range(1, 4):
            following = (2 * n + d - 2) * t * zonal[n] - n * zonal[n - 1]
            zonal.append(sympy.expand(following / (n + d - 2)))
        for n, poly in enumerate(zonal):
            of_v, of_u = poly.subs(t, x[0]), poly.subs(t, angle)
            square = sphere_mean(sympy.Poly(poly.subs(t, along) * of_v, x), d)
            evidence.identity(f"P_{n} twice, d = {d}", square - of_u / multiplicity(n, d))
            for power in range(n, 6, 2):
                left = sphere_mean(sympy.Poly(along**power * of_v, x), d)
                right = sympy.Poly(t**power * poly, t)
                mean = sympy.Add(*(c * _moment(d, p) for (p,), c in right.terms()))
                evidence.identity(f"power {power}, k = {n}, d = {d}", left - mean * of_u)
            evidence.equal(f"harmonics, k = {n}, d = {d}", harmonics(n, x), multiplicity(n, d))


def harmonics(degree: int, x: tuple[sympy.Symbol, ...]) -> int:
    """Return the dimension of the harmonic homogeneous polynomials of the degree."""
    monomials = [
        sympy.Mul(*chosen) for chosen in itertools.combinations_with_replacement(x, degree)
    ]
    images = [sympy.Poly(sum(sympy.diff(f, y, 2) for y in x), *x).as_dict() for f in monomials]
    places = sorted({powers for image in images for powers in image})
    rows = [[image.get(powers, 0) for powers in places] for image in images]
    return len(monomials) - (sympy.Matrix(rows).rank() if places else 0)
