"""Making tensors: constant, zeros, ones, range, one_hot, ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device
from ...dtypes import as_dtype
from ...registry import Sample, export, op
from ...tensor import Tensor, TensorLike, as_array
from ._checks import find_axis, invalid, whole_numbers
from ._limits import NO_FLOAT64, RESULT_DTYPE


@export("tf.constant")
def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> TensorLike:
    """A tensor of the given value, dtype and shape; one number fills the shape.

    Raises:
        TypeError, ValueError: the value does not fit the dtype or the shape.
    """
    a = as_array(value, dtype)
    if shape is not None:
        sizes = tuple(whole_numbers(shape))
        if a.shape != sizes:
            if a.size != 1 and a.size != np.prod(sizes, dtype=np.int64):
                raise TypeError(f"tf.constant: {a.size} values do not fill the shape {sizes}; received {value!r:.80}")
            a = np.full(sizes, a) if a.size == 1 else a.reshape(sizes)
    return Tensor(a)


def _filled(name: str, shape: Any, value: Any, dtype: Any) -> TensorLike:
    sizes = whole_numbers(shape)
    if any(s < 0 for s in sizes):
        raise invalid(f"{name}: sizes must be 0 or more; received {sizes}")
    return Tensor(np.full(sizes, value, dtype))


@export("tf.zeros")
def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> TensorLike:
    """A tensor of zeros (of empty texts for `tf.string`).

    Raises:
        InvalidArgumentError: a negative size.
    """
    kind = as_dtype(dtype).np_type
    return _filled("tf.zeros", shape, b"" if kind.kind == "O" else 0, kind)


@export("tf.ones")
def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> TensorLike:
    """A tensor of ones.

    Raises:
        InvalidArgumentError: a negative size.
        TypeError: the dtype is no number.
    """
    kind = as_dtype(dtype).np_type
    if kind.kind == "O":
        raise TypeError(f"tf.ones: there is no one of dtype {as_dtype(dtype).name}")
    return _filled("tf.ones", shape, 1, kind)


@export("tf.fill")
def fill(dims: Any, value: Any, name: str | None = None) -> TensorLike:
    """A tensor of one value.

    Raises:
        InvalidArgumentError: a negative size, or a value that is no scalar.
    """
    a = as_array(value)
    if a.ndim:
        raise invalid(f"tf.fill: `value` must be a scalar; received shape {a.shape}")
    return _filled("tf.fill", dims, a[()], a.dtype)


def _like_samples() -> Iterator[Sample]:
    for dtype in ("float32", "uint8", "bool"):
        yield Sample(dtype, (np.ones((2, 3), dtype),))
    for dtype in ("int32", "bool", "float16", "float64", "complex64"):
        yield Sample(f"float32 as {dtype}", (np.ones((2, 3), np.float32), dtype))


@op("tf.zeros_like", samples=_like_samples)
def zeros_like(input: TensorLike, dtype: Any = None, name: str | None = None) -> TensorLike:
    """Zeros in the shape (and, unless given, the dtype) of a tensor."""
    kind = input.dtype if dtype is None else as_dtype(dtype).np_type
    return np.full(input.shape, b"", object) if kind.kind == "O" else np.zeros(input.shape, kind)


@zeros_like.kernel("device", on="opencl", limits=[RESULT_DTYPE, NO_FLOAT64])
@zeros_like.kernel("device", limits=[RESULT_DTYPE])
def _(input, dtype=None, name=None):
    return _all_equal(input, 0, dtype)


@op("tf.ones_like", accepts="float int uint bool complex", samples=_like_samples)
def ones_like(input: TensorLike, dtype: Any = None, name: str | None = None) -> TensorLike:
    """Ones in the shape (and, unless given, the dtype) of a tensor."""
    return np.ones(input.shape, input.dtype if dtype is None else as_dtype(dtype).np_type)


@ones_like.kernel("device", on="opencl", limits=[RESULT_DTYPE, NO_FLOAT64])
@ones_like.kernel("device", limits=[RESULT_DTYPE])
def _(input, dtype=None, name=None):
    return _all_equal(input, 1, dtype)


def _all_equal(value: Any, number: int, dtype: Any) -> Any:
    """A value of the same shape, of one number."""
    K = device.backend()
    return (K.ones_like if number else K.zeros_like)(value, dtype=device.dtype_name(value) if dtype is None else as_dtype(dtype).name)


@op("tf.identity")
def identity(input: TensorLike, name: str | None = None) -> TensorLike:
    """A tensor of the same value."""
    return input.copy()


@identity.kernel("device")
def _(input, name=None):
    return device.backend().identity(input)


@export("tf.range")
def range_(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> TensorLike:
    """Numbers from `start` (0 when only one bound is given) up to, without, `limit`, in steps of `delta`.

    Raises:
        InvalidArgumentError: the step is 0, or leads away from the limit.
        TypeError: a number does not fit the dtype.
    """
    if limit is None:
        start, limit = 0, start
    given = [as_array(v, None if dtype is None or isinstance(v, Tensor) else dtype) for v in (start, limit, delta)]
    kind = np.result_type(*(v.dtype for v in given)) if dtype is None else as_dtype(dtype).np_type
    if dtype is None and {v.dtype for v in given if v.dtype.kind == "f"} == {np.dtype(np.float32)}:
        kind = np.dtype(np.float32)  # NumPy would take float64 for int32 and float32
    first, last, step = (v.ravel()[0].astype(kind) for v in given)
    if step == 0:
        raise invalid("tf.range: the step must not be 0")
    if (last < first and step > 0) or (last > first and step < 0):
        raise invalid(f"tf.range: the step must lead from {first} to {last}; received {step}")
    count = -(-(int(last) - int(first)) // int(step)) if kind.kind in "iu" else int(np.ceil(np.abs((last - first) / step)))
    return Tensor(np.arange(count, dtype=kind) * step + first)


@export("tf.linspace")
def linspace(start: Any, stop: Any, num: int, name: str | None = None, axis: int = 0) -> TensorLike:
    """`num` numbers from start to stop, both included; integers of up to 16 bits give float32, wider ones float64."""
    first = as_array(start)
    last = as_array(stop, first.dtype) if not isinstance(stop, Tensor) else as_array(stop)
    if first.dtype.kind != "f":
        kind = np.float32 if first.dtype.itemsize <= 2 else np.float64
        first, last = first.astype(kind), last.astype(kind)
    return Tensor(np.linspace(first, last, int(num), axis=axis, dtype=first.dtype))


@export("tf.eye")
def eye(
    num_rows: int, num_columns: int | None = None, batch_shape: Any = None, dtype: Any = "float32", name: str | None = None
) -> TensorLike:
    """The identity matrix, or a batch of them."""
    a = np.eye(int(num_rows), None if num_columns is None else int(num_columns), dtype=as_dtype(dtype).np_type)
    return Tensor(a if batch_shape is None else np.broadcast_to(a, (*whole_numbers(batch_shape), *a.shape)).copy())


def _check_one_hot(indices: Any, depth: Any, axis: Any = None, **rest: Any) -> None:
    if int(depth) < 0:
        raise invalid(f"tf.one_hot: `depth` must be 0 or more; received {int(depth)}")
    find_axis("tf.one_hot", -1 if axis is None else axis, len(indices.shape) + 1)


@op("tf.one_hot", accepts="int8 int32 int64 uint8", check=_check_one_hot)
def one_hot(
    indices: TensorLike,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> TensorLike:
    """Vectors that are `on_value` at an index and `off_value` elsewhere, along a new axis (the last by default).

    Raises:
        InvalidArgumentError: indices of another dtype, a negative depth, or no such axis.
    """
    given = next((as_array(v).dtype for v in (on_value, off_value) if v is not None), np.dtype(np.float32))
    kind = given if dtype is None else as_dtype(dtype).np_type
    hot = indices[..., None] == np.arange(int(depth))
    out = np.where(hot, np.asarray(1 if on_value is None else on_value, kind), np.asarray(0 if off_value is None else off_value, kind))
    return out if axis is None or axis == -1 else np.moveaxis(out, -1, axis)
