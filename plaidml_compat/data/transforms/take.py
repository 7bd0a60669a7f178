"""Dataset.take: the first elements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from ...registry import export
from ..dataset import Dataset, scalar_int
from ..node import INFINITE, UNKNOWN, Node, Run


class Take(Node):
    """Ends after `count` elements; below 0 it ends with its parent."""

    def __init__(self, parent: Node, count: int) -> None:
        super().__init__(parent)
        self._count = count

    def cardinality(self) -> int:
        n = self.parent.cardinality()
        if self._count < 0:
            return n
        if n == INFINITE or self._count == 0:
            return self._count
        return UNKNOWN if n == UNKNOWN else min(n, self._count)

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        if self._count == 0:
            return
        with closing(elements):  # type: ignore[type-var]
            yield from islice(elements, self._count if self._count >= 0 else None)


@export("tf.data.Dataset.take")
def take(dataset: Dataset, count: int, name: str | None = None) -> Dataset:
    """The first `count` elements; -1: all."""
    return Dataset(Take(dataset._node, scalar_int(count, "tf.data.Dataset.take: `count`")))
