"""Eight numbers that the processor works on at once.

numba knows no such type, and LLVM does not find by itself that the loops of the kernel are eight
wide: it has to assume that a number written may be one still to be read. So two types are declared
here for compiled functions: `Lanes`, eight float64 numbers, and `LanesArray`, an array of them.
Compiled functions then write `a[i] = b[j] * c + d` for eight numbers as they would for one. A
processor with narrower registers works on the halves in turn.

Every operation is rounded by itself, in the order written, so that the result does not depend on
the processor. To the type checker both are NumPy arrays, of shapes (8,) and (n, 8).
"""

import operator
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typeconv import Conversion
from numba.core.typing import signature
from numba.extending import (
    intrinsic,
    lower_builtin,
    lower_cast,
    models,
    register_model,
    type_callable,
)
from numpy.typing import NDArray

from models.treeshap.compiled import compiled

WIDTH = 8
LINE = 64
"""Bytes that the processor fetches at once: as many as eight numbers have."""

Lanes: TypeAlias = NDArray[np.float64]
LanesArray: TypeAlias = NDArray[np.float64]

_INDEX = ir.IntType(32)
_EIGHT = ir.VectorType(ir.DoubleType(), WIDTH)


class _LanesType(types.Type):
    def __init__(self) -> None:
        super().__init__("Lanes")

    def can_convert_from(self, typingctx: Any, other: Any) -> Any:
        """Let one number stand for eight equal ones."""
        return Conversion.safe if other == types.float64 else None


class _LanesArrayType(types.Type):
    """Only an address: numba counts who holds an array, which would cost more than the work."""

    def __init__(self) -> None:
        super().__init__("LanesArray")


_LANES, _LANES_ARRAY = _LanesType(), _LanesArrayType()


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: _LanesType) -> None:
        super().__init__(manager, kind, _EIGHT)


@register_model(_LanesArrayType)
class _LanesArrayModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: _LanesArrayType) -> None:
        super().__init__(manager, kind, _EIGHT.as_pointer())


@lower_cast(types.Float, _LanesType)
def _spread(context: Any, builder: Any, fromty: Any, toty: Any, number: Any) -> Any:
    undefined = ir.Constant(_EIGHT, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(_INDEX, 0))
    all_the_first = ir.Constant(ir.VectorType(_INDEX, WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(first, undefined, all_the_first)


def _declare(operation: Any, instruction: str) -> None:
    @type_callable(operation)
    def typed(context: Any) -> Any:
        def result(left: Any, right: Any) -> Any:
            return signature(_LANES, _LANES, _LANES) if _LANES in (left, right) else None

        return result

    @lower_builtin(operation, _LanesType, _LanesType)
    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*args)


_declare(operator.add, "fadd")
_declare(operator.iadd, "fadd")
_declare(operator.sub, "fsub")
_declare(operator.mul, "fmul")
_declare(operator.truediv, "fdiv")


@type_callable(operator.getitem)
def _type_getitem(context: Any) -> Any:
    def result(array: Any, index: Any) -> Any:
        return signature(_LANES, _LANES_ARRAY, types.intp) if array == _LANES_ARRAY else None

    return result


@lower_builtin(operator.getitem, _LanesArrayType, types.Integer)
def _getitem(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.load(builder.gep(args[0], [args[1]]), align=8)


@type_callable(operator.setitem)
def _type_setitem(context: Any) -> Any:
    def result(array: Any, index: Any, lanes: Any) -> Any:
        if array != _LANES_ARRAY:
            return None
        return signature(types.void, _LANES_ARRAY, types.intp, _LANES)

    return result


@lower_builtin(operator.setitem, _LanesArrayType, types.Integer, _LanesType)
def _setitem(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    array, index, lanes = args
    builder.store(lanes, builder.gep(array, [index]), align=8)
    return context.get_dummy_value()


@intrinsic
def as_lanes(typingctx: Any, array: Any) -> Any:
    """See a contiguous array of shape (n, 8) as n lanes; the caller must keep the array alive."""

    def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        return builder.bitcast(data, _EIGHT.as_pointer())

    return _LANES_ARRAY(array), lowered


@compiled
def empty(count: int) -> NDArray[np.float64]:
    """Allocate an array of shape (count, 8) whose rows do not straddle lines of the cache."""
    room = np.empty((count + 1) * WIDTH)
    skipped = (-room.ctypes.data % LINE) // room.itemsize
    return room[skipped : skipped + count * WIDTH].reshape(count, WIDTH)
