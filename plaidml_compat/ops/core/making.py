"""Making tensors: constant, zeros, ones, range, one_hot, cast, ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import device
from ...registry import export, op
from ...tensor import Tensor, TensorLike, as_array, as_dtype


@export("tf.constant")
def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> TensorLike:
    """A tensor of the given value, dtype and shape.

    Raises:
        TypeError, ValueError: the value does not fit the dtype or shape.
    """
    a = as_array(value, dtype) if not isinstance(value, np.ndarray) else as_array(value, None)
    if dtype is not None and a.dtype != as_dtype(dtype).np_type:
        a = a.astype(as_dtype(dtype).np_type)
    if shape is not None and a.shape != tuple(shape):
        a = np.full(tuple(shape), a) if a.size == 1 else a.reshape(tuple(shape))
    return Tensor(a)


def _filled(shape: Any, value: Any, dtype: Any) -> TensorLike:
    sizes = [int(s) for s in np.ravel(np.asarray(shape))] if not isinstance(shape, (list, tuple)) else [int(s) for s in shape]
    return Tensor(np.full(sizes, value, as_dtype(dtype).np_type))


@export("tf.zeros")
def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> TensorLike:
    """A tensor of zeros."""
    return _filled(shape, 0, dtype)


@export("tf.ones")
def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> TensorLike:
    """A tensor of ones."""
    return _filled(shape, 1, dtype)


@export("tf.fill")
def fill(dims: Any, value: Any, name: str | None = None) -> TensorLike:
    """A tensor of one value."""
    return _filled(dims, as_array(value), as_array(value).dtype)


@op("tf.zeros_like")
def zeros_like(input: TensorLike, dtype: Any = None, name: str | None = None) -> TensorLike:
    """Zeros in the shape (and, unless given, the dtype) of a tensor."""
    return np.zeros_like(input, None if dtype is None else as_dtype(dtype).np_type)


@zeros_like.kernel("device")
def _(input, dtype=None, name=None):
    return device.backend().zeros_like(input)


@op("tf.ones_like")
def ones_like(input: TensorLike, dtype: Any = None, name: str | None = None) -> TensorLike:
    """Ones in the shape (and, unless given, the dtype) of a tensor."""
    return np.ones_like(input, None if dtype is None else as_dtype(dtype).np_type)


@ones_like.kernel("device")
def _(input, dtype=None, name=None):
    return device.backend().ones_like(input)


@op("tf.identity")
def identity(input: TensorLike, name: str | None = None) -> TensorLike:
    """A tensor of the same value."""
    return input.copy()


@identity.kernel("device")
def _(input, name=None):
    return device.backend().identity(input)


@export("tf.range")
def range_(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> TensorLike:
    """Numbers from `start` (0 when only one bound is given) up to, without, `limit`, in steps of `delta`."""
    if limit is None:
        start, limit = 0, start
    kind = np.result_type(*(as_array(v).dtype for v in (start, limit, delta))) if dtype is None else as_dtype(dtype).np_type
    first, last, step = (np.asarray(as_array(v)).astype(kind) for v in (start, limit, delta))
    return Tensor(np.arange(first.item(), last.item(), step.item(), dtype=kind))


@export("tf.linspace")
def linspace(start: Any, stop: Any, num: int, name: str | None = None, axis: int = 0) -> TensorLike:
    """`num` numbers from start to stop, both included."""
    a = as_array(start)
    return Tensor(np.linspace(a, as_array(stop), int(num), axis=axis).astype(a.dtype if a.dtype.kind == "f" else np.float64))


@export("tf.eye")
def eye(
    num_rows: int, num_columns: int | None = None, batch_shape: Any = None, dtype: Any = "float32", name: str | None = None
) -> TensorLike:
    """The identity matrix, or a batch of them."""
    a = np.eye(int(num_rows), None if num_columns is None else int(num_columns), dtype=as_dtype(dtype).np_type)
    return Tensor(a if batch_shape is None else np.broadcast_to(a, (*batch_shape, *a.shape)).copy())


@op("tf.one_hot")
def one_hot(
    indices: TensorLike,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> TensorLike:
    """Vectors that are `on_value` at an index and `off_value` elsewhere, along a new axis (the last by default)."""
    kind = as_dtype(dtype).np_type if dtype is not None else (as_array(on_value).dtype if on_value is not None else np.dtype("float32"))
    hot = indices[..., None] == np.arange(int(depth))
    out = np.where(hot, np.asarray(1 if on_value is None else on_value, kind), np.asarray(0 if off_value is None else off_value, kind))
    return out if axis is None or axis == -1 else np.moveaxis(out, -1, axis)


@op("tf.cast")
def cast(x: TensorLike, dtype: Any, name: str | None = None) -> TensorLike:
    """The tensor in another dtype; floats become integers by dropping the fraction."""
    to = as_dtype(dtype)
    if to.np_type is None:
        raise TypeError(f"tf.cast: {to.name} is not available on the host; use tf.float16 or tf.float32")
    with np.errstate(invalid="ignore"):
        return x.astype(to.np_type, copy=False)


@cast.kernel("device")
def _(x, dtype, name=None):
    return device.backend().cast(x, as_dtype(dtype).name)
