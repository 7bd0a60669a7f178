"""The same elements as cycle.py gives, made ahead: each inner dataset is pulled in a thread of its own."""

from __future__ import annotations

import threading
from typing import Any

from ..random.no_draws import Drew, NoDraws
from ..random.turnstile import now
from . import memory
from .ahead import Ahead
from .cycle import Cycle, Slot
from .engine import workers_for
from .nested import Maker
from .node import Node, Run
from .passes import Mark, Pass

_FIRST = 2
_MOST = 16
"""Elements ahead of each inner dataset to begin with: a block of them, in these bounds; more while the consumer has to wait and memory
allows."""


class Draws:
    """Whether inner passes of a step were seen to draw random numbers: then its next pass does not begin in threads."""

    seen = False

    def aside(self) -> Draws:
        """Nothing was seen yet."""
        return Draws()


class ParallelCycle(Cycle):
    """The same elements, made ahead: each inner pass is pulled in a thread of its own, of which so many run at a time.

    As in TensorFlow, all places are filled at once, and an error takes the turn of an element. Threads would draw random numbers in any
    order. The first that wants to is stopped, all inner passes go on from where the consumer is, and from there on as without threads.

    Args:
        workers: `num_parallel_calls`.
        run: the user's pass: its threads and memory.
        draws: what earlier passes found out.
    """

    def __init__(self, elements: Pass, maker: Maker, length: int, block: int, mark: Mark, workers: int, run: Run, draws: Draws) -> None:
        n = workers_for(workers, run.threads)
        self._turns = threading.Semaphore(n) if n < length else None
        self._memory, self._length, self._draws = run.memory, length, draws
        self._threads, self._started = not draws.seen, False
        super().__init__(elements, maker, length, block, mark)

    def __next__(self) -> Any:
        if not self._started:
            self._start()
        try:
            return super().__next__()
        except Drew:
            self._draws.seen = True
            self._end_threads()
            return super().__next__()

    def _start(self) -> None:
        self._started = True
        at = self._at
        for i in range(self._length):
            if self._ended:
                break
            self._at = (at + i) % self._length
            if self._slots[self._at] is None:
                self._fill()
        self._at = at if at < len(self._slots) else 0
        for _, slot in self._opened():
            if isinstance(slot.elements, Ahead):
                slot.elements.start()

    def _end_threads(self) -> None:
        self._threads, self._noted = False, None
        inner = self._maker.inner()
        for _, slot in self._opened():
            if slot.made is not None:
                mark = slot.mark()
                slot.elements.close()
                slot.elements = self._maker.begin(slot.made, mark)
        self._maker.inner_on(inner)

    def _filled(self, mark: Mark = None) -> Slot:
        slot = Slot(self._pulled, self.parent.mark(), self._maker.drawn())
        try:
            element = self._pull()
            first = now()
            slot.made = self._maker.make(element)
            slot.elements = self._begun(slot.made, mark, (first, now()))
        except StopIteration:
            raise
        except Exception as e:
            slot.made, slot.elements = None, _Failure(e, mark)
        return slot

    def _begun(self, made: Node, mark: Mark, own: tuple[int, int]) -> Pass:
        if not self._threads:
            return self._maker.begin(made, mark)
        if self._memory is None:
            self._memory = memory.budget()
        draws = NoDraws(own)
        with draws.running():  # threads that the pass has itself must not draw either
            inner = self._maker.begin(made, mark)
        draws.strict = True
        elements = _Alone(inner, draws, self._turns)
        ahead = Ahead(elements, max(_FIRST, min(self._block, _MOST)), True, max(1, self._memory // self._length))
        if self._started:
            ahead.start()
        return ahead

    def _emptied(self, slot: Slot) -> None:
        self._noted = None
        place = self._at
        slot.elements.close()
        self._slots[place] = None
        self._open -= 1
        if not self._ended:
            self._fill()
        if place < len(self._slots):
            self._next_place()
        else:
            self._at = self._taken = 0

    def _failed(self) -> None:
        super()._failed()
        self._taken += 1
        if self._taken == self._block:
            self._next_place()


class _Alone(Pass):
    """Pulls elements in a thread: while it has one of the turns, and without drawing."""

    def __init__(self, elements: Pass, draws: NoDraws, turns: threading.Semaphore | None) -> None:
        super().__init__(elements)
        self._draws, self._turns = draws, turns

    def __next__(self) -> Any:
        turns = self._turns
        if turns is not None:
            turns.acquire()
        try:
            with self._draws.running():
                return next(self.parent)
        finally:
            if turns is not None:
                turns.release()

    def mark(self) -> Mark:
        return self.parent.mark()


class _Failure(Pass):
    """Raises the error for which there is no inner dataset."""

    def __init__(self, error: Exception, raised: Mark) -> None:
        super().__init__()
        self._error, self._raised = error, bool(raised)

    def __next__(self) -> Any:
        if self._raised:
            raise StopIteration
        self._raised = True
        raise self._error

    def mark(self) -> Mark:
        return int(self._raised)
