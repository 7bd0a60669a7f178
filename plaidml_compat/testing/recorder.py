"""Reads the stream of events for the test that is running: counts it, keeps flags, and events for a test that asks for them."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Sequence
from types import FrameType
from typing import Any, Callable

from .. import observe
from ..call_sites import is_users
from ..exceptions import PlacementError, UnsupportedOpError
from ..registry import OPS
from .guarding import Guard, guarded
from .recording import COUNTED, Flag, Record
from .settings import KINDS

_KEPT = (*COUNTED, "compile", "copy", *KINDS)
"""Kinds of events that tests get: all but imports of libraries, which happen once in a process."""


class Events(Sequence):
    """The events of a test so far, as `observe.Event`s; it grows while the test runs. Their kinds: see the fixture `plaidml_ops`."""

    def __init__(self) -> None:
        self._events: list[observe.Event] = []

    def append(self, event: observe.Event) -> None:
        """One more."""
        self._events.append(event)

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, i: Any) -> Any:
        return self._events[i]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Events, list, tuple)):
            return self._events == list(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it grows

    def of(self, op: str) -> list[observe.Event]:
        """Those of one op."""
        return [e for e in self._events if e.op == op]

    def __repr__(self) -> str:
        return "\n".join(f"{e.kind} {e.op} {e.placement} {e.reason}".rstrip() for e in self._events) or "no events"


class Recorder:
    """Counts events for the test that is running. The stream is the process's: threads count too, but for those left by earlier tests.

    Attributes:
        guard: the plugin's own faults.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._record, self._aside, self._lock = Record(), Record(), threading.Lock()
        self._refused: dict[tuple[str, str], Flag] = {}
        self._left: frozenset[threading.Thread] = frozenset()
        self._events = Events()
        self._end_keeping: Callable[[], None] | None = None
        self._end: Callable[[], None] = observe.subscribe(self._take, sited=KINDS, wants=("call",))

    @guarded
    def _take(self, event: observe.Event) -> None:
        with self._lock:
            record = self._aside if self._is_left() else self._record
            if event.kind in COUNTED:
                record.count(event.kind, _name(event), event.placement, 1, event.seconds)
            elif event.kind in KINDS:
                flag = Flag(event.kind, event.op, event.reason, event.advice, *(event.site or ("<unknown>", 1)))
                record.flags[flag] += 1
                if flag.kind == "refused":
                    self._refused[flag.op, flag.reason] = flag

    @guarded
    def _keep(self, event: observe.Event) -> None:
        if event.kind in _KEPT and not self._is_left():
            self._events.append(event)

    def _is_left(self) -> bool:
        return bool(self._left) and threading.current_thread() in self._left

    def begin(self, keeps: bool) -> None:
        """A new test; `keeps`: it will ask for its events."""
        self._keep_no_more()
        self._events, self._left = Events(), _busy()
        if keeps:
            self.kept()

    def kept(self) -> Events:
        """The events of this test, which grow; from now on where `begin` did not know that they would be asked for."""
        if self._end_keeping is None:
            self._end_keeping = observe.subscribe(self._keep, sited=_KEPT, wants=("call",))
        return self._events

    def _keep_no_more(self) -> None:
        if self._end_keeping is not None:
            self._end_keeping()
            self._end_keeping = None

    def flags(self) -> Counter[Flag]:
        """Those since `taken` was called last."""
        with self._lock:
            return Counter(self._record.flags)

    def taken(self) -> Record:
        """What was counted since the last call."""
        with self._lock:
            record, self._record = self._record, Record()
        return record

    def taken_aside(self) -> Record:
        """What threads of earlier tests did since the last call."""
        with self._lock:
            record, self._aside = self._aside, Record()
        return record

    def refused(self, error: UnsupportedOpError | PlacementError) -> Flag:
        """The flag of an error, which a fixture of wider scope may have raised in an earlier test."""
        unseen = Flag("refused", error.op, error.reason, error.advice, "<unknown>", 1)
        return self._refused.get((error.op, error.reason), unseen)

    def end(self) -> None:
        """Stop counting."""
        self._keep_no_more()
        self._end()


def _name(event: observe.Event) -> str:
    """One name for a function that has several: what it loads, it tells under one, and programs call it by another."""
    entry = OPS.get(event.op) if event.kind in ("call", "load") else None
    return event.op if entry is None else entry.name


def _busy() -> frozenset[threading.Thread]:
    """Other threads that are within a program's function now. A worker that waits within a library's takes what comes from now on."""
    stacks = sys._current_frames()
    others = (t for t in threading.enumerate() if t is not threading.current_thread())
    return frozenset(t for t in others if t.ident in stacks and _runs_users(stacks[t.ident]))


def _runs_users(frame: FrameType | None) -> bool:
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False
