"""The uniform law on a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from slt_symbolic.inputs.uniform_interval import UniformInterval


@dataclass(frozen=True)
class UniformBox:
    """Independent inputs, the k-th one uniform on [lower_k, upper_k].

    Parameters
    ----------
    lower, upper : sequence of exact numbers or sympy.Expr
        The two extreme corners, n ≥ 1 entries each: rational or real algebraic numbers, or
        expressions in symbols that SymPy's assumptions can order.

    Raises
    ------
    TypeError
        If a corner is no sequence, or an entry a float or no number at all.
    ValueError
        If the corners are empty or differ in length, or lower_k < upper_k does not hold for
        certain.

    Examples
    --------
    >>> square = UniformBox((-1, -1), (1, 1))
    >>> square.dimension, square.volume, square.moment(2, 4)
    (2, 4, 1/15)
    >>> UniformBox((0, 0), (1, 0))
    Traceback (most recent call last):
    ...
    ValueError: lower[1] must be less than upper[1] for certain, got lower = 0, upper = 0
    """

    lower: Sequence[sympy.Expr]
    upper: Sequence[sympy.Expr]

    def __post_init__(self) -> None:
        for name in ("lower", "upper"):
            if not isinstance(getattr(self, name), Sequence) or isinstance(
                getattr(self, name), str
            ):
                raise TypeError(f"{name} must be a sequence, got {getattr(self, name)!r}")
        if len(self.lower) != len(self.upper) or not self.lower:
            raise ValueError(
                "lower and upper must have the same length of at least 1, "
                f"got {len(self.lower)} and {len(self.upper)}"
            )
        sides = [self._side(k) for k in range(len(self.lower))]
        object.__setattr__(self, "lower", tuple(s.lower for s in sides))
        object.__setattr__(self, "upper", tuple(s.upper for s in sides))

    def _side(self, k: int) -> UniformInterval:
        try:
            return UniformInterval(self.lower[k], self.upper[k])
        except (TypeError, ValueError) as error:
            message = str(error).replace("lower must", f"lower[{k}] must")
            message = message.replace("upper must", f"upper[{k}] must")
            raise type(error)(message.replace("than upper", f"than upper[{k}]")) from None

    @property
    def dimension(self) -> int:
        """Number of input coordinates."""
        return len(self.lower)

    @property
    def sides(self) -> tuple[UniformInterval, ...]:
        """The law of each coordinate."""
        return tuple(map(self._side, range(self.dimension)))

    @property
    def volume(self) -> sympy.Expr:
        """Product of the lengths of the sides."""
        return sympy.Mul(*(s.length for s in self.sides))

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        product = r" \times ".join(side.latex[1:] for side in self.sides)
        return f"U({product})"

    def density(self, *x: sympy.Expr) -> sympy.Expr:
        """Density at x, as a SymPy expression."""
        if len(x) != self.dimension:
            raise ValueError(f"x must have {self.dimension} coordinates, got {len(x)}")
        inside = (
            c
            for a, xk, b in zip(self.lower, x, self.upper, strict=True)
            for c in (a <= xk, xk <= b)
        )
        return sympy.Piecewise((1 / self.volume, sympy.And(*inside)), (0, True))

    def moment(self, *orders: int) -> sympy.Expr:
        """Exact E[x₁^k₁ ⋯ x_n^k_n], a product of the sides' moments."""
        if len(orders) != self.dimension or min(orders) < 0:
            raise ValueError(f"orders must be {self.dimension} non-negative integers, got {orders}")
        return sympy.Mul(*(s.moment(k) for s, k in zip(self.sides, orders, strict=True)))

    def sample(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Draw inputs, shape (size, dimension); the corners must be numbers."""
        lower, upper = ([float(c) for c in corner] for corner in (self.lower, self.upper))
        return generator.uniform(lower, upper, size=(size, self.dimension))
