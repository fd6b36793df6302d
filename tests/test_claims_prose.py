"""LaTeX as plain text."""

import pytest

from slt_symbolic.claims.prose import from_latex


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"$x^{10} + a_{ij}$", "x¹⁰ + aᵢⱼ"),
        (r"x^{n\beta}", "x^(nβ)"),
        (r"x^{nb}", "x^(nb)"),
        (r"K_{\beta}", "K_β"),
        (r"\frac{1}{\sqrt{2\pi}}", "1/(√(2π))"),
        (r"\frac{a+1}{\frac{b}{c}}", "(a+1)/(b/c)"),
        (r"\{w : K(w) = 0\}", "{w : K(w) = 0}"),
        (r"\text{rank } I(w) \le d", "rank  I(w) ≤ d"),
        (r"\left(\partial_x f\right)", "(∂ₓ f)"),
        (r"\log n \to \infty", "log n → ∞"),
        (r"\unknowncommand{x}", r"\unknowncommand{x}"),
        (r"a \\ b", "a \n b"),
        ("no LaTeX at all", "no LaTeX at all"),
    ],
)
def test_from_latex(latex, plain):
    assert from_latex(latex) == plain
