"""The few functions losses and metrics are written in, once for host arrays and once for values of a PlaidML graph."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import numpy as np

from plaidml_compat.tensor import as_array, is_symbolic, payload


class _Host:
    """NumPy, in float32 as TensorFlow computes."""

    symbolic = False

    @staticmethod
    def cast(x: Any, dtype: Any = None) -> np.ndarray:
        """Floats keep their type (the one of `dtype`'s array where given), everything else becomes floatx."""
        x = as_array(x)
        if dtype is not None:
            return x.astype(dtype.dtype, copy=False)
        return x if x.dtype.kind == "f" else x.astype(K.floatx())

    @staticmethod
    def shape(x: np.ndarray) -> tuple:
        return x.shape

    abs, square, exp, log = staticmethod(np.abs), staticmethod(np.square), staticmethod(np.exp), staticmethod(np.log)
    sqrt, where, log1p = staticmethod(np.sqrt), staticmethod(np.where), staticmethod(np.log1p)

    @staticmethod
    def maximum(x: Any, y: Any) -> np.ndarray:
        return np.maximum(x, np.asarray(y, x.dtype) if not isinstance(y, np.ndarray) else y)

    @staticmethod
    def clip(x: np.ndarray, low: float, high: float) -> np.ndarray:
        return np.clip(x, np.asarray(low, x.dtype), np.asarray(high, x.dtype))

    @staticmethod
    def mean(x: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.mean(x, axis=axis, dtype=x.dtype)

    @staticmethod
    def sum(x: np.ndarray, axis: Any = -1, keepdims: bool = False) -> np.ndarray:
        return np.sum(x, axis=axis, keepdims=keepdims, dtype=x.dtype)

    @staticmethod
    def max(x: np.ndarray, axis: int = -1, keepdims: bool = False) -> np.ndarray:
        return np.max(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def softplus(x: np.ndarray) -> np.ndarray:
        return np.logaddexp(x, np.asarray(0, x.dtype))

    @staticmethod
    def less_equal(x: np.ndarray, y: float) -> np.ndarray:
        return x <= y

    @staticmethod
    def one_hot(labels: np.ndarray, classes: int, like: np.ndarray) -> np.ndarray:
        labels = labels.astype(np.int64)
        return (labels[..., None] == np.arange(classes)).astype(like.dtype)

    @staticmethod
    def move_last(x: np.ndarray, axis: int) -> np.ndarray:
        return np.moveaxis(x, axis, -1)

    @staticmethod
    def all_binary(x: np.ndarray) -> Any:
        return bool(np.all((x == 0) | (x == 1)))

    @staticmethod
    def squeeze_last(x: np.ndarray) -> np.ndarray:
        return x[..., 0]

    @staticmethod
    def expand_last(x: np.ndarray) -> np.ndarray:
        return x[..., None]


class _Graph:
    """The Keras backend. Sizes may be unknown."""

    symbolic = True

    @staticmethod
    def cast(x: Any, dtype: Any = None) -> Any:
        if not is_symbolic(x):
            x = K.constant(np.asarray(x, K.floatx()))
        return x if K.dtype(x).startswith("float") else K.cast(x, K.floatx())

    @staticmethod
    def shape(x: Any) -> tuple:
        return K.int_shape(x)

    @staticmethod
    def log(x: Any) -> Any:
        return K.log(x)

    @staticmethod
    def log1p(x: Any) -> Any:
        return K.log(1.0 + x)

    @staticmethod
    def abs(x: Any) -> Any:
        return K.abs(x)

    @staticmethod
    def exp(x: Any) -> Any:
        return K.exp(x)

    @staticmethod
    def square(x: Any) -> Any:
        return K.square(x)

    @staticmethod
    def sqrt(x: Any) -> Any:
        return K.sqrt(x)

    @staticmethod
    def maximum(x: Any, y: Any) -> Any:
        return K.maximum(x, y)

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        return K.switch(condition, x, y)

    @staticmethod
    def clip(x: Any, low: float, high: float) -> Any:
        return K.clip(x, low, high)

    @staticmethod
    def mean(x: Any, axis: int = -1) -> Any:
        return K.mean(x, axis=axis)

    @staticmethod
    def sum(x: Any, axis: Any = -1, keepdims: bool = False) -> Any:
        return K.sum(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def max(x: Any, axis: int = -1, keepdims: bool = False) -> Any:
        return K.max(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def softplus(x: Any) -> Any:
        # log(1 + e^x) without overflow; |x| has the right gradient on both sides of 0.
        return K.maximum(x, 0.0) + K.log(1.0 + K.exp(-K.abs(x)))

    @staticmethod
    def less_equal(x: Any, y: float) -> Any:
        return K.less_equal(x, y)

    @staticmethod
    def one_hot(labels: Any, classes: int, like: Any) -> Any:
        return K.cast(K.one_hot(K.cast(labels, "int32"), classes), K.dtype(like))

    @staticmethod
    def move_last(x: Any, axis: int) -> Any:
        n = K.ndim(x)
        order = [i for i in range(n) if i != axis % n] + [axis % n]
        return x if order == list(range(n)) else K.permute_dimensions(x, order)

    @staticmethod
    def all_binary(x: Any) -> Any:
        """1.0 where every element is 0 or 1, else 0.0."""
        distance = K.max(K.abs(x * (x - 1.0)))
        return K.cast(K.equal(distance, 0.0), K.floatx())

    @staticmethod
    def squeeze_last(x: Any) -> Any:
        # A sum, since the size of a target's last axis may not be known here.
        return K.squeeze(x, K.ndim(x) - 1) if K.int_shape(x)[-1] == 1 else K.sum(x, axis=-1)

    @staticmethod
    def expand_last(x: Any) -> Any:
        return K.expand_dims(x, -1)


HOST, GRAPH = _Host, _Graph


def place(*values: Any) -> tuple[Any, list[Any]]:
    """The functions for these values (`GRAPH` when one of them is symbolic), and the values without their Tensor."""
    if any(is_symbolic(v) for v in values if v is not None):
        return GRAPH, [payload(v) for v in values]
    return HOST, [None if v is None else as_array(v) for v in values]
