"""Philox4x32-10 (Salmon et al., 2011) with TensorFlow's ways of keying it: counters and keys to uint32 words."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..libraries import library

MASK32, MASK64, MASK128 = 2**32 - 1, 2**64 - 1, 2**128 - 1

# The key with which TensorFlow scrambles the seed pair of a stateless op.
SCRAMBLE_KEY = 0x02461E29_3EC8F720


@functools.lru_cache(None)
def _engine() -> Any:
    # Imported on first use: programs that draw nothing do not pay for it.
    return library("randomgen").Philox


FEW = 8
"""Up to so many words are made here: to set up randomgen's generator takes as long as three blocks in Python."""


def block(counter: int, key: int) -> tuple[int, int, int, int]:
    """The four words of one counter: ten rounds of two products."""
    a, b, c, d = counter & MASK32, counter >> 32 & MASK32, counter >> 64 & MASK32, counter >> 96 & MASK32
    k0, k1 = key & MASK32, key >> 32 & MASK32
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = q >> 32 ^ b ^ k0, q & MASK32, p >> 32 ^ d ^ k1, p & MASK32
        k0, k1 = k0 + 0x9E3779B9 & MASK32, k1 + 0xBB67AE85 & MASK32
    return a, b, c, d


def words(n: int, counter: int, key: int) -> np.ndarray:
    """The first `n` uint32 words from a 128-bit counter and a 64-bit key; the counter goes up by one every four words."""
    if n <= FEW:
        return np.array([w for i in range(-(-n // 4)) for w in block(counter + i, key)][:n], np.uint32)
    # randomgen moves its counter on before it makes a block.
    raw = _engine()(counter=(counter - 1) & MASK128, key=key & MASK64, number=4, width=32).random_raw(n)
    return raw.astype(np.uint32)


def scramble(seed: Sequence[int]) -> tuple[int, int]:
    """(counter, key) for the seed pair of a stateless op."""
    s0, s1 = (int(s) & MASK64 for s in seed)
    w = block(s0 | s1 << 64, SCRAMBLE_KEY)
    return w[2] << 64 | w[3] << 96, w[0] | w[1] << 32


class WordStream:
    """Words one after the other, made in chunks: for consumers that want a few at a time."""

    def __init__(self, counter: int, key: int, chunk: int = 1024) -> None:
        self._counter, self._key, self._chunk = counter, key, chunk
        self._words: list[int] = []
        self._next = 0

    def __call__(self) -> int:
        if self._next == len(self._words):
            self._words = words(self._chunk, self._counter, self._key).tolist()
            self._counter += self._chunk // 4
            self._next = 0
        self._next += 1
        return self._words[self._next - 1]
