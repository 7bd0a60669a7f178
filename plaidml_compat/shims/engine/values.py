"""Gives PlaidML's tensors the operators of TensorFlow's, with the right numbers and types."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from plaidml_compat.shims.engine.graph import any_source
from plaidml_compat.shims.registry import replace, shim


def is_constant(tile: ModuleType, value: Any) -> bool:
    """Whether the engine sees `value` as a number: a Python number, the size of an axis, or computed from such."""
    if not isinstance(value, tile._ShapelessValue):
        return isinstance(value, (int, float)) or getattr(value, "shape", None) == ()

    def is_tensor(v: Any) -> bool | None:
        if isinstance(v.var, (tile.plaidml.Integer, tile.plaidml.Real)):
            return False
        if v.var is not None or not v.source:
            return True
        operation = v.source.op
        if operation.name == "SymbolicDim":
            return False
        return None if operation.code and operation.inputs else True

    return not any_source(value, "tensor", is_tensor)


@shim("S12", "plaidml.tile", first=True)
def tensor_operators(tile: ModuleType) -> None:
    """Symptom: `**`, `@`, `%` and `array * tensor` fail; `for row in tensor` never ends (any version).

    Cause: PlaidML's Value does not define them. NumPy takes a Value for a scalar and makes an object array unless
    `__array_ufunc__` is None. `__len__` stays undefined on purpose: Keras tests tensors for truth.
    """

    def __pow__(self: Any, other: Any) -> Any:
        return tile.binary_op(self, other, "pow(L, R)", name="Pow")

    def __rpow__(self: Any, other: Any) -> Any:
        return tile.binary_op(other, self, "pow(L, R)", name="RevPow")

    def __matmul__(self: Any, other: Any) -> Any:
        return sys.modules["plaidml.keras.backend"].dot(self, tile.Value.from_python_value(other))

    def __rmatmul__(self: Any, other: Any) -> Any:
        return sys.modules["plaidml.keras.backend"].dot(tile.Value.from_python_value(other), self)

    def __mod__(self: Any, other: Any) -> Any:
        return self - _floor(self / other) * other

    def __rmod__(self: Any, other: Any) -> Any:
        return other - _floor(other / self) * self

    def _floor(quotient: Any) -> Any:
        return tile.unary_op(quotient, "floor(I)", "Floor")

    def __iter__(self: Any) -> Iterator[Any]:
        dims = self.shape.dims
        if not dims or not isinstance(dims[0], int):
            raise TypeError("iteration over a PlaidML tensor whose first axis has no known size")
        return (self[i] for i in range(dims[0]))

    for method in (__pow__, __rpow__, __matmul__, __rmatmul__, __mod__, __rmod__, __iter__):
        replace(tile.Value, method.__name__, method)
    replace(tile.Value, "__array_ufunc__", None)


@shim("S12.lists", "plaidml.tile")
def lists_as_values(tile: ModuleType) -> None:
    """Symptom: `Unable to build a Value from a 'list' instance` (any version).

    A Lambda layer's arguments come back from a saved model as lists. Floats become float32, as in TensorFlow.
    """
    from_python_value = tile.Value.from_python_value

    def convert(py_val: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(py_val, (list, tuple)):
            import numpy as np

            py_val = np.asarray(py_val)
            if py_val.dtype == np.float64:
                py_val = py_val.astype(np.float32)
        return from_python_value(py_val, *args, **kwargs)

    replace(tile.Value, "from_python_value", staticmethod(convert))


@shim("S24", "plaidml.tile")
def constant_minus_tensor(tile: ModuleType) -> None:
    """Symptom: `0 - x` is `x`, and `(1 - x) + 5` is `x + 6` (any version).

    Cause: `Value.__rsub__` returns the tensor itself for 0; the engine folds constants without regard to the sign of x.
    `c - x` is therefore built as `-x + c`.
    """
    binary_op = tile.binary_op
    types = tile.plaidml.DType
    unsigned = {types.BOOLEAN, types.UINT8, types.UINT16, types.UINT32, types.UINT64}

    def sign_keeping_binary_op(lhs: Any, rhs: Any, op_str: str, dtype: Any = None, name: str | None = None) -> Any:
        signed = isinstance(rhs, tile.Value) and rhs.shape.dtype not in unsigned
        if op_str == "L - R" and signed and is_constant(tile, lhs) and not is_constant(tile, rhs):
            lhs, rhs, op_str = -rhs, lhs, "L + R"
        return binary_op(lhs, rhs, op_str, dtype=dtype, name=name)

    def __rsub__(self: Any, other: Any) -> Any:
        return tile.binary_op(other, self, "L - R", name="RevSub")

    replace(tile, "binary_op", sign_keeping_binary_op)
    replace(tile.Value, "__rsub__", __rsub__)


@shim("S25", "plaidml.tile")
def zero_times_tensor(tile: ModuleType) -> None:
    """Symptom: `x * 0` has no axes: `SubBlock(0) is out of range`, or a wrong result where it is used (any version).

    Cause: the engine folds the product into the number 0. A zero in device memory is not folded.
    """
    binary_op = tile.binary_op

    def shape_keeping_binary_op(lhs: Any, rhs: Any, op_str: str, dtype: Any = None, name: str | None = None) -> Any:
        if op_str == "L * R":
            lhs, rhs = _zero_in_memory(lhs, rhs), _zero_in_memory(rhs, lhs)
        return binary_op(lhs, rhs, op_str, dtype=dtype, name=name)

    def _zero_in_memory(number: Any, tensor: Any) -> Any:
        if isinstance(number, tile.Value) or not is_constant(tile, number) or number != 0:
            return number
        if not isinstance(tensor, tile.Value) or not tensor.shape.dims:
            return number
        import numpy as np

        return np.zeros((1,), tile.convert_pml_dtype_to_np(tensor.shape.dtype))

    replace(tile, "binary_op", shape_keeping_binary_op)


@shim("S26", "plaidml.tile")
def operand_types(tile: ModuleType) -> None:
    """Symptom: `x + 1` and `x + np.array([1.0])` are float64 for a float32 x (any version).

    Cause: an int32 and a float32 are unified to float64. As in TensorFlow, numbers and arrays take the tensor's type.
    """
    binary_op = tile.binary_op
    types = tile.plaidml.DType
    floats = (types.FLOAT16, types.FLOAT32, types.FLOAT64)

    def typed_binary_op(lhs: Any, rhs: Any, op_str: str, dtype: Any = None, name: str | None = None) -> Any:
        for tensor, other in ((lhs, rhs), (rhs, lhs)):
            if is_float_tensor(tensor) and not isinstance(other, tile.Value):
                lhs, rhs = (_as_float(operand, tensor.shape.dtype) for operand in (lhs, rhs))
                return binary_op(lhs, rhs, op_str, dtype=dtype or tensor.shape.dtype, name=name)
        return binary_op(lhs, rhs, op_str, dtype=dtype, name=name)

    def is_float_tensor(value: Any) -> bool:
        # The engine calls products of sizes float64; they have to stay whole numbers.
        return isinstance(value, tile.Value) and value.shape.dtype in floats and not is_constant(tile, value)

    def _as_float(operand: Any, dtype: Any) -> Any:
        if isinstance(operand, int):
            return float(operand)
        if type(operand).__module__ == "numpy" and operand.dtype.kind in "biuf":
            return operand.astype(tile.convert_pml_dtype_to_np(dtype))
        return operand

    replace(tile, "binary_op", typed_binary_op)
