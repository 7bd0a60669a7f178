"""Dataset.batch: consecutive elements stacked along a new first axis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from ... import buffers
from ...errors import InvalidArgumentError
from ...registry import export
from ..dataset import Dataset, scalar_int
from ..nest import leaves, map_nest
from ..node import Node, Run
from ..spec import TensorSpec, with_leading


class Batch(Node):
    """Stacks elements; a parent that can give many elements at once does so (`slabs`)."""

    def __init__(self, parent: Node, size: int, drop_remainder: bool) -> None:
        super().__init__(parent)
        self._size, self._drop = size, drop_remainder

    def _spec(self) -> Any:
        n = self._size if self._drop else None
        return map_nest(lambda s: with_leading(s, n) if isinstance(s, TensorSpec) else s, self.parent.spec)

    def cardinality(self) -> int:
        n = self.parent.cardinality()
        return n if n < 0 else n // self._size if self._drop else -(-n // self._size)

    def iterate(self, run: Run) -> Iterator[Any]:
        slabs = getattr(self.parent, "slabs", None)
        return super().iterate(run) if slabs is None else slabs(self._size, self._drop)

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        with closing(elements):  # type: ignore[type-var]
            more = True
            while more:
                held = []
                for element in elements:
                    held.append(element)
                    if len(held) == self._size:
                        break
                else:
                    more = False
                if held and (len(held) == self._size or not self._drop):
                    batch = stack(held)
                    del held
                    yield batch
                    del batch


def stack(elements: list[Any]) -> Any:
    """One nest of arrays with a new first axis from several.

    Raises:
        InvalidArgumentError: the elements differ in shape or dtype.
    """
    components = [leaves(e) for e in elements]
    made = []
    for i, column in enumerate(zip(*components)):
        first = column[0]
        if not isinstance(first, np.ndarray):
            raise TypeError(f"tf.data.Dataset.batch: component {i} is no tensor, and cannot be batched; received {first!r}")
        for j, a in enumerate(column):
            if a.shape != first.shape:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Cannot batch tensors with different shapes in component {i}. First element had shape {list(first.shape)} "
                    f"and element {j} had shape {list(a.shape)}.",
                )
            if a.dtype != first.dtype:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Cannot batch tensors with different types in component {i}. First element had type {first.dtype} "
                    f"and element {j} had type {a.dtype}.",
                )
        out = buffers.empty((len(column), *first.shape), first.dtype)
        for k, a in enumerate(column):
            out[k] = a
        made.append(out)
    return rebuild(elements[0], made)


def rebuild(like: Any, parts: list[Any]) -> Any:
    """A nest of the same structure with other leaves, which come in the order of `leaves`."""
    by_id: dict[int, Any] = {}
    numbered = map_nest(_Slot, like)
    for slot, part in zip(leaves(numbered), parts):
        by_id[id(slot)] = part
    return map_nest(lambda slot: by_id[id(slot)], numbered)


class _Slot:
    """A place in a nest."""

    def __init__(self, _leaf: Any) -> None:
        pass


@export("tf.data.Dataset.batch")
def batch(
    dataset: Dataset,
    batch_size: int,
    drop_remainder: bool = False,
    num_parallel_calls: int | None = None,
    deterministic: bool | None = None,
    name: str | None = None,
) -> Dataset:
    """Stack consecutive elements.

    Args:
        dataset: the elements, all of one shape.
        batch_size: elements in a batch.
        drop_remainder: leave out a last batch that is smaller.
        num_parallel_calls: has no effect: a copy is not faster in threads.
        deterministic: has no effect.
        name: ignored.

    Raises:
        InvalidArgumentError: `batch_size` is not positive; or, when iterated, elements differ in shape.
    """
    n = scalar_int(batch_size, "tf.data.Dataset.batch: `batch_size`")
    if n < 1:
        raise InvalidArgumentError(None, None, f"tf.data.Dataset.batch: Batch size must be greater than zero; received {n}")
    return Dataset(Batch(dataset._node, n, bool(drop_remainder)))
