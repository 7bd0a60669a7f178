"""tf.keras.utils.split_dataset: a dataset, or arrays, in two parts that are held in memory."""

from __future__ import annotations

import random as python_random
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...registry import OPS, export
from ..dataset import AUTOTUNE, Dataset
from ..nest import is_nest, map_nest
from .batch import Batch
from .padded_batch import PaddedBatch


@export("tf.keras.utils.split_dataset")
def split_dataset(
    dataset: Any, left_size: Any = None, right_size: Any = None, shuffle: bool = False, seed: int | None = None
) -> tuple[Dataset, ...]:
    """A dataset, or arrays of one length, in two parts; TensorFlow's own parts, its oddities included.

    Of a dataset of single tensors the components of each, along its first axis, become a tuple, as in TensorFlow 2.15.

    Args:
        dataset: a `tf.data.Dataset`, an array, or a list or tuple of arrays. One that ends in `batch` is split by single elements.
        left_size: how many elements the first part has, or a float below 1, what share of them; `None`: those that are left.
        right_size: the same of the second part, which is the end.
        shuffle: shuffle the elements first. As TensorFlow does, this seeds Python's `random`.
        seed: of that order.

    Returns:
        Two datasets.

    Raises:
        TypeError: `dataset` is something else, or a size is no number.
        ValueError: there is nothing to split, the sizes do not fit, or elements differ in shape.
    """
    if not isinstance(dataset, (Dataset, list, tuple, np.ndarray)):
        raise TypeError(
            "tf.keras.utils.split_dataset: `dataset` must be either a `tf.data.Dataset` object or a list/tuple of arrays. "
            f"Received: dataset={dataset!r:.200} of type {type(dataset)}"
        )
    if left_size is None and right_size is None:
        raise ValueError("At least one of the `left_size` or `right_size` must be specified. Received: left_size=None and right_size=None")
    samples = list(_samples(dataset))
    if not samples:
        raise ValueError("Received an empty Dataset. `dataset` must be non-empty")
    if shuffle:
        python_random.seed(python_random.randint(0, 10**6) if seed is None else seed)
        python_random.shuffle(samples)
    left, right = _sizes(left_size, right_size, len(samples))
    return tuple(_dataset(part, dataset) for part in (samples[:left], samples[-right:]))


def _batch_size(dataset: Any) -> int | None:
    """The size of the batches of a dataset whose last step is `batch`."""
    node = dataset._node if isinstance(dataset, Dataset) else None
    return node._size if isinstance(node, (Batch, PaddedBatch)) else None


def _samples(dataset: Any) -> Iterator[Any]:
    """The elements, as arrays."""
    if isinstance(dataset, (list, tuple)):
        for row in zip(*_checked(dataset)):
            yield _joined(row)
        return
    elements = dataset
    if isinstance(dataset, Dataset):
        elements = (dataset if _batch_size(dataset) is None else dataset.unbatch()).as_numpy_iterator()
    shape = None
    for i, element in enumerate(elements):
        # A scalar of an array is none for TensorFlow: those of a dataset are.
        is_array = isinstance(element, np.ndarray) or (isinstance(dataset, Dataset) and not is_nest(element))
        if i == 0:
            shape = np.shape(element) if is_array else None
        elif shape is not None and np.shape(element) != shape:
            raise ValueError(f"All `dataset` samples must have same shape, Expected shape: {shape} Received shape: {np.shape(element)}")
        yield map_nest(np.asarray, element) if isinstance(dataset, Dataset) else element


def _checked(arrays: Any) -> Any:
    """Arrays of one length.

    Raises:
        ValueError: there is none, the first is no array, or lengths differ.
    """
    if not arrays:
        raise ValueError(f"Received an empty {type(arrays).__name__} dataset. Please provide a non-empty one of arrays.")
    if not isinstance(arrays[0], np.ndarray):
        raise ValueError(f"Expected a {type(arrays).__name__} of `numpy.ndarray` objects, Received: {type(arrays[0])}")
    for i, a in enumerate(arrays):
        if np.array(a).shape[0] != arrays[0].shape[0]:
            raise ValueError(
                f"Received a {type(arrays).__name__} of NumPy arrays with different lengths. Mismatch found at index {i}, Expected "
                f"shape={arrays[0].shape} Received shape={np.array(a).shape}. Please provide NumPy arrays with the same length."
            )
    return arrays


def _joined(row: Any) -> np.ndarray:
    """A row of several arrays as one array: of objects, where they differ in shape."""
    try:
        return np.array(row)
    except ValueError:
        return np.array(row, dtype=object)


def _dataset(samples: list[Any], given: Any) -> Dataset:
    """A dataset of these elements, batched as the given one is."""
    content: Any = samples
    if isinstance(given, Dataset) and isinstance(samples[0], Mapping):
        content = {k: [s[k] for s in samples] for k in samples[0]}
    elif not isinstance(given, np.ndarray):
        if isinstance(samples[0], np.ndarray) and not samples[0].ndim:
            raise TypeError(
                "tf.keras.utils.split_dataset: as in TensorFlow 2.15, a dataset of scalars cannot be split: put each into a tuple, "
                f"with Dataset.map(lambda x: (x,)); received {given!r}"
            )
        content = tuple(np.array(column) for column in zip(*samples))
    made = OPS["tf.data.Dataset.from_tensor_slices"].obj(content)
    size = _batch_size(given)
    return (made if size is None else made.batch(size)).prefetch(AUTOTUNE)


def _sizes(left: Any, right: Any, total: int) -> tuple[int, int]:
    """Numbers of elements of the two parts.

    Raises:
        TypeError: a size is no number.
        ValueError: they do not fit.
    """
    for name, size in (("left_size", left), ("right_size", right)):
        if size is not None and type(size) not in (int, float):
            raise TypeError(f"Invalid `{name}` Type. Expected: int or float or None, Received: type({name})={type(size)}")
    for name, size in (("left_size", left), ("right_size", right)):
        if size is not None and not 0 < size < (total if type(size) is int else 1):
            raise ValueError(
                f"`{name}` should be either a positive integer smaller than {total}, or a float within the range `[0, 1]`. "
                f"Received: {name}={size}"
            )
    if type(left) is type(right) is float and left + right > 1:
        raise ValueError("The sum of `left_size` and `right_size` is greater than 1. It must be less than or equal to 1.")
    first, second = (round(s * total) if type(s) is float else s for s in (left, right))
    if first is None:
        first = total - second
    elif second is None:
        second = total - first
    if first + second > total:
        raise ValueError(f"The sum of `left_size` and `right_size` should be smaller than the {total}; received {first} and {second}")
    for side, size in (("left", first), ("right", second)):
        if size == 0:
            raise ValueError(f"Of {total} elements none would be in the {side} part; received left_size={left}, right_size={right}")
    return first, second
