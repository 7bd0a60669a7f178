"""Functions of one tensor, element by element: exp, sqrt, round, relu, ..."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ... import device
from ...registry import Op, op
from ...tensor import TensorLike


def _declare(names: tuple[str, ...], summary: str, host: Callable, on_device: str | None, numbers: str = "fc") -> Op:
    """An op of one tensor: `host` on arrays, the backend's function of that name on the device."""

    def function(x: TensorLike, name: str | None = None) -> TensorLike:
        if x.dtype.kind not in numbers:
            raise TypeError(f"{names[0]}: dtype {x.dtype.name} is not allowed; use tf.cast(x, tf.float32) first")
        with np.errstate(all="ignore"):
            return host(x).astype(x.dtype, copy=False)

    function.__doc__ = summary
    function.__name__ = names[0].rpartition(".")[2]
    function.__module__ = __name__
    declared = op(*names)(function)
    if on_device:

        def kernel(x, name=None):
            return getattr(device.backend(), on_device)(x)

        declared.kernel("device")(kernel)
    return declared


def _sigmoid(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


negative = _declare(("tf.math.negative", "tf.negative"), "-x.", np.negative, None, "ifc")
negative.kernel("device")(lambda x, name=None: x * -1.0)
absolute = _declare(("tf.math.abs", "tf.abs"), "The absolute value.", np.abs, "abs", "if")
square = _declare(("tf.math.square", "tf.square"), "x squared.", np.square, "square", "iufc")
sqrt = _declare(("tf.math.sqrt", "tf.sqrt"), "The square root; NaN for negative numbers.", np.sqrt, "sqrt")
exp = _declare(("tf.math.exp", "tf.exp"), "e to the power of x.", np.exp, "exp")
log = _declare(("tf.math.log",), "The natural logarithm.", np.log, "log")
tanh = _declare(("tf.math.tanh", "tf.tanh", "tf.nn.tanh"), "The hyperbolic tangent.", np.tanh, "tanh")
sign = _declare(("tf.math.sign", "tf.sign"), "-1, 0 or 1.", np.sign, "sign", "if")
floor = _declare(("tf.math.floor", "tf.floor"), "The largest whole number not above x.", np.floor, None)
ceil = _declare(("tf.math.ceil",), "The smallest whole number not below x.", np.ceil, None)
round_ = _declare(("tf.math.round", "tf.round"), "The nearest whole number, halves to even.", np.round, None, "iuf")
sigmoid = _declare(("tf.math.sigmoid", "tf.sigmoid", "tf.nn.sigmoid"), "1 / (1 + exp(-x)).", _sigmoid, "sigmoid", "f")
relu = _declare(("tf.nn.relu",), "max(x, 0).", lambda x: np.maximum(x, 0), "relu", "iuf")


@op("tf.clip_by_value")
def clip_by_value(t: TensorLike, clip_value_min: float, clip_value_max: float, name: str | None = None) -> TensorLike:
    """t, no smaller than one bound and no larger than the other."""
    low, high = (np.asarray(v).astype(t.dtype) for v in (clip_value_min, clip_value_max))
    return np.minimum(np.maximum(t, low), high)


@clip_by_value.kernel("device")
def _(t, clip_value_min, clip_value_max, name=None):
    return device.backend().clip(t, float(clip_value_min), float(clip_value_max))


@op("tf.nn.softmax")
def softmax(logits: TensorLike, axis: int | None = None, name: str | None = None) -> TensorLike:
    """exp(x) / sum(exp(x)) along an axis (the last one by default), computed without overflow."""
    axis = -1 if axis is None else axis
    e = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@softmax.kernel("device")
def _(logits, axis=None, name=None):
    return device.backend().softmax(logits, axis=-1 if axis is None else axis)


@op("tf.math.is_nan")
def is_nan(x: TensorLike, name: str | None = None) -> TensorLike:
    """True where x is not a number."""
    return np.isnan(x)


@op("tf.math.is_finite")
def is_finite(x: TensorLike, name: str | None = None) -> TensorLike:
    """True where x is neither infinite nor NaN."""
    return np.isfinite(x)
