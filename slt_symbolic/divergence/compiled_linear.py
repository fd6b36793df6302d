"""K(w) and its gradient for deep linear networks, compiled by Numba.

Forward products give D = W_L ⋯ W_1 − P0, a sum of squares gives K, backward products the
gradient. Near W0 the entries of D cancel; there they are recomputed in double-double arithmetic
(Dekker 1971), in which a product and a sum of two floats are exact pairs of floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import sympy
from numba import njit

from slt_symbolic.linear_networks import DeepLinear

# D is recomputed when it is smaller than the terms it is a difference of by this factor.
CANCELLATION = 1e-4
SPLITTER = 134217729.0  # 2^27 + 1


def compile_linear(
    model: DeepLinear,
    truth: sympy.MatrixBase,
    factor: sympy.MatrixBase,
    weights: Sequence[sympy.Expr],
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model : DeepLinear
        The network; every entry a number or a parameter (one may occur several times).
    truth : sympy matrix, shape (outputs, inputs)
        P0, numbers.
    factor : sympy matrix, shape (inputs, r)
    weights : sequence of r numbers
        K = ½ Σ_ik weights_k ((P − P0) factor)²_ik.

    Raises
    ------
    ValueError
        If an entry is a compound expression, or an unknown constant remains.

    References
    ----------
    T. J. Dekker (1971), A floating-point technique for extending the available precision.
    """
    position = {p: j for j, p in enumerate(model.parameters)}
    entries = [e for layer in model.layers for e in layer]
    for e in entries:
        if not (e.is_number or e in position):
            raise ValueError(f"entries must be numbers or parameters to compile, {e} is neither")
    fixed = [e for matrix in (truth, factor) for e in matrix] + list(weights)
    if symbols := set().union(*(e.free_symbols for e in fixed)):
        raise ValueError(f"unknown constants {sorted(map(str, symbols))} must be numbers")
    index = np.array([position.get(e, -1) for e in entries], dtype=np.int64)
    value = np.array([(0.0, 0.0) if e in position else _pair(e) for e in entries])
    target = np.array([_pair(e) for e in truth])
    root = np.array(
        [[float(factor[i, k] * sympy.sqrt(weights[k])) for k in range(factor.cols)]
         for i in range(factor.rows)]
    ).reshape(factor.rows, factor.cols)  # fmt: skip
    widths = np.array(model.widths, dtype=np.int64)
    kernel = _divergence_with_gradient

    @njit
    def potential(w: np.ndarray, g: np.ndarray) -> float:
        return kernel(w, g, widths, index, value, target, root)

    return potential


def _pair(e: sympy.Expr) -> tuple[float, float]:
    """Return a number as an unevaluated sum of two floats."""
    digits = sympy.Rational(sympy.N(e, 50))
    exact = Fraction(int(digits.p), int(digits.q))
    high = float(exact)
    return high, float(exact - Fraction(high))


@njit(error_model="numpy")
def _times(x: float, xx: float, y: float, yy: float) -> tuple[float, float]:
    """Product of two double-doubles."""
    c = SPLITTER * x
    hx = c - (c - x)
    tx = x - hx
    c = SPLITTER * y
    hy = c - (c - y)
    ty = y - hy
    p = x * y
    e = ((hx * hy - p) + hx * ty + tx * hy) + tx * ty + (x * yy + xx * y)
    z = p + e
    return z, (p - z) + e


@njit(error_model="numpy")
def _plus(x: float, xx: float, y: float, yy: float) -> tuple[float, float]:
    """Sum of two double-doubles, accurate also where the leading parts cancel."""
    s = x + y
    b = s - x
    e = (x - (s - b)) + (y - b)
    t = xx + yy
    b = t - xx
    f = (xx - (t - b)) + (yy - b)
    e += t
    z = s + e
    e = (s - z) + e + f
    return z + e, (z - (z + e)) + e


@njit(error_model="numpy")
def _doubled_difference(
    widths: np.ndarray, high: np.ndarray, low: np.ndarray, target: np.ndarray, d: np.ndarray
) -> None:
    n = widths[0]
    widest = widths.max()
    a, aa = np.zeros((widest, n)), np.zeros((widest, n))
    b, bb = np.zeros((widest, n)), np.zeros((widest, n))
    for j in range(n):
        a[j, j] = 1.0
    start = 0
    for layer in range(widths.size - 1):
        rows, cols = widths[layer + 1], widths[layer]
        for i in range(rows):
            for j in range(n):
                s, ss = 0.0, 0.0
                for k in range(cols):
                    e = start + i * cols + k
                    p, pp = _times(high[e], low[e], a[k, j], aa[k, j])
                    s, ss = _plus(s, ss, p, pp)
                b[i, j], bb[i, j] = s, ss
        start += rows * cols
        a, b = b, a
        aa, bb = bb, aa
    for i in range(widths[-1]):
        for j in range(n):
            t, tt = target[i * n + j]
            d[i, j] = _plus(a[i, j], aa[i, j], -t, -tt)[0]


@njit(error_model="numpy")
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    widths: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    target: np.ndarray,
    root: np.ndarray,
) -> float:
    depth, n, widest = widths.size - 1, widths[0], widths.max()
    high, low = value[:, 0].copy(), value[:, 1].copy()
    for e in range(index.size):
        if index[e] >= 0:
            high[e] = w[index[e]]
    # prefix[l] = W_l ⋯ W_1, prefix[0] = 1.
    prefix = np.zeros((depth + 1, widest, n))
    for j in range(n):
        prefix[0, j, j] = 1.0
    start, size = 0, 1.0
    for layer in range(depth):
        rows, cols = widths[layer + 1], widths[layer]
        norm = 0.0
        for i in range(rows):
            for k in range(cols):
                x = high[start + i * cols + k]
                norm += x * x
                for j in range(n):
                    prefix[layer + 1, i, j] += x * prefix[layer, k, j]
        size *= np.sqrt(norm)
        start += rows * cols
    outputs = widths[-1]
    d = np.empty((outputs, n))
    square, truth = 0.0, 0.0
    for i in range(outputs):
        for j in range(n):
            t = target[i * n + j, 0]
            d[i, j] = prefix[depth, i, j] - t
            square += d[i, j] * d[i, j]
            truth += t * t
    if np.sqrt(square) < CANCELLATION * (size + np.sqrt(truth)):
        _doubled_difference(widths, high, low, target, d)

    total = 0.0
    back = np.zeros((widest, n))
    ahead = np.zeros((widest, n))
    for i in range(outputs):
        for k in range(root.shape[1]):
            s = 0.0
            for j in range(n):
                s += d[i, j] * root[j, k]
            total += s * s
            for j in range(n):
                back[i, j] += s * root[j, k]
    g[:] = 0.0
    for layer in range(depth - 1, -1, -1):
        rows, cols = widths[layer + 1], widths[layer]
        start -= rows * cols
        for k in range(cols):
            for j in range(n):
                ahead[k, j] = 0.0
        for i in range(rows):
            for k in range(cols):
                e = start + i * cols + k
                s = 0.0
                for j in range(n):
                    s += back[i, j] * prefix[layer, k, j]
                    ahead[k, j] += high[e] * back[i, j]
                if index[e] >= 0:
                    g[index[e]] += s
        back, ahead = ahead, back
    return 0.5 * total
