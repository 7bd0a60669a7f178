"""Dataset.enumerate: elements with their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import numpy as np

from ...registry import export
from ..dataset import Dataset, scalar_int
from ..node import Node, Run
from ..spec import TensorSpec


class Enumerate(Node):
    """Pairs (number, element), the numbers int64."""

    def __init__(self, parent: Node, start: int) -> None:
        super().__init__(parent)
        self._start = start

    def _spec(self) -> Any:
        return TensorSpec([], "int64"), self.parent.spec

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        with closing(elements):  # type: ignore[type-var]
            for i, element in zip(count(self._start), elements):
                yield np.array(i, np.int64), element


@export("tf.data.Dataset.enumerate")
def enumerate(dataset: Dataset, start: int = 0, name: str | None = None) -> Dataset:
    """Pairs of a number, from `start` on, and an element."""
    return Dataset(Enumerate(dataset._node, scalar_int(start, "tf.data.Dataset.enumerate: `start`")))
