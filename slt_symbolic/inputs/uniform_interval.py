"""The uniform law on a bounded interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy

from slt_symbolic.exact.numbers import exact


@dataclass(frozen=True)
class UniformInterval:
    """One input, uniform on [lower, upper].

    Parameters
    ----------
    lower, upper : exact number or sympy.Expr
        End points: rational or real algebraic numbers, or expressions in symbols that SymPy's
        assumptions can order, such as −a and a with ``a`` declared positive.

    Raises
    ------
    TypeError
        If an end point is a float or no number at all.
    ValueError
        If lower < upper does not hold for certain.

    Examples
    --------
    >>> import sympy
    >>> law = UniformInterval(-sympy.sqrt(3), sympy.sqrt(3))
    >>> law.moment(2)
    1
    >>> UniformInterval(1, 1)
    Traceback (most recent call last):
    ...
    ValueError: lower must be less than upper for certain, got lower = 1, upper = 1
    """

    lower: sympy.Expr
    upper: sympy.Expr
    dimension = 1

    def __post_init__(self) -> None:
        for name in ("lower", "upper"):
            value = getattr(self, name)
            if not (isinstance(value, sympy.Expr) and value.free_symbols):
                value = exact(value, name)
            elif not value.is_real:
                raise ValueError(f"{name} must be real for certain, got {value}")
            object.__setattr__(self, name, value)
        if not (self.upper - self.lower).is_positive:
            raise ValueError(
                "lower must be less than upper for certain, "
                f"got lower = {self.lower}, upper = {self.upper}"
            )

    @property
    def length(self) -> sympy.Expr:
        """Upper minus lower end point."""
        return self.upper - self.lower

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        return rf"U[{sympy.latex(self.lower)}, {sympy.latex(self.upper)}]"

    def density(self, *x: sympy.Expr) -> sympy.Expr:
        """Density at x, as a SymPy expression."""
        if len(x) != 1:
            raise ValueError(f"x must have 1 coordinate, got {len(x)}")
        (point,) = x
        inside = sympy.And(self.lower <= point, point <= self.upper)
        return sympy.Piecewise((1 / self.length, inside), (0, True))

    def moment(self, *orders: int) -> sympy.Expr:
        """Exact E[x^k].

        Parameters
        ----------
        *orders : int
            One non-negative integer k.
        """
        if len(orders) != 1 or orders[0] < 0:
            raise ValueError(f"orders must be one non-negative integer, got {orders}")
        (k,) = orders
        total = self.upper ** (k + 1) - self.lower ** (k + 1)
        return sympy.radsimp(sympy.cancel(total / ((k + 1) * self.length)))

    def sample(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Draw inputs, shape (size, 1); the end points must be numbers."""
        lower, upper = float(self.lower), float(self.upper)
        return generator.uniform(lower, upper, size=(size, 1))
