"""tf.random.poisson: numbers of Poisson distributions."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from ..dtypes import DType, as_dtype, float32
from ..errors import InvalidArgumentError
from ..registry import export
from ..tensor import Tensor, as_array
from ._arguments import FLOATS, count_of, shape_vector
from .distributions import RESERVED, unit_interval
from .eager import advance
from .philox_blocks import blocks_from

_NAME = "tf.random.poisson"
_TYPES = (*FLOATS, "int32", "int64")

_LARGE = 10
"""From this rate on numbers are drawn by rejection: to count would take as many draws as the rate."""
_TOGETHER = 1 << 16
_log_gamma = np.vectorize(math.lgamma, otypes=[float])


class _Uniforms:
    """Doubles in [0, 1) from streams of their own: every stream has 256 blocks, whose second number comes first."""

    def __init__(self, counter: int, streams: np.ndarray, key: int) -> None:
        self._counter, self._key = counter, key
        self._offsets = streams.astype(np.uint64) * np.uint64(RESERVED)
        self._spare: np.ndarray | None = None

    def next(self) -> np.ndarray:
        """The next number of each stream."""
        made, self._spare = self._spare, None
        if made is None:
            pairs = unit_interval(blocks_from(self._counter, self._offsets, self._key).ravel(), np.dtype(np.float64)).reshape(-1, 2)
            self._offsets += np.uint64(1)
            made, self._spare = pairs[:, 1], pairs[:, 0]
        return made

    def keep(self, which: np.ndarray) -> None:
        """Go on with these streams alone."""
        self._offsets = self._offsets[which]
        self._spare = None if self._spare is None else self._spare[which]


def _counted(rates: np.ndarray, uniforms: _Uniforms) -> np.ndarray:
    """Knuth: how many uniform numbers can be multiplied before the product is below exp(-rate)."""
    out, left = np.empty(len(rates)), np.arange(len(rates))
    product, least = np.ones(len(rates)), np.exp(-rates)
    for x in itertools.count():
        product *= uniforms.next()
        done = product <= least
        out[left[done]] = x
        if done.all():
            return out
        left, product, least = left[~done], product[~done], least[~done]
        uniforms.keep(~done)
    raise AssertionError("the numbers have no end")


def _rejected(rates: np.ndarray, most: float, uniforms: _Uniforms) -> np.ndarray:
    """Transformed rejection: Hoermann (1993), doi:10.1016/0167-6687(93)90997-4; numbers above `most` are drawn again."""
    out, left, rate = np.empty(len(rates)), np.arange(len(rates)), rates
    while len(left):
        b = 0.931 + 2.53 * np.sqrt(rate)
        a = -0.059 + 0.02483 * b
        u, v = uniforms.next() - 0.5, uniforms.next()
        near = 0.5 - np.abs(u)
        k = np.floor((2 * a / near + b) * u + rate + 0.43)
        done = (near >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2))
        doubt = ~done & (k >= 0) & ((near >= 0.013) | (v <= near))
        inverse = 1.1239 + 1.1328 / (b[doubt] - 3.4)
        score = np.log(v[doubt] * inverse / (a[doubt] / (near[doubt] * near[doubt]) + b[doubt]))
        if len(score):
            done[doubt] = score <= -rate[doubt] + k[doubt] * np.log(rate[doubt]) - _log_gamma(k[doubt] + 1)
        done &= k <= most
        out[left[done]] = k[done]
        left, rate = left[~done], rate[~done]
        uniforms.keep(~done)
    return out


def _rates(lam: Any, dtype: Any) -> np.ndarray:
    """The rates in the type that TensorFlow gives them: calls with rates of another type have numbers of their own.

    Two ways lead to its kernel: the quick one, which wants `dtype` as a DType, makes float64 of numbers and arrays.
    """
    natural = as_array(lam)
    if natural.dtype.name not in _TYPES or (isinstance(dtype, DType) and not isinstance(lam, (list, tuple, np.generic))):
        return as_array(lam, hint="float64")
    return natural


@export("tf.random.poisson", draws=True, parity="the same numbers, once a seed is set")
def poisson(shape: Any, lam: Any, dtype: Any = float32, seed: int | None = None, name: str | None = None) -> Tensor:
    """Numbers of Poisson distributions: TensorFlow's own, once a seed is set.

    Args:
        shape: how many of each distribution, a list of sizes.
        lam: their rates, float16, float32, float64, int32 or int64.
        dtype: of the result: one of those.
        seed: the op's own seed, or `None`.
        name: ignored.

    Returns:
        Shape `shape`, followed by `lam`'s.

    Raises:
        InvalidArgumentError: another type, `shape` is no list or has a negative size, or a rate is NaN or larger than what `dtype` can
            hold, for which TensorFlow does not come to an end.
        PlacementError: in the `call` of a layer or model that runs on the device.
    """
    sizes, rates, dt = shape_vector(_NAME, shape), _rates(lam, dtype), as_dtype(dtype)
    for what, kind in (("lam", rates.dtype.name), ("dtype", dt.name)):
        if kind not in _TYPES:
            raise InvalidArgumentError(None, None, f"{_NAME}: {what} must be one of {', '.join(_TYPES)}; received {kind}")
    limits = np.iinfo(dt.np_type) if dt.is_integer else np.finfo(dt.np_type)
    each, most = count_of(sizes), float(limits.max)
    flat = np.repeat(rates.ravel().astype(np.float64), each)
    if not (np.isposinf(flat) | (flat <= most)).all():
        raise InvalidArgumentError(None, None, f"{_NAME}: rates must be numbers that {dt.name} can hold; received lam={lam!r}")
    counter, key = advance(("poisson", rates.dtype.name, dt.name), seed, RESERVED * flat.size)
    made = np.full(flat.shape, 0 if dt.is_integer else np.inf)
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, _TOGETHER):
            part = flat[start : start + _TOGETHER]
            small, large = part < _LARGE, (part >= _LARGE) & (part < np.inf)
            for which, draw in ((small, _counted), (large, lambda rates, uniforms: _rejected(rates, most, uniforms))):
                streams = np.flatnonzero(which) + start
                made[streams] = draw(flat[streams], _Uniforms(counter, streams, key))
    return Tensor(made.reshape(*rates.shape, each).astype(dt.np_type).transpose(-1, *range(rates.ndim)).reshape(sizes + rates.shape))
