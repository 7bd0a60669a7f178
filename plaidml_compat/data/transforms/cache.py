"""Dataset.cache: elements kept in memory once they were made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from ... import buffers
from ...exceptions import UnsupportedOpError
from ...registry import export
from ..dataset import Dataset
from ..nest import map_nest
from ..node import Node, Run


class Cache(Node):
    """Keeps the elements of the first pass that comes to its end."""

    def __init__(self, parent: Node) -> None:
        super().__init__(parent)
        self._kept: list[Any] | None = None

    def iterate(self, run: Run) -> Iterator[Any]:
        return super().iterate(run) if self._kept is None else self._again(self._kept)

    @staticmethod
    def _again(kept: list[Any]) -> Iterator[Any]:
        for element in kept:
            yield _copy(element)

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        kept = []
        with closing(elements):  # type: ignore[type-var]
            for element in elements:
                kept.append(element)
                # The receiver owns what it gets, and may write into it.
                yield _copy(element)
        self._kept = kept


def _copy(element: Any) -> Any:
    return map_nest(lambda a: buffers.copy(a) if isinstance(a, np.ndarray) else a, element)


@export("tf.data.Dataset.cache")
def cache(dataset: Dataset, filename: str = "", name: str | None = None) -> Dataset:
    """Keep the elements in memory from the first complete pass on.

    Raises:
        UnsupportedOpError: a file name was given.
    """
    if not isinstance(filename, str) or filename:
        raise UnsupportedOpError(
            "tf.data.Dataset.cache(filename)",
            f"caching in files has not been built; received {filename!r}",
            "Use cache(), which keeps the elements in memory",
        )
    return Dataset(Cache(dataset._node))
