"""Logic on bools and on the bits of integers: logical_and, bitwise_and, ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

import numpy as np

from ...registry import Op, Sample, op
from ...tensor import TensorLike
from ._checks import broadcast

_XY = ("x", "y")


def _samples(accepts: str) -> Callable[[], Iterator[Sample]]:
    def make() -> Iterator[Sample]:
        r = np.random.RandomState(6)
        for dtype in ("bool",) if accepts == "bool" else ("uint8", "int32"):
            yield Sample(dtype, tuple(r.randint(0, 2 if dtype == "bool" else 99, shape).astype(dtype) for shape in ((3, 4), (4,))))

    return make


def _declare(names: tuple[str, ...], summary: str, host: Callable, accepts: str) -> Op:
    def function(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorLike:
        return host(x, y)

    function.__doc__ = f"{summary}, element by element, with broadcasting."
    function.__name__ = names[0].rpartition(".")[2]
    function.__module__ = __name__
    return op(*names, agree=_XY, accepts=accepts, check=broadcast(names[0], *_XY), samples=_samples(accepts), elementwise=True)(function)


logical_and = _declare(("tf.math.logical_and", "tf.logical_and"), "x and y, of bools", np.logical_and, "bool")
logical_or = _declare(("tf.math.logical_or", "tf.logical_or"), "x or y, of bools", np.logical_or, "bool")
logical_xor = _declare(("tf.math.logical_xor",), "True where just one of x and y is, of bools", np.logical_xor, "bool")
bitwise_and = _declare(("tf.bitwise.bitwise_and",), "The bits that x and y share, of integers", np.bitwise_and, "int uint")
bitwise_or = _declare(("tf.bitwise.bitwise_or",), "The bits of x and of y, of integers", np.bitwise_or, "int uint")
bitwise_xor = _declare(("tf.bitwise.bitwise_xor",), "The bits in which x and y differ, of integers", np.bitwise_xor, "int uint")


def _places(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """By how many places x is shifted: at least 0, and at most one less than it has bits."""
    return np.clip(y, 0, x.dtype.itemsize * 8 - 1)


left_shift = _declare(
    ("tf.bitwise.left_shift",),
    "x with its bits moved y places towards the highest, of integers",
    lambda x, y: np.left_shift(x, _places(x, y)),
    "int uint",
)
right_shift = _declare(
    ("tf.bitwise.right_shift",),
    "x with its bits moved y places towards the lowest, the sign kept, of integers",
    lambda x, y: np.right_shift(x, _places(x, y)),
    "int uint",
)


@op("tf.math.logical_not", "tf.logical_not", accepts="bool", samples=lambda: [Sample("bool", (np.array([True, False]),))], elementwise=True)
def logical_not(x: TensorLike, name: str | None = None) -> TensorLike:
    """Not x, of bools."""
    return np.logical_not(x)


@op("tf.bitwise.invert", accepts="int uint", samples=lambda: [Sample("uint8", (np.array([0, 200], np.uint8),))], elementwise=True)
def invert(x: TensorLike, name: str | None = None) -> TensorLike:
    """The other bits of each integer."""
    return np.invert(x)
