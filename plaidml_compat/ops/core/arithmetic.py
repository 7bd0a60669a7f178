"""Arithmetic on two tensors: add, subtract, multiply, divide, power, minimum and maximum."""

from __future__ import annotations

import numpy as np

from ... import device
from ...errors import InvalidArgumentError
from ...registry import op
from ...tensor import TensorLike

_XY = ("x", "y")


@op("tf.math.add", "tf.add", agree=_XY)
def add(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x + y, element by element, with broadcasting; both of one dtype. Text is joined."""
    return x + y


@add.kernel("device")
def _(x, y, name=None):
    return x + y


@op("tf.math.subtract", "tf.subtract", agree=_XY)
def subtract(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x - y, element by element, with broadcasting; both of one dtype."""
    return x - y


@subtract.kernel("device")
def _(x, y, name=None):
    if not hasattr(x, "shape"):
        # PlaidML folds (c1 - X) +- c2 with the wrong sign; -X + c1 it leaves alone.
        return (y * -1.0) + x
    return x - y


@op("tf.math.multiply", "tf.multiply", agree=_XY)
def multiply(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x * y, element by element, with broadcasting; both of one dtype."""
    return x * y


@multiply.kernel("device")
def _(x, y, name=None):
    return x * y


@op("tf.math.truediv", "tf.math.divide", "tf.divide", "tf.truediv", agree=_XY)
def truediv(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x / y, element by element, with broadcasting; int8 and int16 give float32, wider integers float64."""
    if x.dtype.kind in "iu":
        kind = np.float32 if x.dtype.itemsize <= 2 else np.float64
        x, y = x.astype(kind), y.astype(kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        return x / y


@truediv.kernel("device")
def _(x, y, name=None):
    return x / y


def _check_divisor(name: str, y: np.ndarray) -> None:
    if y.dtype.kind in "iu" and not np.all(y):
        raise InvalidArgumentError(None, None, f"{name}: integer division by zero")


@op("tf.math.floordiv", "tf.floordiv", agree=_XY)
def floordiv(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x // y, rounded towards minus infinity; both of one dtype.

    Raises:
        InvalidArgumentError: an integer is divided by zero.
    """
    _check_divisor("tf.math.floordiv", y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return x // y


@op("tf.math.floormod", "tf.math.mod", agree=_XY)
def floormod(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x - floor(x / y) * y; both of one dtype.

    Raises:
        InvalidArgumentError: an integer is divided by zero.
    """
    _check_divisor("tf.math.floormod", y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.mod(x, y)


@op("tf.math.pow", "tf.pow", agree=_XY)
def power(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """x to the power of y; both of one dtype.

    Raises:
        InvalidArgumentError: an integer to a negative power.
    """
    if x.dtype.kind in "iu" and np.any(y < 0):
        raise InvalidArgumentError(None, None, "tf.math.pow: integers to negative integer powers are not allowed")
    with np.errstate(invalid="ignore", over="ignore"):
        return np.power(x, y)


@power.kernel("device")
def _(x, y, name=None):
    return device.backend().pow(x, y)


@op("tf.math.maximum", "tf.maximum", agree=_XY)
def maximum(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """The larger of each pair of elements; both of one dtype."""
    return np.maximum(x, y)


@maximum.kernel("device")
def _(x, y, name=None):
    return device.backend().maximum(x, y)


@op("tf.math.minimum", "tf.minimum", agree=_XY)
def minimum(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """The smaller of each pair of elements; both of one dtype."""
    return np.minimum(x, y)


@minimum.kernel("device")
def _(x, y, name=None):
    return device.backend().minimum(x, y)


@op("tf.math.squared_difference", agree=_XY)
def squared_difference(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
    """(x - y) squared, element by element."""
    return np.square(x - y)


@squared_difference.kernel("device")
def _(x, y, name=None):
    return device.backend().square(x - y)


@op("tf.linalg.matmul", "tf.matmul", agree=("a", "b"))
def matmul(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    transpose_b: bool = False,
) -> TensorLike:
    """Matrix product of the last two axes; both of one dtype and rank 2 or more.

    Raises:
        InvalidArgumentError: a rank below 2, or sizes that do not fit.
    """
    if a.ndim < 2 or b.ndim < 2:
        raise InvalidArgumentError(
            None, None, f"tf.linalg.matmul: both must be matrices or batches of them; received shapes {a.shape}, {b.shape}"
        )
    a = np.swapaxes(a, -1, -2) if transpose_a else a
    b = np.swapaxes(b, -1, -2) if transpose_b else b
    if a.shape[-1] != b.shape[-2]:
        raise InvalidArgumentError(None, None, f"tf.linalg.matmul: matrix size-incompatible: {a.shape}, {b.shape}")
    return a @ b


@matmul.kernel("device")
def _(a, b, transpose_a=False, transpose_b=False):
    K = device.backend()
    a = K.transpose(a) if transpose_a else a
    b = K.transpose(b) if transpose_b else b
    return K.dot(a, b)
