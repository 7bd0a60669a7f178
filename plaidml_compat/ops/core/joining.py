"""Joining tensors, cutting them up and taking slices by number: concat, stack, unstack, split, tile, gather."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ... import device
from ...registry import Limit, Sample, limit_calls, op
from ...tensor import TensorLike
from ._checks import find_axis, invalid, whole_numbers
from ._limits import empty_result


def _one_dtype(name: str, values: Sequence[Any]) -> None:
    kinds = [str(v.dtype) for v in values]
    if len(set(kinds)) > 1:
        raise invalid(f"{name}: all tensors must have one dtype, use tf.cast; received {', '.join(kinds)}")


def _fit(name: str, values: Sequence[Any], besides: int | None) -> None:
    """Ranks and sizes are equal, but for those of the axis `besides`."""
    first = tuple(values[0].shape)
    for v in values[1:]:
        own = tuple(v.shape)
        if len(own) != len(first) or any(a != b and None not in (a, b) for i, (a, b) in enumerate(zip(own, first)) if i != besides):
            raise invalid(f"{name}: shapes of all inputs must match; received {', '.join(str(tuple(v.shape)) for v in values)}")


def _check_concat(values: Any, axis: Any, name: str = "concat") -> None:
    values = values if isinstance(values, (list, tuple)) else [values]
    _one_dtype("tf.concat", values)
    if not len(values[0].shape):
        raise invalid("tf.concat: scalars cannot be joined, use tf.stack")
    _fit("tf.concat", values, find_axis("tf.concat", axis, len(values[0].shape)))


def _concat_samples() -> Iterator[Sample]:
    x = np.arange(120, dtype=np.float32).reshape(2, 4, 5, 3)
    yield Sample("channels", ([x, x + 1], 3))


@op("tf.concat", check=_check_concat, samples=_concat_samples)
def concat(values: Sequence[TensorLike], axis: int, name: str = "concat") -> TensorLike:
    """Tensors of one dtype joined along an axis.

    Raises:
        InvalidArgumentError: other dtypes, or sizes that do not fit.
    """
    return values.copy() if isinstance(values, np.ndarray) else np.concatenate(values, axis=int(axis))


@concat.kernel("device")
def _(values, axis, name="concat"):
    K = device.backend()
    values = list(values) if isinstance(values, (list, tuple)) else [values]
    return K.concatenate(values, axis=int(axis) % values[0].shape.ndims) if len(values) > 1 else K.identity(values[0])


_NO_TENSORS = Limit("there is nothing to stack", lambda values, axis, name: len(values) == 0, "crash", "Leave it on the host")


def _stack_samples() -> Iterator[Sample]:
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    yield Sample("front", ([x, x + 1],))
    yield Sample("middle", ([x, x + 1], 1))
    yield Sample("numbers", ([1.5, 2],))
    yield Sample("nothing", ([],))


def _check_stack(values: Any, axis: Any = 0, name: str = "stack") -> None:
    values = values if isinstance(values, (list, tuple)) else [values]
    if values:
        _one_dtype("tf.stack", values)
        _fit("tf.stack", values, None)
        find_axis("tf.stack", axis, len(values[0].shape) + 1, error=ValueError)


@op("tf.stack", check=_check_stack, samples=_stack_samples)
def stack(values: Sequence[TensorLike], axis: int = 0, name: str = "stack") -> TensorLike:
    """Tensors of one shape and dtype joined along a new axis.

    Raises:
        InvalidArgumentError: other shapes or dtypes.
        ValueError: there is no such axis.
    """
    values = list(values)
    return np.stack(values, axis=int(axis)) if values else np.zeros(0, np.float32)


@stack.kernel("device", limits=[_NO_TENSORS])
def _(values, axis=0, name="stack"):
    values = list(values)
    return device.backend().stack(values, axis=int(axis) % (values[0].shape.ndims + 1))


def _check_unstack(value: Any, num: Any = None, axis: Any = 0, name: str = "unstack") -> None:
    n = find_axis("tf.unstack", axis, len(value.shape), error=ValueError)
    if num is not None and value.shape[n] not in (None, num):
        raise invalid(f"tf.unstack: axis {n} has size {value.shape[n]}, not `num`; received {num}")


@op("tf.unstack", check=_check_unstack)
def unstack(value: TensorLike, num: int | None = None, axis: int = 0, name: str = "unstack") -> TensorLike:
    """The parts of a tensor along an axis, as a list.

    Raises:
        ValueError: there is no such axis.
        InvalidArgumentError: there are not `num` parts.
    """
    return [np.asarray(v, value.dtype) for v in np.moveaxis(value, int(axis), 0)]


def _check_split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str = "split") -> None:
    n = find_axis("tf.split", axis, len(value.shape))
    size = value.shape[n]
    if np.ndim(num_or_size_splits) == 0:
        if size is not None and (int(num_or_size_splits) < 1 or size % int(num_or_size_splits)):
            raise invalid(f"tf.split: size {size} of axis {n} cannot be cut into equal parts; received {int(num_or_size_splits)}")
        return
    sizes = whole_numbers(num_or_size_splits)
    known = sum(s for s in sizes if s != -1)
    if size is not None and (known > size if -1 in sizes else known != size):
        raise invalid(f"tf.split: the sizes do not add up to {size}, the size of axis {n}; received {sizes}")


@op("tf.split", check=_check_split)
def split(value: TensorLike, num_or_size_splits: Any, axis: int = 0, num: int | None = None, name: str = "split") -> TensorLike:
    """A tensor cut along an axis: into equal parts, or parts of given sizes (one may be -1).

    Raises:
        InvalidArgumentError: there is no such axis, or the parts do not add up.
    """
    axis = int(axis)
    if np.ndim(num_or_size_splits) == 0:
        return list(np.split(value, int(num_or_size_splits), axis=axis))
    sizes = whole_numbers(num_or_size_splits)
    if -1 in sizes:
        sizes[sizes.index(-1)] = value.shape[axis] - sum(s for s in sizes if s != -1)
    return list(np.split(value, np.cumsum(sizes)[:-1], axis=axis))


def _check_tile(input: Any, multiples: Any, name: str | None = None) -> None:
    times = whole_numbers(multiples)
    if len(times) != len(input.shape) or any(t < 0 for t in times):
        raise invalid(f"tf.tile: `multiples` must be a number of 0 or more for each of {len(input.shape)} axes; received {times}")


def _tile_samples() -> Iterator[Sample]:
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    yield from (Sample(str(n), (x, n)) for n in ([2, 1], [2, 3], [0, 2]))
    yield Sample("channels", (x.reshape(2, 1, 1, 3), [1, 1, 1, 2]))


@op("tf.tile", check=_check_tile, samples=_tile_samples)
def tile(input: TensorLike, multiples: Any, name: str | None = None) -> TensorLike:
    """The tensor repeated along each axis.

    Raises:
        InvalidArgumentError: not one number of repetitions for each axis.
    """
    return np.tile(input, whole_numbers(multiples))


@tile.kernel("device", limits=[empty_result(lambda input, multiples, name: 0 in whole_numbers(multiples))])
def _(input, multiples, name=None):
    return device.backend().tile(input, whole_numbers(multiples))


def _check_gather(params: Any, indices: Any, axis: Any = 0, **rest: Any) -> None:
    find_axis("tf.gather", axis, len(params.shape))


@op("tf.gather", accepts={"indices": "int16 int32 int64"}, check=_check_gather)
def gather(params: TensorLike, indices: TensorLike, axis: int = 0) -> TensorLike:
    """Slices of `params` along an axis.

    Raises:
        InvalidArgumentError: an index outside, indices that are no integers, or no such axis.
    """
    axis = int(axis)
    if indices.size and (indices.min() < 0 or indices.max() >= params.shape[axis]):
        raise invalid(f"tf.gather: indices must be from 0 to {params.shape[axis] - 1}; received {indices.min()} to {indices.max()}")
    return np.take(params, indices, axis=axis)


limit_calls(
    "tf.gather",
    limits=[
        Limit(
            "`batch_dims` other than 0 is not built", lambda batch_dims=0: batch_dims != 0, advice="Use tf.gather_nd(..., batch_dims=...)"
        ),
    ],
    parameters="params indices validate_indices axis batch_dims name",
    without_effect=("validate_indices", "name"),
)
