"""C12: tanh units with the target x: W0 is empty, and the coefficient is not d/2."""

from collections.abc import Callable

import sympy
from flint import acb, arb, ctx

from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.rlct import Problem, check, learning_coefficient

claim = Claim(
    id="C12",
    title="A single Hermite mode as target",
    statement=r"f_0 = h_k \text{ a single Hermite mode}:\quad \lambda = \tfrac d2",
    plain=(
        "For a generic loss function the learning coefficient is d/2; this is so for a network "
        "that learns a single Hermite mode, such as x."
    ),
    source=Source(document="002", place="The SLT prediction, footnote 6"),
    assumptions=(
        "f = sum a_i tanh(w_i x) with h units, d = 2h, x standard normal, target x (k = 1)",
        "|w_i| <= 1 and |a_i| <= A, hA <= 1, with densities positive up to the border",
    ),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"W_0 = \emptyset;\quad |w_i| \le 1,\ |a_i| \le A,\ hA \le 1:\ \arg\min K = \{w_i = "
            r"\operatorname{sign}a_i, |a_i| = A\},\ \lambda(K - \min K) = d = 2h,\ m = 1"
        ),
        plain=(
            "No network of finitely many tanh units equals a polynomial other than 0, so there is "
            "no true parameter and no learning coefficient of K. About its least value on bounded "
            "weights and readouts with hA <= 1 the coefficient is d and not d/2: the minimum is a "
            "corner of the box where K falls linearly in every coordinate. A coefficient d/2 needs "
            "a minimum inside, with a Hessian that is not degenerate."
        ),
    ),
)

u = sympy.Symbol("u", positive=True)


@claim.step(
    "One unit: the minimum is a corner",
    derivation=r"""
$K = \tfrac12\mathbb{E}[(f-x)^2]$ with $|f| \le \sum|a_i||\tanh(w_ix)| < hA|x| \le |x|$ for $x \ne
0$, as $|\tanh u| < |u|$ (its derivative is $1 - \tanh^2 < 1$). So $(x - f)$ has the sign of $x$,
and with $w_i > 0$: $\partial K/\partial a_i = -\mathbb{E}[(x-f)\tanh(w_ix)] < 0$; with $a_i > 0$:
$\partial K/\partial w_i = -\mathbb{E}[(x-f)a_ix\,\mathrm{sech}^2(w_ix)] < 0$. Units with $a_iw_i <
0$ lose by turning $w_i$ round. So $K$ is least at the corners $w_i = \operatorname{sign}a_i$,
$|a_i| = A$, and $K - \min K$ is comparable there to the sum of all $d$ distances from the faces.
$\int_{[0,1]^d}(\sum t_i)^z\,dt$ has its largest pole at $-d$. For $h = 1$: $\lambda = 2 \ne 1$.
""",
)
def corner(evidence: Evidence) -> None:
    evidence.identity("u - tanh u rises", sympy.diff(u - sympy.tanh(u), u) - sympy.tanh(u) ** 2)
    t = sympy.symbols("t1:3")
    answer = learning_coefficient(Problem(sum(t), t, (0, 0), region=t))
    evidence.certificate("K - min K for one unit", answer.certificate, accepted)
    evidence.counterexample("lambda less d/2", "h = 1, A = 1", answer.value - 1)


def accepted(certificate: object) -> bool:
    """Whether the checker accepts it with an exact value."""
    verdict = check(certificate)
    return verdict.lower == verdict.upper


@claim.step(
    "The gradient at the corner, enclosed",
    derivation=r"""
At $a = w = 1$, $h = 1$: $\mathbb{E}[(x-\tanh x)\tanh x]$ and $\mathbb{E}[(x-\tanh
x)x\,\mathrm{sech}^2x]$ in balls over $|x| \le 12$; what is beyond is positive.""",
    confirms="corner",
)
def gradient(evidence: Evidence) -> None:
    with ctx.workprec(80):

        def expected(g: Callable[[acb], acb]) -> arb:
            def integrand(z: acb, _analytic: bool) -> acb:
                return g(z) * (-z * z / 2).exp()

            half = acb.integral(integrand, acb(0), acb(12)).real
            return 2 * half / (2 * arb.pi()).sqrt()

        first = expected(lambda z: (z - z.tanh()) * z.tanh())
        second = expected(lambda z: (z - z.tanh()) * z * z.sech() ** 2)
        tenth = sympy.Rational(1, 20)
        evidence.enclosure("-dK/da", first, within=(tenth, None))
        evidence.enclosure("-dK/dw", second, within=(tenth, None))


@claim.step(
    "No true parameter; the coefficient is d at the corner",
    derivation=r"""
$|f| \le \sum|a_i|$ is bounded on the line and a polynomial other than a constant is not; $f$ is
continuous and the law has full support, so $K > 0$ everywhere. With $d$ faces $\lambda = d$, $m =
1$, for $d = 2, 4, 6$ with certificates.""",
    corrects=True,
)
def coefficient(evidence: Evidence) -> None:
    evidence.identity("tanh^2 = 1 - sech^2 < 1", sympy.simplify(
        (sympy.tanh(u) ** 2 - 1 + 1 / sympy.cosh(u) ** 2).rewrite(sympy.exp)))  # fmt: skip
    for d in (2, 4, 6):
        t = sympy.symbols(f"t1:{d + 1}")
        answer = learning_coefficient(Problem(sum(t), t, (0,) * d, region=t))
        evidence.certificate(f"d = {d}", answer.certificate, accepted)
        evidence.equal(f"d = {d}: lambda, m", (answer.value, answer.multiplicity),
                       (sympy.Integer(d), 1))  # fmt: skip


@claim.step(
    "The partition function of a linear corner",
    derivation=r"$\int_{[0,\infty)^d}e^{-\beta\sum t_i}dt = \beta^{-d}$: $\lambda = d$, $m = 1$.",
    confirms="coefficient",
)
def laplace(evidence: Evidence) -> None:
    beta, t = sympy.symbols("beta t", positive=True)
    one = sympy.integrate(sympy.exp(-beta * t), (t, 0, sympy.oo))
    for d in (2, 4, 6):
        evidence.identity(f"d = {d}", sympy.simplify(one**d * beta**d - 1))
