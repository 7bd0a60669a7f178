"""Parts of tensors: `tensor[...]` and tf.boolean_mask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device
from ...registry import Limit, Sample, op
from ...tensor import Tensor, TensorLike, as_array
from ._checks import invalid
from ._limits import empty_result

_NAME = "tf.Tensor[...]"
_ALLOWED = f"{_NAME}: an index is a whole number, a slice (`:`), ellipsis (`...`), tf.newaxis (`None`) or a scalar tensor of whole numbers"


def _is_mask(key: Any) -> bool:
    """True for what selects by truth: a bool, an array or a tensor of them."""
    return isinstance(key, (bool, np.bool_)) or (isinstance(key, (np.ndarray, Tensor)) and key.dtype == bool)


def _number(value: Any) -> int:
    if isinstance(value, Tensor) and value.is_eager:
        value = value._array()
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu":
        return int(value)
    raise TypeError(f"{_ALLOWED}; received {value!r:.80}")


def _parts(shape: tuple, key: Any) -> list[Any]:
    """A key as one entry for each axis of the result or the tensor: a number counted from the front, a slice without `None`
    where the size is known, or `None` for a new axis.

    Raises:
        TypeError: something in the key is no index.
        InvalidArgumentError: a number outside, too many indices, a step of 0.
    """
    keys = list(key) if isinstance(key, (list, tuple)) else [key]
    used = sum(k is not None and k is not Ellipsis for k in keys)
    dots = sum(k is Ellipsis for k in keys)
    if dots > 1:
        raise invalid(f"{_NAME}: '...' may stand once only; received {key!r:.80}")
    if used > len(shape):
        raise invalid(f"{_NAME}: a tensor of {len(shape)} axes has no {used} indices; received {key!r:.80}")
    if not dots:
        keys.append(Ellipsis)
    parts: list[Any] = []
    axis = 0
    for k in keys:
        if k is None:
            parts.append(None)
        elif k is Ellipsis:
            rest = len(shape) - used
            parts += [slice(None)] * rest
            axis += rest
        elif isinstance(k, slice):
            parts.append(slice(*(v if v is None else _number(v) for v in (k.start, k.stop, k.step))))
            if parts[-1].step == 0:
                raise invalid(f"{_NAME}: the step of a slice must not be 0; received {key!r:.80}")
            axis += 1
        else:
            n, size = _number(k), shape[axis]
            if size is not None and not -size <= n < size:
                raise invalid(f"{_NAME}: slice index {n} of axis {axis} is out of bounds for shape {tuple(shape)}")
            parts.append(n)
            axis += 1
    return parts


def _check(tensor: Any, key: Any) -> None:
    if _is_mask(key):
        mask = np.shape(key)
        if not mask:
            raise ValueError(f"{_NAME}: a mask must have an axis; received {key!r:.80}")
        if any(m != s and s is not None for m, s in zip(mask, tensor.shape)) or len(mask) > len(tensor.shape):
            raise ValueError(f"{_NAME}: a mask of shape {mask} does not fit a tensor of shape {tuple(tensor.shape)}")
        return
    _parts(tuple(tensor.shape), key)


def _samples() -> Iterator[Sample]:
    x = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    keys = {
        "number": 1,
        "numbers": (2, -1, 0),
        "slices": (slice(1, None), slice(None, None, 2), slice(-3, -1)),
        "backwards": (slice(None, None, -1), slice(3, 0, -2)),
        "new axes": (None, Ellipsis, 2, None),
        "nothing": slice(2, 2),
        "mask": np.array([True, False, True]),
    }
    for id, key in keys.items():
        yield Sample(id, (x, key))
    yield Sample("images", (np.arange(120, dtype=np.float32).reshape(2, 4, 5, 3), (slice(None), slice(1, -1), slice(1, -1))))


def _is_empty(tensor: Any, key: Any) -> bool:
    if _is_mask(key):
        return False
    slices = [p for p in _parts(tensor.shape, key) if p is not None]
    return any(isinstance(p, slice) and s is not None and not range(s)[p] for p, s in zip(slices, tensor.shape))


def _sizes_of(value: Any) -> tuple | None:
    """The sizes, numbers or graph values, that a value of `tf.shape` holds; `None` for other values."""
    operation = value.source.op if value.source else None
    return tuple(operation.source.shape.dims) if isinstance(operation, device.plaidml().tile.ShapeOf) else None


@op("tf.__operators__.getitem", check=_check, samples=_samples, parity="bit-equal")
def getitem(tensor: TensorLike, key: Any) -> TensorLike:
    """`tensor[key]`: numbers, slices, `...`, `tf.newaxis`, or a mask of bools.

    Raises:
        TypeError: the key holds something else.
        InvalidArgumentError: a number outside, too many indices, a step of 0.
        ValueError: a mask that does not fit.
    """
    if _is_mask(key):
        return tensor[as_array(key)]
    return np.asarray(tensor[tuple(_parts(tensor.shape, key))], tensor.dtype)  # a string alone would become another kind of array


@getitem.kernel(
    "device",
    limits=[
        Limit(
            "how much a mask selects is only known when it runs",
            lambda tensor, key: _is_mask(key),
            "crash",
            "Use tf.where with two values, or leave it on the host",
        ),
        empty_result(_is_empty),
    ],
)
def _(tensor, key):
    K = device.backend()
    parts = _parts(device.static_shape(tensor), key)
    sizes = _sizes_of(tensor)
    if sizes is not None and len(parts) == 1:
        chosen = sizes[parts[0]]
        if all(isinstance(s, int) for s in (chosen if isinstance(parts[0], slice) else [chosen])):
            return np.array(chosen, np.int32)
        if not isinstance(parts[0], slice):
            return chosen
    plain = tuple(p for p in parts if p is not None)
    out = tensor[plain] if any(p != slice(None) for p in plain) else tensor
    kept = [p for p in parts if p is None or isinstance(p, slice)]
    for i, p in enumerate(kept):
        if p is None:
            out = K.expand_dims(out, i)
    return out


def _mask_samples() -> Iterator[Sample]:
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    yield Sample("rows", (x, [True, False]))
    yield Sample("matrix", (x, x[:, :, 0] > 3))
    yield Sample("axis", (x, [False, True, True]), {"axis": 1})


@op("tf.boolean_mask", samples=_mask_samples)
def boolean_mask(tensor: TensorLike, mask: TensorLike, axis: int | None = None, name: str = "boolean_mask") -> TensorLike:
    """The elements (or slices) where the mask, from `axis` on (0 by default), is True.

    Raises:
        ValueError: the mask is a scalar, or its shape does not fit.
    """
    axis = 0 if axis is None else int(axis) % max(1, tensor.ndim)
    mask = mask.astype(bool)
    if not mask.ndim:
        raise ValueError("tf.boolean_mask: the mask must have an axis; received a scalar")
    if tensor.shape[axis : axis + mask.ndim] != mask.shape:
        raise ValueError(f"tf.boolean_mask: a mask of shape {mask.shape} does not fit shape {tensor.shape} from axis {axis} on")
    return tensor[(slice(None),) * axis + (mask,)]
