"""Where batches come from: arrays, datasets, generators and Sequences behind one interface."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from plaidml_compat.tensor import Tensor, as_array, is_symbolic

Batch = tuple  # (x, y, sample_weight); y and sample_weight may be None

UNBOUNDED = -1
"""As `steps_per_epoch`: until the data ends, however long that takes."""


class Batches:
    """Batches of one kind of source. `steps` is how many an epoch has, `None` until known.

    Attributes:
        restarts: a new iterator is made each epoch; else one goes on over all epochs.
    """

    steps: int | None = None
    restarts = True

    def iterate(self) -> Iterator[Batch]:
        """A new pass over the source."""
        raise NotImplementedError

    def on_epoch_end(self) -> None:
        """Called after each epoch."""


def is_dataset(x: Any) -> bool:
    """True for objects that behave as a tf.data.Dataset; an iterator over one goes on where it is, as a generator does."""
    return hasattr(type(x), "element_spec") and hasattr(type(x), "__iter__") and not hasattr(type(x), "__next__")


def make_batches(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: Any = False,
    workers: tuple = (),
) -> Batches:
    """The batches of what a user handed to fit, evaluate or predict.

    Raises:
        ValueError: arguments that do not go together, as in tf.keras.
    """
    if is_symbolic(x) or (isinstance(x, (list, tuple)) and any(is_symbolic(v) for v in x)):
        raise ValueError(f"Model.fit, evaluate and predict need data, not symbolic tensors. Received: {x!r:.200}")
    if steps is not None and steps != UNBOUNDED and steps < 1:
        raise ValueError(f"Unexpected value for `steps_per_epoch` or `steps`: it must be at least 1. Received value is {steps}.")
    kind: Any = None
    if is_dataset(x):
        kind = DatasetBatches
    elif hasattr(x, "__getitem__") and hasattr(x, "__len__") and hasattr(x, "on_epoch_end"):
        kind = SequenceBatches
    elif hasattr(x, "__next__"):
        kind = GeneratorBatches
    if kind is None:
        return ArrayBatches(x, y, sample_weight, batch_size, steps, shuffle)
    name = {DatasetBatches: "a dataset", SequenceBatches: "`keras.utils.Sequence`", GeneratorBatches: "a generator"}[kind]
    if y is not None:
        raise ValueError(f"`y` argument is not supported when using {name} as input.")
    if sample_weight is not None:
        raise ValueError(f"`sample_weight` argument is not supported when using {name} as input.")
    if kind is SequenceBatches:
        return SequenceBatches(x, steps, shuffle, workers)
    return kind(x, steps)


class DatasetBatches(Batches):
    """A dataset: a new iterator each epoch, unless the number of steps was given and is not the dataset's own."""

    def __init__(self, dataset: Any, steps: int | None = None) -> None:
        self._dataset = dataset
        size = self._size()
        if steps is None and size == -1:
            raise ValueError(
                "When providing an infinite dataset, you must specify the number of steps to run (if you did not intend to "
                "create an infinite dataset, make sure to not call `repeat()` on the dataset)."
            )
        if steps is None and size == 0:
            raise ValueError("Expected input data to be non-empty.")
        self.restarts = steps is None or size == steps
        self._begun = False
        self.steps = _bounded(steps) if steps is not None else (size if size >= 0 else None)

    def _size(self) -> int:
        """Number of elements, -1 for infinitely many, -2 where it is not known."""
        cardinality = getattr(self._dataset, "cardinality", None)
        if cardinality is not None:
            return int(as_array(cardinality()))
        try:
            return len(self._dataset)
        except TypeError:
            return -2

    def iterate(self) -> Iterator[Batch]:
        if self.restarts and not self._begun:
            # tf.keras makes an iterator before the one of the first epoch, and drops it: a shuffle has moved on by then.
            close(iter(self._dataset))
        self._begun = True
        iterator = iter(self._dataset)
        try:
            for element in iterator:
                yield unpack(element)
        finally:
            close(iterator)


class GeneratorBatches(Batches):
    """A Python generator: it goes on over all epochs."""

    restarts = False

    def __init__(self, generator: Any, steps: int | None = None) -> None:
        self._generator, self.steps = generator, _bounded(steps)

    def iterate(self) -> Iterator[Batch]:
        return map(unpack, self._generator)


class SequenceBatches(Batches):
    """A keras.utils.Sequence, shuffled by whole batches where asked; workers may load ahead, in order."""

    def __init__(self, sequence: Any, steps: int | None = None, shuffle: Any = False, workers: tuple = ()) -> None:
        self._sequence, self._shuffle = sequence, bool(shuffle)
        sequence[0]  # tf.keras looks at a batch's types: a Sequence that draws (ImageDataGenerator's) has drawn once by then
        self._workers, self._multiprocessing, self._queue = workers or (1, False, 10)
        self.steps = steps if steps is not None else len(sequence)

    def iterate(self) -> Iterator[Batch]:
        if self._workers <= 1 and not self._multiprocessing:
            order = list(range(len(self._sequence)))
            if self._shuffle:
                random.shuffle(order)  # Python's generator, as in tf.keras: what the Sequence draws from NumPy's is its own
            for i in order:
                yield unpack(self._sequence[i])
            return
        from keras.utils.data_utils import OrderedEnqueuer

        # Threads only: the device must not be used after a fork.
        enqueuer = OrderedEnqueuer(self._sequence, use_multiprocessing=False, shuffle=self._shuffle)
        enqueuer.start(workers=max(1, self._workers), max_queue_size=self._queue)
        try:
            yield from map(unpack, itertools.islice(enqueuer.get(), len(self._sequence)))
        finally:
            enqueuer.stop()

    def on_epoch_end(self) -> None:
        if self._workers <= 1 and not self._multiprocessing:
            self._sequence.on_epoch_end()


class ArrayBatches(Batches):
    """Arrays (or lists and dictionaries of them), cut into batches along the first axis."""

    def __init__(self, x: Any, y: Any, weights: Any, batch_size: int | None, steps: int | None, shuffle: Any) -> None:
        self._data = tuple(_arrays(v) for v in (x, y, weights))
        sizes = {len(a) for a in leaves(self._data)}
        if not sizes:
            raise ValueError("No data was given: `x` is None")
        if len(sizes) > 1:
            shapes = "\n".join(
                f"  {label} sizes: {', '.join(str(len(a)) for a in leaves(part))}"
                for label, part in zip(("x", "y", "sample_weight"), self._data)
                if part is not None
            )
            raise ValueError(f"Data cardinality is ambiguous:\n{shapes}\nMake sure all arrays contain the same number of samples.")
        self.samples = sizes.pop()
        if self.samples == 0:
            raise ValueError("Expected input data to be non-empty.")
        if steps and batch_size is None:
            batch_size = -(-self.samples // steps)
        self._batch = batch_size or 32
        self._shuffle = shuffle
        whole = -(-self.samples // self._batch)
        self.steps = whole if steps is None else steps

    def iterate(self) -> Iterator[Batch]:
        n, size = self.samples, self._batch
        starts = range(0, n, size)
        if not self._shuffle:
            for i in starts:
                yield map_leaves(lambda a, i=i: a[i : i + size], self._data)
        elif self._shuffle == "batch":
            for k in np.random.permutation(len(starts)):
                yield map_leaves(lambda a, i=int(k) * size: a[i : i + size], self._data)
        else:
            order = np.arange(n)
            np.random.shuffle(order)
            for i in starts:
                chosen = order[i : i + size]
                yield map_leaves(lambda a, chosen=chosen: a[chosen], self._data)


def _bounded(steps: int | None) -> int | None:
    return None if steps == UNBOUNDED else steps


def unpack(element: Any) -> Batch:
    """(x, y, sample_weight) of an element: a tuple or list of one to three parts, or x alone.

    Raises:
        ValueError: a tuple of more parts.
    """
    if isinstance(element, list):
        element = tuple(element)
    if not isinstance(element, tuple):
        return element, None, None
    if len(element) > 3 or not element:
        raise ValueError(f"Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, found: {element!r:.200}")
    return (*element, None, None)[:3]


def close(iterator: Any) -> None:
    """Close an iterator that can be closed, so that its threads end."""
    end = getattr(iterator, "close", None)
    if end is not None:
        end()


def _arrays(value: Any) -> Any:
    """Nests of arrays: pandas objects and eager tensors become arrays, a list of numbers becomes one array."""
    if value is None or isinstance(value, np.ndarray):
        return value
    if isinstance(value, dict):
        return {k: _arrays(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], (int, float, bool, np.number)):
            return np.asarray(value)
        if value and isinstance(value[0], (list, tuple)) and not any(hasattr(v, "shape") for v in value[0]):
            return np.asarray(value)
        return [_arrays(v) for v in value]
    if isinstance(value, Tensor):
        return as_array(value)
    if hasattr(value, "values") and hasattr(value, "index"):
        return np.asarray(value.values)
    if hasattr(value, "toarray"):
        return value.toarray()
    if hasattr(value, "shape"):
        return value  # an HDF5 matrix, sliced when needed
    raise ValueError(f"Failed to find data adapter that can handle input: {type(value)}")


def leaves(value: Any) -> list:
    """The arrays of a nest, in order; `None` is none."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [a for v in value.values() for a in leaves(v)]
    if isinstance(value, (list, tuple)):
        return [a for v in value for a in leaves(v)]
    return [value]


def map_leaves(function: Any, value: Any) -> Any:
    """The same nest with the function applied to each array."""
    if value is None:
        return None
    if isinstance(value, dict):
        return {k: map_leaves(function, v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map_leaves(function, v) for v in value)
    return function(value)
