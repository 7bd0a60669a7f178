"""Work in threads whose order nobody knows: it must not draw random numbers, and is stopped when it wants to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Callable

from .graphs import GraphStream
from .turnstile import _TURN, Source


class Drew(BaseException):
    """Something wanted to draw."""


class NoDraws:
    """Stands where a turn stands. What was made for this work alone may be drawn from: its numbers follow from it alone.

    Args:
        own: the numbers of the sources that were made for it: from the first, up to but without the second.

    Attributes:
        strict: whether it refuses; until then everything is drawn as without it.
    """

    def __init__(self, own: tuple[int, int]) -> None:
        self._first, self._end = own
        self._session, self._outer = self, _TURN.get()
        self.strict = False

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Refuse draws in the block, in this context."""
        token = _TURN.set(self)  # type: ignore[arg-type]
        try:
            yield
        finally:
            _TURN.reset(token)

    def peek(self, source: Source) -> Any:
        """The state of a source.

        Raises:
            Drew: it is not its own.
        """
        if not self.strict:
            return source._state if self._outer is None else self._outer.peek(source)
        if not self._first <= source.number < self._end or isinstance(source, GraphStream):
            raise Drew
        return source._state

    def advance(self, source: Source, step: Callable[[Any], Any]) -> Any:
        """As `Source.advance`."""
        if not self.strict:
            token = _TURN.set(self._outer)
            try:
                return source.advance(step)
            finally:
                _TURN.reset(token)
        before = self.peek(source)
        with source._lock:
            source._state = step(before)
        return before

    def _drawn(self, turn: Any, source: Source, state: Any) -> None:
        with source._lock:
            source._state = state
