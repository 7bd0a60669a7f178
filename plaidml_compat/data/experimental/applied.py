"""tf.data.experimental: functions that return what `Dataset.apply` takes, where the same is a method of datasets."""

from __future__ import annotations

from typing import Any, Callable

from ...errors import InvalidArgumentError
from ...registry import export
from ..dataset import Dataset, scalar_int
from .copy_to_device import copy_to_device

Transformation = Callable[[Dataset], Dataset]
_HERE = "tf.data.experimental."


@export("tf.data.experimental.ignore_errors")
def ignore_errors(log_warning: bool = False) -> Transformation:
    """`Dataset.ignore_errors`, for `Dataset.apply`."""
    return lambda dataset: dataset.ignore_errors(log_warning)


@export("tf.data.experimental.unbatch")
def unbatch() -> Transformation:
    """`Dataset.unbatch`, for `Dataset.apply`."""
    return lambda dataset: dataset.unbatch()


@export("tf.data.experimental.enumerate_dataset")
def enumerate_dataset(start: int = 0) -> Transformation:
    """`Dataset.enumerate`, for `Dataset.apply`."""
    return lambda dataset: dataset.enumerate(start)


@export("tf.data.experimental.dense_to_ragged_batch")
def dense_to_ragged_batch(batch_size: int, drop_remainder: bool = False, row_splits_dtype: Any = "int64") -> Transformation:
    """`Dataset.ragged_batch`, for `Dataset.apply`."""
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


@export("tf.data.experimental.shuffle_and_repeat", draws=True)
def shuffle_and_repeat(buffer_size: int, count: int | None = None, seed: int | None = None) -> Transformation:
    """`Dataset.shuffle`, then `Dataset.repeat`, for `Dataset.apply`.

    Args:
        buffer_size: elements in the buffer.
        count: how often; `None` or -1: without end.
        seed: of the order.

    Raises:
        InvalidArgumentError: when applied: `count` is 0 or below -1, or `buffer_size` is not positive.
    """

    def apply(dataset: Dataset) -> Dataset:
        shuffled = dataset.shuffle(buffer_size, seed)
        n = -1 if count is None else scalar_int(count, f"{_HERE}shuffle_and_repeat: `count`")
        if n == 0 or n < -1:
            raise InvalidArgumentError(
                None, None, f"{_HERE}shuffle_and_repeat: count must be greater than zero or equal to -1; received {n}"
            )
        return shuffled.repeat(n)

    return apply


@export("tf.data.experimental.map_and_batch")
def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: int,
    num_parallel_batches: int | None = None,
    drop_remainder: bool = False,
    num_parallel_calls: int | None = None,
) -> Transformation:
    """`Dataset.map`, then `Dataset.batch`, for `Dataset.apply`.

    Args:
        map_func: a function of an element.
        batch_size: elements in a batch.
        num_parallel_batches: as many batches at a time (instead of `num_parallel_calls`).
        drop_remainder: leave out a last batch that is smaller.
        num_parallel_calls: as many elements at a time; by default those of a batch.

    Raises:
        ValueError: both kinds of parallelism were given.
        InvalidArgumentError: when applied: `batch_size` or `num_parallel_calls` is not positive.
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            f"{_HERE}map_and_batch: `map_and_batch` allows only one of `num_parallel_batches` and `num_parallel_calls` to be set; "
            f"received {num_parallel_batches} and {num_parallel_calls}"
        )

    def apply(dataset: Dataset) -> Dataset:
        calls = batch_size * (num_parallel_batches or 1) if num_parallel_calls is None else num_parallel_calls
        return dataset.map(map_func, calls).batch(batch_size, drop_remainder)

    return apply


@export("tf.data.experimental.prefetch_to_device")
def prefetch_to_device(device: str, buffer_size: int | None = None) -> Transformation:
    """`copy_to_device`, then `Dataset.prefetch`, for `Dataset.apply`; `buffer_size` by default as for `tf.data.AUTOTUNE`."""
    return lambda dataset: dataset.apply(copy_to_device(device)).prefetch(buffer_size)
