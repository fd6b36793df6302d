"""What Numba has no word for: the width of vectors, and the bits of a number.

``prefer-vector-width`` is an attribute of ONE function in LLVM's language. LLVM holds back to 256
bits on processors that it believes to be slower with 512 (its models of Skylake to Sapphire
Rapids); with the attribute a loop uses 512 wherever the processor has them, and nothing changes
where it has not. The usual handles, ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES``, are read once
for a whole process, from its environment, which is not a library's to set.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

__all__ = ["bits_of", "from_bits", "wide_vectors"]

WIDEST = '"prefer-vector-width"="512"'


def _wide_vectors(_typing_context: Any) -> Any:
    """Ask for the widest vectors in the function that calls this, which is then never inlined.

    (An inlined function has the attributes of the one that it is inlined into.)
    """

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        # llvmlite's set refuses attributes with a value, though it prints them as LLVM reads
        # them: ``set.add`` passes by the list of known names.
        set.add(builder.function.attributes, WIDEST)
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


def _bits_of(_typing_context: Any, _x: Any) -> Any:
    """Return the bits of a float64 as an int64."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), generate


def _from_bits(_typing_context: Any, _n: Any) -> Any:
    """Return the float64 with the bits of an int64."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


wide_vectors: Any = intrinsic(_wide_vectors)
bits_of: Any = intrinsic(_bits_of)
from_bits: Any = intrinsic(_from_bits)
