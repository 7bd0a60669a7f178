"""The global generators of Python, NumPy and layers' seeds, which a user's function may draw from without our seeing it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from .keras_seeds import layer_seeds_kept


def state() -> Any:
    """Where they are: equal to an earlier state if nothing was drawn since."""
    _, keys, *rest = np.random.get_state(legacy=True)
    return random.getstate(), keys.tobytes(), rest  # type: ignore[union-attr]


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Put them back, at the end of the block, to where they were."""
    before, numbers = random.getstate(), np.random.get_state()
    try:
        with layer_seeds_kept():
            yield
    finally:
        random.setstate(before)
        np.random.set_state(numbers)
