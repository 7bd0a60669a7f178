"""Memory for batches, used again once nobody refers to it: fresh pages cost a third of a loader's throughput."""

from __future__ import annotations

import weakref
from collections import deque

import numpy as np

SMALLEST = 1 << 18
"""Arrays below this many bytes come from NumPy: the C library keeps their pages anyway."""

KEEP = 4
"""Free blocks kept per size."""


class Pool:
    """Hands out arrays, and takes their memory back when the last array that refers to it is gone.

    The memory is wrapped by one array, made from a buffer, which is the `base` of everything that NumPy makes from it;
    libraries hold on to it through the buffer protocol. Its death, seen by a weak reference, is thus proof that the memory is
    free: no counting of references.
    """

    def __init__(self) -> None:
        self._free: dict[int, deque[np.ndarray]] = {}

    def empty(self, shape: tuple[int, ...], dtype: np.dtype | type) -> np.ndarray:
        """An array whose contents are not set, as `np.empty`."""
        dtype = np.dtype(dtype)
        size = dtype.itemsize
        for s in shape:
            size *= s
        if size < SMALLEST or dtype.hasobject:
            return np.empty(shape, dtype)
        free = self._free.setdefault(size, deque(maxlen=KEEP))
        try:
            memory = free.pop()
        except IndexError:
            memory = np.empty(size, np.uint8)
        whole = np.frombuffer(memory.data, dtype)
        # A deque's append is atomic, which a callback that may run in any thread, at any time, needs.
        weakref.finalize(whole, free.append, memory).atexit = False
        return whole.reshape(shape)

    def copy(self, array: np.ndarray) -> np.ndarray:
        """A copy of an array."""
        if array.dtype.hasobject or array.nbytes < SMALLEST:
            return array.copy()
        out = self.empty(array.shape, array.dtype)
        np.copyto(out, array)
        return out
