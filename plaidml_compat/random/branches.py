"""Which graph runs now: one of tf.cond and its like, or one that AutoGraph makes, where an `if`, `while` or `for` asks a tensor."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Iterator
from types import FrameType
from typing import Any, Callable

from ..call_sites import is_engine
from ..choice_hook import bind_choices
from ..trial_flag import in_trial
from .graphs import ELEMENT, CallsOfElement
from .source_branches import Construct, Position, construct_at, position


class Open:
    """A construct that a frame is in, which has asked a tensor.

    Args:
        frame: the program's.
        construct: what asks.
        outer: the graph that the op is in.
    """

    def __init__(self, frame: FrameType, construct: Construct, outer: CallsOfElement) -> None:
        self.frame, self.construct, self.asked = frame, construct, frame.f_lasti
        self.outer, self._op = outer, outer.next_op()
        self._graphs: dict[int, CallsOfElement] = {}

    def again(self) -> None:
        """The next round of a loop begins: its graphs are the same."""
        self._graphs = {}

    def graph_at(self, at: Position) -> CallsOfElement | None:
        """The graph of it that a position is in, or `None`."""
        number = self.construct.graph_at(at)
        if number is None:
            return None
        if number not in self._graphs:
            self._graphs[number] = self.outer.within(self._op, number)
        return self._graphs[number]


def _found(asking: tuple[int, int] | None = None) -> tuple[CallsOfElement | None, FrameType | None]:
    """The graph that runs now, and a frame of whose line it is not known whether that is so.

    Args:
        asking: the key of a construct that asks now: the graph that it stands in is looked for.
    """
    element = ELEMENT.get()
    if element is None:
        return None, None
    doubt = element.doubt
    if not element.open:
        return element, doubt
    running = set()
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        running.add(id(frame))
        frame = frame.f_back
    while True:
        for key, construct in list(element.open.items()):
            if id(construct.frame) not in running:
                del element.open[key]
            elif key != asking:
                at = position(construct.frame)
                if construct.construct.is_unsure(at):
                    doubt = construct.frame
                inner = construct.graph_at(at)
                if inner is not None:
                    element = inner
                    break
        else:
            return element, doubt


def current() -> CallsOfElement | None:
    """The graph that runs now; `None`: eagerly."""
    return _found()[0]


def drawing() -> CallsOfElement | None:
    """The same, for a random call: with a warning if it is not known."""
    element, doubt = _found()
    if doubt is not None and not in_trial():
        warnings.warn_explicit(
            "random numbers drawn here may not be TensorFlow's: which of AutoGraph's graphs they belong to cannot be told in a `while`'s "
            "condition, behind a conditional `return` within a branch or a loop and, before Python 3.11, where a branch stands in one line "
            "with its condition. Draw before it, use a line of its own, or write it with tf.cond and tf.while_loop",
            UserWarning,
            doubt.f_code.co_filename,
            doubt.f_lineno,
            registry=doubt.f_globals.setdefault("__warningregistry__", {}),
        )
    return element


class Graphs:
    """The graphs that one op consists of in TensorFlow: branches, or a loop's condition and body. Eagerly there are none."""

    def __init__(self) -> None:
        self._outer, self._doubt = _found()
        self._number = -1 if self._outer is None else self._outer.next_op()

    def run(self, which: int, function: Callable[..., Any], *args: Any, seed: Any = ...) -> Any:
        """`function(*args)`, as the graph of this number.

        Args:
            which: its number among the op's graphs.
            function: what it does.
            *args: what the function gets.
            seed: the global seed when it was traced, where that is not the one around it.
        """
        if self._outer is None:
            return function(*args)
        graph = self._outer.within(self._number, which, seed)
        graph.doubt = self._doubt
        token = ELEMENT.set(graph)
        try:
            return function(*args)
        finally:
            ELEMENT.reset(token)


def _asks(frame: FrameType, loops_over: bool) -> Open | None:
    """The construct of the program's that asks where a frame is, which goes on if it is a loop's next round, or begins."""
    construct = construct_at(frame, loops_over) if _is_converted(frame.f_code.co_filename) else None
    if construct is None:
        return None
    key = id(frame), id(construct)
    element = _found(key)[0]
    assert element is not None
    before = element.open.get(key)
    if before is not None and not loops_over:
        if construct.repeats:
            before.again()
            return before
        if before.asked < frame.f_lasti:  # another part of the same condition
            before.asked = frame.f_lasti
            return before
    made = element.open[key] = Open(frame, construct, element)
    return made


def _truth(value: bool) -> None:
    if ELEMENT.get() is None:
        return
    asking = _asks(sys._getframe(3), False)
    if asking is not None and asking.construct.repeats and not value:
        _closed(asking)


def _closed(asking: Open) -> None:
    element = asking.outer
    element.open = {key: v for key, v in element.open.items() if v is not asking}


def _elements(elements: Iterator[Any]) -> Iterator[Any]:
    asking = None if ELEMENT.get() is None else _asks(sys._getframe(3), True)
    return elements if asking is None else _rounds(elements, asking)


def _rounds(elements: Iterator[Any], asking: Open) -> Iterator[Any]:
    for element in elements:
        asking.again()
        yield element
    _closed(asking)


@functools.lru_cache(4096)
def _is_converted(file: str) -> bool:
    return not is_engine(file)


bind_choices(_truth, _elements)
