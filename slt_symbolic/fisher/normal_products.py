"""E[x^α φ(u) ψ(v)] under the standard normal law and on the sphere."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import STEP
from slt_symbolic.fisher.atom_functions import AtomFunction
from slt_symbolic.fisher.products import Numbers
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.kernels import Feature, NoClosedFormError


class NormalProducts:
    """Expectations of two atoms' product, monomials up to degree 2.

    Notes
    -----
    Integration by parts: for x ~ N(0, I), E[x_k F] = E[∂_k F]. On the unit sphere of R^n, by the
    divergence theorem, E[x_k F] = (1/n) E′[∂_k F], E′ the mean over the unit ball, that is, over
    the unit sphere of R^(n+2) when F depends on the first n coordinates (Archimedes). Write S[F]
    for E[F], or E′[F]/n on the sphere. With z = ⟨w, x⟩ + b and z′ = ⟨w′, x⟩ + b′, Γ the Gram matrix
    of w and w′,

        x_k = a_k(z − b) + a′_k(z′ − b′) + r_k,   (a_k, a′_k) = Γ⁻¹(w_k, w′_k),

    where r is orthogonal to w and w′. Terms linear in r vanish, and
    E[r_k r_l φψ] = (δ_kl − (w_k, w′_k)Γ⁻¹(w_l, w′_l)) S[φψ]; so the moments
    Z_ij = E[zⁱφ(z) z′ʲψ(z′)] with i + j ≤ 2 suffice. They are neuron kernels, except the second
    moments of half-spaces, which the same identity gives: with I = 1[z > 0]1[z′ > 0],

        E[z²I] = bE[zI] + |w|² S[I] + (⟨w, w′⟩/|w′|²) (E[zz′I] − b′E[zI] − ⟨w, w′⟩ S[I]).

    References
    ----------
    C. M. Stein (1981), Estimation of the mean of a multivariate normal distribution, Ann. Statist.
    9, 1135-1151.
    """

    def __init__(self, scores: Scores, inputs: Any, numbers: Numbers) -> None:
        self._scores, self._inputs, self._numbers = scores, inputs, numbers
        self._known: dict[Any, Any] = {}

    def product(self, f: AtomFunction, g: AtomFunction) -> Any:
        """Return E[f g]."""
        exponents = tuple(i + j for i, j in zip(f.exponents, g.exponents, strict=True))
        if not f.line and not g.line:
            return self._numbers.lift(self._inputs.moment(*exponents))
        if sum(exponents) > 2:
            raise NoClosedFormError("monomials above degree 2 have no closed form here")
        if not f.line:
            f, g = g, f
        return self._pair(f, g, [k for k, e in enumerate(exponents) for _ in range(e)])

    def _pair(self, f: AtomFunction, g: AtomFunction, inputs: list[int]) -> Any:
        """Return E[x_k x_l φ(z) ψ(z′)] for at most two inputs k, l; φ is not constant."""
        zero = self._scores.field.element(sympy.S.Zero)
        w, v = f.line[:-1], g.line[:-1] or (zero,) * len(f.line[:-1])
        ww, wv, vv = (_dot(a, b) for a, b in ((w, w), (w, v), (v, v)))
        determinant = ww * vv - wv * wv
        coefficients = []
        for k in inputs:
            if determinant:
                coefficients.append(
                    ((w[k] * vv - v[k] * wv) / determinant, (v[k] * ww - w[k] * wv) / determinant)
                )
            else:
                coefficients.append((w[k] / ww, zero))
        moments = _Moments(self, f, g, (ww, wv, vv))
        if not inputs:
            return moments.raw(0, 0)()
        if len(inputs) == 1:
            ((a, c),) = coefficients
            return self._combine(((a, moments.centred(1, 0)), (c, moments.centred(0, 1))))
        (k, m), ((a, c), (d, e)) = inputs, coefficients
        one = self._scores.field.element(sympy.S.One)
        rest = (one if k == m else zero) - (a * w[m] + c * v[m])
        terms = [(rest, moments.spread), (a * d, moments.centred(2, 0))]
        if determinant:
            terms += [(a * e + c * d, moments.centred(1, 1)), (c * e, moments.centred(0, 2))]
        return self._combine(terms)

    def _combine(self, terms: Any) -> Any:
        total = self._numbers.lift(sympy.S.Zero)
        for coefficient, value in terms:
            if coefficient:
                total = total + self.lift(coefficient) * value()
        return total

    def lift(self, element: Any) -> Any:
        """Return a field element as a number."""
        return self._numbers.lift(self._scores.expression(element))

    def expect(self, f: AtomFunction, i: int, g: AtomFunction, j: int) -> Any:
        """Return E[zⁱφ(z) z′ʲψ(z′)] from a kernel."""
        return self._kernel(self._inputs, f, i, g, j)

    def spread(self, f: AtomFunction, g: AtomFunction) -> Any:
        """Return S[φψ]."""
        if not isinstance(self._inputs, UniformSphere):
            return self.expect(f, 0, g, 0)
        n = self._inputs.dimension
        mean = self._kernel(UniformSphere(n + 2), f, 0, g, 0)
        return mean * self._numbers.lift(sympy.Rational(1, n))

    def _kernel(self, law: Any, f: AtomFunction, i: int, g: AtomFunction, j: int) -> Any:
        sides = [(id(h.line), h.activation, h.slope, k) for h, k in ((f, i), (g, j))]
        key = (law.dimension, *sorted(sides, key=str))
        if key not in self._known:
            n = self._inputs.dimension
            more = (sympy.S.Zero,) * (law.dimension - n)
            features = []
            for h, power in ((f, i), (g, j)):
                one = h.feature(power, tuple(map(self._scores.expression, h.line)), n)
                features.append(Feature(one.activation, (*one.weights, *more), one.bias))
            # With the lines, so that none of them is freed and its id given to another.
            self._known[key] = self._numbers.expect(law, *features), f.line, g.line
        return self._known[key][0]


class _Moments:
    """Z_ij of one pair, raw and centred, each a function to be called when it is needed."""

    def __init__(
        self, products: NormalProducts, f: AtomFunction, g: AtomFunction, gram: tuple[Any, ...]
    ) -> None:
        self._products, self._f, self._g, self._gram = products, f, g, gram

    def raw(self, i: int, j: int) -> Any:
        return lambda: self._value(i, j)

    def spread(self) -> Any:
        return self._products.spread(self._f, self._g)

    def centred(self, i: int, j: int) -> Any:
        """Return E[(z − b)ⁱφ (z′ − b′)ʲψ]."""

        def value() -> Any:
            total: Any = None
            for m in range(i + 1):
                for n in range(j + 1):
                    factor = sympy.binomial(i, m) * sympy.binomial(j, n)
                    term = self._products._numbers.lift(factor) * self._value(m, n)
                    for h, power in ((self._f, i - m), (self._g, j - n)):
                        for _ in range(power):
                            term = term * -self._products.lift(h.line[-1]) if h.line else term * 0
                    total = term if total is None else total + term
            return total

        return value

    def _value(self, i: int, j: int) -> Any:
        steps = self._f.activation == STEP and self._g.activation in (STEP, None)
        if not steps or max(i, j) < 2:
            return self._products.expect(self._f, i, self._g, j)
        if self._g.activation is None:  # E[z² 1[z > 0]]
            return self._products.expect(self._f, 1, self._f, 1)
        f, g, (ww, wv, vv) = self._f, self._g, self._gram
        if j == 2:
            f, g, ww, vv = g, f, vv, ww
        lift, expect = self._products.lift, self._products.expect
        first, joint, both = expect(f, 1, g, 0), self._products.spread(f, g), expect(f, 1, g, 1)
        edge = both - lift(g.line[-1]) * first - lift(wv) * joint
        return lift(f.line[-1]) * first + lift(ww) * joint + lift(wv / vv) * edge


def _dot(v: Any, w: Any) -> Any:
    total = v[0] * w[0]
    for a, b in zip(v[1:], w[1:], strict=True):
        total = total + a * b
    return total
