"""What TensorFlow decides once, when it traces a function of a dataset or a model, with Python's own random numbers: behind AugMix."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Iterator
from typing import Any, Callable, Optional


class Trace:
    """What was decided in the first run of a function, which is the one that TensorFlow traces.

    Attributes:
        decided: what the n-th question of each was answered.
        sees_state: whether the function has read or changed a variable, or printed: it is run for each element.
    """

    def __init__(self) -> None:
        self.decided: dict[tuple[Any, int], Any] = {}
        self.lock = threading.Lock()
        self.sees_state = False

    def again(self) -> Trace:
        """A trace of the same function with the same answers, for a run in which the functions within it are tried anew."""
        new = type(self)()
        new.decided = {key: made for key, made in self.decided.items() if not hasattr(made, "trace")}
        return new

    def aside(self) -> Trace:
        """A trace of its own that begins with what is decided, of the functions within it too."""
        new = type(self)()
        with self.lock:
            decided = list(self.decided.items())
        new.decided = {key: made.aside() if hasattr(made, "aside") else made for key, made in decided}
        new.sees_state = self.sees_state
        return new

    @contextlib.contextmanager
    def run(self) -> Iterator[None]:
        """Run the function in this block."""
        token = RUN.set((self, {}))
        try:
            yield
        finally:
            RUN.reset(token)


RUN: contextvars.ContextVar[Optional[tuple[Trace, dict]]] = contextvars.ContextVar("plaidml_compat_trace", default=None)
"""The trace that is in force, and how often each has asked in this run."""


def is_tracing() -> bool:
    """True within a run of a function that TensorFlow traces."""
    return RUN.get() is not None


def decided(who: Any, make: Callable[[], Any]) -> Any:
    """`make()`; in a dataset's function what the first run of the function made of its n-th call with the same `who`."""
    run = RUN.get()
    if run is None:
        return make()
    trace, calls = run
    key = who, calls.get(who, 0)
    calls[who] = key[1] + 1
    with trace.lock:
        if key not in trace.decided:
            trace.decided[key] = make()
        return trace.decided[key]


_UNDO: contextvars.ContextVar[Optional[list[Callable[[], None]]]] = contextvars.ContextVar("plaidml_compat_undo", default=None)


def reads_state() -> None:
    """Note that the function that runs has read a variable, whose value may be another one for the next element."""
    has_effect()


def has_effect() -> None:
    """Note that the function that runs does something that TensorFlow does for each element, such as `tf.print`."""
    run = RUN.get()
    if run is not None:
        run[0].sees_state = True


def changes_state(undo: Callable[[], None]) -> None:
    """Note that a variable is about to be changed; `undo()` puts it back, if the run is a trial."""
    reads_state()
    undos = _UNDO.get()
    if undos is not None:
        undos.append(undo)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Put back, at the end of the block, every variable that was changed in it: for trial runs."""
    undos: list[Callable[[], None]] = []
    token = _UNDO.set(undos)
    try:
        yield
    finally:
        _UNDO.reset(token)
        for undo in reversed(undos):
            undo()
