"""Dataset.filter: the elements for which a predicate holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, Callable

import numpy as np

from ...registry import export
from ..dataset import Dataset
from ..function import UserFunction
from ..node import UNKNOWN, Node, Run


class Filter(Node):
    """Leaves out elements."""

    def __init__(self, parent: Node, predicate: Callable[..., Any]) -> None:
        super().__init__(parent)
        self._predicate = UserFunction(predicate, parent)

    def cardinality(self) -> int:
        return UNKNOWN

    def over(self, run: Run, elements: Iterator[Any]) -> Iterator[Any]:
        calls = self._predicate.calls(run, self)
        with closing(elements):  # type: ignore[type-var]
            for element in elements:
                keep = self._predicate.run(element, calls)
                if not isinstance(keep, np.ndarray) or keep.dtype != bool or keep.ndim:
                    raise ValueError(
                        f"`predicate` return type must be convertible to a scalar boolean tensor, and it returned {keep!r:.200}"
                    )
                if keep:
                    yield element
                del element


@export("tf.data.Dataset.filter")
def filter(dataset: Dataset, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
    """The elements for which `predicate` is true; it is called as a function given to `map` and returns a boolean scalar.

    Raises:
        ValueError: when iterated: it returned something else.
    """
    return Dataset(Filter(dataset._node, predicate))
