"""tf.keras.utils.timeseries_dataset_from_array: sliding windows over arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import InvalidArgumentError
from ...registry import export
from ..dataset import Dataset
from ..nest import to_arrays
from ..node import Node, Run
from ..passes import Indexed, IndexedPass, Mark, Pass
from ..spec import TensorSpec, array_spec

_NAME = "tf.keras.utils.timeseries_dataset_from_array"


class Windows(Node):
    """Windows over an array, and the targets that go with them.

    Args:
        steps: the array, cut to what windows are made of.
        targets: likewise, or `None`.
        starts: where each window begins.
        offsets: of a window's steps from there.
    """

    tf_name = "_PrefetchDataset"

    def __init__(self, steps: np.ndarray, targets: np.ndarray | None, starts: np.ndarray, offsets: np.ndarray) -> None:
        super().__init__()
        self._windows = _Windows(steps, targets, starts, offsets)
        self._fits = targets is None or not len(starts) or int(starts.max()) < len(targets)

    def _spec(self) -> Any:
        steps, targets = self._windows.steps, self._windows.targets
        windows = TensorSpec([None, *steps.shape[1:]], steps.dtype)
        return windows if targets is None else (windows, TensorSpec(targets.shape[1:], array_spec(targets).dtype))

    def cardinality(self) -> int:
        return len(self._windows)

    def _indexed(self) -> Indexed | None:
        return self._windows if self._fits else None

    def _begin(self, run: Run, mark: Mark) -> Pass:
        elements = IndexedPass(self._windows, mark)
        elements.stacks = False  # some windows have no target: those alone are errors
        return elements


class _Windows:
    """The windows by number."""

    def __init__(self, steps: np.ndarray, targets: np.ndarray | None, starts: np.ndarray, offsets: np.ndarray) -> None:
        self.steps, self.targets, self._starts, self._offsets = steps, targets, starts, offsets

    def __len__(self) -> int:
        return len(self._starts)

    def at(self, i: int) -> Any:
        start, targets = self._starts[i], self.targets
        window = np.take(self.steps, self._offsets + start, 0)
        if targets is None:
            return window
        if start >= len(targets):
            raise InvalidArgumentError(
                None,
                None,
                f"{_NAME}: `targets` must have an item for the start of each window; there is none for window {i}, which starts at "
                f"{start}: `start_index` and `end_index` leave {len(targets)} of them",
            )
        return window, np.array(targets[start])

    def gather(self, numbers: slice | Sequence[int]) -> Any:
        starts = self._starts[numbers]
        windows = np.take(self.steps, starts[:, None] + self._offsets, 0)
        return windows if self.targets is None else (windows, np.take(self.targets, starts, 0))


@export(_NAME, "tf.keras.preprocessing.timeseries_dataset_from_array")
def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
) -> Dataset:
    """A dataset of windows over an array whose first axis is time, in TensorFlow's own order for the same seed.

    Args:
        data: the steps, an array of any dtype.
        targets: `targets[i]` goes with the window that begins at step i; `None`: windows only.
        sequence_length: steps of a window.
        sequence_stride: steps from one window's beginning to that of the next.
        sampling_rate: steps from one of a window to the next.
        batch_size: windows in a batch; `None`: single windows.
        shuffle: windows in random order.
        seed: of the order.
        start_index: steps before this one are left out.
        end_index: this step and those behind it are left out.

    Returns:
        A dataset of windows, shape (batch, sequence_length, ...), or of (windows, targets); both keep their dtype.

    Raises:
        ValueError: a number is outside of what the data allow.
        InvalidArgumentError: a negative `sequence_length`, or, when iterated, a window that has no target.
    """
    n = len(data)
    _check_bounds(n, start_index, end_index)
    for name, value in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        if value <= 0:
            raise ValueError(f"`{name}` must be higher than 0. Received: {name}={value}")
        if value >= n:
            raise ValueError(f"`{name}` must be lower than the length of the data. Received: {name}={value}, for data of length {n}")
    first, last = 0 if start_index is None else start_index, n if end_index is None else end_index
    count = last - first - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets))
    starts = np.arange(0, count, sequence_stride, dtype=np.int32 if count < 2**31 - 1 else np.int64)
    if shuffle:
        drawn = np.random.randint(10**6) if seed is None else seed
        np.random.RandomState(drawn).shuffle(starts)
    if int(sequence_length) < 0:
        raise InvalidArgumentError(None, None, f"{_NAME}: `sequence_length` must not be negative; received {sequence_length}")
    rate = int(sampling_rate)
    offsets = np.arange(0, int(sequence_length) * rate, rate)
    dataset = Dataset(Windows(_part(data, first, last), None if targets is None else _part(targets, first, last), starts, offsets))
    if shuffle:
        dataset = dataset.shuffle(1024 if batch_size is None else batch_size * 8, seed=drawn)
    return dataset if batch_size is None else dataset.batch(batch_size)


def _part(values: Any, first: int, last: int) -> np.ndarray:
    return np.asarray(to_arrays(values[first:last]))


def _check_bounds(n: int, start: int | None, end: int | None) -> None:
    """Refuse bounds that lie outside of the data; 0 is none."""
    if start:
        if start < 0:
            raise ValueError(f"`start_index` must be 0 or greater. Received: start_index={start}")
        if start >= n:
            raise ValueError(
                f"`start_index` must be lower than the length of the data. Received: start_index={start}, for data of length {n}"
            )
    if end:
        if start and end <= start:
            raise ValueError(f"`end_index` must be higher than `start_index`. Received: start_index={start}, and end_index={end}")
        if end >= n:
            raise ValueError(f"`end_index` must be lower than the length of the data. Received: end_index={end}, for data of length {n}")
        if end <= 0:
            raise ValueError(f"`end_index` must be higher than 0. Received: end_index={end}")
