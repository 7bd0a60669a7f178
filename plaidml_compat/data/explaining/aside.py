"""Passes over a dataset that leave no trace: what they draw, set or count is as if it had not been, and nothing is written."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from ... import observe, random
from ...random.traces import undone
from ..cycle_ahead import Draws
from ..function import Traced, UserFunction
from ..node import Node
from ..transforms.cache import Cache
from ..transforms.interleave import Interleave
from ..transforms.map import Map
from ..transforms.snapshot import Snapshot
from ..tuning import Verdict
from .calls import call_of, functions_of
from .contents import global_generators_kept


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """What happens in the block draws, changes and counts nothing, and warns nobody."""
    with observe.muted(), random.discarded(), undone(), global_generators_kept():
        yield


class _NotKept:
    """A cache's place that keeps nothing."""

    early, start, identity = False, None, ""

    def kept(self) -> None:
        """There is nothing."""

    def writing(self) -> _NotKept:
        """Nothing is kept of a pass."""
        return self

    def add(self, element: Any) -> Any:
        """Hand it on."""
        return element

    def finish(self) -> None:
        """There are no more."""

    def drop(self) -> None:
        """Keep nothing."""


def over(node: Node, parents: tuple[Node, ...]) -> Node:
    """The same step over other steps."""
    made = copy.copy(node)
    made.parents = parents
    if parents:
        made._known_index = ...
    return made


def anew(node: Node, parents: tuple[Node, ...]) -> Node:
    """The same step over steps of other specs, which are found anew."""
    made = over(node, parents)
    made._known_spec = None
    return made


def separate(node: Node, parents: tuple[Node, ...]) -> Node:
    """The same step for a pass that leaves no trace: what it writes, keeps and learns is its own."""
    made = over(node, parents)
    if isinstance(made, Cache) and made.place.kept() is None:
        made.place = _NotKept()
    if isinstance(made, Snapshot) and made.opened() is None:
        return parents[0]
    if isinstance(made, Map):
        made._verdict = Verdict()
    if isinstance(made, Interleave):
        made._draws = Draws()
    for name, function in functions_of(node):
        setattr(made, name, separate_function(function))
    return made


def separate_function(function: UserFunction) -> UserFunction:
    """The same function, which decides and learns for itself from now on."""
    made = copy.copy(function)
    made.traced = traced = copy.copy(function.traced)
    traced.trace = made._trace = _copied(function.traced)
    return made


def _copied(traced: Traced) -> Any:
    trace = type(traced.trace)()
    trace.decided, trace.sees_state = dict(traced.trace.decided), traced.trace.sees_state
    return trace


def what_is_left_out(node: Node) -> list[str]:
    """What passes of the user's write, and these do not."""
    found = []
    for step in (node, *node.above()):
        if isinstance(step, Cache) and step.place.kept() is None:
            found.append(call_of(step))
        if isinstance(step, Snapshot) and step.opened() is None:
            found.append("snapshot()")
    return found
