"""log det(I + C^T C)/2 with its derivatives, by an orthogonal factorisation.

I + C^T C is never formed: its small eigenvalues would drown in the rounding of its large ones.
Householder reflections bring the stacked matrix [C; I] = Q R, with rows of C first and columns in
descending size. Then, with Q1 and Q2 the parts of Q beside C and beside I,

    log det(I + C^T C)/2 = sum_j log |R_jj|,
    its gradient in C    = C (I + C^T C)^-1 = Q1 Q2^T          (Q2 = R^-1),
    tr[C^T C (I + C^T C)^-1]/2 = |Q1|^2/2.

References
----------
Cox and Higham (1998), BIT 38, 34-42 (Householder factorisation and the order of rows).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from slt_symbolic.compiled.elementary import COMPILE
from slt_symbolic.compiled.vectors import wide_vectors

__all__ = ["half_log_det"]


@njit(**COMPILE)
def half_log_det(c, derivative):  # type: ignore[no-untyped-def]  # compiled
    """Return (log det(I + C^T C)/2, tr[C^T C (I + C^T C)^-1]/2), and write the gradient in C.

    Parameters
    ----------
    c, derivative : arrays of shape (m, n), m >= n
        C, and where the gradient goes.
    """
    wide_vectors()
    m, n = c.shape
    a = np.zeros((m + n, n))
    mirrors = np.zeros((n, m + n))
    weights = np.zeros(n)
    sums = np.empty(n)
    for i in range(m):
        for j in range(n):
            a[i, j] = c[i, j]
    for j in range(n):
        a[m + j, j] = 1.0
    value = 0.0
    for j in range(n):
        # Of the rows of I only the first j + 1 have met a column so far.
        rows = m + j + 1
        mirror = mirrors[j]
        square = 0.0
        for i in range(j, rows):
            mirror[i] = a[i, j]
            square += mirror[i] * mirror[i]
        length = math.sqrt(square)
        value += math.log(length)
        mirror[j] += math.copysign(length, mirror[j])
        weights[j] = 1.0 / (length * abs(mirror[j]))
        _reflect(a, mirror, weights[j], j, rows, j + 1, sums)
    q = np.zeros((m + n, n))
    for j in range(n):
        q[j, j] = 1.0
    for j in range(n - 1, -1, -1):
        _reflect(q, mirrors[j], weights[j], j, m + n, j, sums)
    trace = 0.0
    for i in range(m):
        for j in range(n):
            trace += q[i, j] * q[i, j]
    # Q2 = R^-1 up to the signs of the rows of R, which Q1 has as well.
    for i in range(m):
        for j in range(n):
            derivative[i, j] = 0.0
    second = np.ascontiguousarray(q[m:, :].T)
    for i in range(m):
        for k in range(n):
            for j in range(n):
                derivative[i, j] += q[i, k] * second[k, j]
    return value, 0.5 * trace


@njit(**COMPILE)
def _reflect(a, mirror, weight, first, rows, column, sums):  # type: ignore[no-untyped-def]  # compiled
    """Apply I - weight v v^T to the rows from ``first`` and the columns from ``column`` on."""
    n = a.shape[1]
    for j in range(column, n):
        sums[j] = 0.0
    for i in range(first, rows):
        for j in range(column, n):
            sums[j] += mirror[i] * a[i, j]
    for j in range(column, n):
        sums[j] *= weight
    for i in range(first, rows):
        for j in range(column, n):
            a[i, j] -= mirror[i] * sums[j]
