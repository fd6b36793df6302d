"""One compiled interpreter for all tapes: the value forward, the gradient in reverse."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, erfc, pi, sqrt
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.divergence.expression_tape import Op, Tape

CONSTANT, PARAMETER = int(Op.CONSTANT), int(Op.PARAMETER)
ADD, SUBTRACT, SCALE = int(Op.ADD), int(Op.SUBTRACT), int(Op.SCALE)
MULTIPLY, DIVIDE, SQUARE = int(Op.MULTIPLY), int(Op.DIVIDE), int(Op.SQUARE)
INTEGER_POWER, REAL_POWER, SQRT = int(Op.INTEGER_POWER), int(Op.REAL_POWER), int(Op.SQRT)
EXP, LOG, ERF, ERFC = int(Op.EXP), int(Op.LOG), int(Op.ERF), int(Op.ERFC)
ASIN, ACOS, ATAN = int(Op.ASIN), int(Op.ACOS), int(Op.ATAN)
SIN, COS, SINH, COSH, TANH = (int(o) for o in (Op.SIN, Op.COS, Op.SINH, Op.COSH, Op.TANH))
ABS, MAX, MIN = int(Op.ABS), int(Op.MAX), int(Op.MIN)
TWO_OVER_ROOT_PI = 2.0 / sqrt(pi)


def compile_tape(tape: Tape) -> Callable[..., float]:
    """Return ``potential(w, g)``, a Numba function that evaluates a tape with its gradient.

    Notes
    -----
    Only a call is compiled for each tape; the interpreter is the same, and dispatches once for
    each run of equal instructions. Every instruction is accurate to a few units in the last
    place. Where two branches of MAX or MIN are equal the first one's gradient is taken; that of
    ABS at 0 is 0. Outside a function's domain the result is nan or infinite.
    """
    batches = tape.batches()
    left, right = (np.ascontiguousarray(tape.code[:, k]) for k in (1, 2))
    constants = tape.constants if tape.constants.size else np.zeros(1)
    run = run_tape

    @njit(error_model="numpy")
    def potential(w: np.ndarray, g: np.ndarray) -> float:
        return run(batches, left, right, constants, w, g)

    return potential


@njit(error_model="numpy")
def run_tape(batches: Any, left: Any, right: Any, constants: Any, w: Any, g: Any) -> float:
    """Return the value of a tape at w, and write its gradient into g."""
    n = left.size
    memory = np.empty(2 * n)
    v, d = memory[:n], memory[n:]
    _forward(batches, left, right, constants, w, v)
    for i in range(n - 1):
        d[i] = 0.0
    d[n - 1] = 1.0
    for i in range(g.size):
        g[i] = 0.0
    _reverse(batches, left, right, constants, v, d, g)
    return v[n - 1]


@njit(error_model="numpy")
def _integer_power(x: float, n: int) -> float:
    value = 1.0
    while n > 0:
        if n & 1:
            value *= x
        x *= x
        n >>= 1
    return value


@njit(error_model="numpy")
def _tanh_slope(x: float, tanh: float) -> float:
    # 1 − tanh² loses its digits where tanh is near ±1.
    if abs(tanh) < 0.9:
        return (1.0 - tanh) * (1.0 + tanh)
    cosh = np.cosh(x)
    return 1.0 / (cosh * cosh)


@njit(error_model="numpy")
def _forward(batches: Any, left: Any, right: Any, constants: Any, w: Any, v: Any) -> None:
    for batch in range(batches.shape[0]):
        op, start, end = batches[batch, 0], batches[batch, 1], batches[batch, 2]
        if op == CONSTANT:
            for i in range(start, end):
                v[i] = constants[left[i]]
        elif op == PARAMETER:
            for i in range(start, end):
                v[i] = w[left[i]]
        elif op == ADD:
            for i in range(start, end):
                v[i] = v[left[i]] + v[right[i]]
        elif op == SUBTRACT:
            for i in range(start, end):
                v[i] = v[left[i]] - v[right[i]]
        elif op == MULTIPLY:
            for i in range(start, end):
                v[i] = v[left[i]] * v[right[i]]
        elif op == SCALE:
            for i in range(start, end):
                v[i] = v[left[i]] * constants[right[i]]
        elif op == SQUARE:
            for i in range(start, end):
                v[i] = v[left[i]] * v[left[i]]
        elif op == DIVIDE:
            for i in range(start, end):
                v[i] = v[left[i]] / v[right[i]]
        elif op == INTEGER_POWER:
            for i in range(start, end):
                v[i] = _integer_power(v[left[i]], right[i])
        elif op == REAL_POWER:
            for i in range(start, end):
                v[i] = v[left[i]] ** constants[right[i]]
        elif op == SQRT:
            for i in range(start, end):
                v[i] = np.sqrt(v[left[i]])
        elif op == EXP:
            for i in range(start, end):
                v[i] = np.exp(v[left[i]])
        elif op == LOG:
            for i in range(start, end):
                v[i] = np.log(v[left[i]])
        elif op == SIN:
            for i in range(start, end):
                v[i] = np.sin(v[left[i]])
        elif op == COS:
            for i in range(start, end):
                v[i] = np.cos(v[left[i]])
        elif op == SINH:
            for i in range(start, end):
                v[i] = np.sinh(v[left[i]])
        elif op == COSH:
            for i in range(start, end):
                v[i] = np.cosh(v[left[i]])
        elif op == TANH:
            for i in range(start, end):
                v[i] = np.tanh(v[left[i]])
        elif op == ATAN:
            for i in range(start, end):
                v[i] = np.arctan(v[left[i]])
        elif op == ERF:
            for i in range(start, end):
                v[i] = erf(v[left[i]])
        elif op == ERFC:
            for i in range(start, end):
                v[i] = erfc(v[left[i]])
        elif op == ASIN:
            for i in range(start, end):
                v[i] = np.arcsin(v[left[i]])
        elif op == ACOS:
            for i in range(start, end):
                v[i] = np.arccos(v[left[i]])
        elif op == ABS:
            for i in range(start, end):
                v[i] = abs(v[left[i]])
        elif op == MAX:
            for i in range(start, end):
                v[i] = np.maximum(v[left[i]], v[right[i]])
        elif op == MIN:
            for i in range(start, end):
                v[i] = np.minimum(v[left[i]], v[right[i]])


@njit(error_model="numpy")
def _reverse(batches: Any, left: Any, right: Any, constants: Any, v: Any, d: Any, g: Any) -> None:
    for batch in range(batches.shape[0] - 1, -1, -1):
        op, start, end = batches[batch, 0], batches[batch, 1], batches[batch, 2]
        if op == PARAMETER:
            for i in range(start, end):
                g[left[i]] += d[i]
        elif op == ADD:
            for i in range(start, end):
                d[left[i]] += d[i]
                d[right[i]] += d[i]
        elif op == SUBTRACT:
            for i in range(start, end):
                d[left[i]] += d[i]
                d[right[i]] -= d[i]
        elif op == MULTIPLY:
            for i in range(start, end):
                d[left[i]] += d[i] * v[right[i]]
                d[right[i]] += d[i] * v[left[i]]
        elif op == SCALE:
            for i in range(start, end):
                d[left[i]] += d[i] * constants[right[i]]
        elif op == SQUARE:
            for i in range(start, end):
                d[left[i]] += 2.0 * d[i] * v[left[i]]
        elif op == DIVIDE:
            for i in range(start, end):
                s = d[i] / v[right[i]]
                d[left[i]] += s
                d[right[i]] -= s * v[i]
        elif op == INTEGER_POWER:
            for i in range(start, end):
                x, n = v[left[i]], right[i]
                d[left[i]] += d[i] * n * _integer_power(x, n - 1)
        elif op == REAL_POWER:
            for i in range(start, end):
                x, e = v[left[i]], constants[right[i]]
                d[left[i]] += d[i] * e * x ** (e - 1.0)
        elif op == SQRT:
            for i in range(start, end):
                d[left[i]] += 0.5 * d[i] / v[i]
        elif op == EXP:
            for i in range(start, end):
                d[left[i]] += d[i] * v[i]
        elif op == LOG:
            for i in range(start, end):
                d[left[i]] += d[i] / v[left[i]]
        elif op == SIN:
            for i in range(start, end):
                d[left[i]] += d[i] * np.cos(v[left[i]])
        elif op == COS:
            for i in range(start, end):
                d[left[i]] -= d[i] * np.sin(v[left[i]])
        elif op == SINH:
            for i in range(start, end):
                d[left[i]] += d[i] * np.cosh(v[left[i]])
        elif op == COSH:
            for i in range(start, end):
                d[left[i]] += d[i] * np.sinh(v[left[i]])
        elif op == TANH:
            for i in range(start, end):
                d[left[i]] += d[i] * _tanh_slope(v[left[i]], v[i])
        elif op == ATAN:
            for i in range(start, end):
                x = v[left[i]]
                d[left[i]] += d[i] / (1.0 + x * x)
        elif op == ERF:
            for i in range(start, end):
                x = v[left[i]]
                d[left[i]] += d[i] * TWO_OVER_ROOT_PI * np.exp(-x * x)
        elif op == ERFC:
            for i in range(start, end):
                x = v[left[i]]
                d[left[i]] -= d[i] * TWO_OVER_ROOT_PI * np.exp(-x * x)
        elif op == ASIN:
            for i in range(start, end):
                x = v[left[i]]
                d[left[i]] += d[i] / np.sqrt((1.0 - x) * (1.0 + x))
        elif op == ACOS:
            for i in range(start, end):
                x = v[left[i]]
                d[left[i]] -= d[i] / np.sqrt((1.0 - x) * (1.0 + x))
        elif op == ABS:
            for i in range(start, end):
                d[left[i]] += d[i] * np.sign(v[left[i]])
        elif op == MAX:
            for i in range(start, end):
                winner = left[i] if v[left[i]] >= v[right[i]] else right[i]
                d[winner] += d[i]
        elif op == MIN:
            for i in range(start, end):
                winner = left[i] if v[left[i]] <= v[right[i]] else right[i]
                d[winner] += d[i]
