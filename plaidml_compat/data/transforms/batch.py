"""Dataset.batch: consecutive elements stacked along a new first axis."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np

from ... import buffers
from ...errors import InvalidArgumentError
from ...exceptions import UnsupportedArgumentError
from ...registry import export
from ..dataset import Dataset, scalar_int
from ..nest import first_size, leaves, map_nest, rebuild
from ..node import Node, Run
from ..passes import Mark, Pass
from ..spec import batched
from .map import Map


class Batch(Node):
    """Stacks elements; a parent that can give many elements at once does so (`stacked`)."""

    def __init__(self, parent: Node, size: int, drop_remainder: bool, parallel: bool = False) -> None:
        super().__init__(parent)
        self._size, self._drop = size, drop_remainder
        self.tf_name = "_ParallelBatchDataset" if parallel else "_BatchDataset"
        # TensorFlow makes one step of a map and the batch after it, which shows where an element fails.
        self._whole = not parallel and isinstance(parent, Map) and not parent.leaves_as_is

    def _spec(self) -> Any:
        n = self._size if self._drop else None
        return map_nest(lambda s: batched(s, n), self.parent.spec)

    def cardinality(self) -> int:
        return batches_of(self.parent, self._size, self._drop)

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return Batches(self.parent.begin(run, mark), self._size, self._drop, self._whole)


class Batches(Pass):
    """Batches of a pass's elements; a pass that has its elements stacked gives them so.

    Args:
        elements: what to stack.
        size: elements in a batch.
        drop_remainder: leave out a last batch that is smaller.
        whole: an error costs all elements of its batch, not only those before it.
    """

    def __init__(self, elements: Pass, size: int, drop_remainder: bool, whole: bool = False) -> None:
        super().__init__(elements)
        self._size, self._drop, self._whole = size, drop_remainder, whole

    def __next__(self) -> Any:
        batch, size = self._stacked() if self.parent.stacks else self._one_by_one()
        if not size or (size < self._size and self._drop):
            raise StopIteration
        return batch

    def _stacked(self) -> tuple[Any, int]:
        parts: list[Any] = []
        size = 0
        while size < self._size:
            try:
                part = self.parent.stacked(self._size - size)
            except StopIteration:
                break
            parts.append(part)
            size += first_size(part)
        return (parts[0] if len(parts) == 1 else joined(parts) if parts else None), size

    def _one_by_one(self) -> tuple[Any, int]:
        held: list[Any] = []
        try:
            held.extend(islice(self.parent, self._size))
        except Exception:
            if self._whole:
                for _ in range(len(held) + 1, self._size):
                    with suppress(Exception):
                        next(self.parent)
            raise
        return (stack(held) if held else None), len(held)

    def mark(self) -> Mark:
        return self.parent.mark()


def joined(parts: list[Any]) -> Any:
    """Stacks of elements as one."""
    columns = zip(*(leaves(p) for p in parts))
    return rebuild(parts[0], [np.concatenate(column) for column in columns])


def stack(elements: list[Any]) -> Any:
    """One nest of arrays with a new first axis from several.

    Raises:
        InvalidArgumentError: the elements differ in shape or dtype.
    """
    components = [leaves(e) for e in elements]
    made: list[Any] = []
    for i, column in enumerate(zip(*components)):
        first = column[0]
        if first is None:
            made.append(None)
            continue
        if hasattr(type(first), "stacked"):  # sparse tensors
            made.append(first.stacked(column))
            continue
        if not isinstance(first, np.ndarray):
            raise UnsupportedArgumentError(
                "tf.data.Dataset.batch",
                f"component {i} is no tensor, and batches of others are not built; received {first!r}",
                "Make tensors of it before, e.g. with flat_map(lambda window: window.batch(size)) where it is a dataset",
            )
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
            out[k, ...] = a  # without the dots a scalar text would be stored as an array
        made.append(out)
    return rebuild(elements[0], made)


def batches_of(elements: Node, size: int, drop_remainder: bool) -> int:
    """How many batches there are of a step's elements."""
    n = elements.cardinality()
    return n if n < 0 else n // size if drop_remainder else -(-n // size)


def batch_size_of(batch_size: Any, method: str) -> int:
    """The number of elements in a batch.

    Raises:
        TypeError: it is no whole number.
        InvalidArgumentError: it is not positive.
    """
    n = scalar_int(batch_size, f"{method}: `batch_size`")
    if n < 1:
        raise InvalidArgumentError(None, None, f"{method}: Batch size must be greater than zero; received {n}")
    return n


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
    n = batch_size_of(batch_size, "tf.data.Dataset.batch")
    return Dataset(Batch(dataset._node, n, bool(drop_remainder), num_parallel_calls is not None))
