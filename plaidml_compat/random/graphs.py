"""The random calls of a function that TensorFlow traces: each graph in it, a branch or a loop's body, numbers its own from 0 on."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Optional

from ._op_seeds import start, truncated
from .turnstile import Source


class GraphStream(Source):
    """The numbers of one random call in a graph: `GraphCalls.mark` has them."""

    lasting = False


class GraphCalls:
    """Where the random calls of a traced function are: for a dataset's function in one iterator, for a `tf.function` from call to call.

    Args:
        seed: the global seed of the graph.
    """

    def __init__(self, seed: int | None) -> None:
        self.seed = seed
        self._streams: dict[tuple, Source] = {}
        self._lock = threading.Lock()

    def mark(self) -> list[Any]:
        """Where the streams are, fit for JSON."""
        if not self._streams:
            return []
        with self._lock:
            streams = sorted(self._streams.items(), key=_by_place)
            # A call of the function itself is at one number, which is what older marks have.
            return [[p[0] if len(p) == 1 else list(p), seed, *kind, *stream.peek()] for (p, seed, kind), stream in streams]

    def go_on(self, mark: list[Any]) -> None:
        """Go on where others were, as `mark` told it."""
        with self._lock:
            self._streams = {(_place(m[0]), m[1], tuple(m[2:-2])): GraphStream((m[-2], m[-1])) for m in mark}

    def stream(self, key: tuple, pair: tuple[int, int] | None) -> Source:
        """The stream of a random call; it starts where an op with these seeds does."""
        with self._lock:
            if key not in self._streams:
                self._streams[key] = GraphStream(start(pair))
            return self._streams[key]

    @contextlib.contextmanager
    def element(self) -> Iterator[None]:
        """Run the function for one element, or call, in this block."""
        token = ELEMENT.set(CallsOfElement(self))
        try:
            yield
        finally:
            ELEMENT.reset(token)


def _place(marked: Any) -> tuple[int, ...]:
    return (marked,) if isinstance(marked, int) else tuple(marked)


def _by_place(stream: tuple) -> tuple[int, ...]:
    return stream[0][0]


class CallsOfElement:
    """Counts the random calls of one run of a graph: that of the function itself, or one within it.

    Args:
        calls: where the calls are.
        place: which graph it is: for each graph that it is in, the number of the op there, and which of that op's graphs.
        seed: the global seed when the graph was traced; that of the function by default.

    Attributes:
        seed: the same.
        open: what `branches` knows of the program's lines in it that have asked a tensor.
        doubt: a frame of whose line it is not known whether it belongs to this graph, or `None`.
    """

    def __init__(self, calls: GraphCalls, place: tuple[int, ...] = (), seed: Any = ...) -> None:
        self._calls, self._place = calls, place
        self.seed: int | None = calls.seed if seed is ... else seed
        self._unseeded = self._all = self._ops = 0
        self.open: dict[tuple[int, int], Any] = {}
        self.doubt: FrameType | None = None

    def stream(self, kind: tuple, op_seed: int | None) -> Source:
        """The stream of the next random call, of an op of that kind."""
        index, self._all = self._all, self._all + 1
        op_seed = self._numbered(op_seed)
        return self._calls.stream(((*self._place, index), op_seed, kind), truncated(self.seed, op_seed))

    def seed_pair(self, op_seed: int | None) -> tuple[int, int] | None:
        """The two seeds of a dataset made in the function; it is numbered among the random calls."""
        return truncated(self.seed, self._numbered(op_seed))

    def next_op(self) -> int:
        """The number of the next op that has graphs of its own."""
        number, self._ops = self._ops, self._ops + 1
        return number

    def within(self, op: int, which: int, seed: Any = ...) -> CallsOfElement:
        """A run of one of that op's graphs; its global seed is this one's, if it has none of its own."""
        return CallsOfElement(self._calls, (*self._place, op, which), self.seed if seed is ... else seed)

    def _numbered(self, op_seed: int | None) -> int | None:
        if op_seed is None and self.seed is not None:
            op_seed, self._unseeded = self._unseeded, self._unseeded + 1
        return op_seed


ELEMENT: contextvars.ContextVar[Optional[CallsOfElement]] = contextvars.ContextVar("plaidml_compat_graph_calls", default=None)
"""The random calls of the graph that runs now, for one element of a dataset or in one call of a `tf.function`."""
