"""The standard normal law in n dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy


@dataclass(frozen=True)
class StandardNormal:
    """Independent N(0, 1) inputs.

    Parameters
    ----------
    dimension : int
        Number of inputs, at least 1.

    Examples
    --------
    >>> StandardNormal().moment(4)
    3
    """

    dimension: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.dimension, bool) or not isinstance(self.dimension, int):
            raise TypeError(f"dimension must be an int, got {self.dimension!r}")
        if self.dimension < 1:
            raise ValueError(f"dimension must be at least 1, got {self.dimension}")

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        return (
            r"\mathcal{N}(0, 1)"
            if self.dimension == 1
            else rf"\mathcal{{N}}(0, I_{self.dimension})"
        )

    def density(self, *x: sympy.Expr) -> sympy.Expr:
        """Density at x, as a SymPy expression."""
        if len(x) != self.dimension:
            raise ValueError(f"x must have {self.dimension} coordinates, got {len(x)}")
        square = sympy.Add(*(xi**2 for xi in x))
        return sympy.exp(-square / 2) / (2 * sympy.pi) ** sympy.Rational(self.dimension, 2)

    def moment(self, *orders: int) -> sympy.Expr:
        """Exact E[x₁^k₁ ⋯ x_n^k_n], a product of double factorials."""
        if len(orders) != self.dimension or min(orders) < 0:
            raise ValueError(f"orders must be {self.dimension} non-negative integers, got {orders}")
        if any(k % 2 for k in orders):
            return sympy.S.Zero
        return sympy.Mul(*(sympy.factorial2(k - 1) for k in orders))

    def sample(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Draw inputs, shape (size, dimension)."""
        return generator.standard_normal((size, self.dimension))
