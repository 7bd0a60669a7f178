"""Dataset.unbatch: the slices of each element along its first axis."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from ...errors import InvalidArgumentError
from ...exceptions import UnsupportedArgumentError
from ...registry import export
from ..dataset import Dataset
from ..nest import leaves, map_nest
from ..node import UNKNOWN, Node, Run, SpecUnknown
from ..passes import Mark, Pass
from ..ragged import RaggedTensorSpec
from ..spec import TensorSpec, without_leading

_METHOD = "tf.data.Dataset.unbatch"


class Unbatch(Node):
    """Splits elements."""

    def _spec(self) -> Any:
        for s in leaves(self.parent.spec):
            if isinstance(s, TensorSpec) and s.shape.rank == 0:
                raise ValueError(f"{_METHOD}: Cannot unbatch an input with scalar components.")
            if isinstance(s, RaggedTensorSpec):
                raise UnsupportedArgumentError(
                    _METHOD, f"batches that ragged_batch made cannot be taken apart here; received {s!r}", "Unbatch before ragged_batch"
                )
        sizes = {s.shape[0] for s in leaves(self.parent.spec) if isinstance(s, TensorSpec) and s.shape.rank} - {None}
        if len(sizes) > 1:
            raise ValueError(
                f"{_METHOD}: `unbatch()` is only supported for datasets of elements whose components have a matching leading "
                f"dimension; received {self.parent.spec!r}"
            )
        return map_nest(lambda s: without_leading(s) if isinstance(s, TensorSpec) else s, self.parent.spec)

    def cardinality(self) -> int:
        n = self.parent.cardinality()
        if n < 0:
            return n
        try:
            sizes = {s.shape[0] for s in leaves(self.parent.spec) if isinstance(s, TensorSpec) and s.shape.rank}
        except SpecUnknown:
            return UNKNOWN
        size = sizes.pop() if len(sizes) == 1 else None
        return UNKNOWN if size is None else n * size

    def _begin(self, run: Run, mark: Mark) -> Pass:
        before, done = mark or (None, 0)
        return _Slices(self.parent.begin(run, before), done, _METHOD)


class InHand(Pass):
    """Takes one batch after the other apart. Going on, the one in hand is pulled again: its mark is the one before it.

    Args:
        batches: what to take apart.
        done: how much of the batch in hand was taken.
        method: for messages.
    """

    def __init__(self, batches: Pass, done: int, method: str) -> None:
        super().__init__(batches)
        self._method = method
        self._before, self._batch, self._size, self._done = batches.mark(), None, 0, 0
        if done:
            self._pull()
            self._done = done

    def _pull(self) -> None:
        self._before, self._batch, self._size, self._done = self.parent.mark(), None, 0, 0
        try:
            batch = next(self.parent)
            arrays = [a for a in leaves(batch) if isinstance(a, np.ndarray)]
            sizes = {len(a) if a.ndim else -1 for a in arrays}
            if len(sizes) != 1 or -1 in sizes:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"{self._method}: Input element must have the same batch size in each component, none of them a scalar; received "
                    f"shapes {[a.shape for a in arrays]}",
                )
        except Exception:
            self._before = self.parent.mark()
            raise
        self._batch, self._size = batch, sizes.pop()


class _Slices(InHand):
    """The slices of batches."""

    def __next__(self) -> Any:
        while self._done >= self._size:
            self._pull()
        i, self._done = self._done, self._done + 1
        return map_nest(lambda a: a if a is None else a[i, ...].copy(), self._batch)

    def mark(self) -> Mark:
        return [self._before, self._done]


@export(_METHOD)
def unbatch(dataset: Dataset, name: str | None = None) -> Dataset:
    """Split each element along its first axis.

    Raises:
        ValueError: a component is a scalar.
        InvalidArgumentError: when iterated: the components of an element differ in their first size.
    """
    node = Unbatch(dataset._node)
    with suppress(SpecUnknown):
        node.spec  # noqa: B018  (refuses scalars)
    return Dataset(node)
