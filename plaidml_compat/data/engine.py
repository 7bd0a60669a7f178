"""Runs datasets in threads: elements in parallel and in order, and ahead of their consumer.

Both generators own their threads: closing them (which dropping them does) ends the threads. Nothing that a thread refers
to leads back to its generator.
"""

from __future__ import annotations

import contextlib
import contextvars
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, Callable

from .. import random, threads
from ..random.turnstile import Cancelled, Turn

_PATIENCE = 2.0
"""Seconds to wait for threads to end; a user's function may be blocked for longer. They are daemons, and end when it returns."""

_LOOK = 0.5
"""Seconds after which who waits looks for ctrl-C: one that comes just before a wait does not end it."""

MOST_PER_CORE = 4
"""Threads an explicit `num_parallel_calls` gets at most, for each core."""


def workers_for(num_parallel_calls: int) -> int:
    """Threads for a `num_parallel_calls`: the cores for AUTOTUNE (-1)."""
    n = int(num_parallel_calls)
    return threads.cores() if n < 0 else max(1, min(n, MOST_PER_CORE * threads.cores()))


class _Task:
    """One element in work: its function runs under its turn in a copy of the consumer's context."""

    def __init__(self, element: Any, turn: Turn, context: contextvars.Context) -> None:
        self.element, self.turn, self._context = element, turn, context
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self, function: Callable[[Any], Any]) -> None:
        try:
            self._context.run(self.run_here, function)
        except Cancelled:
            pass
        finally:
            self.done.set()

    def run_here(self, function: Callable[[Any], Any]) -> None:
        self.error = None
        try:
            with self.turn.running():
                self.result = function(self.element)
        except Cancelled:
            raise
        except BaseException as e:
            self.error = e


def _work(tasks: queue.SimpleQueue, function: Callable[[Any], Any], stop: threading.Event) -> None:
    threads.mark_worker()
    while True:
        task = tasks.get()
        if task is None or stop.is_set():
            return
        task.run(function)
        del task  # its arrays must not outlive their consumer in this frame


def parallel_map(elements: Iterator[Any], function: Callable[[Any], Any], workers: int) -> Iterator[Any]:
    """Apply a function to elements in `workers` threads; results, errors and random draws come in element order.

    Args:
        elements: pulled in the consumer's thread, a few ahead.
        function: one element's work.
        workers: threads.
    """
    context = contextvars.copy_context()
    session = random.Session()
    tasks: queue.SimpleQueue = queue.SimpleQueue()
    stop = threading.Event()
    window = workers + 1 + workers // 2
    pending: deque[_Task] = deque()
    pool = [threading.Thread(target=_work, args=(tasks, function, stop), daemon=True, name=f"tf.data-map-{i}") for i in range(workers)]
    try:
        for thread in pool:
            thread.start()
        more, upstream_error = True, None
        while True:
            # A result that is ready is not held back for the sake of more work.
            while more and len(pending) < window and not (pending and len(pending) >= workers and pending[0].done.is_set()):
                try:
                    element = next(elements)
                except StopIteration:
                    more = False
                except Exception as e:
                    more, upstream_error = False, e
                else:
                    task = _Task(element, session.turn(), context.copy())
                    del element
                    pending.append(task)
                    tasks.put(task)
            if not pending:
                break
            task = pending.popleft()
            wait(task.done)
            while not session.commit(task.turn):
                task.run_here(function)
            error, result = task.error, task.result
            del task
            if error is not None:
                raise error
            yield result
            del result
        if upstream_error is not None:
            raise upstream_error
    finally:
        stop.set()
        session.cancel()
        pending.clear()
        for _ in pool:
            tasks.put(None)
        end(pool)
        _close(elements)


def _close(elements: Any) -> None:
    close = getattr(elements, "close", None)
    if close is not None:
        close()


def wait(event: threading.Event) -> None:
    """Wait for an event, or ctrl-C."""
    while not event.wait(_LOOK):
        pass


def end(pool: list[threading.Thread]) -> None:
    """Wait for threads that were told to end: not for ever, and not at all after ctrl-C."""
    interrupted = isinstance(sys.exc_info()[1], KeyboardInterrupt)
    deadline = time.monotonic() + (0 if interrupted else _PATIENCE)
    for thread in pool:
        if thread.ident is not None and thread is not threading.current_thread():
            with contextlib.suppress(RuntimeError):
                thread.join(max(0, deadline - time.monotonic()))


_END = object()


class _Ahead:
    """A queue that a thread fills from an iterator until it is full or stopped."""

    def __init__(self, elements: Iterator[Any], size: int) -> None:
        self._elements, self._size = elements, size
        self._items: deque[tuple[Any, BaseException | None]] = deque()
        self._changed = threading.Condition()
        self._stopped = False

    def fill(self) -> None:
        elements, self._elements = self._elements, iter(())
        try:
            while self._put(next(elements, _END), None):
                pass
        except Cancelled:
            pass
        except BaseException as e:
            self._put(_END, e)
        finally:
            _close(elements)

    def _put(self, item: Any, error: BaseException | None) -> bool:
        with self._changed:
            while len(self._items) >= self._size and not self._stopped:
                self._changed.wait()
            if self._stopped:
                return False
            self._items.append((item, error))
            self._changed.notify_all()
        return item is not _END

    def take(self) -> Any:
        with self._changed:
            while not self._items:
                self._changed.wait(_LOOK)
            item, error = self._items.popleft()
            self._changed.notify_all()
        if error is not None:
            raise error
        return item

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._items.clear()
            self._changed.notify_all()


def ahead(elements: Iterator[Any], size: int) -> Iterator[Any]:
    """Elements that a thread pulls, up to `size` ahead of the consumer."""
    box = _Ahead(elements, size)
    del elements
    thread = threading.Thread(target=contextvars.copy_context().run, args=(box.fill,), daemon=True, name="tf.data-prefetch")
    try:
        thread.start()
        while True:
            item = box.take()
            if item is _END:
                return
            yield item
            del item
    finally:
        box.stop()
        end([thread])
