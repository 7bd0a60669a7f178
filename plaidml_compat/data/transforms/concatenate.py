"""Dataset.concatenate: the elements of one dataset after those of another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

from ...registry import export
from ..dataset import Dataset, check_dataset
from ..nest import leaves, map_nest, same_structure
from ..node import INFINITE, UNKNOWN, Node, Run, SpecUnknown
from ..spec import TensorSpec, common_shape


class Concatenate(Node):
    """One after the other."""

    def _spec(self) -> Any:
        first, second = (p.spec for p in self.parents)
        if not same_structure(first, second) or any(a.dtype != b.dtype for a, b in zip(leaves(first), leaves(second))):
            raise TypeError(
                "tf.data.Dataset.concatenate: both datasets must have elements of the same structure and dtypes; "
                f"received {first!r} and {second!r}"
            )
        return map_nest(lambda a, b: TensorSpec(common_shape(a.shape, b.shape), a.dtype), first, second)

    def cardinality(self) -> int:
        n = [p.cardinality() for p in self.parents]
        return INFINITE if INFINITE in n else UNKNOWN if UNKNOWN in n else sum(n)

    def iterate(self, run: Run) -> Iterator[Any]:
        return self.over(run, self.parents[0].iterate(run))

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        with closing(elements):  # type: ignore[type-var]
            yield from elements
        # As in TensorFlow, the second dataset's pass begins when it is reached.
        with closing(self.parents[1].iterate(run)) as elements:  # type: ignore[type-var]
            yield from elements


@export("tf.data.Dataset.concatenate")
def concatenate(dataset: Dataset, other: Dataset = None, name: str | None = None, **renamed: Any) -> Dataset:  # type: ignore[assignment]
    """The elements of `dataset`, then those of another.

    Raises:
        TypeError: their elements differ in structure or dtype.
    """
    other = renamed.pop("dataset_to_concatenate", other)
    node = Concatenate(dataset._node, check_dataset(other, "tf.data.Dataset.concatenate: its argument")._node)
    with suppress(SpecUnknown):
        node.spec  # noqa: B018  (refuses datasets that do not match)
    return Dataset(node)
