"""The one stream of events: an op ran, something compiled; who reads it, and the user's line that it is about."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Callable, NamedTuple

from .call_sites import HERE, is_users, place
from .call_sites import CallSite as CallSite
from .exceptions import PlacementError, UnsupportedOpError, bind_teller

log = logging.getLogger("plaidml_compat")

SITE: contextvars.ContextVar[CallSite | None] = contextvars.ContextVar("plaidml_compat_call_site", default=None)
"""The line of the user's that everything is attributed to; see `at_site`."""
_RUNS_ELSEWHERE = (os.path.join(HERE, "data") + os.sep, os.path.join(HERE, "layers", "hosted_function.py"))
"""What runs a user's function or layer where the user did not call it: behind it stands nothing that the user wrote for it."""


class Event(NamedTuple):
    """Something that happened, once.

    Attributes:
        kind: `"run"` (an op ran), `"load"` (a file was read, decoded or both), `"build"` (an op became a part of a graph), `"fallback"`
            (it ran on the host though the device was asked for), `"slow"`, `"refused"` (it raised UnsupportedOpError or
            PlacementError, whether or not that was caught); of a function of the device, whose name `op` then is: `"step"` (it ran),
            `"compile"` (its first run with arrays of these shapes), `"copy"` (an array went to it or came from it). Only for readers
            that ask for them: `"call"` (a function that is no op ran, with all that it called), `"import"` (a library, whose name `op`
            then is, was imported when it was first needed).
        op: TensorFlow name of the op.
        placement: `"host"` or `"device"`; of a copy, where it went.
        seconds: how long it took, where measured; a step's include its copies, a first run's what was compiled.
        reason: why, for a fallback or a slow op.
        advice: what to do about it.
        site: (file, line) of the user's code, where looked up.
        size: of a copy, in bytes.
        start: when it began, on the clock of `time.perf_counter`, where `seconds` was measured.
        thread: the thread that did it, where `seconds` was measured.
    """

    kind: str
    op: str
    placement: str
    seconds: float = 0.0
    reason: str = ""
    advice: str = ""
    site: CallSite | None = None
    size: int = 0
    start: float = 0.0
    thread: int = 0


def took(kind: str, op: str, placement: str, start: float) -> Event:
    """The event of something that this thread began at `start`, on the clock of `time.perf_counter`, and has done now."""
    return Event(kind, op, placement, time.perf_counter() - start, "", "", None, 0, start, threading.get_ident())


ON_DEMAND = frozenset(["call", "import"])
"""Kinds of events that only those readers get that ask for them; nobody makes them while there is none."""


class _Reader(NamedTuple):
    read: Callable[[Event], None]
    sited: frozenset[str]
    wants: frozenset[str]


_lock = threading.Lock()
_readers: tuple[_Reader, ...] = ()
"""Never changed, only replaced: `emit` goes through it without the lock."""
_sited: frozenset[str] = frozenset()  # kinds of events for which somebody wants the call site
_wanted: frozenset[str] = frozenset()  # those of ON_DEMAND for which somebody asked


def subscribe(reader: Callable[[Event], None], sited: Iterable[str] = (), wants: Iterable[str] = ()) -> Callable[[], None]:
    """Call `reader` with every event of this process from now on, in the thread where it happens.

    Args:
        reader: what to call.
        sited: kinds of events whose `site` is looked up for it, which costs some microseconds each.
        wants: kinds that it gets only because it asks: some of `ON_DEMAND`.

    Returns:
        A function that ends it.
    """
    entry = _Reader(reader, frozenset(sited), frozenset(wants))
    with _lock:
        _read_by((*_readers, entry))

    def end() -> None:
        with _lock:
            _read_by(tuple(r for r in _readers if r is not entry))

    return end


def _read_by(readers: tuple[_Reader, ...]) -> None:
    global _readers, _sited, _wanted
    _readers = readers
    _sited = frozenset().union(*(r.sited for r in readers))
    _wanted = frozenset().union(*(r.wants for r in readers))


def is_wanted(kind: str) -> bool:
    """Whether somebody reads this kind of `ON_DEMAND`."""
    return kind in _wanted


_MUTED: contextvars.ContextVar[bool] = contextvars.ContextVar("plaidml_compat_muted", default=False)


@contextlib.contextmanager
def muted() -> Iterator[None]:
    """Nothing that happens in the block, in this context, is an event: for trial runs."""
    token = _MUTED.set(True)
    try:
        yield
    finally:
        _MUTED.reset(token)


class Held:
    """Events of work that may turn out not to be wanted: they count when it is. Compilations count at once: they are not done again."""

    def __init__(self) -> None:
        self._events: list[Event] | None = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """What happens in the block, in this context and in threads that begin in it, is held back, also within `muted()`."""
        token, muted = _HELD.set(self), _MUTED.set(False)
        try:
            yield
        finally:
            _MUTED.reset(muted)
            _HELD.reset(token)

    def takes(self, event: Event) -> bool:
        """Hold an event back; `False` once that is over: a thread may outlive the work that it began with."""
        with self._lock:
            if self._events is None or event.kind == "compile":
                return False
            self._events.append(event)
            return True

    def release(self) -> None:
        """The work is wanted: hand its events to every reader."""
        for event in self.drop():
            emit(event)

    def drop(self) -> list[Event]:
        """The work is not wanted. Returns its events."""
        with self._lock:
            events, self._events = self._events or [], None
            return events


_HELD: contextvars.ContextVar[Held | None] = contextvars.ContextVar("plaidml_compat_held", default=None)


def emit(event: Event) -> None:
    """Hand an event to every reader."""
    if _MUTED.get():
        return
    if event.kind in _sited and event.site is None:  # now: who releases what is held back stands elsewhere
        event = event._replace(site=user_site())
    held = _HELD.get()
    if held is not None and held.takes(event):
        return
    raised: Warning | None = None
    on_demand = event.kind in ON_DEMAND
    for reader in _readers:
        if on_demand and event.kind not in reader.wants:
            continue
        try:
            reader.read(event)
        except Warning as e:  # a filter turned it into an error: it happened all the same, and counts
            raised = e
    if raised is not None:
        raise raised


def user_site() -> CallSite:
    """(file, line) of the user's code: the nearest frame outside libraries, or the site in force (`at_site`) where that is nearer.

    For code that was made in memory, `<string>`, it is the nearest code that stands in a file.
    """
    site = SITE.get()
    frame: FrameType | None = sys._getframe(1)
    in_memory: CallSite | None = None
    outermost: CallSite = ("<unknown>", 1)
    while frame is not None:
        outermost = (frame.f_code.co_filename, frame.f_lineno)
        if is_users(outermost[0]):
            found = place(frame)
            if found is not None:
                return found
            in_memory = in_memory or outermost
        elif site is not None and outermost[0].startswith(_RUNS_ELSEWHERE):
            return site
        frame = frame.f_back
    return site or in_memory or outermost


@contextlib.contextmanager
def at_site(site: CallSite | None) -> Iterator[None]:
    """Attribute what happens in the block, in this context, to a line of the user's: for workers and hoisted layers."""
    token = SITE.set(site if site is not None else SITE.get())
    try:
        yield
    finally:
        SITE.reset(token)


def _refused(error: PlacementError | UnsupportedOpError) -> None:
    if not _MUTED.get():
        placement = "device" if isinstance(error, PlacementError) else ""
        emit(Event("refused", error.op, placement, 0.0, error.reason, error.advice, user_site()))


bind_teller(_refused)
