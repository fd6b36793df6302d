"""The tanh kernel on [0, S] as a sum of products of functions that fall steeply and exactly so.

k(Su, Su') = E[tanh(Sux)tanh(Su'x)] = Σ_j d_j² p_j(u)p_j(u') with d_1 > d_2 > ... and p_j of size 1:
a pivoted Cholesky factorisation with many digits, of which d_j and p_j are then kept as doubles.
A Gram matrix P diag(d²) Pᵀ has eigenvalues as small as 1e-90, and the one-sided Jacobi method
finds them from P diag(d) with their leading digits right, where the Gram matrix itself, as
doubles, knows nothing below 1e-16.

References
----------
Demmel, Gu, Eisenstat, Slapnicar, Veselic and Drmac (1999), Linear Algebra Appl. 299, 21-80
(singular values from a graded factorisation); Drmac and Veselic (2008), SIAM J. Matrix Anal. Appl.
29, 1322-1362 (the method, LAPACK's dgejsv).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["KernelFactor", "kernel_factor", "log_eigenvalues"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class KernelFactor:
    """The kernel at weights of one scale.

    Attributes
    ----------
    scale
        S: the weights are Su with |u| <= 1.
    nodes
        Points of [-1, 1], the first of them 1, shape (n,).
    values
        p_j at the nodes, shape (n, m). The first pivot is u = 1, so that p_2, p_3, ... belong
        to what is left of the kernel beside a unit at u = 1.
    sizes
        d_j, shape (m,).
    digits
        What is left out is below 10^-digits in trace over the nodes.
    """

    scale: float
    nodes: Array
    values: Array
    sizes: Array
    digits: int

    def features(self, u: Array) -> Array:
        """Return d_j p_j(u), shape (len(u), m), by barycentric interpolation.

        Notes
        -----
        The number of nodes follows from the decay of the best degree-wise approximation; that it
        suffices is tested against enclosures and not proved.
        """
        weights = np.ones(len(self.nodes))
        weights[1::2] = -1.0
        weights[[0, -1]] *= 0.5
        gaps = u[:, None] - self.nodes[None, :]
        hits = gaps == 0.0
        terms = weights / np.where(hits, 1.0, gaps)
        terms /= terms.sum(axis=1, keepdims=True)
        found = hits.any(axis=1)
        terms[found] = hits[found]
        product: Array = (terms @ self.values) * self.sizes
        return product


def kernel_factor(scale: Fraction, digits: int) -> KernelFactor:
    """Factor the kernel of tanh units with standard normal inputs.

    Parameters
    ----------
    scale
        S > 0, exact.
    digits
        Modes are kept while what remains exceeds 10^-digits.

    Raises
    ------
    ValueError
        If scale is not positive or digits not in 4..150.

    Examples
    --------
    >>> from fractions import Fraction
    >>> factor = kernel_factor(Fraction(1), 12)
    >>> f = factor.features(np.array([1.0, 0.5]))
    >>> print(np.round(f @ f.T, 6))  # E[tanh(x)^2], E[tanh(x)tanh(x/2)], E[tanh(x/2)^2]
    [[0.394294 0.258736]
     [0.258736 0.173516]]
    """
    if scale <= 0:
        raise ValueError(f"scale must be positive, got {scale}")
    if not 4 <= digits <= 150:
        raise ValueError(f"digits must be in 4..150, got {digits}")
    return _factor(scale, digits)


@lru_cache(maxsize=256)
def _factor(scale: Fraction, digits: int) -> KernelFactor:
    from flint import arb, arb_mat, ctx, fmpq

    from slt_symbolic.spectra.arguments import BITS_PER_DIGIT
    from slt_symbolic.spectra.graded_eigenvalues import pivoted_cholesky
    from slt_symbolic.spectra.gram_factor import gaussian_nodes

    size = float(scale)
    # Units are within e^{-(3/4)(2πm/S)^{2/3}} of m shared functions (the subspace bound of the
    # mode counts): half of the digits, and nine more for the relative accuracy of the last mode.
    half = 12 + math.ceil(size / (2 * math.pi) * (math.log(10) * (digits / 2 + 9) / 0.75) ** 1.5)
    order = 2 * half - 1
    nodes = np.cos(np.pi * np.arange(order + 1) / order)
    bits = int((digits + 10) * BITS_PER_DIGIT)
    with ctx.workprec(bits + 60):
        exact = arb(fmpq(scale.numerator, scale.denominator))
        points, masses, _ = gaussian_nodes(size, bits)
        weights = [exact * arb(float(u)) for u in nodes[:half]]
        roots = [q.sqrt() for q in masses]
        table = arb_mat(
            len(points), half,
            [(x * w).tanh() * q for x, q in zip(points, roots, strict=True) for w in weights],
        )  # fmt: skip
        lower = pivoted_cholesky(table.transpose() * table, arb(10) ** -digits)
        rank = lower.ncols()
        tops = [max(abs(lower[i, j].mid()) for i in range(half)) for j in range(rank)]
        values = [[float((lower[i, j] / tops[j]).mid()) for j in range(rank)] for i in range(half)]
        sizes = [float(top.mid()) for top in tops]
    upper = np.array(values)
    # The functions are odd.
    return KernelFactor(size, nodes, np.vstack([upper, -upper[::-1]]), np.array(sizes), digits)


def log_eigenvalues(features: Array) -> Array:
    """Return log μ_1 >= log μ_2 >= ... of F Fᵀ for columns of F of falling size.

    Examples
    --------
    >>> log_eigenvalues(np.array([[1.0, 0.0], [0.0, 1e-40]])).round(2).tolist()
    [0.0, -184.21]
    """
    from scipy.linalg.lapack import dgejsv

    rows, columns = features.shape
    matrix = features if rows >= columns else features.T
    # joba 2: full accuracy for a matrix well conditioned up to scalings of rows and columns;
    # no vectors, no cut-off, no perturbation.
    found, _, _, work, _, info = dgejsv(
        np.asfortranarray(matrix), joba=2, jobu=3, jobv=3, jobr=0, jobt=1, jobp=1
    )
    if info != 0 or not np.all(found > 0):
        raise ArithmeticError(f"the singular values of a {rows} x {columns} factor were not found")
    ordered: Array = np.sort(2.0 * (np.log(found) + math.log(work[0] / work[1])))[::-1]
    return ordered
