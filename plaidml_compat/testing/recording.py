"""What one test did, as it travels: how often what ran where, and flags with the line in the user's code."""

from __future__ import annotations

import linecache
import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from .settings import KINDS

COUNTED = ("run", "build", "call", "load", "step")
"""Kinds of events that are counted: ops; ops built into models; functions that are no ops, and files loaded; steps of models."""


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
    """What a test did.

    Attributes:
        counts: (kind of event, name, placement) -> how often; of the kinds in `COUNTED`.
        seconds: the same -> seconds in them.
        flags: flag -> how often; 0 where it happened in a setup that an earlier test has shared.
    """

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    seconds: dict[tuple[str, str, str], float] = field(default_factory=lambda: defaultdict(float))
    flags: Counter[Flag] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.counts or self.flags)

    def count(self, kind: str, name: str, placement: str, times: int = 1, seconds: float = 0.0) -> None:
        """Something happened."""
        self.counts[kind, name, placement] += times
        self.seconds[kind, name, placement] += seconds

    def add(self, other: Record) -> None:
        """Count what another one counts as well."""
        for key, times in other.counts.items():
            self.count(*key, times, other.seconds[key])
        self.flags.update(other.flags)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        rows = [[*key, n, round(self.seconds[key], 6)] for key, n in sorted(self.counts.items())]
        return {
            "ops": [row[1:] for row in rows if row[0] == "run"],
            "others": [row for row in rows if row[0] != "run"],
            "flags": [[*vars(flag).values(), n] for flag, n in self.flags.items()],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Record:
        """The reverse of `to_dict`."""
        made = cls()
        for row in [*(["run", *op] for op in data["ops"]), *data["others"]]:
            made.count(*row)
        for *about, n in data["flags"]:
            made.flags[Flag(*about)] += n
        return made
