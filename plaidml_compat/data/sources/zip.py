"""Dataset.zip: elements of several datasets side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

from ...registry import export
from ..dataset import Dataset, check_dataset, source
from ..nest import leaves, map_nest
from ..node import INFINITE, UNKNOWN, Node, Run
from ..transforms.batch import rebuild


class Zip(Node):
    """A nest of elements; ends with the first dataset that ends."""

    def __init__(self, nodes: Any) -> None:
        super().__init__(*leaves(nodes))
        self._nest = nodes

    def _spec(self) -> Any:
        return map_nest(lambda n: n.spec, self._nest)

    def cardinality(self) -> int:
        n = [p.cardinality() for p in self.parents]
        if UNKNOWN in n:
            return UNKNOWN
        return min((x for x in n if x != INFINITE), default=INFINITE)

    def over(self, run: Run, *elements: Iterator[Any]) -> Iterator[Any]:
        with ExitStack() as stack:
            for column in elements:
                stack.enter_context(closing(column))  # type: ignore[type-var]
            for parts in zip(*elements):
                yield rebuild(self._nest, list(parts))
                del parts


@export("tf.data.Dataset.zip")
@source
def zip_datasets(*args: Any, datasets: Any = None, name: str | None = None) -> Dataset:
    """One dataset from several: its elements are nests of theirs, in the structure of the arguments.

    Args:
        *args: datasets, or one nest of datasets.
        datasets: the nest, as a keyword.
        name: ignored.

    Raises:
        TypeError: nothing was given, or both forms, or something that is no dataset.
    """
    if not args and datasets is None:
        raise TypeError("Must pass at least one dataset to `zip`.")
    if args and datasets is not None:
        raise TypeError("Both `*args` and `datasets` cannot be set.")
    nest = datasets if datasets is not None else args[0] if len(args) == 1 else args
    if isinstance(nest, list):
        raise TypeError(
            f"Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset` objects. "
            f"Python `list` is not supported and you should use `tuple` instead. Got {nest!r}."
        )
    return Dataset(Zip(map_nest(lambda d: check_dataset(d, "tf.data.Dataset.zip: each of the inputs")._node, nest)))
