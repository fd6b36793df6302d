"""One compiled interpreter for all tapes: the value forward, the gradient in reverse."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, pi, sqrt
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.expression_tape import Op, Tape

CONSTANT, PARAMETER = int(Op.CONSTANT), int(Op.PARAMETER)
ADD, SUBTRACT, SCALE = int(Op.ADD), int(Op.SUBTRACT), int(Op.SCALE)
MULTIPLY, DIVIDE, SQUARE = int(Op.MULTIPLY), int(Op.DIVIDE), int(Op.SQUARE)
INTEGER_POWER, REAL_POWER, SQRT = int(Op.INTEGER_POWER), int(Op.REAL_POWER), int(Op.SQRT)
EXP, LOG, ATAN, ERF = int(Op.EXP), int(Op.LOG), int(Op.ATAN), int(Op.ERF)
SIN, COS, SINH, COSH, TANH = (int(o) for o in (Op.SIN, Op.COS, Op.SINH, Op.COSH, Op.TANH))
ABS, MAX, MIN = int(Op.ABS), int(Op.MAX), int(Op.MIN)
TWO_OVER_ROOT_PI = 2.0 / sqrt(pi)


def compile_tape(tape: Tape) -> Callable[..., float]:
    """Return ``potential(w, g)``, a Numba function that evaluates a tape with its gradient.

    Notes
    -----
    Only a call is compiled for each tape; the interpreter is the same. Every instruction is
    accurate to a few units in the last place. Where two branches of MAX or MIN are equal the
    first one's gradient is taken; that of ABS at 0 is 0. Outside a function's domain the result
    is nan or infinite.
    """
    op, left, right = (np.ascontiguousarray(tape.code[:, k]) for k in range(3))
    constants = tape.constants if tape.constants.size else np.zeros(1)
    run = run_tape

    @njit(error_model="numpy")
    def potential(w: np.ndarray, g: np.ndarray) -> float:
        return run(op, left, right, constants, w, g)

    return potential


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
def run_tape(op: Any, left: Any, right: Any, constants: Any, w: Any, g: Any) -> float:
    """Return the value of a tape at w, and write its gradient into g."""
    n = op.size
    v = np.empty(n)
    for i in range(n):
        o, a, b = op[i], left[i], right[i]
        if o == CONSTANT:
            v[i] = constants[a]
        elif o == PARAMETER:
            v[i] = w[a]
        elif o == ADD:
            v[i] = v[a] + v[b]
        elif o == SUBTRACT:
            v[i] = v[a] - v[b]
        elif o == MULTIPLY:
            v[i] = v[a] * v[b]
        elif o == SCALE:
            v[i] = v[a] * constants[b]
        elif o == SQUARE:
            v[i] = v[a] * v[a]
        elif o == DIVIDE:
            v[i] = v[a] / v[b]
        elif o == INTEGER_POWER:
            v[i] = _integer_power(v[a], b)
        elif o == REAL_POWER:
            v[i] = v[a] ** constants[b]
        elif o == SQRT:
            v[i] = np.sqrt(v[a])
        elif o == EXP:
            v[i] = np.exp(v[a])
        elif o == LOG:
            v[i] = np.log(v[a])
        elif o == SIN:
            v[i] = np.sin(v[a])
        elif o == COS:
            v[i] = np.cos(v[a])
        elif o == SINH:
            v[i] = np.sinh(v[a])
        elif o == COSH:
            v[i] = np.cosh(v[a])
        elif o == TANH:
            v[i] = np.tanh(v[a])
        elif o == ATAN:
            v[i] = np.arctan(v[a])
        elif o == ERF:
            v[i] = erf(v[a])
        elif o == ABS:
            v[i] = abs(v[a])
        elif o == MAX:
            v[i] = v[a] if v[a] >= v[b] or v[a] != v[a] else v[b]
        else:
            v[i] = v[a] if v[a] <= v[b] or v[a] != v[a] else v[b]
    d = np.zeros(n)
    d[n - 1] = 1.0
    g[:] = 0.0
    for i in range(n - 1, -1, -1):
        s = d[i]
        if s == 0.0:
            continue
        o, a, b = op[i], left[i], right[i]
        if o == PARAMETER:
            g[a] += s
        elif o == ADD:
            d[a] += s
            d[b] += s
        elif o == SUBTRACT:
            d[a] += s
            d[b] -= s
        elif o == MULTIPLY:
            d[a] += s * v[b]
            d[b] += s * v[a]
        elif o == SCALE:
            d[a] += s * constants[b]
        elif o == SQUARE:
            d[a] += 2.0 * s * v[a]
        elif o == DIVIDE:
            d[a] += s / v[b]
            d[b] -= s * v[i] / v[b]
        elif o == INTEGER_POWER:
            d[a] += s * b * _integer_power(v[a], b - 1)
        elif o == REAL_POWER:
            d[a] += s * constants[b] * v[a] ** (constants[b] - 1.0)
        elif o == SQRT:
            d[a] += 0.5 * s / v[i]
        elif o == EXP:
            d[a] += s * v[i]
        elif o == LOG:
            d[a] += s / v[a]
        elif o == SIN:
            d[a] += s * np.cos(v[a])
        elif o == COS:
            d[a] -= s * np.sin(v[a])
        elif o == SINH:
            d[a] += s * np.cosh(v[a])
        elif o == COSH:
            d[a] += s * np.sinh(v[a])
        elif o == TANH:
            # 1 − tanh² loses all digits where tanh is near ±1.
            c = np.cosh(v[a])
            d[a] += s / (c * c)
        elif o == ATAN:
            d[a] += s / (1.0 + v[a] * v[a])
        elif o == ERF:
            d[a] += s * TWO_OVER_ROOT_PI * np.exp(-v[a] * v[a])
        elif o == ABS:
            d[a] += s * np.sign(v[a])
        elif o == MAX:
            if v[a] >= v[b]:
                d[a] += s
            else:
                d[b] += s
        elif o == MIN:
            if v[a] <= v[b]:
                d[a] += s
            else:
                d[b] += s
    return v[n - 1]
