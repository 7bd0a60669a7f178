"""Counts the events of a block: a reader of the one stream, cheap while the program runs, that works them off in lots."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from typing import Any

from ...observe import Event
from ...registry import OPS, LayerEntry
from .rows import Clock, Copies, Place, ProfileRow, Reason
from .spans import Covered, Nested

LOT = 4096
"""Events kept until they are counted."""
_REASONS = ("fallback", "slow", "refused")


class _Entry:
    """What is known so far under one name."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.calls = {"host": 0, "device": 0}
        self.others = 0
        self.seconds = {"host": 0.0, "device": 0.0}
        self.copies = {"host": [0, 0], "device": [0, 0]}
        self.built = self.compilations = 0
        self.compile_seconds = 0.0
        self.reasons: dict[tuple[str, str, str], dict[Any, list]] = defaultdict(dict)
        self.places: dict[Any, list] = {}


class Tally:
    """Counts events by the name of their op.

    Args:
        begin: when the block began, on the clock of `time.perf_counter`.
        sites: whether to keep the lines that ran an op; another reader may have asked for them.
    """

    def __init__(self, begin: float, sites: bool = False) -> None:
        self.begin = begin
        self._sites = sites
        self._waiting: deque[Event] = deque()
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._under: dict[str, _Entry] = {}  # the same, by every name that an event gave
        self._covered = Covered(begin)
        self._threads: dict[int, Nested] = defaultdict(Nested)
        self._imported = 0.0
        self._end: float | None = None

    def __call__(self, event: Event) -> None:
        """Take an event in."""
        if self._end is not None:
            return
        self._waiting.append(event)
        # Nobody waits here: who finds another thread counting leaves it to that one, or to the next.
        if len(self._waiting) >= LOT and self._lock.acquire(blocking=False):
            try:
                self._work_off()
            finally:
                self._lock.release()

    def close(self) -> None:
        """The block ends now; events that still come do not count."""
        with self._lock:
            self._end = time.perf_counter()
            self._work_off()

    def read(self) -> tuple[list[ProfileRow], Clock]:
        """One row a name, most seconds first; the seconds of the block so far."""
        with self._lock:
            now = time.perf_counter() if self._end is None else self._end
            if self._end is None:
                self._work_off()
            rows = sorted((_row(name, e) for name, e in self._entries.items()), key=_order)
            wall = now - self.begin
            return rows, Clock(wall, min(self._covered.seconds(), wall), self._imported)

    def _work_off(self) -> None:
        for _ in range(len(self._waiting)):  # others go on adding; ctrl-C in between loses one
            self._count(self._waiting.popleft())

    def _count(self, event: Event) -> None:
        kind, placement = event.kind, event.placement
        if kind == "import":
            self._imported += self._threads[event.thread].own(event.start, event.seconds)
            return
        entry = self._under.get(event.op)
        if entry is None:
            found = OPS.get(event.op)
            entry = self._under[event.op] = self._entries.setdefault(event.op if found is None else found.name, _Entry())
        entry.kinds.add(kind)
        if kind in ("run", "step", "load", "call"):
            seconds = event.seconds
            if event.start:
                seconds = self._threads[event.thread].own(event.start, event.seconds)
                self._covered.add(event.start, event.start + event.seconds)
            if kind == "call":
                entry.others += 1
            else:
                entry.calls[placement] += 1
            entry.seconds[placement] += seconds
            if self._sites and event.site is not None:
                _add(entry.places, event.site, seconds)
        elif kind == "copy":
            copies = entry.copies[placement]
            copies[0] += 1
            copies[1] += event.size
        elif kind == "build":
            entry.built += 1
        elif kind == "compile":
            entry.compilations += 1
            entry.compile_seconds += event.seconds
        elif kind in _REASONS:
            _add(entry.reasons[kind, event.reason, event.advice], event.site)


def _add(places: dict[Any, list], site: Any, seconds: float = 0.0) -> None:
    at = places.setdefault(site, [0, 0.0])
    at[0] += 1
    at[1] += seconds


def _places(found: dict[Any, list]) -> tuple[Place, ...]:
    made = [Place(str(site[0]), int(site[1]), n, seconds) for site, (n, seconds) in found.items() if site is not None]
    return tuple(sorted(made, key=lambda p: (-p.count, p.file, p.line)))


def _row(name: str, e: _Entry) -> ProfileRow:
    reasons = [
        Reason(kind, reason, advice, sum(n for n, _ in found.values()), _places(found))
        for (kind, reason, advice), found in e.reasons.items()
    ]
    return ProfileRow(
        name=name,
        kind=_kind(name, e.kinds),
        # What tells of each file that it loads is not counted again as a whole.
        host_calls=e.calls["host"] or ("load" not in e.kinds) * e.others,
        device_calls=e.calls["device"],
        host_seconds=e.seconds["host"],
        device_seconds=e.seconds["device"],
        built=e.built,
        to_device=Copies(*e.copies["device"]),
        from_device=Copies(*e.copies["host"]),
        compilations=e.compilations,
        compile_seconds=e.compile_seconds,
        reasons=tuple(sorted(reasons, key=lambda r: (_REASONS.index(r.kind), -r.count, r.reason))),
        places=_places(e.places),
    )


def _kind(name: str, kinds: set[str]) -> str:
    if "load" in kinds:
        return "loading"
    if "step" in kinds or (name not in OPS and not kinds - {"compile", "copy"}):
        return "function"
    if "call" in kinds:
        return "other"
    return "layer" if isinstance(OPS.get(name), LayerEntry) or name.startswith("tf.keras.layers.") else "op"


def _order(row: ProfileRow) -> tuple:
    return -row.seconds, -(row.host_calls + row.device_calls + row.built), row.name
