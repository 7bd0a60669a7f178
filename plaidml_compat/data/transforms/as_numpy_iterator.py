"""Dataset.as_numpy_iterator: a pass whose elements are NumPy arrays."""

from __future__ import annotations

from ...registry import export
from ..dataset import Dataset, NumpyIterator


@export("tf.data.Dataset.as_numpy_iterator")
def as_numpy_iterator(dataset: Dataset) -> NumpyIterator:
    """A pass over the elements as nests of NumPy arrays, scalars and bytes."""
    return NumpyIterator(dataset)
