"""tf.data.experimental.at: one element by its number."""

from __future__ import annotations

from typing import Any

from ...errors import FailedPreconditionError, OutOfRangeError, UnimplementedError
from ...exceptions import UnsupportedArgumentError
from ...registry import export
from ..dataset import Dataset, check_dataset, scalar_int
from ..nest import to_tensors
from ..node import INFINITE, UNKNOWN, Node
from ..running import run_of
from ..transforms.shuffle import Shuffle

_METHOD = "tf.data.experimental.at"


@export(_METHOD)
def at(dataset: Dataset, index: int) -> Any:
    """The element of that number, a nest of tensors.

    Of arrays, ranges and what takes, skips, zips or shards them it is had at once; elsewhere the elements before it are made too.

    Args:
        dataset: a dataset of known size.
        index: from 0.

    Raises:
        OutOfRangeError: there is no such element.
        UnimplementedError: the size of the dataset is not known.
        FailedPreconditionError: it is without end.
        UnsupportedArgumentError: it is shuffled: TensorFlow numbers such elements in an order that no iteration has.
    """
    node = check_dataset(dataset, f"{_METHOD}: `dataset`")._node
    i, n = scalar_int(index, f"{_METHOD}: `index`"), node.cardinality()
    if n == INFINITE:
        raise FailedPreconditionError(None, None, f"{_METHOD}: a dataset with infinite cardinality does not support random access")
    if n == UNKNOWN:
        raise UnimplementedError(
            None,
            None,
            f"{_METHOD}: Random access is not implemented for this dataset: its size is unknown. Use dataset.skip({i}).take(1)",
        )
    if not 0 <= i < n:
        raise OutOfRangeError(None, None, f"{_METHOD}: Index out of range [0, {n}): {i}")
    indexed = node.indexed()
    if indexed is not None:
        return to_tensors(indexed.at(i))
    if _shuffled(node):
        raise UnsupportedArgumentError(
            _METHOD,
            "TensorFlow numbers the elements of a shuffled dataset in another order than that of an iteration, which is not built",
            "Iterate over the dataset",
        )
    elements = node.begin(run_of(node))
    try:
        elements.skip(i)
        return to_tensors(next(elements))
    finally:
        elements.close()


def _shuffled(node: Node) -> bool:
    return isinstance(node, Shuffle) or any(isinstance(step, Shuffle) for step in node.above())
