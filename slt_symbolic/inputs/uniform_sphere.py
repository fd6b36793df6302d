"""The uniform law on the unit sphere; in the plane, on the unit circle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy


@dataclass(frozen=True)
class UniformSphere:
    """Inputs uniform on the unit sphere of R^n.

    Parameters
    ----------
    dimension : int
        Number of inputs n, at least 2; n = 2 is the unit circle.

    Raises
    ------
    TypeError
        If the dimension is no int.
    ValueError
        If it is less than 2.

    Examples
    --------
    >>> UniformSphere(3).moment(2, 0, 0), UniformSphere(2).moment(2, 2)
    (1/3, 1/8)
    """

    dimension: int

    def __post_init__(self) -> None:
        if isinstance(self.dimension, bool) or not isinstance(self.dimension, int):
            raise TypeError(f"dimension must be an int, got {self.dimension!r}")
        if self.dimension < 2:
            raise ValueError(f"dimension must be at least 2, got {self.dimension}")

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        return rf"U(S^{{{self.dimension - 1}}})"

    @property
    def area(self) -> sympy.Expr:
        """Surface area of the sphere: 2π for the circle, 4π for the sphere in space."""
        half = sympy.Rational(self.dimension, 2)
        return 2 * sympy.pi**half / sympy.gamma(half)

    def density(self, *x: sympy.Expr) -> sympy.Expr:
        """Density at x with respect to surface area: the law has none in R^n."""
        if len(x) != self.dimension:
            raise ValueError(f"x must have {self.dimension} coordinates, got {len(x)}")
        on_sphere = sympy.Eq(sympy.Add(*(xi**2 for xi in x)), 1)
        return sympy.Piecewise((1 / self.area, on_sphere), (0, True))

    def moment(self, *orders: int) -> sympy.Expr:
        """Exact E[x₁^k₁ ⋯ x_n^k_n].

        The radius of a standard normal vector is independent of its direction, and E[R^k] =
        n(n + 2) ⋯ (n + k − 2) for even k: this is the normal moment divided by that.
        """
        if len(orders) != self.dimension or min(orders) < 0:
            raise ValueError(f"orders must be {self.dimension} non-negative integers, got {orders}")
        if any(k % 2 for k in orders):
            return sympy.S.Zero
        radial = sympy.Mul(*(self.dimension + j for j in range(0, sum(orders), 2)))
        return sympy.Mul(*(sympy.factorial2(k - 1) for k in orders)) / radial

    def sample(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Draw inputs, shape (size, dimension)."""
        x = generator.standard_normal((size, self.dimension))
        return x / np.linalg.norm(x, axis=1, keepdims=True)
