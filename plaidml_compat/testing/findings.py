"""What a run found: every test's record, and the flags of all of them together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .recording import Flag, Record
from .settings import Settings
from .totals import Totals

OUTSIDE = "outside of tests"
"""Stands for the id of a test where what happened is that of none, or nobody knows of which."""
CONFTEST = "conftest.py"
"""The same for what those files did that pytest has imported before it looked for tests."""


@dataclass
class Found:
    """What one test, or the import of one module, did.

    Attributes:
        record: its ops and flags.
        policy: kind of flag -> what was to be done about it.
        reason: its marker's.
    """

    record: Record
    policy: dict[str, str]
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**self.record.to_dict(), "policy": self.policy, "reason": self.reason}


@dataclass
class Seen:
    """The tests in which a flag was seen.

    Attributes:
        counting: those in which it is not allowed.
        allowed: those in which it is -> the reason that a marker gives.
        fails: whether it is an error in one of them.
    """

    counting: list[str] = field(default_factory=list)
    allowed: dict[str, str] = field(default_factory=dict)
    fails: bool = False


@dataclass
class Findings:
    """All of a run.

    Attributes:
        folder: in which the tests are.
        tests: node id -> what that one did.
        imports: those of them that are no tests: modules, for what they did when they were imported, `CONFTEST` and `OUTSIDE`.
    """

    folder: str
    tests: dict[str, Found] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)

    def note(self, nodeid: str, record: Record, settings: Settings) -> None:
        """Something happened while a module was imported, or outside of tests."""
        self.imports.add(nodeid)
        found = self.tests.setdefault(nodeid, Found(Record(), settings.policies(), settings.reason))
        found.record.add(record)

    def take(self, nodeid: str, data: dict[str, Any]) -> None:
        """A test's record, as its report carries it."""
        self.tests[nodeid] = Found(Record.from_dict(data), data["policy"], data["reason"])

    def take_import(self, nodeid: str, data: dict[str, Any]) -> None:
        """The same of a module, or of what happened outside of tests, from another process: each imports every module."""
        if nodeid not in self.imports:
            self.imports.add(nodeid)
            self.take(nodeid, data)
        elif nodeid == OUTSIDE:
            self.tests[nodeid].record.add(Record.from_dict(data))

    def totals(self) -> Totals:
        """What ran in all of them."""
        return Totals.of(found.record for found in self.tests.values())

    def flags(self, kind: str) -> dict[Flag, Seen]:
        """Flags of a kind and where they were seen; those in most tests first, and last what is allowed everywhere."""
        where: dict[Flag, Seen] = {}
        for nodeid, found in self.tests.items():
            for flag in found.record.flags:
                if flag.kind == kind:
                    seen = where.setdefault(flag, Seen())
                    if found.policy[kind] == "allow":
                        seen.allowed[nodeid] = found.reason
                    else:
                        seen.counting.append(nodeid)
                        seen.fails |= found.policy[kind] == "error"
        return dict(sorted(where.items(), key=lambda kv: (-len(kv[1].counting), kv[0].op, kv[0].file, kv[0].line)))
