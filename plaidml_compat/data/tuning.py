"""Decides by measurement whether the elements of a map for AUTOTUNE are made in the consumer's thread or in several."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Callable

from .engine import ParallelMap, window_for
from .passes import Mark, Pass

WORTH_A_THREAD = 1e-4
"""Seconds from which an element may be worth a thread: handing it over and back takes up to half of that where threads sleep."""

_GAIN = 0.9
"""Threads pay if the consumer waits for an element at most this part of what making it in its own thread takes."""

_FIRST, _MANY, _REST = 3, 256, 64
"""Elements after the first that are measured at once and again and again; elements to leave threads alone after they did not pay."""


class Verdict:
    """What was measured, kept from one pass to the next.

    Attributes:
        threads: whether elements are made in threads.
        alone: seconds that an element takes in the consumer's thread.
        failures: how often threads did not pay.
    """

    def __init__(self) -> None:
        self.threads = False
        self.alone = 0.0
        self.failures = 0

    def aside(self) -> Verdict:
        """Nothing is known yet."""
        return Verdict()


class Tuned(Pass):
    """The elements of a pass, or of the same in threads, whichever is faster. Which, is seen in nothing but the time.

    Args:
        alone: makes them in the consumer's thread.
        in_threads: begins a pass that goes on in threads where `alone` is, and pulls from the pass that `alone` pulls from.
        workers: threads that it will have.
        ready: whether elements may be made in threads now.
        verdict: what earlier passes measured.
    """

    def __init__(
        self, alone: Pass, in_threads: Callable[[], ParallelMap], workers: int, ready: Callable[[], bool], verdict: Verdict
    ) -> None:
        super().__init__(alone)
        self._in_threads, self._window, self._ready, self._verdict = in_threads, window_for(workers), ready, verdict
        self._parallel = in_threads() if verdict.threads and ready() else None
        # The first element may load and compile what the others need: it is left out.
        self._measure(_MANY if self._parallel else _FIRST, after=1)

    def _measure(self, count: int, after: int = 0) -> None:
        """Judge after `count` elements, not counting some before them."""
        self._left, self._measured, self._seconds = count + after, count, 0.0

    def __next__(self) -> Any:
        begun = perf_counter()
        try:
            element = next(self._parallel or self.parent)
        except StopIteration:
            if self._parallel is None or self._parallel.pulls:
                raise
            self._parallel.end()
            self._parallel = None
            self._measure(_REST << min(self._verdict.failures, 10))
            return next(self)
        seconds = perf_counter() - begun
        if self._left <= self._measured:
            self._seconds += seconds
        self._left -= 1
        if not self._left:
            self._judge(self._seconds / self._measured)
        return element

    def _judge(self, seconds: float) -> None:
        """Go on here or there, after some elements that took the consumer so long each."""
        verdict = self._verdict
        if self._parallel is None:
            verdict.alone = seconds
            if seconds < WORTH_A_THREAD or not self._ready():
                self._measure(_MANY)
                return
            verdict.threads, self._parallel = True, self._in_threads()
            # Those of the first window were begun while nobody waited for them.
            self._measure(8 * self._window, after=2 * self._window)
        elif seconds <= verdict.alone * _GAIN:
            self._measure(_MANY)
        else:
            verdict.threads, self._parallel.pulls = False, False
            verdict.failures += 1
            self._measure(_MANY)  # those that are left there come first

    def mark(self) -> Mark:
        return (self._parallel or self.parent).mark()

    def skip(self, count: int, lazily: bool = False) -> int:
        return self.parent.skip(count, lazily) if self._parallel is None else super().skip(count, lazily)

    def close(self) -> None:
        if self._parallel is not None:
            self._parallel.end()
        super().close()
