"""Shapes, seeds and bounds as the random functions receive them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import DType, as_dtype
from ..errors import InvalidArgumentError
from ..exceptions import UnsupportedArgumentError
from ..tensor import Tensor, as_array

FLOATS = ("float16", "float32", "float64")


def shape_of(shape: Any) -> tuple[int, ...]:
    """A shape as a tuple of integers.

    Raises:
        ValueError: a size is unknown or negative.
    """
    a = as_array(shape) if isinstance(shape, Tensor) else shape
    sizes = (int(a),) if isinstance(a, (int, np.integer)) else tuple(a)
    if any(s is None for s in sizes):
        raise ValueError(f"Cannot draw random numbers for a shape that is not fully known; received {shape!r}")
    out = tuple(int(s) for s in sizes)
    if any(s < 0 for s in out):
        raise ValueError(f"Dimensions of the shape of random numbers must be >= 0; received {shape!r}")
    return out


def shape_vector(op: str, shape: Any) -> tuple[int, ...]:
    """`shape_of` for ops that want a list of sizes.

    Raises:
        ValueError: a size is unknown.
        InvalidArgumentError: it is no list, or a size is negative.
    """
    a = as_array(shape, "int32")
    if a.ndim != 1 or (a < 0).any():
        raise InvalidArgumentError(None, None, f"{op}: shape must be a list of sizes of 0 or more; received {shape!r}")
    return tuple(a.tolist())


def count_of(shape: tuple[int, ...]) -> int:
    """Number of elements of a shape."""
    n = 1
    for s in shape:
        n *= s
    return n


def check_dtype(op: str, dtype: Any, *allowed: str) -> DType:
    """The DType itself.

    Raises:
        ValueError: this op does not draw numbers of that type.
        UnsupportedArgumentError: TensorFlow's does, and NumPy has no such type.
    """
    dt = as_dtype(dtype)
    if dt.name not in allowed:
        if dt.name == "bfloat16" and "float16" in allowed:
            raise UnsupportedArgumentError(op, f"NumPy has no {dt.name}; received dtype={dt.name}", "Draw float16 or float32")
        raise ValueError(f"{op}: dtype must be one of {', '.join(allowed)}; received {dt.name}")
    return dt


def scaled(numbers: np.ndarray, scale: Any, offset: Any) -> np.ndarray:
    """`numbers * scale + offset`, in the numbers' own precision."""
    return np.asarray(numbers * as_array(scale, numbers.dtype) + as_array(offset, numbers.dtype))


def between(numbers: np.ndarray, low: Any, high: Any, dtype: DType) -> np.ndarray:
    """Numbers of [0, 1), of this type, moved to [low, high); `high=None`: 1."""
    if high is None:
        if type(low) in (int, float) and low == 0:
            return numbers
        high = 1
    low, high = as_array(low, dtype), as_array(high, dtype)
    return scaled(numbers, high - low, low)


def seed_pair(seed: Any) -> tuple[int, int]:
    """The two integers of a stateless op's seed.

    Raises:
        InvalidArgumentError: it does not have shape (2,).
    """
    a = np.asarray(as_array(seed))
    if a.shape != (2,):
        raise InvalidArgumentError(None, None, f"seed must have shape [2]; received {seed!r} of shape {a.shape}")
    return int(a[0]), int(a[1])
