"""Node: one step of a dataset, immutable; it knows the steps before it and how to iterate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import observe

INFINITE, UNKNOWN = -1, -2


class Run:
    """One pass of the user's over a dataset, with all the passes that it starts (`repeat` starts many).

    Attributes:
        calls: what the random calls of each step's function are at.
    """

    def __init__(self) -> None:
        self.calls: dict[Node, Any] = {}


class SpecUnknown(Exception):
    """The shape of the elements cannot be told without making one."""


class Node:
    """One step of a dataset. Subclasses define `_spec`, `cardinality` and `iterate`.

    Attributes:
        parents: the steps that it reads from.
        site: (file, line) where the user made it.
    """

    tf_name = ""
    """What TensorFlow calls such a dataset in its `repr`, where that is not the class's name."""

    def __init__(self, *parents: Node) -> None:
        self.parents = parents
        self.site = observe.user_site()
        self._known_spec: Any = None

    @property
    def parent(self) -> Node:
        """The only step that it reads from."""
        (parent,) = self.parents
        return parent

    @property
    def spec(self) -> Any:
        """The nest of `TensorSpec`s of its elements, found without making any.

        Raises:
            SpecUnknown: that is not possible.
        """
        if self._known_spec is None:
            try:
                self._known_spec = self._spec()
            except SpecUnknown:
                self._known_spec = SpecUnknown
        if self._known_spec is SpecUnknown:
            raise SpecUnknown
        return self._known_spec

    def _spec(self) -> Any:
        """The specs; a step that does not change elements need not define it."""
        return self.parent.spec

    def cardinality(self) -> int:
        """Number of elements, `INFINITE` or `UNKNOWN`; a step that does not change the number need not define it."""
        return self.parent.cardinality()

    def iterate(self, run: Run) -> Iterator[Any]:
        """A pass over the elements, as a part of the user's: nests of arrays that belong to the receiver. Closing it ends its threads.

        The passes over its parents begin now, not with the first element: that is when shuffles take their seeds.
        """
        return self.over(run, *(p.iterate(run) for p in self.parents))

    def over(self, run: Run, *elements: Any) -> Iterator[Any]:
        """A generator of the elements, from passes over its parents, which it closes."""
        raise NotImplementedError(type(self).__name__)
