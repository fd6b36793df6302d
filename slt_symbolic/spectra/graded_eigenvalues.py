"""Certified eigenvalues of a positive semidefinite matrix, to the last of a steep fall."""

from __future__ import annotations

from flint import acb_mat, arb, arb_mat


class PrecisionError(ArithmeticError):
    """The working precision is too low for the eigenvalues asked for."""


def pivoted_cholesky(matrix: arb_mat, tolerance: arb) -> arb_mat:
    """Return an exact L, n × m, with LLᵀ ≈ A up to about the tolerance in trace.

    Parameters
    ----------
    matrix : flint.arb_mat
        Encloses a symmetric positive semidefinite A.
    tolerance : flint.arb
        Elimination stops when the remaining trace is below it.

    Raises
    ------
    PrecisionError
        If the largest remaining diagonal entry is not positive.

    Notes
    -----
    Midpoints only: the caller bounds A − LLᵀ afterwards. The pivot is the largest remaining
    diagonal entry, so that m is close to the number of eigenvalues above the tolerance.

    Examples
    --------
    >>> pivoted_cholesky(arb_mat([[4, 2], [2, 1]]), arb(1) / 1000)
    [2.00000000000000]
    [1.00000000000000]
    """
    n = matrix.nrows()
    diagonal = [matrix[i, i].mid() for i in range(n)]
    columns: list[list[arb]] = []
    while sum(diagonal, arb(0)).mid() > tolerance:
        pivot = max(range(n), key=lambda i: diagonal[i])
        if not diagonal[pivot] > 0 or len(columns) == n:
            raise PrecisionError("no positive pivot is left: raise the working precision")
        root = diagonal[pivot].sqrt().mid()
        column = []
        for i in range(n):
            entry = matrix[i, pivot]
            for other in columns:
                entry -= other[i] * other[pivot]
            column.append((entry / root).mid())
        diagonal = [(d - c * c).mid() for d, c in zip(diagonal, column, strict=True)]
        diagonal[pivot] = arb(0)
        columns.append(column)
    return arb_mat(n, len(columns), [c[i] for i in range(n) for c in columns])


def graded_eigenvalues(matrix: arb_mat, least: arb) -> tuple[list[arb], arb]:
    """Enclose the eigenvalues of a semidefinite A above a threshold, and bound the others' sum.

    Parameters
    ----------
    matrix : flint.arb_mat
        Encloses a symmetric positive semidefinite A.
    least : flint.arb
        The threshold.

    Returns
    -------
    eigenvalues : list of flint.arb
        Balls around the largest eigenvalues, falling: the i-th ball contains the i-th largest.
    rest : flint.arb
        Upper bound of the sum of all the others.

    Raises
    ------
    PrecisionError
        If the working precision does not resolve the threshold.

    Notes
    -----
    Let LLᵀ approximate A and V the eigenvectors of C = LᵀL, both in midpoints and then exact. In
    balls: D = VᵀCV and F = VᵀV − 1. By Ostrowski λ_i(D) = θ_iλ_i(C) with |θ_i − 1| ≤ ‖F‖, by Weyl
    |λ_i(D) − d_i| ≤ ‖D − diag d‖ with the d_i in order, and |λ_i(A) − λ_i(C)| ≤ ‖A − LLᵀ‖. Norms
    are bounded by Frobenius'. Nothing is assumed about the gaps. The rest is the trace of A less
    what is enclosed.

    References
    ----------
    R. A. Horn and C. R. Johnson (2013), Matrix Analysis, 2nd ed., theorems 4.3.1, 4.5.9.

    Examples
    --------
    >>> values, rest = graded_eigenvalues(arb_mat([[2, 1], [1, 2]]), arb("1e-6"))
    >>> [bool(v.contains(x)) for v, x in zip(values, (3, 1), strict=True)], bool(rest < 1e-10)
    ([True, True], True)
    """
    low = pivoted_cholesky(matrix, least / 1000)
    core = low.transpose() * low
    size = core.nrows()
    if size == 0:
        return [], matrix.trace().upper().max(arb(0))
    _, right = acb_mat(core).eig(right=True, algorithm="approx")
    scale = _orthonormal(right)
    rotated = scale.transpose() * core * scale
    gram = scale.transpose() * scale
    skew = _frobenius([gram[i, j] - int(i == j) for i in range(size) for j in range(size)])
    if not skew < arb(0.5):
        raise PrecisionError("eigenvectors are not orthogonal: raise the working precision")
    off = _frobenius([rotated[i, j] for i in range(size) for j in range(size) if i != j])
    residual = _frobenius((matrix - low * low.transpose()).entries())
    values = []
    for d in sorted((rotated[i, i] for i in range(size)), key=lambda v: -v.mid()):
        value = (d + arb(0, off)) / (1 + arb(0, skew)) + arb(0, residual)
        if value > least:
            values.append(value)
        elif not value < 10 * least:
            raise PrecisionError("eigenvalues are not resolved: raise the working precision")
    total = matrix.trace().upper() - sum((v.lower() for v in values), arb(0))
    return values, total.upper().max(arb(0))


def _orthonormal(right: acb_mat) -> arb_mat:
    """Return real columns of length 1, polished by V(3 − VᵀV)/2, which squares the skewness."""
    size = right.nrows()
    columns = []
    for j in range(size):
        # Each column is a real vector times a phase.
        parts = [[right[i, j].real.mid() for i in range(size)],
                 [right[i, j].imag.mid() for i in range(size)]]  # fmt: skip
        lengths = [_frobenius(part) for part in parts]
        best = 0 if lengths[0] > lengths[1] else 1
        columns.append([entry / lengths[best] for entry in parts[best]])
    entries = [columns[j][i] for i in range(size) for j in range(size)]
    result = arb_mat(size, size, [e.mid() for e in entries])
    for _ in range(3):
        gram = result.transpose() * result
        step = [(3 * int(i == j) - gram[i, j]) / 2 for i in range(size) for j in range(size)]
        polished = result * arb_mat(size, size, step)
        result = arb_mat(size, size, [e.mid() for e in polished.entries()])
    return result


def _frobenius(entries: list[arb]) -> arb:
    # Of moduli: the square of a ball around zero reaches below zero.
    return sum((e.abs_upper() ** 2 for e in entries), arb(0)).sqrt().upper()
