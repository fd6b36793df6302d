"""C7: the learning coefficient of learning zero is (r² + r + h)/(4r + 2), not h/2."""

from fractions import Fraction
from math import isqrt

import sympy

from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.rlct.theorems import tanh_zero_truth

WIDTHS = range(1, 257)

claim = Claim(
    id="C7",
    title="The learning coefficient of learning zero",
    statement=r"\lambda\Bigl(\sum_{i\le h}a_i\tanh(w_ix),\,0\Bigr) = \tfrac h2,\quad h = 128: 64",
    plain="The learning coefficient of a tanh network with h units that learns zero is h/2.",
    source=Source(document="000", place="learning zero; the learning coefficient h/2"),
    assumptions=(
        "f = sum a_i tanh(w_i x), x standard normal, K = E[f^2]/2",
        "compact set of parameters with (0, 0) inside, positive smooth prior",
    ),
    references=("Aoyagi and Watanabe (2005), IEICE Trans. J88-D-II, 2112-2124",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"\lambda = \frac{r^2+r+h}{4r+2},\ r = \lfloor\sqrt h\rfloor;\quad "
            r"h = 128:\ \lambda = \tfrac{130}{23};\quad h \le 256"
        ),
        plain=(
            "It is (r^2 + r + h)/(4r + 2) with r the integer part of the root of h, 130/23 for "
            "h = 128: checked as an exact linear program for h up to 256. h/2 is the local "
            "coefficient at a = 0 with distinct non-zero |w_i| and no more."
        ),
    ),
)


def formula(h: int) -> Fraction:
    """Return (r² + r + h)/(4r + 2)."""
    r = isqrt(h)
    return Fraction(r * r + r + h, 4 * r + 2)


def cost_at_one_scale(h: int, x: Fraction) -> Fraction:
    """Return hx + max_s(s/2 − s²x): all weights of size n^−x, s directions of readouts bound."""
    return h * x + max(Fraction(s, 2) - s * s * x for s in range(h + 1))


@claim.step(
    "Weights of one small size",
    derivation=r"""
$K \asymp \sum_{j\le h}\bigl(\sum_ia_iw_i^{2j-1}\bigr)^2$ on the box: Newton's interpolation of
$\tanh(\sqrt ux)/\sqrt u$ at $u_i = w_i^2$ writes $f$ in divided differences, independent for every
$w$. With the readouts integrated out $Z(n) \asymp \int\det(1 + nVV^T)^{-1/2}dw$, $V_{ij} =
w_i^{2j-1}$. Where all $|w_i|$ and their differences are of size $n^{-x}$, a minor of order $s$ is
at most of size $n^{-s^2x}$, the volume is $n^{-hx}$: $Z \ge c\,n^{-hx-\max_s(s/2-s^2x)}$. At $x =
1/(4r+2)$ the exponent is the formula, for $h = 128$ $130/23 < 64$.
""",
)
def one_scale(evidence: Evidence) -> None:
    h = 128
    found = cost_at_one_scale(h, Fraction(1, 4 * isqrt(h) + 2))
    evidence.equal("exponent, h = 128", sympy.Rational(*found.as_integer_ratio()),
                   sympy.Rational(130, 23))  # fmt: skip
    evidence.counterexample(
        "h/2 less an upper bound of lambda", "h = 128",
        sympy.Rational(h, 2) - sympy.Rational(*found.as_integer_ratio()),
    )  # fmt: skip


@claim.step(
    "The same by the greedy price list",
    derivation=r"""
With $x = 1/(4r+2)$ binding the direction $j$ costs $\tfrac12 - (2j-1)x$, positive exactly for $j
\le r$; the total over these and $hx$ is the exponent.
""",
    confirms="one_scale",
)
def prices(evidence: Evidence) -> None:
    x = sympy.Rational(1, 46)
    gains = [sympy.S.Half - (2 * j - 1) * x for j in range(1, 129)]
    evidence.equal("directions worth binding", sum(1 for g in gains if g > 0), 11)
    total = 128 * x + sum(g for g in gains if g > 0)
    evidence.equal("their sum and the volume", total, sympy.Rational(130, 23))


def covered(h: int, chosen: tuple[int, ...]) -> list[int]:
    """Count how often each gap is covered by the minima assigned to it, chosen units ascending.

    The order of the minor on a set of units s_1 < ... < s_q is Σ x_i + Σ_{i<j}(m_ij + x_j), x_j
    the least of γ_1..γ_{s_j}, m_ij that of γ_{s_i+1}..γ_{s_j}. Unit number p ends 2p − 1 minima,
    each over a set of gaps that contains the block (s_{p−1}, s_p], so each is at most the mean of
    γ over that block.
    """
    counts = [0] * (h + 1)
    previous = 0
    for p, unit in enumerate(chosen, start=1):
        for minimum in [(previous + 1, unit)] * (2 * p - 1):
            for gap in range(minimum[0], minimum[1] + 1):
                counts[gap] += 1
        previous = unit
    return counts


@claim.step(
    "Upper and lower bounds of the linear program meet",
    derivation=r"""
Signs are symmetries: let $0 < w_1 < \dots < w_h$, $w_i = g_1 + \dots + g_i$, $g_k = n^{-\gamma_k}$.
Each minor is a product of $w_i$ and $w_j^2 - w_i^2$ times a Schur polynomial, a polynomial in $g$
with positive coefficients, so $\lambda = \min_{\gamma\ge0}\sum\gamma_k + \max_S(|S|/2 -
\mathrm{ord}_S\gamma)$. Above: all $\gamma_k = 1/(4r+2)$. Below: the set $\{1,4,\dots,r^2\}$ with
probability $1-p$ and $\{1,4,\dots,r^2,h\}$ with $p = (h-r^2)/(2r+1)$ in place of the maximum. The
$q$-th unit ends $2q-1$ minima, each over gaps that include the block after the unit before, of
length $2q-1$ (the last: $h-r^2$); a minimum is at most the mean over that block. So
$\mathbb{E}[\mathrm{ord}_S\gamma] \le \sum\gamma_k$, and $\lambda \ge \mathbb{E}|S|/2$.
""",
    corrects=True,
)
def program(evidence: Evidence) -> None:
    for h in WIDTHS:
        r = isqrt(h)
        value = formula(h)
        squares = tuple(q * q for q in range(1, r + 1))
        p = Fraction(h - r * r, 2 * r + 1)
        load = [Fraction(0)] * (h + 1)
        for share, chosen in ((1 - p, squares), (p, (*squares, h) if h > r * r else squares)):
            previous = 0
            counts = covered(h, chosen)
            for unit in chosen:
                for gap in range(previous + 1, unit + 1):
                    # That many minima, each at most the mean over the block.
                    load[gap] += share * Fraction(counts[gap], unit - previous)
                previous = unit
        bound = Fraction(r, 2) + p / 2
        upper = cost_at_one_scale(h, Fraction(1, 4 * r + 2))
        correct = 0 <= p <= 1 and max(load) <= 1 and bound == value == upper
        evidence.equal(f"h = {h}: bounds meet at {value}", correct, True)


@claim.step(
    "Against the theorem as the package has it",
    derivation=r"Aoyagi and Watanabe's value, for the same widths.",
    confirms="program",
)
def theorem(evidence: Evidence) -> None:
    for h in (1, 2, 3, 4, 9, 16, 25, 64, 128, 256):
        expected = sympy.Rational(*formula(h).as_integer_ratio())
        evidence.equal(f"h = {h}", tanh_zero_truth(h).value, expected)
