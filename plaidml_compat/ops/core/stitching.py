"""tf.dynamic_stitch: rows from several tensors, put where indices say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from ...registry import Sample, op
from ...tensor import TensorLike
from ._checks import invalid


def _samples() -> Iterator[Sample]:
    i = partial(np.array, dtype=np.int32)
    f = partial(np.array, dtype=np.float32)
    yield Sample("rows", ([i([0, 2]), i([[1, 3]])], [i([[1, 2], [3, 4]]), i([[[5, 6], [7, 8]]])]))
    yield Sample("scalar", ([i(1), i([0, 2])], [f(1), f([2, 3])]))
    yield Sample("twice", ([i([0, 1]), i([1])], [f([1, 2]), f([3])]))


def _check(indices: Any, data: Any, name: str | None = None) -> None:
    if not indices:
        raise invalid("tf.dynamic_stitch: there is nothing to stitch; received no tensors")
    if len(indices) != len(data):
        raise ValueError(f"tf.dynamic_stitch: `data` must have a tensor for each of `indices`; received {len(indices)} and {len(data)}")
    for i in indices:
        if str(i.dtype) != "int32":
            raise TypeError(f"tf.dynamic_stitch: `indices` must be int32; received {i.dtype}")
    kinds = {str(d.dtype) for d in data}
    if len(kinds) > 1:
        raise invalid(f"tf.dynamic_stitch: all of `data` must have one dtype; received {', '.join(sorted(kinds))}")
    shapes = [(tuple(i.shape), tuple(d.shape)) for i, d in zip(indices, data)]
    for n, (of_indices, of_data) in enumerate(shapes):
        if of_data[: len(of_indices)] != of_indices:
            raise invalid(f"tf.dynamic_stitch: data[{n}].shape = {of_data} does not start with indices[{n}].shape = {of_indices}")
        if of_data[len(of_indices) :] != shapes[0][1][len(shapes[0][0]) :]:
            raise invalid(f"tf.dynamic_stitch: the rows of data[{n}] are of another shape than those of data[0]; received {of_data}")


@op("tf.dynamic_stitch", check=_check, samples=_samples, parity="bit-equal")
def dynamic_stitch(indices: Sequence[TensorLike], data: Sequence[TensorLike], name: str | None = None) -> TensorLike:
    """One tensor of the rows of `data`: row `data[m][i]` stands at `indices[m][i]`, the last one where several would.

    Args:
        indices: int32, any shapes.
        data: of one dtype; each shape begins with that of its indices.
        name: ignored.

    Raises:
        InvalidArgumentError: shapes or dtypes do not fit, or an index is negative.
        ValueError: other numbers of indices and data.
        TypeError: indices are not int32.
    """
    row = data[0].shape[indices[0].ndim :]
    numbers = np.concatenate([i.ravel() for i in indices])
    if numbers.size and numbers.min() < 0:
        raise invalid(f"tf.dynamic_stitch: an index is out of range; received {numbers.min()}")
    # TensorFlow leaves rows that nobody names as the memory was.
    result = np.zeros((int(numbers.max(initial=-1)) + 1, *row), data[0].dtype)
    for i, d in zip(indices, data):
        result[i.ravel()] = d.reshape(-1, *row)
    return result
