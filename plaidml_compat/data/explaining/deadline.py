"""Runs something that is given so much time and memory, in a thread that is asked to stop, and is left where it does not."""

from __future__ import annotations

import contextvars
import ctypes
import sys
import threading
import time
from typing import Any, Callable

from .. import memory
from ..ending import LOOK, PATIENCE

_STEP = 0.02
"""Seconds between two looks at time and memory."""
_GRACE = 2 * PATIENCE
"""Seconds after the deadline in which it may end by itself: a pass waits for its threads."""
_PATIENCE = LOOK + 0.5
"""Seconds that it gets to end, once it was asked; who waits for a thread of a pipeline looks up that often."""
_AGAIN = 0.4
"""Seconds after which it is asked again."""
_PART = 4
"""It may take so many times what one buffer of elements may take: half of the memory that is free."""


class TimeUp(BaseException):
    """There is no time or memory left; raised in the thread that is asked to stop."""


class Stopped(Exception):
    """What was run did not come to its end; the message is why, as a clause.

    Attributes:
        beyond: what there is to say beside that time was up.
    """

    def __init__(self, seconds: float | None, beyond: list[str]) -> None:
        time_up = [] if seconds is None else [f"it took more than {seconds:.3g} s"]
        self.beyond = "; ".join(beyond)
        super().__init__("; ".join([*time_up, *beyond]))


def run_for(seconds: float, work: Callable[[], Any], most: int | None = None) -> Any:
    """The result of `work()`, in this context, unless time or memory is up first.

    `work` runs in another thread. At the deadline it is asked to stop, by an exception in that thread, wherever it is in Python code. One
    that is blocked for longer (a read, a sleep of the user's) is left: the exception ends it when that returns.

    Args:
        seconds: until it is asked to stop.
        work: called without arguments.
        most: bytes by which the process may grow meanwhile; `None`: half of the memory that is free.

    Raises:
        Stopped: it was asked to stop.
        what `work` raises.
    """
    job = _Job(work)
    before, most = _resident(), memory.budget() * _PART if most is None else most
    deadline = time.perf_counter() + seconds + _GRACE
    beyond: list[str] = []
    thread = threading.Thread(target=contextvars.copy_context().run, args=(job.run,), daemon=True, name="plaidml_compat-explain")
    thread.start()
    try:
        while not job.done.wait(_STEP) and time.perf_counter() < deadline and not beyond:
            if _resident() - before > most:
                beyond.append(f"it took more than {most / 1e9:.2g} GB of memory")
    except BaseException:  # ctrl-C
        job.stop(thread)
        raise
    if not job.done.is_set():
        late = None if beyond else seconds
        job.stop(thread)
        if not job.done.is_set():
            beyond.append("what it waits for cannot be interrupted: a thread is left until that returns")
        if not job.has_ended_well:
            raise Stopped(late, beyond)
    if job.error is not None:
        raise job.error
    return job.result


class _Job:
    """What a thread does, and what came of it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._is_over = False
        self.done, self.has_ended_well = threading.Event(), False
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """The thread's."""
        try:
            try:
                self.result = self._work()
                self.has_ended_well = True
            except BaseException as e:
                self.error = e
            with self._lock:
                self._is_over = True
        except TimeUp:  # it came just then
            pass
        finally:
            self.done.set()

    def stop(self, thread: threading.Thread) -> None:
        """Ask it to stop, and wait for a moment; it is asked again, as the exception is lost where it meets a `__del__`."""
        until = time.perf_counter() + _PATIENCE
        while not self.done.is_set() and time.perf_counter() < until:
            with self._lock:  # an exception for a thread that is through would go astray
                asked = not self._is_over and thread.ident is not None and not _starts_another(thread.ident)
                if asked:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUp))
            self.done.wait(min(_AGAIN if asked else _STEP, _PATIENCE))


def _starts_another(ident: int) -> bool:
    """Whether a thread is starting another one, which has its number until it runs: the exception might be raised in that one."""
    frame = sys._current_frames().get(ident)
    while frame is not None:
        if frame.f_code is threading.Thread.start.__code__:
            return True
        frame = frame.f_back
    return False


def _resident() -> int:
    """Bytes of memory that this process has; 0 where that cannot be told."""
    try:
        with open("/proc/self/statm") as f:
            return int(f.read().split()[1]) * _page()
    except (OSError, ValueError, IndexError):
        return _largest()


def _page() -> int:
    import resource

    return resource.getpagesize()


def _largest() -> int:
    """The most that it ever had, where nothing else is known."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
