"""Memory for large arrays, used again once nobody refers to it: fresh pages cost a pipeline up to a tenth of its time."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque

import numpy as np

SMALLEST, LARGEST = 1 << 18, 1 << 28
"""Arrays of fewer or more bytes come from NumPy: of small ones the C library keeps the pages, and large ones would be a burden."""

SIZES = 4
"""Different sizes, those asked for last, of which free blocks are kept."""

KEEP, KEEP_BYTES = 4, 1 << 27
"""Free blocks kept of one size at most, and their bytes (but one block is always kept)."""

_free: dict[int, deque[np.ndarray]] = {}
_lock = threading.RLock()


def _forget() -> None:
    global _lock
    _lock = threading.RLock()
    _free.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)  # a thread of the parent's may have held the lock


def _blocks(size: int) -> deque[np.ndarray]:
    """The free blocks of a size, which is now the one asked for last."""
    with _lock:
        found = _free.pop(size, None)
        if found is None:
            found = deque(maxlen=max(1, min(KEEP, KEEP_BYTES // size)))
        _free[size] = found
        while len(_free) > SIZES:
            del _free[next(iter(_free))]
    return found


def empty(shape: tuple[int, ...], dtype: np.dtype | type) -> np.ndarray:
    """An array whose contents are not set, as `np.empty`: of memory that goes round, if it is large.

    The memory is wrapped by one array, made from a buffer, which is the `base` of everything that NumPy makes from it;
    libraries hold on to it through the buffer protocol. Its death, seen by a weak reference, is thus proof that the memory is
    free: no counting of references.
    """
    dtype = np.dtype(dtype)
    size = dtype.itemsize
    for s in shape:
        size *= s
    if not SMALLEST <= size <= LARGEST or dtype.hasobject:
        return np.empty(shape, dtype)
    free = _blocks(size)
    try:
        memory = free.pop()
    except IndexError:
        memory = np.empty(size, np.uint8)
    whole = np.frombuffer(memory.data, dtype)
    # A deque's append is atomic and takes no lock, which a callback that may run in any thread, at any time, needs.
    weakref.finalize(whole, free.append, memory).atexit = False
    return whole.reshape(shape)


def copy(array: np.ndarray) -> np.ndarray:
    """A copy of an array."""
    out = empty(array.shape, array.dtype)
    np.copyto(out, array)
    return out
