"""Eight float64 numbers as one value of Numba code.

LLVM makes vectors of loops over arrays, but not of sums that stay in registers while an outer loop
runs. Here such sums are a value: LLVM splits it into what the processor has. Arrays are read and
written without a check of bounds, as everywhere in compiled code.

>>> import numpy as np
>>> from numba import njit
>>> @njit
... def norm(a):
...     total = repeated(0.0)
...     for i in range(0, a.shape[0], EIGHT):
...         eight = load(a, i)
...         total = multiply_add(eight, eight, total)
...     return sum_of(total)
>>> float(norm(np.arange(16.0)))
1240.0
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

__all__ = ["EIGHT", "load", "multiply", "multiply_add", "powers", "repeated", "store", "sum_of"]

EIGHT = 8
DOUBLE, INDEX = ir.DoubleType(), ir.IntType(32)
VECTOR = ir.VectorType(DOUBLE, EIGHT)
# Of a float64: arrays need not start at a multiple of 64 bytes.
ALIGNMENT = 8


class Eight(types.Type):
    """Eight float64."""

    def __init__(self) -> None:
        super().__init__(name="Eight")


EIGHT_TYPE = Eight()


@register_model(Eight)
class EightModel(models.PrimitiveModel):
    """In registers, and in memory, a vector of LLVM's."""

    def __init__(self, manager: Any, of_type: Any) -> None:
        super().__init__(manager, of_type, VECTOR)


def _pointer(context: Any, builder: Any, of_array: Any, array: Any, place: Any) -> Any:
    data = context.make_array(of_array)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [place]), VECTOR.as_pointer())


def _shuffled(builder: Any, first: Any, second: Any, order: list[int]) -> Any:
    """Return the eight numbers that ``order`` takes from two, 0 being the first."""
    nowhere = ir.Constant(VECTOR, ir.Undefined)
    both = builder.insert_element(nowhere, first, ir.Constant(INDEX, 0))
    both = builder.insert_element(both, second, ir.Constant(INDEX, 1))
    return builder.shuffle_vector(both, nowhere, ir.Constant(ir.VectorType(INDEX, EIGHT), order))


def _load(_typing_context: Any, array: Any, _place: Any) -> Any:
    """Return the eight numbers of a contiguous vector that begin at a place."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(context, builder, signature.args[0], *arguments)
        return builder.load(pointer, align=ALIGNMENT)

    return EIGHT_TYPE(array, types.intp), generate


def _store(_typing_context: Any, array: Any, _place: Any, _eight: Any) -> Any:
    """Write eight numbers into a contiguous vector, from a place on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(context, builder, signature.args[0], *arguments[:2])
        builder.store(arguments[2], pointer, align=ALIGNMENT)
        return context.get_dummy_value()

    return types.void(array, types.intp, EIGHT_TYPE), generate


def _repeated(_typing_context: Any, _x: Any) -> Any:
    """Return one number eight times."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return _shuffled(builder, arguments[0], arguments[0], [0] * EIGHT)

    return EIGHT_TYPE(types.float64), generate


def _powers(_typing_context: Any, _t: Any, _t2: Any, _t4: Any) -> Any:
    """Return 1, t, ..., t^7 of t, t^2, t^4."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        one = ir.Constant(DOUBLE, 1.0)
        factors = [
            _shuffled(builder, one, power, [(k >> bit) & 1 for k in range(EIGHT)])
            for bit, power in enumerate(arguments)
        ]
        return builder.fmul(builder.fmul(factors[0], factors[1]), factors[2])

    return EIGHT_TYPE(types.float64, types.float64, types.float64), generate


def _multiply(_typing_context: Any, _x: Any, _y: Any) -> Any:
    """Return x y, number by number."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fmul(*arguments)

    return EIGHT_TYPE(EIGHT_TYPE, EIGHT_TYPE), generate


def _multiply_add(_typing_context: Any, _x: Any, _y: Any, _z: Any) -> Any:
    """Return x y + z, number by number, rounded once where the processor can."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        of_vectors = ir.FunctionType(VECTOR, [VECTOR] * 3)
        function = cgutils.get_or_insert_function(builder.module, of_vectors, "llvm.fmuladd.v8f64")
        return builder.call(function, arguments)

    return EIGHT_TYPE(EIGHT_TYPE, EIGHT_TYPE, EIGHT_TYPE), generate


def _sum_of(_typing_context: Any, _x: Any) -> Any:
    """Return the sum of the eight, of halves first."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        of_vector = ir.FunctionType(DOUBLE, [DOUBLE, VECTOR])
        function = cgutils.get_or_insert_function(
            builder.module, of_vector, "llvm.vector.reduce.fadd.v8f64"
        )
        nothing = ir.Constant(DOUBLE, -0.0)
        return builder.call(function, [nothing, arguments[0]], fastmath=("reassoc",))

    return types.float64(EIGHT_TYPE), generate


load: Any = intrinsic(_load)
store: Any = intrinsic(_store)
repeated: Any = intrinsic(_repeated)
powers: Any = intrinsic(_powers)
multiply: Any = intrinsic(_multiply)
multiply_add: Any = intrinsic(_multiply_add)
sum_of: Any = intrinsic(_sum_of)
