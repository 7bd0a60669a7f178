"""Comparison and logic: equal, less, logical_and, where, ..."""

from __future__ import annotations

import numpy as np

from ... import device
from ...registry import op
from ...tensor import TensorLike

_XY = ("x", "y")


@op("tf.math.equal", "tf.equal", agree=_XY)
def equal(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x == y, element by element, as bool."""
    return np.equal(x, y).astype(bool)


@equal.kernel("device")
def _(x, y, name=None):
    return device.backend().equal(x, y)


@op("tf.math.not_equal", "tf.not_equal", agree=_XY)
def not_equal(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x != y, element by element, as bool."""
    return np.not_equal(x, y).astype(bool)


@not_equal.kernel("device")
def _(x, y, name=None):
    return device.backend().not_equal(x, y)


@op("tf.math.less", "tf.less", agree=_XY)
def less(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x < y, element by element, as bool."""
    return np.less(x, y)


@less.kernel("device")
def _(x, y, name=None):
    return device.backend().less(x, y)


@op("tf.math.less_equal", "tf.less_equal", agree=_XY)
def less_equal(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x <= y, element by element, as bool."""
    return np.less_equal(x, y)


@less_equal.kernel("device")
def _(x, y, name=None):
    return device.backend().less_equal(x, y)


@op("tf.math.greater", "tf.greater", agree=_XY)
def greater(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x > y, element by element, as bool."""
    return np.greater(x, y)


@greater.kernel("device")
def _(x, y, name=None):
    return device.backend().greater(x, y)


@op("tf.math.greater_equal", "tf.greater_equal", agree=_XY)
def greater_equal(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x >= y, element by element, as bool."""
    return np.greater_equal(x, y)


@greater_equal.kernel("device")
def _(x, y, name=None):
    return device.backend().greater_equal(x, y)


@op("tf.math.logical_and", "tf.logical_and", agree=_XY)
def logical_and(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x and y, of bools."""
    return np.bitwise_and(x, y)


@op("tf.math.logical_or", "tf.logical_or", agree=_XY)
def logical_or(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x or y, of bools."""
    return np.bitwise_or(x, y)


@op("tf.math.logical_not", "tf.logical_not")
def logical_not(x: TensorLike, name: str | None = None) -> TensorLike:
    """Not x, of bools."""
    return np.invert(x)


@op("tf.where", agree=("x", "y"))
def where(condition: TensorLike, x: TensorLike = None, y: TensorLike = None, name: str | None = None) -> TensorLike:
    """x where the condition holds, else y, with broadcasting; without x and y the indices where it holds, int64 (count, rank)."""
    if x is None and y is None:
        return np.argwhere(condition).astype(np.int64)
    if x is None or y is None:
        raise ValueError("tf.where: x and y must both be given, or neither")
    return np.where(condition, x, y)


@where.kernel("device")
def _(condition, x=None, y=None, name=None):
    return device.backend().switch(condition, x, y)
