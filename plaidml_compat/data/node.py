"""Node: one step of a dataset, immutable; it knows the steps before it and begins passes over its elements."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Optional

from .. import observe
from ..trial_flag import in_trial
from .passes import Indexed, IndexedPass, Mark, Pass
from .user_calls import noted

INFINITE, UNKNOWN = -1, -2


class Run:
    """One pass of the user's over a dataset, with all the passes that it starts (`repeat` starts many).

    Attributes:
        calls: what the random calls of each step's function are at.
        captured: the same for steps made outside of the functions that make datasets of them.
        threads: how many threads its steps may use each, where the options say so; `None`: the machine's.
        memory: bytes that elements made ahead may take, where the options say so; `None`: a part of the machine's.
        tunes: whether AUTOTUNE measures; otherwise it means all threads.
        within: threads that one call of a function may use for its images, where the options say so; `None`: the machine's.
    """

    def __init__(self, threads: int | None = None, memory: int | None = None, tunes: bool = True, within: int | None = None) -> None:
        self.calls: dict[Any, Any] = {}
        self.captured: dict[Any, Any] = {}
        self.threads, self.memory, self.tunes, self.within = threads, memory, tunes, within

    def branch(self, node: Node, i: int) -> Run:
        """The part of it above the i-th parent of a step that has several: as in TensorFlow, a step that is at two places of a pipeline
        has random calls of its own at each."""
        return self._part((node, i), Run)

    def inner(self) -> Run:
        """The part of it in the datasets that functions make."""
        return self._part("inner", _InnerRun)

    def calls_of(self, made_within: bool) -> dict[Any, Any]:
        """`calls`, for a function that was given to a dataset within another one's function, or outside of all."""
        return self.calls

    def _part(self, key: Any, kind: type[Run]) -> Run:
        made = self.calls.get(key)
        if made is None:
            made = self.calls[key] = kind(self.threads, self.memory, self.tunes, self.within)
            made.captured = self.captured
        return made


class _InnerRun(Run):
    """As in TensorFlow, a function is the same one at all places there; one from outside even for all functions that make datasets."""

    def branch(self, node: Node, i: int) -> Run:
        return self

    def inner(self) -> Run:
        return self

    def calls_of(self, made_within: bool) -> dict[Any, Any]:
        return self.calls if made_within else self.captured


class SpecUnknown(Exception):
    """The shape of the elements cannot be told without making one."""


class Node:
    """One step of a dataset. Subclasses define `_spec`, `cardinality` and `_begin`.

    Attributes:
        parents: the steps that it reads from.
        site: (file, line) where the user made it.
        made_by: the functions that made it, the user's method among them, from the innermost outwards.
        call: the user's call that made it; `None`: nobody knows.
        is_inner: whether that call made other steps behind it.
        is_made_up: whether it was made in a trial run, of made-up elements: its sizes and number are theirs.
    """

    tf_name = ""
    """What TensorFlow calls such a dataset in its `repr`, where that is not the class's name, with `_` before it and `Dataset` behind."""

    def __init__(self, *parents: Node) -> None:
        self.parents = parents
        self.site, self.is_inner = observe.user_site(), False
        self.made_by, self.call = noted(self)
        self.is_made_up = in_trial()
        self._known_spec: Any = None
        self._known_index: Any = ...

    @property
    def draws_anew(self) -> bool:
        """Whether random numbers of its own, not of a function, make each pass over it another one."""
        return False

    @property
    def parent(self) -> Node:
        """The only step that it reads from."""
        (parent,) = self.parents
        return parent

    def above(self) -> Iterator[Node]:
        """The steps that it reads from, and those that they read from: each once, however many ways lead there."""
        seen, todo = set(), list(self.parents)
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                yield node
                todo += node.parents

    def over(self, parents: tuple[Node, ...]) -> Node:
        """The same step over other steps, whose elements have the same specs."""
        made = copy.copy(self)
        made.parents = parents
        if parents:
            made._known_index = ...
        return made

    def aside(self, parents: tuple[Node, ...]) -> Node:
        """The same step over other steps, for passes that leave no trace: what they write, keep and learn is their own, or nothing.

        Attributes that passes change, as functions are, have an `aside()` of their own, which gives one apart. A step that writes
        elsewhere, or whose passes change what has none, defines this.
        """
        made = self.over(parents)
        for name, value in vars(self).items():
            if hasattr(type(value), "aside"):
                setattr(made, name, value.aside())
        return made

    def writes(self) -> bool:
        """Whether the user's next pass keeps or writes elements, and one aside does not."""
        return False

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

    def begin(self, run: Run, mark: Mark = None) -> Pass:
        """A pass over the elements, as a part of the user's.

        The passes over its parents begin now, not with the first element: that is when shuffles take their seeds.

        Args:
            run: the user's pass.
            mark: where to go on, as `Pass.mark()` told it; `None`: at the start.
        """
        indexed = self.indexed()
        return self._begin(run, mark) if indexed is None else IndexedPass(indexed, mark)

    def _begin(self, run: Run, mark: Mark) -> Pass:
        """The same for a step that is not indexed."""
        raise NotImplementedError(type(self).__name__)

    def indexed(self) -> Optional[Indexed]:
        """Its elements by number, where every one can be had at once and without side effects; else `None`."""
        if self._known_index is ...:
            self._known_index = self._indexed()
        return self._known_index

    def _indexed(self) -> Optional[Indexed]:
        """The same, looked for once; a step that is never indexed need not define it."""
        return None
