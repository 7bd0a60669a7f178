"""Dataset.prefetch: elements made ahead, in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import InvalidArgumentError
from ...registry import export
from .. import engine
from ..dataset import AUTOTUNE, Dataset, scalar_int
from ..node import Node, Run

_TUNED = 2
"""Elements ahead for AUTOTUNE: one in the consumer's hands, one ready, one in work."""


class Prefetch(Node):
    """Makes elements ahead of the consumer."""

    def __init__(self, parent: Node, size: int) -> None:
        super().__init__(parent)
        self._size = size

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        return engine.ahead(elements, self._size) if self._size else elements


@export("tf.data.Dataset.prefetch")
def prefetch(dataset: Dataset, buffer_size: int, name: str | None = None) -> Dataset:
    """Make elements in a thread, ahead of the consumer.

    Args:
        dataset: the elements.
        buffer_size: elements kept ready, or `tf.data.AUTOTUNE`.
        name: ignored.

    Raises:
        InvalidArgumentError: `buffer_size` is negative.
    """
    n = AUTOTUNE if buffer_size is None else scalar_int(buffer_size, "tf.data.Dataset.prefetch: `buffer_size`")
    if n < 0 and n != AUTOTUNE:
        raise InvalidArgumentError(None, None, f"tf.data.Dataset.prefetch: buffer_size must be >= 0, or -1 for AUTOTUNE; received {n}")
    return Dataset(Prefetch(dataset._node, _TUNED if n == AUTOTUNE else n))
