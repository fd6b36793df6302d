"""A10: The volume of small loss scales with the learning coefficient; regular models: d/2."""

from functools import partial

import sympy
from sympy import Matrix, Rational, symbols

from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.rlct import Problem, asymptotic_law, check, learning_coefficient

claim = Claim(
    id="A10",
    title="Volume scaling and effective dimension",
    statement=(
        r"V(\varepsilon) \approx C\varepsilon^\lambda,\quad"
        r"\lambda = 2d \text{ for simple examples}"
    ),
    plain=(
        "The volume of parameters with K < epsilon scales like epsilon to the power lambda, which "
        "is, as printed, two times the dimension in simple examples."
    ),
    source=Source(document="003", place="Real Log Canonical Threshold (RLCT)"),
    assumptions=(
        "K analytic, near a true parameter; volumes are those of Lebesgue measure: a continuous "
        "positive prior multiplies C by its value there in the regular case",
        "regular: K has an isolated zero with positive definite Hessian I",
    ),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, Theorem 7.1",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"V(\varepsilon) \sim C\varepsilon^\lambda(-\log\varepsilon)^{m-1};\quad"
            r"\text{regular: } \lambda = \tfrac d2,\ m = 1,\ "
            r"C = \frac{(2\pi)^{d/2}}{\Gamma(d/2 + 1)\sqrt{\det I}}"
        ),
        plain=(
            "It is the other way round: two times lambda is the effective dimension. In general a "
            "power of the logarithm enters, one less than the multiplicity."
        ),
    ),
)

e = symbols("epsilon", positive=True)
w = symbols("w1:6", real=True)
t = symbols("t", positive=True)

REGULAR = (
    Matrix([[1]]),
    Matrix([[4]]),
    Matrix([[2, 1], [1, 1]]),
    Matrix([[2, 1, 0], [1, 2, 1], [0, 1, 2]]),
)


def quadratic(fisher: Matrix) -> sympy.Expr:
    """Return w' I w / 2."""
    at = Matrix(w[: fisher.rows])
    return sympy.expand((at.T * fisher * at)[0] / 2)


@claim.step(
    "One parameter",
    derivation=r"""
$K = w^2$: $V(\varepsilon) = 2\varepsilon^{1/2}$, so $\lambda = \tfrac12$ where $2d = 2$.
""",
)
def counterexample(evidence: Evidence) -> None:
    volume = 2 * sympy.sqrt(e)
    exponent = sympy.simplify(e * volume.diff(e) / volume)
    evidence.counterexample("exponent against 2d", "K = w^2, d = 1", exponent - 2)


@claim.step(
    "By the pole of the zeta function",
    derivation=r"""
$\int_{-1}^1 w^{2z}\,dw = 2/(2z + 1)$ has its pole at $-\tfrac12$, not at $-2$.
""",
    confirms="counterexample",
)
def pole(evidence: Evidence) -> None:
    z = symbols("z", positive=True)
    # On z > 0 the integral is a rational function; its continuation has its pole at the root.
    inverse = sympy.simplify(1 / (2 * sympy.integrate(t ** (2 * z), (t, 0, 1))))
    s = symbols("s")
    (root,) = sympy.roots(sympy.Poly(inverse.subs(z, s), s))
    evidence.equal("pole", root, Rational(-1, 2))
    evidence.counterexample("pole against -2d", "K = w^2, d = 1", root + 2)


@claim.step(
    "Ellipsoids",
    derivation=r"""
$K = \tfrac12w^TIw$: with $I = LL^T$ and $u = L^Tw/\sqrt{2\varepsilon}$, $K < \varepsilon$ is the
unit ball in $u$, so that $V(\varepsilon) = (2\varepsilon)^{d/2}\omega_d/\sqrt{\det I}$, with
$\omega_d = \pi^{d/2}/\Gamma(d/2 + 1)$. Every regular $K$ lies between $\tfrac12(1 \pm \delta)w^TIw$
on a neighbourhood of its zero, for each $\delta > 0$, so its $V(\varepsilon)$ lies between the two
volumes for small $\varepsilon$, and $V(\varepsilon)\,\varepsilon^{-d/2}$ has the same limit. For
singular $K$ the form of $V$ is the theorem cited.
""",
    corrects=True,
)
def ellipsoids(evidence: Evidence) -> None:
    for fisher in REGULAR:
        d = fisher.rows
        u = Matrix(symbols(f"u1:{d + 1}", real=True))
        lower = fisher.cholesky()
        at = sympy.sqrt(2 * e) * lower.T.inv() * u
        label = f"d = {d}, det I = {fisher.det()}"
        inside = sympy.simplify((at.T * fisher * at)[0] / 2 - e * (u.T * u)[0])
        evidence.identity(f"{label}: the ball", inside)
        jacobian = at.jacobian(u).det()
        evidence.identity(
            f"{label}: Jacobian",
            sympy.simplify(jacobian - sqrt_scale(d) / sympy.sqrt(fisher.det())),
        )


def sqrt_scale(d: int) -> sympy.Expr:
    """Return (2 epsilon)**(d/2)."""
    return (2 * e) ** Rational(d, 2)


@claim.step(
    "By certified resolutions and their constants",
    derivation=r"""
The learning coefficient of each quadratic form, from a certificate, is $d/2$ with $m = 1$; the
constant of $V$, derived from the certificate's charts, is $(2\pi)^{d/2}/(\Gamma(d/2 + 1)\sqrt{\det
I})$.
""",
    confirms="ellipsoids",
)
def resolved(evidence: Evidence) -> None:
    for fisher in REGULAR:
        d = fisher.rows
        problem = Problem(quadratic(fisher), w[:d], (0,) * d)
        answer = learning_coefficient(problem)
        label = f"d = {d}, det I = {fisher.det()}"
        evidence.certificate(f"{label}: chart", answer.certificate, partial(accepted, problem))
        got = (answer.value, answer.multiplicity)
        evidence.equal(f"{label}: lambda, m", got, (Rational(d, 2), 1))
        half = Rational(d, 2)
        constant = (2 * sympy.pi) ** half / (sympy.gamma(half + 1) * sympy.sqrt(fisher.det()))
        law = asymptotic_law(problem).volume.expr
        evidence.identity(f"{label}: constant", sympy.simplify(law - constant))


def accepted(problem: Problem, certificate: object) -> bool:
    """Check a certificate of the problem."""
    return bool(check(certificate, problem))


@claim.step(
    "A logarithm",
    derivation=r"""
$K = w_1^2w_2^2$ on $[0, 1]^2$: $w_1w_2 < \sqrt\varepsilon =: s$ has area
$s + \int_s^1 (s/t)\,dt = s(1 - \log s) = \sqrt\varepsilon\,(1 - \tfrac12\log\varepsilon)$:
$\lambda = \tfrac12$, $m = 2$, while $d = 2$.
""",
    corrects=True,
)
def logarithm(evidence: Evidence) -> None:
    s = sympy.sqrt(e)
    outer = sympy.integrate(s / t, (t, s, 1))
    area = sympy.expand_log(s + outer, force=True)
    evidence.identity("area", sympy.expand(area - s * (1 - sympy.log(e) / 2)))
    scaled = area / (s * -sympy.log(e))
    evidence.identity("constant", sympy.limit(scaled, e, 0) - Rational(1, 2))


@claim.step(
    "The same by resolution",
    derivation=r"""
$w_1^2w_2^2$ is a normal crossing already: both exponents give $\tfrac12$, so $m = 2$, and on the
quadrant $C = \tfrac12$; around the origin, on $[-1, 1]^2$, four times as much.
""",
    confirms="logarithm",
)
def crossing(evidence: Evidence) -> None:
    problem = Problem(w[0] ** 2 * w[1] ** 2, w[:2], (0, 0))
    answer = learning_coefficient(problem)
    evidence.certificate("w1^2 w2^2", answer.certificate, partial(accepted, problem))
    got = (answer.value, answer.multiplicity)
    evidence.equal("lambda, m", got, (Rational(1, 2), 2))
    evidence.identity("constant", asymptotic_law(problem).volume.expr - 4 * Rational(1, 2))
