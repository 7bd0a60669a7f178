"""Dataset.apply: a function from dataset to dataset, in a chain of methods."""

from __future__ import annotations

from typing import Any, Callable

from ...registry import export
from ..dataset import Dataset


@export("tf.data.Dataset.apply")
def apply(dataset: Dataset, transformation_func: Callable[[Dataset], Any]) -> Dataset:
    """`transformation_func(dataset)`.

    Raises:
        TypeError: it returns no dataset.
    """
    made = transformation_func(dataset)
    if not isinstance(made, Dataset):
        raise TypeError(f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(made)}.")
    return made
