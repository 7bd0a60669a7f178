"""How the threads of a pass are waited for, and how they end: with the pass, with the process, and not in a process forked off since."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
import time
import weakref
from typing import Callable, Protocol

from .. import interrupts
from ..errors import FailedPreconditionError
from ..observe import log

PATIENCE = 0.2
"""Seconds to wait for threads to end; a user's function may be blocked for longer. They are daemons, and end when it returns."""

LOOK = 0.5
"""Seconds after which who waits looks for ctrl-C: one that comes just before a wait does not end it."""


def wait(event: threading.Event) -> None:
    """Wait for an event, or ctrl-C."""
    while not event.wait(LOOK):
        pass


class Signal:
    """Wakes one waiting thread; one that is sent before anybody waits is not lost.

    A lock rather than an Event: it costs a tenth, and `send` takes no lock that a garbage collection within it could want again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def send(self) -> None:
        """Wake it."""
        with contextlib.suppress(RuntimeError):  # it was sent already
            self._lock.release()

    def wait(self) -> None:
        """Until it is sent, or now and then without a reason: look again at what was waited for."""
        self._lock.acquire(timeout=LOOK)


class _Patience:
    """What is left of the time to wait for threads: a blocked one uses it up for those that end with it, of other steps too."""

    gave_up = float("-inf")


def end(pool: list[threading.Thread]) -> None:
    """Wait for threads that were told to end, for a moment: ctrl-C, and who drops an iterator, must not wait for a user's function."""
    if threading.current_thread() in pool:
        return  # a garbage collection in one of them
    now = time.monotonic()
    deadline = now + (PATIENCE if now > _Patience.gave_up + 1 else PATIENCE / 20)
    for thread in pool:
        if thread.ident is not None:
            with contextlib.suppress(RuntimeError):
                thread.join(max(0, deadline - time.monotonic()))
            if thread.is_alive():
                _Patience.gave_up = time.monotonic()


def begin(thread: threading.Thread) -> bool:
    """Begin a thread; `False`: the process may have no more of them, so its work is to be done without it."""
    try:
        thread.start()
    except RuntimeError as e:
        log.debug("%s: %s", thread.name, e)
        return False
    return True


def drop(close: Callable[[], None], is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
    """Close what nobody refers to any more, in its `__del__`. Python ignores a ctrl-C that falls there: it comes again a moment later.

    When the interpreter goes, the threads were told to end before, and what modules knew may be gone: so nothing is looked up there,
    and `__del__` has this function as a default value.

    Args:
        close: what to do.
        is_finalizing: whether the interpreter goes.
    """
    if is_finalizing():
        return
    try:
        close()
    except KeyboardInterrupt:
        interrupts.again()


class Stoppable(Protocol):
    """What threads work for."""

    def stop(self) -> None:
        """Tell them to end."""


_working: weakref.WeakKeyDictionary[Stoppable, list[threading.Thread]] = weakref.WeakKeyDictionary()


def at_exit(work: Stoppable, pool: list[threading.Thread]) -> None:
    """Have threads told to end before the interpreter goes: one that prints while it does would be a fatal error."""
    _working[work] = pool


@atexit.register
def _stop_all() -> None:
    left = list(_working.items())
    for work, _ in left:
        work.stop()
    end([thread for _, pool in left for thread in pool])


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_working.clear)  # a child has none of the parent's threads


class Owned:
    """Says in which process a pass began its threads: another one has none of them, and must not wait for them."""

    def __init__(self) -> None:
        self._process = os.getpid()

    @property
    def here(self) -> bool:
        """True in the process that began them."""
        return os.getpid() == self._process

    def check(self) -> None:
        """Refuse to wait for threads of another process.

        Raises:
            FailedPreconditionError: this process was forked off since.
        """
        if not self.here:
            raise FailedPreconditionError(
                None,
                None,
                "This iterator over a dataset began before the process was forked, and its threads stayed behind. Make a new iterator, "
                "with iter(dataset), in the child process",
            )
