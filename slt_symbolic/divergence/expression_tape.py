"""An expression as a flat tape of instructions, for an interpreter without generated code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import sympy
from numpy.typing import NDArray


class Op(IntEnum):
    """Instructions: each makes one number from at most two earlier ones."""

    CONSTANT = 0
    PARAMETER = 1
    ADD = 2
    SUBTRACT = 3
    MULTIPLY = 4
    DIVIDE = 5
    SQUARE = 6
    INTEGER_POWER = 7
    REAL_POWER = 8
    SQRT = 9
    EXP = 10
    LOG = 11
    SIN = 12
    COS = 13
    SINH = 14
    COSH = 15
    TANH = 16
    ATAN = 17
    ERF = 18
    ABS = 19
    MAX = 20
    MIN = 21
    SCALE = 22
    ASIN = 23
    ACOS = 24
    ERFC = 25


_FUNCTIONS = {
    sympy.exp: Op.EXP,
    sympy.log: Op.LOG,
    sympy.sin: Op.SIN,
    sympy.cos: Op.COS,
    sympy.sinh: Op.SINH,
    sympy.cosh: Op.COSH,
    sympy.tanh: Op.TANH,
    sympy.atan: Op.ATAN,
    sympy.erf: Op.ERF,
    sympy.asin: Op.ASIN,
    sympy.acos: Op.ACOS,
    sympy.erfc: Op.ERFC,
    sympy.Abs: Op.ABS,
}
_BINARY = (Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.DIVIDE, Op.MAX, Op.MIN)


@dataclass(frozen=True)
class Tape:
    """Instructions in the order of evaluation; the last one makes the result.

    Parameters
    ----------
    code : array of int64, shape (n, 3)
        Instruction and two operands: indices of earlier rows; of a constant or a parameter; or
        an integer exponent. Rows are sorted by depth and then by instruction, so that many in a
        row do the same and depend on none of each other.
    constants : array of float64
        The numbers.
    """

    code: NDArray[np.int64]
    constants: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.code)

    def batches(self) -> NDArray[np.int64]:
        """Return the runs of equal instructions at one depth: (instruction, start, end)."""
        found: list[list[int]] = []
        for i, (op, a, b) in enumerate(self.code.tolist()):
            start = found[-1][1] if found else 0
            depends = max(_operands(op, a, b), default=-1) >= start
            if found and found[-1][0] == op and not depends:
                found[-1][2] = i + 1
            else:
                found.append([op, i, i + 1])
        return np.array(found, dtype=np.int64)


def tape_of(expr: sympy.Expr, parameters: Sequence[sympy.Symbol]) -> Tape:
    """Return the tape of an expression, common subexpressions once.

    Parameters
    ----------
    expr : sympy.Expr
        The expression. It is evaluated as it stands, never expanded: what is written as a sum
        of squares stays one.
    parameters : sequence of sympy.Symbol
        Its symbols, in the order of the flat vector.

    Raises
    ------
    ValueError
        If there is a function without an instruction, or an unknown symbol.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> tape = tape_of((x - y) ** 2 + (x - y), (x, y))
    >>> [Op(op).name for op in tape.code[:, 0]]
    ['PARAMETER', 'PARAMETER', 'SUBTRACT', 'SQUARE', 'ADD', 'SUBTRACT']
    """
    writer = _Writer(parameters)
    writer.visit(expr)
    code = np.array(_sorted_rows(writer.rows), dtype=np.int64)
    return Tape(code, np.array(list(writer.constants), dtype=np.float64))


def _operands(op: int, a: int, b: int) -> tuple[int, ...]:
    """Return which operands of a row are other rows."""
    if op in (Op.CONSTANT, Op.PARAMETER):
        return ()
    return (a, b) if op in _BINARY else (a,)


def _sorted_rows(rows: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    # Every row is needed for the result, which is therefore the only one at the largest depth.
    depths: list[int] = []
    for row in rows:
        depths.append(1 + max((depths[k] for k in _operands(*row)), default=-1))
    order = sorted(range(len(rows)), key=lambda i: (depths[i], rows[i][0], i))
    place = {old: new for new, old in enumerate(order)}
    moved = []
    for op, a, b in (rows[i] for i in order):
        inner = len(_operands(op, a, b))
        moved.append((op, place[a] if inner else a, place[b] if inner == 2 else b))
    return moved


class _Writer:
    def __init__(self, parameters: Sequence[sympy.Symbol]) -> None:
        self.index = {p: i for i, p in enumerate(parameters)}
        self.rows: list[tuple[int, int, int]] = []
        self.constants: dict[float, int] = {}
        self.known: dict[sympy.Basic, int] = {}
        self.places: dict[tuple[int, int, int], int] = {}

    def emit(self, op: Op, a: int = 0, b: int = 0) -> int:
        row = (int(op), a, b)
        if row not in self.places:
            self.places[row] = len(self.rows)
            self.rows.append(row)
        return self.places[row]

    def constant(self, number: sympy.Expr) -> int:
        number_as_float = float(number)
        if not np.isfinite(number_as_float):
            raise ValueError(f"{number} is too large for a float")
        return self.constants.setdefault(number_as_float, len(self.constants))

    def visit(self, e: sympy.Expr) -> int:
        if e not in self.known:
            self.known[e] = self._visit(e)
        return self.known[e]

    def _visit(self, e: sympy.Expr) -> int:
        if e in self.index:
            return self.emit(Op.PARAMETER, self.index[e])
        if e.is_number:
            return self.emit(Op.CONSTANT, self.constant(e))
        if e.is_Add:
            return self._sum(e)
        if e.is_Mul:
            return self._product(e)
        if e.is_Pow and e.exp.is_Rational:
            return self._power(e.base, e.exp)
        if isinstance(e, sympy.Max | sympy.Min):
            op = Op.MAX if isinstance(e, sympy.Max) else Op.MIN
            place = self.visit(e.args[0])
            for a in e.args[1:]:
                place = self.emit(op, place, self.visit(a))
            return place
        if e.func in _FUNCTIONS:
            return self.emit(_FUNCTIONS[e.func], self.visit(e.args[0]))
        what = "symbol" if e.is_Symbol else "function"
        raise ValueError(f"the {what} {e if e.is_Symbol else e.func.__name__} cannot be compiled")

    def _sum(self, e: sympy.Expr) -> int:
        # In pairs: a tree of small depth, whose rounding errors grow with its depth only.
        terms = []
        for t in e.args:
            negative = bool(t.could_extract_minus_sign())
            terms.append((self.visit(-t if negative else t), negative))
        while len(terms) > 1:
            joined = [self._join(*pair) for pair in zip(terms[::2], terms[1::2], strict=False)]
            terms = joined + terms[2 * len(joined) :]
        place, negative = terms[0]
        minus = sympy.S.NegativeOne
        return self.emit(Op.SCALE, place, self.constant(minus)) if negative else place

    def _join(self, first: tuple[int, bool], second: tuple[int, bool]) -> tuple[int, bool]:
        (a, negative), (b, other) = first, second
        if negative == other:
            return self.emit(Op.ADD, a, b), negative
        return self.emit(Op.SUBTRACT, b, a) if negative else self.emit(Op.SUBTRACT, a, b), False

    def _product(self, e: sympy.Expr) -> int:
        number, rest = e.as_coeff_Mul()
        above: list[sympy.Expr] = []
        below: list[sympy.Expr] = []
        for f in sympy.Mul.make_args(rest):
            inverted = f.is_Pow and f.exp.is_Rational and f.exp.is_negative
            (below if inverted else above).append(1 / f if inverted else f)
        if not above:  # a number over something
            above, number = [number], sympy.S.One
        place = self._chain(above)
        if below:
            place = self.emit(Op.DIVIDE, place, self._chain(below))
        return place if number is sympy.S.One else self.emit(Op.SCALE, place, self.constant(number))

    def _chain(self, factors: list[sympy.Expr]) -> int:
        place = self.visit(factors[0])
        for f in factors[1:]:
            place = self.emit(Op.MULTIPLY, place, self.visit(f))
        return place

    def _power(self, base: sympy.Expr, exponent: sympy.Rational) -> int:
        if exponent.is_negative:
            one = self.emit(Op.CONSTANT, self.constant(sympy.S.One))
            return self.emit(Op.DIVIDE, one, self.visit(sympy.Pow(base, -exponent)))
        place = self.visit(base)
        if exponent == 2:
            return self.emit(Op.SQUARE, place)
        if exponent.is_Integer:
            return self.emit(Op.INTEGER_POWER, place, int(exponent))
        if exponent == sympy.S.Half:
            return self.emit(Op.SQRT, place)
        return self.emit(Op.REAL_POWER, place, self.constant(exponent))
