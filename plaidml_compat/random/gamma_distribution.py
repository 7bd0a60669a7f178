"""tf.random.gamma and stateless_gamma: numbers of gamma distributions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..dtypes import DType, as_dtype
from ..errors import InvalidArgumentError
from ..registry import export
from ..tensor import Tensor, as_array
from ._arguments import FLOATS, check_dtype, count_of, seed_pair, shape_of, shape_vector
from .distributions import RESERVED
from .eager import advance
from .philox import block, scramble

_SMALLEST_UNIFORM = 1e-7


def gamma_numbers(shape: tuple[int, ...], alpha: np.ndarray, counter: int, key: int) -> np.ndarray:
    """Numbers of gamma distributions with scale 1, by Marsaglia and Tsang (2000), doi:10.1145/358407.358414.

    Every number has 256 counters of its own, in the order of `alpha`'s elements first, and is computed in double precision with the C
    library's functions (NumPy's differ by an ulp).

    Args:
        shape: of the result; its end is `alpha`'s shape.
        alpha: the distributions' shape parameters, > 0.
        counter: 128-bit Philox counter.
        key: 64-bit Philox key.

    Returns:
        An array of `alpha`'s dtype.
    """
    out = np.empty((int(np.prod(shape[: len(shape) - alpha.ndim], dtype=np.int64)), alpha.size), alpha.dtype)
    for column, a in enumerate(alpha.ravel().tolist()):
        for row in range(len(out)):
            out[row, column] = _number(a, counter + RESERVED * (column * len(out) + row), key)
    return out.reshape(shape)


def _number(alpha: float, counter: int, key: int) -> float:
    blocks = _blocks(counter, key)
    uniforms = _uniforms(blocks)
    if alpha == 1:
        return -math.log1p(-next(uniforms))
    d = alpha + (2.0 / 3 if alpha < 1 else -1.0 / 3)
    c = 1.0 / 3 / math.sqrt(d) if d > 0 else math.nan
    for x in _normals(blocks):
        v = 1 + c * x
        if v <= 0:
            continue
        v = v * v * v
        u = next(uniforms)
        # The first is quick and nearly always decides.
        if u < 1 - 0.0331 * (x * x) * (x * x) or _log(u) < 0.5 * x * x + d * (1 - v + _log(v)):
            return d * v * (_power(next(uniforms), alpha) if alpha < 1 else 1.0)
    raise AssertionError("normal numbers have no end")


def _log(x: float) -> float:
    return math.log(x) if x else -math.inf


def _power(x: float, alpha: float) -> float:
    """x to the power of 1 / alpha; TensorFlow does not refuse an `alpha` that is not positive."""
    try:
        return math.pow(x, 1 / alpha)
    except ZeroDivisionError:
        return 0.0
    except (OverflowError, ValueError):
        return math.inf


def _blocks(counter: int, key: int) -> Iterator[tuple[float, float]]:
    """Pairs in [0, 1): a double from each half of a block of words."""
    while True:
        w = block(counter, key)
        yield ((w[0] & 0xFFFFF) << 32 | w[1]) / 2**52, ((w[2] & 0xFFFFF) << 32 | w[3]) / 2**52
        counter += 1


def _uniforms(blocks: Iterator[tuple[float, float]]) -> Iterator[float]:
    """One block after the other is taken when it is needed, its second number first, as TensorFlow does."""
    for first, second in blocks:
        yield second
        yield first


def _normals(blocks: Iterator[tuple[float, float]]) -> Iterator[float]:
    """By Box and Muller."""
    for first, second in blocks:
        radius = math.sqrt(-2.0 * math.log(max(first, _SMALLEST_UNIFORM)))
        angle = 2 * math.pi * second
        yield math.cos(angle) * radius
        yield math.sin(angle) * radius


def _parameters(name: str, alpha: Any, beta: Any, dtype: DType) -> tuple[np.ndarray, np.ndarray]:
    """`alpha`, in the shape that both have together, and `beta`.

    Raises:
        InvalidArgumentError: their shapes do not fit.
    """
    a, b = as_array(alpha, dtype), as_array(1 if beta is None else beta, dtype)
    try:
        return np.broadcast_to(a, np.broadcast_shapes(a.shape, b.shape)), b
    except ValueError:
        raise InvalidArgumentError(None, None, f"{name}: alpha and beta must fit; received shapes {a.shape} and {b.shape}") from None


def _scaled(numbers: np.ndarray, beta: np.ndarray) -> Tensor:
    with np.errstate(all="ignore"):
        # TensorFlow's floor: a number of a small alpha may be too small for the type.
        return Tensor(np.asarray(np.maximum(np.finfo(numbers.dtype).tiny, numbers / beta)))


@export("tf.random.gamma", draws=True)
def gamma(shape: Any, alpha: Any, beta: Any = None, dtype: Any = "float32", seed: int | None = None, name: str | None = None) -> Tensor:
    """Numbers of gamma distributions: TensorFlow's own, bit for bit, once a seed is set.

    Args:
        shape: how many of each distribution, a list of sizes.
        alpha: the distributions' shape parameters.
        beta: their inverse scales; 1 by default.
        dtype: float16, float32 or float64.
        seed: the op's own seed, or `None`.
        name: ignored.

    Returns:
        Shape `shape`, followed by the shape that `alpha` and `beta` have together.

    Raises:
        ValueError: another type.
        InvalidArgumentError: `shape` is no list, has a negative size, or `alpha` and `beta` do not fit.
        PlacementError: in the `call` of a layer or model that runs on the device.
    """
    dt = check_dtype("tf.random.gamma", dtype, *FLOATS)
    sizes = shape_vector("tf.random.gamma", shape)
    a, b = _parameters("tf.random.gamma", alpha, beta, dt)
    sizes += a.shape
    return _scaled(gamma_numbers(sizes, a, *advance(("gamma", dt.name), seed, RESERVED * count_of(sizes))), b)


@export("tf.random.stateless_gamma", draws=True)
def stateless_gamma(shape: Any, seed: Any, alpha: Any, beta: Any = None, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """Numbers of gamma distributions from a seed pair: TensorFlow's own, bit for bit.

    Args:
        shape: shape of the result; it ends in the shape that `alpha` and `beta` have together.
        seed: two integers.
        alpha: the distributions' shape parameters.
        beta: their inverse scales; 1 by default.
        dtype: float16, float32 or float64.
        name: ignored.

    Raises:
        InvalidArgumentError: a seed that is no pair, another type, or `shape` does not end in the parameters' shape.
    """
    dt = as_dtype(dtype)
    if dt.name not in FLOATS:
        raise InvalidArgumentError(None, None, f"tf.random.stateless_gamma: dtype must be one of {', '.join(FLOATS)}; received {dt.name}")
    sizes, (a, b) = shape_of(shape), _parameters("tf.random.stateless_gamma", alpha, beta, dt)
    if sizes[len(sizes) - a.ndim :] != a.shape or len(sizes) < a.ndim:
        raise InvalidArgumentError(
            None, None, f"tf.random.stateless_gamma: shape must end in the shape of alpha and beta, {a.shape}; received shape {sizes}"
        )
    return _scaled(gamma_numbers(sizes, a, *scramble(seed_pair(seed))), b)
