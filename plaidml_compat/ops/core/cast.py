"""Changing the dtype of tensors: cast, saturate_cast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device
from ...dtypes import as_dtype
from ...errors import UnimplementedError
from ...exceptions import PlacementError
from ...registry import Sample, op
from ...tensor import TensorLike
from ._limits import NO_FLOAT64, RESULT_DTYPE


def _target(dtype: Any) -> np.dtype:
    return as_dtype(dtype).np_type


def _check(dtype: Any, x: Any = None, value: Any = None, name: str | None = None) -> None:
    to = _target(dtype)
    x = value if x is None else x
    text = x.dtype in ("object", "string"), to.kind == "O"
    if any(text) and not all(text):
        raise UnimplementedError(None, None, f"tf.cast: text and numbers do not turn into each other; received {x.dtype} to {to}")


def _samples() -> Iterator[Sample]:
    x = np.array([[0.0, 1.0, 2.5], [200.0, 254.9, 3.0]], np.float32)
    for to in ("float32", "float64", "float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"):
        if to != "int8":
            yield Sample(f"float32 to {to}", (x, to))
        if to != "float32":
            yield Sample(f"{to} to float32", ((x > 1 if to == "bool" else x % 100).astype(to), "float32"))
    yield Sample("below zero", (np.array([-0.9, -1.0, -1.5], np.float32), "int32"))
    yield Sample("int32 to uint8", (np.array([-1, 256, 300], np.int32), "uint8"))
    yield Sample("uint8 to int8", (np.array([1, 200], np.uint8), "int8"))
    yield Sample("int32 to bool", (np.array([0, 1, 2, -1], np.int32), "bool"))


@op("tf.cast", "tf.dtypes.cast", check=_check, samples=_samples, elementwise=True)
def cast(x: TensorLike, dtype: Any, name: str | None = None) -> TensorLike:
    """The tensor in another dtype; floats become integers by dropping the fraction, numbers are True unless 0.

    Raises:
        TypeError: there is no such dtype.
        UnimplementedError: between text and numbers.
    """
    to = _target(dtype)
    if x.dtype.kind == "c" and to.kind not in "cb":
        x = x.real
    return x.astype(to, copy=False)


@cast.kernel("device", on="opencl", limits=[RESULT_DTYPE, NO_FLOAT64])
@cast.kernel("device", limits=[RESULT_DTYPE])
def _(x, dtype, name=None):
    to = as_dtype(dtype)
    if to.is_bool:  # the engine's own cast drops the fraction, or all bits but one
        return device.tile("function (I) -> (O) { O = ((I == 0) == 0); }", [("I", x)], x.shape.dims, "bool", "NotZero")
    if to.is_floating and x.source and device.dtype_name(x) in ("float32", "float64") and device.dtype_name(x) != to.name:
        raise PlacementError("tf.cast", "PlaidML's gradient through a change between float32 and float64 is 0", "Stay with tf.float32")
    return device.backend().cast(x, to.name)


@op("tf.saturate_cast", "tf.dtypes.saturate_cast", accepts="float int uint", check=_check)
def saturate_cast(value: TensorLike, dtype: Any, name: str | None = None) -> TensorLike:
    """Like `tf.cast`, with numbers beyond the range of the dtype becoming its bounds.

    Raises:
        TypeError: there is no such dtype.
        UnimplementedError: between text and numbers.
    """
    to = _target(dtype)
    if to.kind in "iu":
        low, high = np.iinfo(to).min, np.iinfo(to).max
        if value.dtype.kind == "f":
            # The largest float below the bound: the bound itself may round up, beyond the range.
            top = value.dtype.type(high)
            value = np.clip(value, low, top if int(top) <= high else np.nextafter(top, value.dtype.type(0)))
        else:
            own = np.iinfo(value.dtype)
            value = np.clip(value, max(low, own.min), min(high, own.max))
    return value.astype(to)
