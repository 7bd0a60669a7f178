"""Dataset.unbatch: the slices of each element along its first axis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

from ...errors import InvalidArgumentError
from ...registry import export
from ..dataset import Dataset
from ..nest import leaves, map_nest
from ..node import UNKNOWN, Node, Run, SpecUnknown
from ..spec import TensorSpec, without_leading


class Unbatch(Node):
    """Splits elements."""

    def _spec(self) -> Any:
        for s in leaves(self.parent.spec):
            if isinstance(s, TensorSpec) and s.shape.rank == 0:
                raise ValueError("Cannot unbatch an input with scalar components.")
        return map_nest(lambda s: without_leading(s) if isinstance(s, TensorSpec) else s, self.parent.spec)

    def cardinality(self) -> int:
        n = self.parent.cardinality()
        if n <= 0:
            return n
        try:
            sizes = {s.shape[0] for s in leaves(self.parent.spec) if s.shape.rank}
        except SpecUnknown:
            return UNKNOWN
        size = sizes.pop() if len(sizes) == 1 else None
        return UNKNOWN if size is None else n * size

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        with closing(elements):  # type: ignore[type-var]
            for element in elements:
                sizes = {len(a) if a.ndim else -1 for a in leaves(element)}
                if len(sizes) != 1 or -1 in sizes:
                    raise InvalidArgumentError(
                        None,
                        None,
                        "tf.data.Dataset.unbatch: Input element must have the same batch size in each component; "
                        f"received shapes {[a.shape for a in leaves(element)]}",
                    )
                for i in range(sizes.pop()):
                    yield map_nest(lambda a, i=i: a[i, ...].copy(), element)


@export("tf.data.Dataset.unbatch")
def unbatch(dataset: Dataset, name: str | None = None) -> Dataset:
    """Split each element along its first axis.

    Raises:
        ValueError: a component is a scalar.
        InvalidArgumentError: when iterated: the components of an element differ in their first size.
    """
    node = Unbatch(dataset._node)
    with suppress(SpecUnknown):
        node.spec  # noqa: B018  (refuses scalars)
    return Dataset(node)
