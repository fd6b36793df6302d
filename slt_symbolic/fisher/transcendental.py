"""Numbers and functions that are no rational functions, as symbols of their own."""

from __future__ import annotations

import sympy


def without_tangents(e: sympy.Expr) -> sympy.Expr:
    """Return an expression with tan written as sin/cos, for evaluation in balls."""
    return e.replace(sympy.tan, lambda a: sympy.sin(a) / sympy.cos(a))


class Transcendentals:
    """Symbols for what lies outside the field of rational functions, such as tanh(1/2).

    Notes
    -----
    The symbols are handled as if they were independent. A relation Σ v_j ∂_j f = 0 that is found
    with independent symbols remains one when they take their values, so that an upper bound on
    a rank is safe. A lower bound is not: a minor that is not zero as a polynomial in the symbols
    must be shown not to vanish at their values.

    Examples
    --------
    >>> numbers = Transcendentals()
    >>> e = numbers.rational(1 - sympy.tanh(1) ** 2)
    >>> e.is_polynomial(), numbers.restored(e)
    (True, 1 - tanh(1)**2)
    """

    def __init__(self) -> None:
        self._symbols: dict[sympy.Expr, sympy.Symbol] = {}
        self.algebraic: set[sympy.Expr] = set()

    @property
    def symbols(self) -> dict[sympy.Symbol, sympy.Expr]:
        """What each symbol stands for."""
        return {symbol: e for e, symbol in self._symbols.items()}

    def rational(self, e: sympy.Expr) -> sympy.Expr:
        """Return an expression as a rational function of symbols and algebraic numbers."""
        if e.is_Symbol or e.is_Rational:
            return e
        if e.is_number and e.is_algebraic:
            self.algebraic.add(e)  # a field for the coefficients must contain it
            return e
        if e.is_Add or e.is_Mul:
            return e.func(*map(self.rational, e.args))
        if e.is_Pow and e.exp.is_Integer:
            return self.rational(e.base) ** e.exp
        # One symbol for exp(a) and exp(-a).
        if isinstance(e, sympy.exp) and e.args[0].could_extract_minus_sign():
            return 1 / self.rational(sympy.exp(-e.args[0]))
        if e not in self._symbols:
            self._symbols[e] = sympy.Dummy(f"t{len(self._symbols)}", real=True)
        return self._symbols[e]

    def restored(self, e: sympy.Expr) -> sympy.Expr:
        """Return an expression with every symbol replaced by what it stands for."""
        return e.xreplace(self.symbols) if self._symbols else e
