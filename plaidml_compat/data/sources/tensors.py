"""Dataset.from_tensors and from_tensor_slices: datasets of arrays in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import buffers
from ...registry import export
from ..dataset import Dataset, source
from ..nest import leaves, map_nest, to_arrays
from ..node import Node, Run
from ..spec import spec_of, without_leading


class SingleElement(Node):
    """One element."""

    tf_name = "Tensor"

    def __init__(self, element: Any) -> None:
        super().__init__()
        self._element = element

    def _spec(self) -> Any:
        return spec_of(self._element)

    def cardinality(self) -> int:
        return 1

    def iterate(self, run: Run) -> Iterator[Any]:
        yield map_nest(_own, self._element)


class TensorSlice(Node):
    """The slices of arrays along their first axis."""

    def __init__(self, arrays: Any) -> None:
        super().__init__()
        self._arrays = arrays

    def _spec(self) -> Any:
        return map_nest(lambda a: without_leading(spec_of(a)), self._arrays)

    def cardinality(self) -> int:
        return len(leaves(self._arrays)[0])

    def iterate(self, run: Run) -> Iterator[Any]:
        for i in range(self.cardinality()):
            yield map_nest(lambda a, i=i: _own(a[i, ...]), self._arrays)

    def slabs(self, size: int, drop_remainder: bool) -> Iterator[Any]:
        """Batches, each copied at once."""
        n = self.cardinality()
        for start in range(0, n - size + 1 if drop_remainder else n, size):
            yield map_nest(lambda a, i=start: buffers.copy(a[i : i + size]), self._arrays)


def _own(a: Any) -> Any:
    # The receiver may write into what it gets; the user's arrays must not change.
    return np.array(a) if isinstance(a, np.ndarray) else a


@export("tf.data.Dataset.from_tensors")
@source
def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
    """A dataset of one element, a nest of tensors."""
    return Dataset(SingleElement(to_arrays(tensors)))


@export("tf.data.Dataset.from_tensor_slices")
@source
def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
    """A dataset of the slices of arrays, a nest of them with the same first size.

    Raises:
        ValueError: there is no array, one has no axis, or their first sizes differ.
    """
    arrays = to_arrays(tensors)
    parts = leaves(arrays)
    if not parts:
        raise ValueError("Invalid `tensors`. `tensors` should not be empty.")
    for a in parts:
        if a.ndim == 0:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        if len(a) != len(parts[0]):
            raise ValueError(f"Dimensions {len(parts[0])} and {len(a)} are not compatible")
    return Dataset(TensorSlice(arrays))
