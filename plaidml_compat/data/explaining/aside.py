"""Passes over a dataset that leave no trace: what they draw, set or count is as if it had not been, and nothing is written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ... import observe, random
from ...random import global_generators
from ...random.traces import undone
from ..node import Node
from .calls import call_of


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """What happens in the block draws, changes and counts nothing, and warns nobody."""
    with observe.muted(), random.discarded(), undone(), global_generators.kept():
        yield


def anew(node: Node, parents: tuple[Node, ...]) -> Node:
    """The same step over steps of other specs, which are found anew."""
    made = node.over(parents)
    made._known_spec = None
    return made


def what_is_left_out(node: Node) -> list[str]:
    """What passes of the user's write, and these do not."""
    return [call_of(step) for step in (node, *node.above()) if step.writes()]
