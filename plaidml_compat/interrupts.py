"""Lets a ctrl-C come again that Python ignored, as it fell into a `__del__`."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable
from typing import Any

_MOMENT = 0.01
"""Seconds until it comes again: at once, it would still be in the `__del__`."""


def _interrupt() -> None:
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # it ends a sleep, too
    else:
        _thread.interrupt_main()


def again() -> None:
    """Have the main thread interrupted once more, in a moment.

    Raises:
        RuntimeError: the process may have no more threads, or is about to end.
    """
    timer = threading.Timer(_MOMENT, lambda: _interrupt())
    timer.daemon = True
    timer.start()


def heeding(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A `sys.unraisablehook` that lets a ctrl-C come again, and leaves everything else to another hook."""

    def heeding_hook(unraisable: Any) -> None:
        if unraisable.exc_type is KeyboardInterrupt and threading.current_thread() is threading.main_thread():
            try:
                again()
                return
            except RuntimeError:
                pass  # it is told as ignored
        hook(unraisable)

    return heeding_hook
