"""Reductions: sums, means, extremes and their positions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from ... import device
from ...dtypes import as_dtype
from ...registry import Limit, Op, Sample, op
from ...tensor import TensorLike
from ._checks import axes_exist, find_axes, find_axis, invalid
from ._limits import FLOATS, only

_NUMBERS = "float int uint complex"
_REAL = "float int uint"


def _samples(*dtypes: str) -> Callable[[], Iterator[Sample]]:
    def make() -> Iterator[Sample]:
        r = np.random.RandomState(8)
        for dtype in dtypes:
            yield Sample(dtype, (r.randint(1, 9, (3, 4)).astype(dtype),), {"axis": 1})

    return make


def _declare(
    names: tuple[str, ...],
    summary: str,
    host: Callable,
    on_device: Callable,
    accepts: str = _NUMBERS,
    limits: tuple[Limit, ...] = (),
    samples: tuple[str, ...] = ("float32",),
    check: Callable[..., None] | None = None,
) -> Op:
    """A reduction: `host` of array, axes and keepdims; `on_device` of a graph's value and the same, at least one axis."""

    def function(input_tensor: TensorLike, axis: int | None = None, keepdims: bool = False, name: str | None = None) -> TensorLike:
        axes = find_axes(names[0], axis, input_tensor.ndim)
        return np.asarray(host(input_tensor, axes, bool(keepdims))).astype(input_tensor.dtype, copy=False)

    function.__doc__ = f"""{summary} over one axis, several, or all (`None`); the dtype is kept.

    Raises:
        InvalidArgumentError: there is no such axis, or an axis is named twice.
    """
    function.__name__ = names[0].rpartition(".")[2]
    function.__module__ = __name__
    declared = op(*names, accepts=accepts, check=check or axes_exist(names[0], "input_tensor"), samples=_samples(*samples), tolerance=1e-5)(
        function
    )

    def kernel(input_tensor, axis=None, keepdims=False, name=None):
        axes = find_axes(names[0], axis, input_tensor.shape.ndims)
        return on_device(input_tensor, list(axes), bool(keepdims)) if axes else device.backend().identity(input_tensor)

    declared.kernel("device", limits=limits)(kernel)
    return declared


def _by_backend(name: str) -> Callable:
    return lambda x, axes, keepdims: getattr(device.backend(), name)(x, axis=axes, keepdims=keepdims)


def _count(x: np.ndarray, axes: tuple[int, ...]) -> int:
    return int(np.prod([x.shape[a] for a in axes], dtype=np.int64))


def _mean(x: np.ndarray, axes: tuple[int, ...], keepdims: bool) -> np.ndarray:
    n = _count(x, axes)
    if x.dtype.kind in "iu":  # TensorFlow divides integers as integers, towards zero
        wide = np.uint64 if x.dtype.kind == "u" else np.int64
        total = x.sum(axis=axes, keepdims=keepdims, dtype=wide)
        return total // wide(max(1, n)) if wide is np.uint64 else np.sign(total) * (np.abs(total) // max(1, n))
    return np.true_divide(x.sum(axis=axes, keepdims=keepdims, dtype=np.float32 if x.dtype == np.float16 else x.dtype), n)


def _variance(x: np.ndarray, axes: tuple[int, ...], keepdims: bool) -> np.ndarray:
    difference = x - _mean(x, axes, True).astype(x.dtype)
    return _mean(difference * difference, axes, keepdims)


def _largest(x: np.ndarray, axes: tuple[int, ...], keepdims: bool) -> np.ndarray:
    low = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return x.max(axis=axes, keepdims=keepdims, initial=low) if not x.size else x.max(axis=axes, keepdims=keepdims)


def _smallest(x: np.ndarray, axes: tuple[int, ...], keepdims: bool) -> np.ndarray:
    high = np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).max
    return x.min(axis=axes, keepdims=keepdims, initial=high) if not x.size else x.min(axis=axes, keepdims=keepdims)


def _device_extreme(name: str, beyond: str, sign: str) -> Callable:
    """The backend's `max` or `min`; NaN where an element is, infinite where all are (the engine's is the largest finite number)."""

    def reduce(x: Any, axes: list[int], keepdims: bool) -> Any:
        K = device.backend()
        if not device.dtype_name(x).startswith("float"):
            return getattr(K, name)(x, axis=axes, keepdims=keepdims)
        tile = device.plaidml().tile
        kept = K.stop_gradient(getattr(K, name)(x, axis=axes, keepdims=True))
        found = kept if keepdims else K.sum(kept, axis=axes)
        # 0 wherever it counts; TensorFlow shares the gradient among equals, the engine gives each of them all of it.
        share = K.sum(tile.binary_op(x, kept, "(L == R ? L - R : 0.0)", name="Share"), axis=axes, keepdims=keepdims)
        equals = K.sum(tile.binary_op(x, kept, "(L == R ? 1.0 : 0.0)", name="Equals"), axis=axes, keepdims=keepdims)
        ordinary = K.sum(tile.unary_op(x, f"(I == I ? ({beyond} ? 0.0 : 1.0) : I)", "Ordinary"), axis=axes, keepdims=keepdims)
        return device.tile(
            f"function (M, S, E, C) -> (O) {{ O = (C > 0.5 ? (S == S ? M + S / E : M) : {sign}log(C)); }}",
            [("M", found), ("S", share), ("E", equals), ("C", ordinary)],
            found.shape.dims,
            device.dtype_name(x),
            "Extreme",
        )

    return reduce


def _not_of_integers(name: str) -> Callable[..., None]:
    exist = axes_exist(name, "input_tensor")

    def check(input_tensor: Any, **rest: Any) -> None:
        if np.dtype(input_tensor.dtype).kind in "iu":
            raise TypeError(f"{name}: input must be float, use tf.cast; received {input_tensor.dtype}")
        exist(input_tensor=input_tensor, **rest)

    return check


_INTEGERS = (only("input_tensor", *FLOATS, reason="the device's sums of integers wrap before they are divided"),)
_UNSIGNED = (
    Limit(
        "the device's minimum of unsigned integers is 0",
        lambda input_tensor, **rest: input_tensor.dtype.startswith("uint"),
        advice="Cast to tf.int32 first",
    ),
)

reduce_sum = _declare(
    ("tf.math.reduce_sum", "tf.reduce_sum"), "The sum", lambda x, a, k: x.sum(axis=a, keepdims=k, dtype=x.dtype), _by_backend("sum")
)
reduce_mean = _declare(
    ("tf.math.reduce_mean", "tf.reduce_mean"),
    "The mean",
    _mean,
    _by_backend("mean"),
    limits=_INTEGERS,
    samples=("float32", "int32", "uint8"),
)
reduce_prod = _declare(
    ("tf.math.reduce_prod", "tf.reduce_prod"), "The product", lambda x, a, k: x.prod(axis=a, keepdims=k, dtype=x.dtype), _by_backend("prod")
)
_LOWEST, _HIGHEST = "I < -3.4028235e38", "I > 3.4028235e38"
reduce_max = _declare(("tf.math.reduce_max", "tf.reduce_max"), "The maximum", _largest, _device_extreme("max", _LOWEST, ""), accepts=_REAL)
reduce_min = _declare(
    ("tf.math.reduce_min", "tf.reduce_min"),
    "The minimum",
    _smallest,
    _device_extreme("min", _HIGHEST, "-"),
    accepts=_REAL,
    limits=_UNSIGNED,
    samples=("float32", "int32", "uint8"),
)
reduce_std = _declare(
    ("tf.math.reduce_std",),
    "The standard deviation",
    lambda x, a, k: np.sqrt(_variance(x, a, k)),
    _by_backend("std"),
    accepts=_REAL,
    check=_not_of_integers("tf.math.reduce_std"),
)
reduce_variance = _declare(
    ("tf.math.reduce_variance",),
    "The variance",
    _variance,
    _by_backend("var"),
    accepts=_REAL,
    check=_not_of_integers("tf.math.reduce_variance"),
)


@op("tf.math.reduce_any", "tf.reduce_any", accepts="bool", check=axes_exist("tf.math.reduce_any", "input_tensor"))
def reduce_any(input_tensor: TensorLike, axis: int | None = None, keepdims: bool = False, name: str | None = None) -> TensorLike:
    """True where any element along the axes is.

    Raises:
        InvalidArgumentError: not of bools, or there is no such axis.
    """
    return np.asarray(input_tensor.any(axis=find_axes("tf.math.reduce_any", axis, input_tensor.ndim), keepdims=keepdims))


@op("tf.math.reduce_all", "tf.reduce_all", accepts="bool", check=axes_exist("tf.math.reduce_all", "input_tensor"))
def reduce_all(input_tensor: TensorLike, axis: int | None = None, keepdims: bool = False, name: str | None = None) -> TensorLike:
    """True where all elements along the axes are.

    Raises:
        InvalidArgumentError: not of bools, or there is no such axis.
    """
    return np.asarray(input_tensor.all(axis=find_axes("tf.math.reduce_all", axis, input_tensor.ndim), keepdims=keepdims))


def _check_position(name: str) -> Callable[..., None]:
    def check(input: Any, axis: Any = None, **rest: Any) -> None:
        n = find_axis(name, 0 if axis is None else axis, len(input.shape))
        if input.shape[n] == 0:
            raise invalid(f"{name}: axis {n} has no elements; received shape {tuple(input.shape)}")

    return check


def _position(find: Callable, least: float, x: np.ndarray, axis: Any, output_type: Any) -> np.ndarray:
    axis = 0 if axis is None else int(axis)
    at = np.asarray(find(x, axis=axis))
    if x.dtype.kind == "f" and np.isnan(np.take_along_axis(x, np.expand_dims(at, axis), axis)).any():
        at = np.asarray(find(np.where(np.isnan(x), x.dtype.type(least), x), axis=axis))  # NumPy takes NaN for the largest and smallest
    return at.astype(as_dtype(output_type).np_type)


@op("tf.math.argmax", "tf.argmax", accepts="float int uint bool", check=_check_position("tf.math.argmax"))
def argmax(input: TensorLike, axis: int | None = None, output_type: Any = "int64", name: str | None = None) -> TensorLike:
    """Index of the largest element along an axis (the first axis by default), the first of equals; NaN does not count.

    Raises:
        InvalidArgumentError: there is no such axis, or it is empty.
    """
    return _position(np.argmax, -np.inf, input, axis, output_type)


@op("tf.math.argmin", "tf.argmin", accepts="float int uint bool", check=_check_position("tf.math.argmin"))
def argmin(input: TensorLike, axis: int | None = None, output_type: Any = "int64", name: str | None = None) -> TensorLike:
    """Index of the smallest element along an axis (the first axis by default), the first of equals; NaN does not count.

    Raises:
        InvalidArgumentError: there is no such axis, or it is empty.
    """
    return _position(np.argmin, np.inf, input, axis, output_type)
