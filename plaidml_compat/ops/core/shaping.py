"""The shape of tensors: reshape, transpose, expand_dims, squeeze, broadcast_to, reverse, shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import device
from ...dtypes import as_dtype
from ...registry import Sample, export, op
from ...tensor import Tensor, TensorLike, broadcasts, convert_to_tensor, is_symbolic, payload
from ...tensor_shape import TensorShape
from ._checks import elements, find_axes, find_axis, invalid, whole_numbers


def _sample(id: str, *rest: Any, shape: tuple[int, ...] = (2, 3, 4), dtype: str = "float32", **kwargs: Any) -> Sample:
    return Sample(id, (np.arange(np.prod(shape)).reshape(shape).astype(dtype), *rest), kwargs)


def _sizes(shape: Any) -> list[Any]:
    """The sizes of a shape; those that are symbolic as they are."""
    if isinstance(shape, (list, tuple)) and any(is_symbolic(s) for s in shape):
        return [payload(s) if is_symbolic(s) else int(s) for s in shape]
    return [payload(s) if is_symbolic(s) else int(s) for s in shape] if is_symbolic(shape) else whole_numbers(shape)


def _check_reshape(tensor: Any, shape: Any, name: str | None = None) -> None:
    sizes = _sizes(shape)
    if any(is_symbolic(s) for s in sizes):
        return
    rest, count = [s for s in sizes if s != -1], elements(tensor.shape)
    if len(sizes) - len(rest) > 1 or any(s < 0 for s in rest):
        raise invalid(f"tf.reshape: sizes must be 0 or more, one may be -1; received {sizes}")
    known = elements(rest)
    if count is not None and (count != known if len(rest) == len(sizes) else (count % known if known else count)):
        raise invalid(f"tf.reshape: {tuple(tensor.shape)} has {count} elements; they do not fit the shape received, {sizes}")


@op("tf.reshape", check=_check_reshape, samples=lambda: [_sample("rows", (2, -1), shape=(2, 4, 5, 3))])
def reshape(tensor: TensorLike, shape: Any, name: str | None = None) -> TensorLike:
    """The same elements in another shape; one size may be -1.

    Raises:
        InvalidArgumentError: the number of elements differs.
    """
    sizes = whole_numbers(shape)
    if not tensor.size:
        sizes = [s if s != -1 else 0 for s in sizes]  # NumPy cannot know it
    return tensor.reshape(sizes)


@reshape.kernel("device")
def _(tensor, shape, name=None):
    sizes = tuple(_sizes(shape))
    return device.backend().reshape(tensor, sizes) if sizes else _scalar(tensor)


def _scalar(value: Any) -> Any:
    """The only element of a graph's value as a scalar: the engine's reshape cannot do that."""
    dims = value.shape.dims
    if not dims:
        return device.backend().identity(value)
    names = ", ".join(f"N{i}" for i in range(len(dims)))
    index = ", ".join(f"i{i}" for i in range(len(dims)))
    return device.tile(f"function (I[{names}]) -> (O) {{ O[] = =(I[{index}]); }}", [("I", value)], (), device.dtype_name(value), "Scalar")


def _check_expand(input: Any, axis: Any, name: str | None = None) -> None:
    find_axis("tf.expand_dims", axis, len(input.shape) + 1)


@op("tf.expand_dims", check=_check_expand, samples=lambda: [_sample("first", 0, shape=(2, 4, 5, 3))])
def expand_dims(input: TensorLike, axis: int, name: str | None = None) -> TensorLike:
    """A new axis of size 1 at `axis`.

    Raises:
        InvalidArgumentError: no such axis.
    """
    return np.expand_dims(input, int(axis))


@expand_dims.kernel("device")
def _(input, axis, name=None):
    return device.backend().expand_dims(input, int(axis) % (input.shape.ndims + 1))


def _squeezed(shape: Any, axis: Any) -> tuple[int, ...]:
    if axis is None or (isinstance(axis, (list, tuple)) and not axis):
        return tuple(i for i, size in enumerate(shape) if size == 1)
    return find_axes("tf.squeeze", axis, len(shape))


def _check_squeeze(input: Any, axis: Any = None, name: str | None = None) -> None:
    for a in _squeezed(input.shape, axis):
        if input.shape[a] not in (1, None):
            raise invalid(f"tf.squeeze: axis {a} does not have size 1; received shape {tuple(input.shape)}")


@op("tf.squeeze", check=_check_squeeze)
def squeeze(input: TensorLike, axis: Any = None, name: str | None = None) -> TensorLike:
    """Without the axes of size 1, or without those named.

    Raises:
        InvalidArgumentError: a named axis has another size.
    """
    return np.squeeze(input, _squeezed(input.shape, axis))


@squeeze.kernel("device")
def _(input, axis=None, name=None):
    axes = _squeezed(device.static_shape(input), axis)
    if len(axes) == input.shape.ndims:
        return _scalar(input)
    for a in sorted(axes, reverse=True):
        input = device.backend().squeeze(input, a)
    return device.backend().identity(input)


def _check_transpose(a: Any, perm: Any = None, **rest: Any) -> None:
    if perm is not None and len(find_axes("tf.transpose", perm, len(a.shape))) != len(a.shape):
        raise invalid(f"tf.transpose: `perm` must hold each of the {len(a.shape)} axes once; received {perm!r}")


@op("tf.transpose", check=_check_transpose)
def transpose(a: TensorLike, perm: Any = None, conjugate: bool = False, name: str = "transpose") -> TensorLike:
    """Axes in another order, by default reversed.

    Raises:
        InvalidArgumentError: `perm` is no order of the axes.
    """
    out = np.transpose(a, None if perm is None else whole_numbers(perm))
    return np.conj(out) if conjugate else out


@transpose.kernel("device")
def _(a, perm=None, conjugate=False, name="transpose"):
    axes = find_axes("tf.transpose", perm, a.shape.ndims)
    return device.backend().permute_dimensions(a, axes[::-1] if perm is None else axes)


def _check_broadcast(input: Any, shape: Any, name: str | None = None) -> None:
    sizes = whole_numbers(shape)
    own = tuple(input.shape)
    fits = len(own) <= len(sizes) and broadcasts(own, sizes) and all(o in (1, None, s) for o, s in zip(own[::-1], sizes[::-1]))
    if not fits or any(s < 0 for s in sizes):
        raise invalid(f"tf.broadcast_to: shape {own} does not become {tuple(sizes)}: sizes must be equal or 1")


@op("tf.broadcast_to", check=_check_broadcast)
def broadcast_to(input: TensorLike, shape: Any, name: str | None = None) -> TensorLike:
    """The tensor repeated to a larger shape by the rules of broadcasting.

    Raises:
        InvalidArgumentError: it does not fit the shape.
    """
    return np.broadcast_to(input, whole_numbers(shape)).copy()


def _check_reverse(tensor: Any, axis: Any, name: str | None = None) -> None:
    if np.ndim(axis) != 1:
        raise invalid(f"tf.reverse: `axis` must be a list of axes; received {axis!r}")
    find_axes("tf.reverse", axis, len(tensor.shape))


@op("tf.reverse", check=_check_reverse, samples=lambda: [_sample("mirrored", [2], shape=(2, 4, 5, 3))])
def reverse(tensor: TensorLike, axis: Any, name: str | None = None) -> TensorLike:
    """The elements in reverse order along some axes.

    Raises:
        InvalidArgumentError: there is no such axis.
    """
    return np.ascontiguousarray(np.flip(tensor, find_axes("tf.reverse", axis, tensor.ndim)))


@reverse.kernel("device")
def _(tensor, axis, name=None):
    axes = list(find_axes("tf.reverse", axis, tensor.shape.ndims))
    return device.backend().reverse(tensor, axes) if axes else device.backend().identity(tensor)


@op("tf.shape", samples=lambda: [_sample("int32"), _sample("int64", out_type="int64"), _sample("4-D", shape=(1, 2, 3, 1))])
def shape(input: TensorLike, out_type: Any = "int32", name: str | None = None) -> TensorLike:
    """The sizes of a tensor as a tensor."""
    return np.array(input.shape, as_dtype(out_type).np_type)


@shape.kernel("device")
def _(input, out_type="int32", name=None):
    K = device.backend()
    sizes = K.shape(input)
    return sizes if as_dtype(out_type).name == "int32" else K.cast(sizes, as_dtype(out_type).name)


@op("tf.size")
def size(input: TensorLike, out_type: Any = "int32", name: str | None = None) -> TensorLike:
    """The number of elements, as a scalar tensor."""
    return np.array(input.size, as_dtype(out_type).np_type)


@op("tf.rank")
def rank(input: TensorLike, name: str | None = None) -> TensorLike:
    """The number of axes, as a scalar tensor."""
    return np.array(input.ndim, np.int32)


@export("tf.ensure_shape")
def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """The tensor itself, if its shape is compatible with `shape`, whose sizes may be `None`.

    Raises:
        InvalidArgumentError: it is not.
    """
    t = convert_to_tensor(x)
    if not t.shape.is_compatible_with(shape):
        raise invalid(f"tf.ensure_shape: the tensor has shape {t.shape}, expected {TensorShape(shape)}")
    t.set_shape(shape)  # in a trial run, its shape may not have been known
    return t
