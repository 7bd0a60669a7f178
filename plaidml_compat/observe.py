"""The one stream of events (an op ran, something compiled) and its readers: warnings and the summary."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import os
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Callable, NamedTuple

from .exceptions import FallbackWarning, PlacementError, PlaidMLCompatWarning, SlowOpWarning, UnsupportedOpError, bind_teller

log = logging.getLogger("plaidml_compat")

CallSite = tuple  # (file name, line number)
SITE: contextvars.ContextVar[CallSite | None] = contextvars.ContextVar("plaidml_compat_call_site", default=None)
"""The line of the user's that everything is attributed to; see `at_site`."""
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARIES = ("keras", "keras_preprocessing", "plaidml", "concurrent.futures", "runpy", "contextlib", "threading")


class Event(NamedTuple):
    """Something that happened, once.

    Attributes:
        kind: `"run"` (an op ran), `"load"` (a file was read, decoded or both), `"build"` (an op became a part of a graph), `"fallback"`
            (it ran on the host though the device was asked for), `"slow"`, `"refused"` (it raised UnsupportedOpError or
            PlacementError, whether or not that was caught); of a function of the device, whose name `op` then is: `"step"` (it ran),
            `"compile"` (its first run with arrays of these shapes), `"copy"` (an array went to it or came from it).
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


_readers: list[tuple[Callable[[Event], None], frozenset[str]]] = []
_sited: frozenset[str] = frozenset()  # kinds of events for which somebody wants the call site


def subscribe(reader: Callable[[Event], None], sited: Iterable[str] = ()) -> Callable[[], None]:
    """Call `reader` with every event of this process from now on, in the thread where it happens.

    Args:
        reader: what to call.
        sited: kinds of events whose `site` is looked up for it, which costs some microseconds each.

    Returns:
        A function that ends it.
    """
    entry = reader, frozenset(sited)
    _readers.append(entry)
    _note_sited()

    def end() -> None:
        for i, e in enumerate(_readers):
            if e is entry:
                del _readers[i]
                break
        _note_sited()

    return end


def _note_sited() -> None:
    global _sited
    _sited = frozenset().union(*(kinds for _, kinds in _readers))


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
    for reader, _ in tuple(_readers):
        try:
            reader(event)
        except Warning as e:  # a filter turned it into an error: it happened all the same, and counts
            raised = e
    if raised is not None:
        raise raised


def _library_paths() -> tuple[str, ...]:
    """Where the libraries lie whose frames are nobody's own code: folders of packages, files of modules."""
    found = [_HERE, "<frozen"]
    for name in _LIBRARIES:
        file = getattr(sys.modules.get(name), "__file__", None)
        if file:
            found.append(os.path.dirname(file) + os.sep if os.path.basename(file) == "__init__.py" else file)
    return tuple(found)


def is_ours(file: str) -> bool:
    """True for a file of this package."""
    return file.startswith(_HERE)


def user_site() -> CallSite:
    """(file, line) of the user's code: the site in force (`at_site`), or else the nearest frame outside libraries."""
    site = SITE.get()
    if site is not None:
        return site
    libraries = _library_paths()
    frame: FrameType | None = sys._getframe(1)
    outermost: CallSite = ("<unknown>", 1)
    while frame is not None:
        outermost = (frame.f_code.co_filename, frame.f_lineno)
        if not outermost[0].startswith(libraries):
            return outermost
        frame = frame.f_back
    return outermost


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


# ------------------------------------------------------------------------------------------------ reader: warnings
_WARNING: dict[str, type[PlaidMLCompatWarning]] = {"fallback": FallbackWarning, "slow": SlowOpWarning}
silenced: set[str] = set()
"""Kinds of events that do not warn: install(fallback="allow") silences fallbacks, which the summary still counts."""
_warned: set[tuple] = set()
_warned_lock = threading.Lock()


def warn_once(event: Event) -> None:
    """Turn fallback and slow events into warnings at the user's line: once a line, op and reason, from any thread."""
    category = _WARNING.get(event.kind)
    if category is None or event.kind in silenced:
        return
    site = event.site or user_site()
    key = (event.kind, event.op, event.reason, site)
    with _warned_lock:
        if key in _warned:
            return
        _warned.add(key)
    file, line = site
    try:
        warnings.warn_explicit(category(event.op, event.reason, event.advice), category, file, line)
    except Warning:
        # A filter turned it into an error: raising must be repeatable.
        with _warned_lock:
            _warned.discard(key)
        raise


def forget_warnings() -> None:
    """Warn again about what was warned of before: a new install() starts anew."""
    with _warned_lock:
        _warned.clear()


# ------------------------------------------------------------------------------------------------- reader: summary
class Summary:
    """Counts ops by placement, with the reasons of fallbacks. Also a context manager.

    Attributes:
        runs: (op, placement) -> number of calls; of an op in a graph, number of times that it was built into one.
        reasons: (op, reason) -> number of fallbacks.
        compilations: number of functions compiled for a new shape.
    """

    def __init__(self) -> None:
        self.runs: Counter[tuple[str, str]] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.compilations = 0
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None

    def __call__(self, event: Event) -> None:
        with self._lock:
            if event.kind in ("run", "build"):
                self.runs[event.op, event.placement] += 1
            elif event.kind == "fallback":
                self.reasons[event.op, event.reason] += 1
            elif event.kind == "compile":
                self.compilations += 1

    def __enter__(self) -> Summary:
        self._end = subscribe(self)
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._end is not None
        self._end()

    def rows(self) -> list[dict]:
        """One row an op, as JSON-ready dictionaries: op, host, device, fallbacks, reasons."""
        ops = sorted({op for op, _ in self.runs} | {op for op, _ in self.reasons})
        return [
            {
                "op": op,
                "host": self.runs[op, "host"],
                "device": self.runs[op, "device"],
                "fallbacks": sum(n for (o, _), n in self.reasons.items() if o == op),
                "reasons": [r for (o, r) in self.reasons if o == op],
            }
            for op in ops
        ]

    def text(self) -> str:
        """The summary as lines of text."""
        rows = self.rows()
        if not rows and not self.compilations:
            return "plaidml_compat: no op ran"
        width = max([len(r["op"]) for r in rows], default=2)
        out = [
            f"plaidml_compat: {sum(r['host'] for r in rows)} op calls on the host, {sum(r['device'] for r in rows)} on the device, "
            f"{sum(r['fallbacks'] for r in rows)} fallbacks, {self.compilations} compilations"
        ]
        for r in rows:
            out.append(f"  {r['op']:<{width}}  host {r['host']:>7}  device {r['device']:>7}" + "".join(f"  ({x})" for x in r["reasons"]))
        return "\n".join(out)
