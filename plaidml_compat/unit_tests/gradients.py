"""tf.test.compute_gradient: a function's derivatives by PlaidML's gradients, and by differences of what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import numpy as np

from .. import device
from ..exceptions import UnsupportedOpError
from ..registry import export
from ..tensor import Tensor, as_array, is_symbolic

_ALLOWED = ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")
_COMPUTED = ("float32", "float64")


@export("tf.test.compute_gradient")
def compute_gradient(
    f: Callable[..., Any], x: Sequence[Any], delta: float | None = None
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """The Jacobian matrices of a function for each of its arguments: by its gradient, and by differences.

    The gradients are those of PlaidML, as models that hold the function are trained with; so `f` is called with symbolic tensors too.

    Args:
        f: takes and returns tensors.
        x: its arguments.
        delta: half the distance of the differences, 1/1024 by default.

    Returns:
        The matrices by the gradient, and those by differences: a row for each number that `f` returns, a column for each of the argument.

    Raises:
        ValueError: `x` is no list or tuple.
        AssertionError: an argument or the result has no gradient for its dtype, in TensorFlow either.
        UnsupportedOpError: it is float16, bfloat16 or complex.
        PlacementError: what `f` does cannot be a part of a model on the device.
    """
    if not isinstance(x, (list, tuple)):
        raise ValueError(f"`x` must be a list or tuple of values convertible to a Tensor (arguments to `f`), not a {type(x)}")
    delta = 1.0 / 1024 if delta is None else delta
    arrays = [as_array(v).copy() for v in x]
    result = np.asarray(f(*map(Tensor, arrays)))
    for what, array in (*((f"argument {i}", a) for i, a in enumerate(arrays)), ("y", result)):
        _check(array.dtype.name, what)
    theoretical = _by_gradients(f, arrays, result)
    return tuple(theoretical), tuple(_by_differences(f, arrays, i, result, delta) for i in range(len(arrays)))


def _check(dtype: str, what: str) -> None:
    if dtype not in _ALLOWED:
        raise AssertionError(f"Cannot compute gradient for unsupported type {dtype} of {what}")
    if dtype not in _COMPUTED:
        raise UnsupportedOpError(
            "tf.test.compute_gradient", f"PlaidML computes gradients of float32 and float64 alone; {what} is {dtype}", "Cast to tf.float32"
        )


def _by_gradients(f: Callable[..., Any], arrays: list[np.ndarray], result: np.ndarray) -> list[np.ndarray]:
    found = [np.zeros((result.size, a.size), a.dtype) for a in arrays]
    if not result.size or not all(a.size for a in arrays):
        return found
    K = device.backend()
    with device.graph_lock:
        inputs = [K.placeholder(shape=a.shape, dtype=a.dtype.name) for a in arrays]
        out = f(*map(Tensor, inputs))
        if not is_symbolic(out):  # it does not depend on them
            return found
        weights = K.placeholder(shape=result.shape, dtype=result.dtype.name)
        weighed = out._payload * weights
        function = K.function([*inputs, weights], K.gradients(K.sum(weighed) if result.ndim else weighed, inputs))
    row = np.zeros(result.shape, result.dtype)
    for number in range(result.size):
        row.flat[number] = 1
        for matrix, array, gradient in zip(found, arrays, function([*arrays, row])):
            matrix[number] = np.broadcast_to(gradient, array.shape).ravel()
        row.flat[number] = 0
    return found


def _by_differences(f: Callable[..., Any], arrays: list[np.ndarray], which: int, result: np.ndarray, delta: float) -> np.ndarray:
    moved, scale = arrays[which], result.dtype.type(2 * delta)
    found = np.zeros((result.size, moved.size), moved.dtype)

    def beside(column: int, distance: float) -> np.ndarray:
        arguments = [a.copy() for a in arrays]
        arguments[which].flat[column] += distance
        return np.asarray(f(*map(Tensor, arguments)))

    for column in range(moved.size):
        found[:, column] = ((beside(column, delta) - beside(column, -delta)) / scale).ravel()
    return found
