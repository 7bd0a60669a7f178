"""What the ops of one test did: counted from the stream of events, flags with the line in the user's code."""

from __future__ import annotations

import linecache
import os
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from .. import observe
from ..exceptions import PlacementError, UnsupportedOpError
from .guarding import Guard, guarded
from .settings import KINDS


def shortened(file: str, folder: str) -> str:
    """A file's name as seen from a folder, where it is below it."""
    relative = os.path.relpath(file, folder) if os.path.isabs(file) and folder else file
    return file if relative.startswith("..") else relative


@dataclass(frozen=True)
class Flag:
    """An op that fell back, is unsupported or slow.

    Attributes:
        kind: of the event: `"fallback"`, `"refused"` or `"slow"`.
        op: its TensorFlow name.
        reason: why.
        advice: what to do.
        file: of the user's code.
        line: in it.
    """

    kind: str
    op: str
    reason: str
    advice: str
    file: str
    line: int

    def what(self) -> str:
        """What it did, and why."""
        return f"{self.op} {KINDS[self.kind].did}: {self.reason}"

    def place(self, folder: str) -> str:
        """File and line, as seen from a folder."""
        return f"{shortened(self.file, folder)}:{self.line}"

    def text(self, folder: str) -> str:
        """In lines: what and why; where; and what to do."""
        code = linecache.getline(self.file, self.line).strip()
        place = self.place(folder) + (f": {code}" if code else "")
        return "\n    ".join(filter(None, [self.what(), place, self.advice]))


@dataclass
class Record:
    """The ops of a test.

    Attributes:
        runs: (op, placement) -> number of calls.
        seconds: (op, placement) -> seconds in them.
        flags: flag -> how often.
    """

    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    flags: Counter[Flag] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.runs or self.flags)

    def add(self, other: Record) -> None:
        """Count what another one counts as well."""
        self.runs.update(other.runs)
        for key, seconds in other.seconds.items():
            self.seconds[key] += seconds
        self.flags.update(other.flags)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "ops": [[op, at, n, round(self.seconds[op, at], 6)] for (op, at), n in sorted(self.runs.items())],
            "flags": [[*vars(flag).values(), n] for flag, n in self.flags.items()],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Record:
        """The reverse of `to_dict`."""
        made = cls()
        for op, at, n, seconds in data["ops"]:
            made.runs[op, at] += n
            made.seconds[op, at] += seconds
        for *about, n in data["flags"]:
            made.flags[Flag(*about)] += n
        return made


class Events(Sequence):
    """The events of a test so far, as `observe.Event`s; it grows while the test runs."""

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
    """Counts events for the test that is running. The stream is the process's: threads count too, whoever started them.

    Attributes:
        guard: the plugin's own faults.
        events: those since `begin`, for a test that asks for them.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._record, self._lock = Record(), threading.Lock()
        self._refused: dict[tuple[str, str], Flag] = {}
        self.events, self._keeps = Events(), False
        self._end: Callable[[], None] = observe.subscribe(self._take)

    @guarded
    def _take(self, event: observe.Event) -> None:
        if event.kind in KINDS and event.site is None:
            event = event._replace(site=observe.user_site())
        with self._lock:
            if event.kind in ("run", "build"):
                self._record.runs[event.op, event.placement] += 1
                self._record.seconds[event.op, event.placement] += event.seconds
            elif event.kind in KINDS:
                flag = Flag(event.kind, event.op, event.reason, event.advice, *(event.site or ("<unknown>", 1)))
                self._record.flags[flag] += 1
                if flag.kind == "refused":
                    self._refused[flag.op, flag.reason] = flag
            if self._keeps:
                self.events.append(event)

    def begin(self, keeps: bool) -> None:
        """A new test; `keeps`: it will ask for its events."""
        self.events, self._keeps = Events(), keeps

    def kept(self) -> Events:
        """The events of this test, which grow; from now on where `begin` did not know that they would be asked for."""
        self._keeps = True
        return self.events

    def flags(self) -> list[Flag]:
        """Those since `taken` was called last."""
        with self._lock:
            return list(self._record.flags)

    def taken(self) -> Record:
        """What was counted since the last call."""
        with self._lock:
            record, self._record = self._record, Record()
        return record

    def refused(self, error: UnsupportedOpError | PlacementError) -> Flag:
        """The flag of an error, which a fixture of wider scope may have raised in an earlier test."""
        unseen = Flag("refused", error.op, error.reason, error.advice, "<unknown>", 1)
        return self._refused.get((error.op, error.reason), unseen)

    def end(self) -> None:
        """Stop counting."""
        self._end()
