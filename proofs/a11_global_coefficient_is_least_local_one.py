"""A11: The global learning coefficient is the least of the local ones."""

import sympy
from flint import acb, arb, ctx
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.rlct import CompactProblem, Problem, check, learning_coefficient

claim = Claim(
    id="A11",
    title="Global and local learning coefficients",
    statement=(
        r"\lambda(W) = \min_{w \in W_0} \lambda(w),\quad m(W) = \max\{m(w) : \lambda(w) = "
        r"\lambda(W)\} \quad (W \text{ compact})"
    ),
    plain=(
        "Over a compact set of parameters the learning coefficient is the least of the local ones "
        "at its true parameters, and its multiplicity the largest among those that attain it."
    ),
    source=Source(document="001", place="local and global learning coefficients"),
    assumptions=(
        "K >= 0 analytic near W, W compact and semianalytic; the prior continuous and positive",
        "the local coefficient at w is that of small neighbourhoods of w in W: at the border of W "
        "only what lies in W counts",
    ),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, chapter 6",),
    expected=Verdict.PROVED,
)

x, y = symbols("x y", real=True)
CASES = {
    "two wells": (
        (x + 1) ** 2 * (x - 1) ** 4,
        (x,),
        [(-2, 2)],
        {(-1,): (Rational(1, 2), 1), (1,): (Rational(1, 4), 1)},
    ),
    "two axes": (
        x**2 * y**2,
        (x, y),
        [(-1, 1), (-1, 1)],
        {(0, 0): (Rational(1, 2), 2), (0, Rational(1, 2)): (Rational(1, 2), 1)},
    ),
    "unequal axes": (
        x**2 * y**4,
        (x, y),
        [(-1, 1), (-1, 1)],
        {
            (0, 0): (Rational(1, 4), 1),
            (0, Rational(1, 2)): (Rational(1, 2), 1),
            (Rational(1, 2), 0): (Rational(1, 4), 1),
        },
    ),
}


@claim.step(
    "Cover by balls",
    derivation=r"""
Cover $W_0 \cap W$ by finitely many balls on which $\int K^z\varphi$ continues to a meromorphic
function with first pole $-\lambda(w_i)$ of order $m(w_i)$ (as small as need be: this is the
definition of the local numbers, and by the argument below no point of a ball has a smaller
$\lambda$, or the same with a larger $m$, than its centre); off them $K$ has a positive minimum and
the integral is entire. With a partition of unity the integral over $W$ is the sum. Poles of real
$z < 0$ do not cancel: as $z$ decreases to $-\lambda$ every term is positive and tends to $+\infty$
like $(z + \lambda)^{-m}$ with a positive coefficient. So the first pole is the nearest of them, of
the largest order there. The engine's answers over a box and at its special points agree with this.
""",
)
def by_certificates(evidence: Evidence) -> None:
    for name, (K, variables, box, local) in CASES.items():
        whole = CompactProblem(K, variables, box)
        answer = learning_coefficient(whole)
        evidence.certificate(
            f"{name}: over the box", answer.certificate, lambda c, p=whole: bool(check(c, p))
        )
        found = {}
        for point in local:
            problem = Problem(K, variables, point)
            at = learning_coefficient(problem)
            evidence.certificate(
                f"{name}: at {point}", at.certificate, lambda c, p=problem: bool(check(c, p))
            )
            found[point] = (at.value, at.multiplicity)
        evidence.equal(f"{name}: local values", found, local)
        least = min(v for v, _ in found.values())
        order = max(m for v, m in found.values() if v == least)
        evidence.equal(f"{name}: global", (answer.value, answer.multiplicity), (least, order))


@claim.step(
    "Two wells, by the integral",
    derivation=r"""
$Z(n) = \int_{-2}^2 e^{-nK}dx$ in balls. $n^{1/4}Z(n)$ tends to
$\tfrac12\Gamma(\tfrac14)(4)^{-1/4}$, the constant of the well at $1$ where $K \approx 4(x-1)^4$;
the other well adds $O(n^{-1/2})$.
""",
    confirms="by_certificates",
)
def by_integral(evidence: Evidence) -> None:
    with ctx.workprec(100):
        limit = arb("0.25").gamma() / 2 / arb(4) ** (arb(1) / 4)
        previous = None
        for exponent in (8, 12, 16):
            n = arb(10) ** exponent
            total = arb(0)
            for a, b in ((-2, -1), (-1, 0), (0, 1), (1, 2)):
                total += acb.integral(
                    lambda z, _, n=n: (-n * (z + 1) ** 2 * (z - 1) ** 4).exp(),
                    a,
                    b,
                    eval_limit=10**6,
                ).real
            ratio = total * n ** (arb(1) / 4) / limit
            excess = abs(ratio - 1)
            evidence.enclosure(
                f"n = 1e{exponent}: n^(1/4) Z over its limit",
                ratio,
                within=(Rational(98, 100), Rational(102, 100)),
            )
            if previous is not None:
                evidence.equal(f"n = 1e{exponent}: nearer", bool(excess < previous), True)
            previous = excess


@claim.step(
    "Axes, by exact volumes",
    derivation=r"""
On $[0,1]^2$, $\mathrm{vol}\{xy \le t\} = t - t\log t$: with $\varepsilon = t^2$ it is of order
$\varepsilon^{1/2}\log(1/\varepsilon)$, $\lambda = \tfrac12$, $m = 2$. And
$\mathrm{vol}\{xy^2 \le t\} = 2\sqrt t - t$: $\varepsilon^{1/4}$, $\lambda = \tfrac14$, $m = 1$.
""",
    confirms="by_certificates",
)
def by_volumes(evidence: Evidence) -> None:
    s, u = symbols("s u", positive=True)
    # With t = 1/(1 + s)^2 < 1; slices of width min(1, t/x^...).
    t = 1 / (1 + s) ** 2
    axes = t + sympy.integrate(t / u, (u, t, 1))
    evidence.identity("xy <= t", sympy.simplify(axes - (t - t * sympy.log(t))))
    root = 1 / (1 + s)
    unequal = root + sympy.integrate(t / u**2, (u, root, 1))
    evidence.identity("x y^2 <= t", sympy.simplify(unequal - (2 * root - t)))
