"""Problems whose learning coefficient is known from how they are made.

Sums in disjoint variables add λ and m − 1; products take the least λ, and the sum of the m where it
is attained; a polynomial automorphism of determinant ±1 changes neither; what a monomial comes
down to under a blow-up has the λ of the monomial with the Jacobian determinant as its prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.rlct import Problem
from slt_symbolic.testing.rationals import rationals
from slt_symbolic.testing.requirement import DrawFn, SearchStrategy
from slt_symbolic.testing.requirement import strategies as st

__all__ = ["KnownProblem", "blown_down_monomials", "monomials", "rlct_problems"]


@dataclass(frozen=True)
class KnownProblem:
    """A problem and its answer.

    Parameters
    ----------
    problem : slt_symbolic.rlct.Problem
        K near a point.
    value : sympy.Rational
        λ.
    multiplicity : int
        m.
    construction : str
        What makes the answer known.
    """

    problem: Problem
    value: sympy.Rational
    multiplicity: int
    construction: str


@dataclass(frozen=True)
class _Form:
    """K = scale ∏ x_i^(2 k_i) in its own variables, with a prior ∏ |x_i|^(s_i)."""

    scale: sympy.Rational
    powers: tuple[int, ...]
    prior: tuple[int, ...]

    def answer(self) -> tuple[sympy.Rational, int]:
        ratios = [
            sympy.Rational(s + 1, 2 * k)
            for k, s in zip(self.powers, self.prior, strict=True)
            if k > 0
        ]
        return min(ratios), ratios.count(min(ratios))

    def K(self, variables: Sequence[sympy.Symbol]) -> sympy.Expr:
        return self.scale * sympy.Mul(
            *(x ** (2 * k) for x, k in zip(variables, self.powers, strict=True))
        )


@st.composite
def _forms(draw: DrawFn, most: int) -> _Form:
    size = draw(st.integers(1, most))
    powers = (draw(st.integers(1, 3)), *(draw(st.integers(0, 3)) for _ in range(size - 1)))
    prior = tuple(draw(st.integers(0, 2)) for _ in range(size))
    return _Form(draw(rationals(positive=True)), powers, prior)


def _variables(count: int) -> tuple[sympy.Symbol, ...]:
    return sympy.symbols(f"x1:{count + 1}", real=True)


def _density(variables: Sequence[sympy.Symbol], powers: Sequence[int]) -> list[tuple[Any, int]]:
    return [(x, s) for x, s in zip(variables, powers, strict=True) if s] or [(sympy.S.One, 1)]


@st.composite
def monomials(draw: DrawFn, *, terms: int = 2, variables: int = 2) -> KnownProblem:
    """Draw sums of monomials in disjoint variables, with monomial priors.

    Parameters
    ----------
    terms : int
        The most terms.
    variables : int
        The most variables of a term.

    Examples
    --------
    >>> from hypothesis import find
    >>> known = find(monomials(), lambda k: k.multiplicity == 2)
    >>> known.problem.K, known.value
    (x1**2*x2**2, 1/2)
    """
    forms = [draw(_forms(variables)) for _ in range(draw(st.integers(1, terms)))]
    return _stated(forms, lambda K, _: K, "a sum of monomials in disjoint variables")


def _stated(forms: Sequence[_Form], change: Any, construction: str) -> KnownProblem:
    x = _variables(sum(len(f.powers) for f in forms))
    parts, K = list(x), sympy.S.Zero
    for form in forms:
        K += form.K(parts[: len(form.powers)])
        del parts[: len(form.powers)]
    answers = [f.answer() for f in forms]
    prior = [(change(b, x), s) for b, s in _density(x, [s for f in forms for s in f.prior])]
    point = change.point(x) if hasattr(change, "point") else (0,) * len(x)
    return KnownProblem(
        Problem(change(K, x), x, point, prior=prior),
        sympy.Add(*(value for value, _ in answers)),
        1 + sum(m - 1 for _, m in answers),
        construction,
    )


@dataclass(frozen=True)
class _Automorphism:
    """x_i becomes x_i + c x_j² with j < i: triangular, of determinant one; then a translation."""

    terms: tuple[tuple[int, int, sympy.Rational], ...]
    shift: tuple[sympy.Rational, ...]

    def __call__(self, expr: sympy.Expr, x: Sequence[sympy.Symbol]) -> sympy.Expr:
        images = [v - c for v, c in zip(x, self.shift, strict=False)]
        for i, j, c in self.terms:
            if j < i < len(x):
                images[i] = images[i] + c * images[j] ** 2
        return expr.subs(dict(zip(x, images, strict=False)), simultaneous=True)

    def point(self, x: Sequence[sympy.Symbol]) -> tuple[sympy.Rational, ...]:
        return self.shift[: len(x)]


@st.composite
def _automorphisms(draw: DrawFn, count: int) -> _Automorphism:
    places = st.integers(0, count - 1)
    terms = st.lists(st.tuples(places, places, rationals(nonzero=True)), max_size=2)
    shift = tuple(draw(rationals()) for _ in range(count))
    return _Automorphism(tuple(draw(terms)), shift)


@st.composite
def _sheared(draw: DrawFn) -> KnownProblem:
    forms = [draw(_forms(2)) for _ in range(draw(st.integers(1, 2)))]
    change = draw(_automorphisms(sum(len(f.powers) for f in forms)))
    return _stated(forms, change, "a sum of monomials after a polynomial automorphism")


@st.composite
def blown_down_monomials(draw: DrawFn) -> KnownProblem:
    """K = c u^(2a − 2b) v^(2b) on |v| ≤ |u|, which u = x, v = xy makes c x^(2a) y^(2b).

    The Jacobian determinant x is the prior of the monomial, so λ = min(1/a, 1/(2b)), and m = 2
    where the two are equal.

    Examples
    --------
    >>> from hypothesis import find
    >>> known = find(blown_down_monomials(), lambda k: k.multiplicity == 2)
    >>> known.problem.region, known.construction
    ((x1**2 - x2**2,), 'a monomial, blown down')
    """
    b = draw(st.integers(0, 3))
    a = draw(st.integers(max(b, 1), 4))
    u, v = x = _variables(2)
    K = draw(rationals(positive=True)) * u ** (2 * (a - b)) * v ** (2 * b)
    ratios = [sympy.Rational(1, a)] + ([sympy.Rational(1, 2 * b)] if b else [])
    problem = Problem(K, x, (0, 0), region=(u**2 - v**2,))
    value = min(ratios)
    return KnownProblem(problem, value, ratios.count(value), "a monomial, blown down")


def rlct_problems() -> SearchStrategy[KnownProblem]:
    """Problems of all kinds with known answers, monomials first.

    Examples
    --------
    >>> from hypothesis import find
    >>> from slt_symbolic.rlct import learning_coefficient
    >>> known = find(rlct_problems(), lambda k: k.value == sympy.Rational(1, 4))
    >>> learning_coefficient(known.problem).value
    1/4
    """
    return st.one_of(monomials(), _sheared(), blown_down_monomials())
