"""Dataset.repeat: the elements several times, or without end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from ...registry import export
from ..dataset import Dataset, scalar_int
from ..node import INFINITE, UNKNOWN, Node, Run


class Repeat(Node):
    """Begins a new pass when one ends; `count` below 0 is without end."""

    def __init__(self, parent: Node, count: int) -> None:
        super().__init__(parent)
        self._count = count

    def cardinality(self) -> int:
        n = self.parent.cardinality()
        if self._count == 0 or n == 0:
            return 0
        if self._count < 0 or n == INFINITE:
            return INFINITE
        return UNKNOWN if n == UNKNOWN else n * self._count

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        done = 0
        while self._count < 0 or done < self._count:
            any_element = False
            if done:
                elements = self.parent.iterate(run)
            with closing(elements):  # type: ignore[type-var]
                for element in elements:
                    any_element = True
                    yield element
                    del element
            if not any_element and self._count < 0:
                return  # as in TensorFlow: nothing, without end, is nothing
            done += 1


@export("tf.data.Dataset.repeat")
def repeat(dataset: Dataset, count: int | None = None, name: str | None = None) -> Dataset:
    """The elements `count` times; `None` or -1: without end."""
    return Dataset(Repeat(dataset._node, -1 if count is None else scalar_int(count, "tf.data.Dataset.repeat: `count`")))
