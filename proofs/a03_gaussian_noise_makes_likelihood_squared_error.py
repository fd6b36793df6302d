"""A3: Gaussian noise turns the negative log-likelihood into the mean squared error."""

import sympy
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict

claim = Claim(
    id="A3",
    title="Negative log-likelihood under Gaussian noise",
    statement=(
        r"L_n(w) = -\tfrac1n\sum_i\log p(y_i|x_i, w) ="
        r"\tfrac M2\log 2\pi + \tfrac12\sum_{i=1}^n\tfrac12\|y_i - f(x_i, w)\|^2"
    ),
    plain=(
        "With Gaussian noise of unit variance in M outputs the normalised negative log-likelihood "
        "is, as printed, a constant plus a quarter of the sum of squared errors."
    ),
    source=Source(document="003", place="Gaussian noise and NLL"),
    assumptions=("p(y|x, w) is the density of N(f(x, w), 1) in M dimensions",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(r"L_n(w) = \tfrac M2\log 2\pi + \tfrac1{2n}\sum_{i=1}^n\|y_i - f(x_i, w)\|^2"),
        plain=(
            "The normalised negative log-likelihood is (M/2) log 2 pi plus half the mean squared "
            "error: the printed factor 1/4 has to be 1/2, the sum a mean. The minus sign stands "
            "before the logarithm: log(-p) is not real."
        ),
    ),
)


def loss(residuals: list[list[sympy.Expr]]) -> sympy.Expr:
    """Return -1/n sum log p of observations given by their residuals, from the density."""
    total = sympy.S.Zero
    for row in residuals:
        density = sympy.Mul(*(sympy.exp(-(r**2) / 2) / sympy.sqrt(2 * sympy.pi) for r in row))
        total -= sympy.expand_log(sympy.log(density), force=True)
    return total / len(residuals)


def printed(residuals: list[list[sympy.Expr]]) -> sympy.Expr:
    """Return the right-hand side as printed."""
    outputs = Rational(len(residuals[0]), 2) * sympy.log(2 * sympy.pi)
    return outputs + sum(r**2 for row in residuals for r in row) / 4


@claim.step(
    "One observation",
    derivation=r"""
$M = n = 1$ and a residual of 2: $-\log p = \tfrac12\log 2\pi + 2$, printed $\tfrac12\log 2\pi + 1$.
""",
)
def counterexample(evidence: Evidence) -> None:
    case = [[sympy.Integer(2)]]
    difference = sympy.expand(sympy.expand_log(loss(case) - printed(case)))
    evidence.counterexample("n = M = 1", "residual 2", difference)


@claim.step(
    "Growth with the number of observations",
    derivation=r"""
For equal residuals $L_n$ does not depend on $n$; the printed sum is proportional to $n$. No
constant factor repairs it.
""",
    confirms="counterexample",
)
def growth(evidence: Evidence) -> None:
    one, four = ([[sympy.S.One]] * n for n in (1, 4))
    evidence.identity("the mean over equal observations", sympy.expand(loss(four) - loss(one)))
    evidence.counterexample("the printed sum", "n = 1 and 4", printed(four) - printed(one))


@claim.step(
    "From the density",
    derivation=r"""
$-\log\bigl((2\pi)^{-M/2}e^{-\|r\|^2/2}\bigr) = \tfrac M2\log 2\pi + \tfrac12\|r\|^2$; the mean over
the observations keeps the constant.
""",
    corrects=True,
)
def density(evidence: Evidence) -> None:
    for n, m in ((1, 1), (3, 1), (2, 3), (4, 2)):
        residuals = [list(symbols(f"r{i}_1:{m + 1}", real=True)) for i in range(n)]
        squares = sum(r**2 for row in residuals for r in row)
        right = Rational(m, 2) * sympy.log(2 * sympy.pi) + squares / (2 * n)
        evidence.identity(
            f"n = {n}, M = {m}", sympy.expand(sympy.expand_log(loss(residuals) - right))
        )


@claim.step(
    "From its gradient and its value at the truth",
    derivation=r"""
$\partial L_n/\partial f(x_i) = -(y_i - f(x_i))/n$, the score with its sign, determines $L_n$ up to
a constant; at $f(x_i) = y_i$ all factors of the likelihood are $(2\pi)^{-M/2}$.
""",
    confirms="density",
)
def gradient(evidence: Evidence) -> None:
    residuals = [list(symbols(f"r{i}_1:3", real=True)) for i in range(3)]
    value = loss(residuals)
    for row in residuals:
        for r in row:
            # d/df = -d/dr for the residual r = y - f.
            evidence.identity(f"score of {r}", sympy.expand(-value.diff(r) + r / 3))
    constant = value.subs({r: 0 for row in residuals for r in row}) - sympy.log(2 * sympy.pi)
    evidence.identity("constant", sympy.expand(sympy.expand_log(constant)))
