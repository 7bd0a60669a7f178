"""Elements a second of a pipeline as it is, without a trace and without instruments."""

from __future__ import annotations

from contextlib import closing
from typing import Callable

from ..node import Node
from ..running import run_of
from .aside import aside

Clock = Callable[[], float]


def separated(node: Node) -> Node:
    """The pipeline for passes that leave no trace."""
    return node.aside(tuple(separated(p) for p in node.parents))


def counted(node: Node, seconds: float, clock: Clock) -> tuple[int, float]:
    """Take elements for so many seconds, pass after pass, each after its first element.

    Returns:
        How many, and in how many seconds; 0 of them where passes have one element at most.
    """
    with aside():
        made = separated(node)
        count, took = 0, 0.0
        while took < seconds:
            with closing(made.begin(run_of(node))) as elements:
                if next(elements, None) is None:
                    return 0, 0.0
                begun, n = clock(), 0
                while took + clock() - begun < seconds and next(elements, None) is not None:
                    n += 1
                count, took = count + n, took + max(clock() - begun, 1e-9)
                if not n:
                    return count, took
    return count, took
