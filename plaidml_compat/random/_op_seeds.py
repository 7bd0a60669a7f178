"""The two seeds of a random op, and where its numbers start."""

from __future__ import annotations

import os

from .philox import MASK64

DEFAULT_GLOBAL_SEED = 87654321
TRUNCATE = 2**31 - 1


def truncated(seed: int | None, op_seed: int | None) -> tuple[int, int] | None:
    """The two seeds as the op gets them, or `None` without any."""
    if seed is None and op_seed is None:
        return None
    pair = DEFAULT_GLOBAL_SEED if seed is None else seed % TRUNCATE, int(op_seed or 0) % TRUNCATE
    return (0, TRUNCATE) if pair == (0, 0) else pair


def start(pair: tuple[int, int] | None) -> tuple[int, int]:
    """(counter, key) where an op with these seeds starts; anywhere without seeds."""
    if pair is None:
        raw = int.from_bytes(os.urandom(16), "little")
        return (raw >> 64) << 64, raw & MASK64
    return (pair[1] & MASK64) << 64, pair[0] & MASK64
