"""Philox for many counters and keys at once: streams that take a fresh key, or jump ahead, for each number."""

from __future__ import annotations

from typing import Any

import numpy as np

from .distributions import unit_interval
from .philox import MASK32, MASK64, SCRAMBLE_KEY

_LOW, _SHIFT = np.uint64(MASK32), np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)


def blocks(counter: tuple[Any, Any, Any, Any], key: tuple[Any, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The four words of each counter.

    Args:
        counter: its four words, lowest first: numbers, or uint64 arrays below 2**32, which broadcast.
        key: its two words, likewise.

    Returns:
        Four uint64 arrays, below 2**32.
    """
    # One axis at least: NumPy warns when a product of scalars wraps around, which is meant here.
    a, b, c, d = (np.atleast_1d(np.asarray(w, np.uint64)) for w in counter)
    k0, k1 = (np.atleast_1d(np.asarray(w, np.uint64)) for w in key)
    for _ in range(10):
        p, q = _M0 * a, _M1 * c
        a, b, c, d = q >> _SHIFT ^ b ^ k0, q & _LOW, p >> _SHIFT ^ d ^ k1, p & _LOW
        k0, k1 = k0 + np.uint64(0x9E3779B9) & _LOW, k1 + np.uint64(0xBB67AE85) & _LOW
    return a, b, c, d


def stateless_doubles(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The first double in [0, 1) of the stateless ops with these seed pairs, whose numbers are below 2**32."""
    k0, k1, c2, c3 = blocks((first, 0, second, 0), (SCRAMBLE_KEY & MASK32, SCRAMBLE_KEY >> 32))
    x0, x1, _, _ = blocks((0, 0, c2, c3), (k0, k1))
    return unit_interval(np.stack([x0, x1], 1).ravel().astype(np.uint32), np.dtype(np.float64))


def blocks_from(counter: int, offsets: np.ndarray, key: int) -> np.ndarray:
    """(offsets, 4) words as uint32: a block for each counter.

    Args:
        counter: the 128-bit counter that the offsets are added to.
        offsets: uint64, one axis.
        key: 64-bit key.
    """
    low = np.uint64(counter & MASK64) + offsets
    high = np.uint64(counter >> 64 & MASK64) + (low < offsets)
    made = blocks((low & _LOW, low >> _SHIFT, high & _LOW, high >> _SHIFT), (key & MASK32, key >> 32 & MASK32))
    return np.stack(made, 1).astype(np.uint32)


def first_words(counter: int, step: int, count: int, key: int) -> np.ndarray:
    """The first word of each of `count` counters that are `step` apart, as uint32."""
    return blocks_from(counter, np.arange(count, dtype=np.uint64) * np.uint64(step), key)[:, 0]
