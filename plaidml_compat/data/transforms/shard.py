"""Dataset.shard: every n-th element."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from ...errors import InvalidArgumentError
from ...registry import export
from ..dataset import Dataset, scalar_int
from ..node import Node, Run


class Shard(Node):
    """Takes the elements number `index`, `index + shards`, ..."""

    def __init__(self, parent: Node, shards: int, index: int) -> None:
        super().__init__(parent)
        self._shards, self._index = shards, index

    def cardinality(self) -> int:
        n = self.parent.cardinality()
        return n if n < 0 else n // self._shards + (self._index < n % self._shards)

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        with closing(elements):  # type: ignore[type-var]
            yield from islice(elements, self._index, None, self._shards)


@export("tf.data.Dataset.shard")
def shard(dataset: Dataset, num_shards: int, index: int, name: str | None = None) -> Dataset:
    """Every `num_shards`-th element, from number `index` on.

    Raises:
        InvalidArgumentError: there is no such shard.
    """
    n, i = scalar_int(num_shards, "tf.data.Dataset.shard: `num_shards`"), scalar_int(index, "tf.data.Dataset.shard: `index`")
    if n < 1:
        raise InvalidArgumentError(None, None, f"Number of shards must be greater than zero (currently num_shards = {n}).")
    if not 0 <= i < n:
        raise InvalidArgumentError(None, None, f"Index must be between 0 and {n - 1} (currently index = {i}, num_shards = {n}).")
    return Dataset(Shard(dataset._node, n, i))
