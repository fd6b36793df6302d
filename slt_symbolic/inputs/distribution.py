"""What an input distribution must answer."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import sympy


class InputDistribution(Protocol):
    """A law q(x) of the inputs: the closed list of questions that the package asks."""

    @property
    def dimension(self) -> int:
        """Number of input coordinates."""

    @property
    def latex(self) -> str:
        """How the law is typeset."""

    def density(self, *x: sympy.Expr) -> sympy.Expr:
        """Density at a point, as a SymPy expression (0 outside the support)."""

    def moment(self, *orders: int) -> sympy.Expr:
        """Exact E[x₁^k₁ ⋯ x_n^k_n]."""

    def sample(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Draw ``size`` inputs, shape (size, dimension)."""
