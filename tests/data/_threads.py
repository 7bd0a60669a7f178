"""What tests of threads share: those that datasets began, a function that is work for them, and a source to pull from."""

from __future__ import annotations

import gc
import sys
import threading
import time
import traceback

import numpy as np

from plaidml_compat.data.passes import Pass


def ours():
    """The threads of datasets. One whose `start()` was interrupted before it ran stays in Python's list for ever, and has no number."""
    return [t for t in threading.enumerate() if t.name.startswith("tf.data") and t.ident is not None]


def none_left(patience=2.0):
    """True once there are none; the collector runs before."""
    gc.collect()
    end = time.monotonic() + patience
    while ours() and time.monotonic() < end:
        time.sleep(0.01)
    frames = sys._current_frames()
    for thread in ours():
        print(thread, *traceback.format_stack(frames.get(thread.ident)), sep="\n")
    return not ours()


def looked_at(x):
    """The same; a function that looks at its numbers cannot run on stacks of elements, but must be called for each."""
    np.asarray(x).max()
    return x


class Numbers(Pass):
    """Numbers below `count`, or without end, and what is made of each; tells how many were pulled, and whether it was closed."""

    def __init__(self, make=lambda i: i, count=None):
        super().__init__()
        self.pulled, self.closed = 0, False
        self._make, self._count = make, count

    def __next__(self):
        if self.pulled == self._count:
            raise StopIteration
        self.pulled += 1
        return self._make(self.pulled - 1)

    def mark(self):
        return self.pulled

    def close(self):
        self.closed = True
        super().close()
