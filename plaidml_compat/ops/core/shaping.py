"""The shape of tensors: reshape, transpose, slice, join and split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import device
from ...errors import InvalidArgumentError
from ...registry import op
from ...tensor import Tensor, TensorLike, as_array, as_dtype, payload


def _ints(value: Any) -> list[int]:
    """Whole numbers from a tensor, array, TensorShape or sequence of them."""
    return [int(v) for v in np.ravel(as_array(value)).tolist()] if not isinstance(value, (list, tuple)) else [int(v) for v in value]


@op("tf.reshape")
def reshape(tensor: TensorLike, shape: Any, name: str | None = None) -> TensorLike:
    """The same elements in another shape; one size may be -1.

    Raises:
        InvalidArgumentError: the number of elements differs.
    """
    try:
        return tensor.reshape(_ints(shape))
    except ValueError as e:
        raise InvalidArgumentError(None, None, f"tf.reshape: cannot reshape a tensor of shape {tensor.shape} to {_ints(shape)}") from e


@reshape.kernel("device")
def _(tensor, shape, name=None):
    return device.backend().reshape(tensor, tuple(payload(v) if isinstance(v, Tensor) else v for v in shape))


@op("tf.expand_dims")
def expand_dims(input: TensorLike, axis: int, name: str | None = None) -> TensorLike:
    """A new axis of size 1 at `axis`.

    Raises:
        InvalidArgumentError: no such axis.
    """
    try:
        return np.expand_dims(input, int(axis))
    except ValueError as e:
        raise InvalidArgumentError(None, None, f"tf.expand_dims: axis {axis} is out of range for shape {input.shape}") from e


@expand_dims.kernel("device")
def _(input, axis, name=None):
    return device.backend().expand_dims(input, int(axis))


@op("tf.squeeze")
def squeeze(input: TensorLike, axis: Any = None, name: str | None = None) -> TensorLike:
    """Without the axes of size 1, or without those named.

    Raises:
        InvalidArgumentError: a named axis has another size.
    """
    try:
        return np.squeeze(
            input, None if axis is None or (isinstance(axis, (list, tuple)) and not axis) else tuple(_ints(np.atleast_1d(axis)))
        )
    except ValueError as e:
        raise InvalidArgumentError(None, None, f"tf.squeeze: can not squeeze axis {axis} of shape {input.shape}") from e


@squeeze.kernel("device")
def _(input, axis=None, name=None):
    axes = [i for i, d in enumerate(device.static_shape(input)) if d == 1] if axis is None else _ints(np.atleast_1d(axis))
    for a in sorted((a % input.shape.ndims for a in axes), reverse=True):
        input = device.backend().squeeze(input, a)
    return input


@op("tf.transpose")
def transpose(a: TensorLike, perm: Any = None, conjugate: bool = False, name: str = "transpose") -> TensorLike:
    """Axes in another order, by default reversed."""
    out = np.transpose(a, None if perm is None else _ints(perm))
    return np.conj(out) if conjugate else out


@transpose.kernel("device")
def _(a, perm=None, conjugate=False, name="transpose"):
    return device.backend().permute_dimensions(a, tuple(reversed(range(a.shape.ndims))) if perm is None else tuple(_ints(perm)))


def _one_kind(name: str, values: Sequence[np.ndarray]) -> None:
    if len({v.dtype for v in values}) > 1:
        raise InvalidArgumentError(None, None, f"{name}: all tensors must have one dtype; received {[v.dtype.name for v in values]}")


@op("tf.concat")
def concat(values: Sequence[TensorLike], axis: int, name: str = "concat") -> TensorLike:
    """Tensors of one dtype joined along an axis.

    Raises:
        InvalidArgumentError: other dtypes, or sizes that do not fit.
    """
    values = [values] if isinstance(values, np.ndarray) else values
    _one_kind("tf.concat", values)
    try:
        return np.concatenate(values, axis=int(axis))
    except ValueError as e:
        raise InvalidArgumentError(None, None, f"tf.concat: {e}; received shapes {[v.shape for v in values]}") from e


@concat.kernel("device")
def _(values, axis, name="concat"):
    return device.backend().concatenate(list(values), axis=int(axis))


@op("tf.stack")
def stack(values: Sequence[TensorLike], axis: int = 0, name: str = "stack") -> TensorLike:
    """Tensors of one shape and dtype joined along a new axis.

    Raises:
        InvalidArgumentError: other shapes or dtypes.
    """
    values = list(values)
    _one_kind("tf.stack", values)
    try:
        return np.stack(values, axis=axis)
    except ValueError as e:
        raise InvalidArgumentError(None, None, f"tf.stack: shapes of all inputs must match; received {[v.shape for v in values]}") from e


@stack.kernel("device")
def _(values, axis=0, name="stack"):
    return device.backend().stack(list(values), axis=axis)


@op("tf.unstack")
def unstack(value: TensorLike, num: int | None = None, axis: int = 0, name: str = "unstack") -> TensorLike:
    """The parts of a tensor along an axis, as a list."""
    return [np.asarray(v) for v in np.moveaxis(value, axis, 0)]


@op("tf.split")
def split(value: TensorLike, num_or_size_splits: Any, axis: int = 0, num: int | None = None, name: str = "split") -> TensorLike:
    """A tensor cut along an axis: into equal parts, or parts of given sizes (one may be -1)."""
    if isinstance(num_or_size_splits, (int, np.integer)):
        return list(np.split(value, int(num_or_size_splits), axis=axis))
    sizes = _ints(num_or_size_splits)
    if -1 in sizes:
        sizes[sizes.index(-1)] = value.shape[axis] - sum(s for s in sizes if s >= 0)
    return list(np.split(value, np.cumsum(sizes)[:-1], axis=axis))


@op("tf.tile")
def tile(input: TensorLike, multiples: Any, name: str | None = None) -> TensorLike:
    """The tensor repeated along each axis."""
    return np.tile(input, _ints(multiples))


@tile.kernel("device")
def _(input, multiples, name=None):
    return device.backend().tile(input, _ints(multiples))


@op("tf.broadcast_to")
def broadcast_to(input: TensorLike, shape: Any, name: str | None = None) -> TensorLike:
    """The tensor repeated to a larger shape by the rules of broadcasting."""
    return np.broadcast_to(input, _ints(shape)).copy()


@op("tf.reverse")
def reverse(tensor: TensorLike, axis: Any, name: str | None = None) -> TensorLike:
    """The elements in reverse order along some axes."""
    return np.ascontiguousarray(np.flip(tensor, tuple(_ints(np.atleast_1d(axis)))))


@reverse.kernel("device")
def _(tensor, axis, name=None):
    return device.backend().reverse(tensor, [a % tensor.shape.ndims for a in _ints(np.atleast_1d(axis))])


@op("tf.gather")
def gather(params: TensorLike, indices: TensorLike, axis: int = 0) -> TensorLike:
    """Slices of `params` along an axis.

    Raises:
        InvalidArgumentError: an index outside.
    """
    if indices.size and (indices.min() < 0 or indices.max() >= params.shape[axis]):
        raise InvalidArgumentError(
            None, None, f"tf.gather: indices are not in [0, {params.shape[axis]}); received {indices.min()}..{indices.max()}"
        )
    return np.take(params, indices, axis=axis)


@op("tf.__operators__.getitem")
def getitem(tensor: TensorLike, key: Any) -> TensorLike:
    """`tensor[key]`: numbers, slices, `...`, `tf.newaxis`, a mask of bools."""

    def plain(k: Any) -> Any:
        if isinstance(k, slice):
            return slice(plain(k.start), plain(k.stop), plain(k.step))
        if isinstance(k, Tensor):
            k = k._array()
        if isinstance(k, np.ndarray) and k.ndim == 0 and k.dtype != bool:
            return int(k)
        return k

    if isinstance(key, (list, np.ndarray)) and np.asarray(key).dtype != bool:
        raise TypeError(
            "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 tensors are valid indices, "
            f"got {key!r:.80}"
        )
    try:
        return np.asarray(tensor[tuple(map(plain, key)) if isinstance(key, tuple) else plain(key)])
    except IndexError as e:
        raise InvalidArgumentError(None, None, f"tf.Tensor[...]: slice index {key!r} is out of bounds for shape {tensor.shape}") from e


@getitem.kernel("device")
def _(tensor, key):
    K = device.backend()
    keys = list(key) if isinstance(key, tuple) else [key]
    new = [i for i, k in enumerate([k for k in keys if k is not Ellipsis]) if k is None]
    if new and Ellipsis in keys:
        raise NotImplementedError("tf.Tensor[...]: '...' together with tf.newaxis is not supported inside a model; use tf.expand_dims")
    plain = tuple(k for k in keys if k is not None)
    out = tensor[plain] if plain and any(k not in (slice(None), Ellipsis) for k in plain) else tensor
    kept = [k for k in keys if k is None or not isinstance(k, (int, np.integer))]
    for i, k in enumerate(kept):
        if k is None:
            out = K.expand_dims(out, i)
    return out


@op("tf.shape")
def shape(input: TensorLike, out_type: Any = "int32", name: str | None = None) -> TensorLike:
    """The sizes of a tensor as a tensor."""
    return np.array(input.shape, as_dtype(out_type).np_type)


@shape.kernel("device")
def _(input, out_type="int32", name=None):
    return device.backend().shape(input)


@op("tf.size")
def size(input: TensorLike, out_type: Any = "int32", name: str | None = None) -> TensorLike:
    """The number of elements, as a scalar tensor."""
    return np.array(input.size, as_dtype(out_type).np_type)


@op("tf.rank")
def rank(input: TensorLike, name: str | None = None) -> TensorLike:
    """The number of axes, as a scalar tensor."""
    return np.array(input.ndim, np.int32)
