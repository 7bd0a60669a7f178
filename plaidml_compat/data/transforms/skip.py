"""Dataset.skip: without the first elements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from ...registry import export
from ..dataset import Dataset, scalar_int
from ..node import Node, Run


class Skip(Node):
    """Leaves out `count` elements; below 0 it leaves out all."""

    def __init__(self, parent: Node, count: int) -> None:
        super().__init__(parent)
        self._count = count

    def cardinality(self) -> int:
        n = self.parent.cardinality()
        if n < 0:
            return n
        return 0 if self._count < 0 else max(0, n - self._count)

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        if self._count < 0:
            return
        with closing(elements):  # type: ignore[type-var]
            yield from islice(elements, self._count, None)


@export("tf.data.Dataset.skip")
def skip(dataset: Dataset, count: int, name: str | None = None) -> Dataset:
    """Without the first `count` elements; -1: none is left."""
    return Dataset(Skip(dataset._node, scalar_int(count, "tf.data.Dataset.skip: `count`")))
