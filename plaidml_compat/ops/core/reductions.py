"""Reductions: sums, means, extremes and their positions."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ... import device
from ...registry import Op, op
from ...tensor import TensorLike, as_dtype


def _axes(axis: Any) -> Any:
    """An axis, several or `None`, as NumPy takes them."""
    if axis is None:
        return None
    a = np.asarray(axis)
    return int(a) if a.ndim == 0 else tuple(a.tolist())


def _declare(names: tuple[str, ...], summary: str, host: Callable, on_device: str) -> Op:
    def function(input_tensor: TensorLike, axis: int | None = None, keepdims: bool = False, name: str | None = None) -> TensorLike:
        return np.asarray(host(input_tensor, _axes(axis), keepdims)).astype(input_tensor.dtype, copy=False)

    function.__doc__ = f"{summary} over one axis, several, or all (`None`); the dtype is kept."
    function.__name__ = names[0].rpartition(".")[2]
    function.__module__ = __name__
    declared = op(*names, tolerance=1e-5)(function)

    def kernel(input_tensor, axis=None, keepdims=False, name=None):
        axes = _axes(axis)
        return getattr(device.backend(), on_device)(input_tensor, axis=list(axes) if isinstance(axes, tuple) else axes, keepdims=keepdims)

    declared.kernel("device")(kernel)
    return declared


def _mean(x: np.ndarray, axis: Any, keepdims: bool) -> np.ndarray:
    if x.dtype.kind in "iu":  # TensorFlow divides integers as integers, towards zero
        total = x.sum(axis=axis, keepdims=keepdims, dtype=np.int64)
        return np.trunc(total / (x.size // max(1, np.size(total))))
    return x.mean(axis=axis, keepdims=keepdims)


reduce_sum = _declare(("tf.math.reduce_sum", "tf.reduce_sum"), "The sum", lambda x, a, k: x.sum(axis=a, keepdims=k, dtype=x.dtype), "sum")
reduce_mean = _declare(("tf.math.reduce_mean", "tf.reduce_mean"), "The mean", _mean, "mean")
reduce_prod = _declare(
    ("tf.math.reduce_prod", "tf.reduce_prod"), "The product", lambda x, a, k: x.prod(axis=a, keepdims=k, dtype=x.dtype), "prod"
)
reduce_max = _declare(("tf.math.reduce_max", "tf.reduce_max"), "The maximum", lambda x, a, k: x.max(axis=a, keepdims=k), "max")
reduce_min = _declare(("tf.math.reduce_min", "tf.reduce_min"), "The minimum", lambda x, a, k: x.min(axis=a, keepdims=k), "min")
reduce_std = _declare(("tf.math.reduce_std",), "The standard deviation", lambda x, a, k: x.std(axis=a, keepdims=k), "std")
reduce_variance = _declare(("tf.math.reduce_variance",), "The variance", lambda x, a, k: x.var(axis=a, keepdims=k), "var")


@op("tf.math.reduce_any", "tf.reduce_any")
def reduce_any(input_tensor: TensorLike, axis: int | None = None, keepdims: bool = False, name: str | None = None) -> TensorLike:
    """True where any element along the axis is."""
    return np.asarray(input_tensor.any(axis=_axes(axis), keepdims=keepdims))


@op("tf.math.reduce_all", "tf.reduce_all")
def reduce_all(input_tensor: TensorLike, axis: int | None = None, keepdims: bool = False, name: str | None = None) -> TensorLike:
    """True where all elements along the axis are."""
    return np.asarray(input_tensor.all(axis=_axes(axis), keepdims=keepdims))


@op("tf.math.argmax", "tf.argmax")
def argmax(input: TensorLike, axis: int | None = None, output_type: Any = "int64", name: str | None = None) -> TensorLike:
    """Index of the largest element along an axis (the first axis by default), the first of equals."""
    return np.asarray(np.argmax(input, axis=0 if axis is None else int(axis))).astype(as_dtype(output_type).np_type)


@op("tf.math.argmin", "tf.argmin")
def argmin(input: TensorLike, axis: int | None = None, output_type: Any = "int64", name: str | None = None) -> TensorLike:
    """Index of the smallest element along an axis (the first axis by default), the first of equals."""
    return np.asarray(np.argmin(input, axis=0 if axis is None else int(axis))).astype(as_dtype(output_type).np_type)
