"""All that a report tells of a run, whatever its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import __version__
from ..pytest_plugin import POLICIES
from .findings import Findings
from .settings import KINDS, Settings
from .statuses import rule

SCHEMA = 1
"""Raised by one when a field of the JSON changes its meaning or goes away."""


@dataclass(frozen=True)
class Report:
    """All that a report is made of.

    Attributes:
        run: what was asked for.
        findings: of the tests.
        scanned: the scanner's, those that comments ignore too.
        exit_code: pytest's.
    """

    run: Settings
    findings: Findings
    scanned: list[dict[str, Any]]
    exit_code: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready.

        Returns:
            `schema`, `plaidml_compat` (its version), `exit_code` (pytest's), `root` (pytest's root folder).
            `settings`: of the run, by name; a test's markers may say otherwise.
            `placements`: calls of ops, `{"host": calls, "device": calls}`.
            `others`: what ran beside: `{"calls": n, "built": n, "steps": n}`, calls of functions that are no ops and files that they
            loaded, ops that became a part of a model, steps of models on the device; such an op runs in those steps, uncounted.
            `flags`: a list, an entry for each kind, op, reason and line: `kind` (of the event: `"refused"`, `"fallback"`, `"slow"`),
            `rule` (the same as the scanner says it: `"unsupported"`, `"not-built"`, `"unknown"`, `"host"`, `"slow"`), `op`, `reason`,
            `advice`, `file`, `line`, `tests` (node ids), `allowed` (node ids of tests that allow it -> their marker's reason).
            `tests`: node id -> `ops` (lists of op, placement, calls, seconds), `others` (lists of the event's kind, `"build"`, `"call"`,
            `"load"` or `"step"`, name, placement, times, seconds), `flags` (lists of kind, op, reason, advice, file, line, times; 0 times
            where it happened in a setup that an earlier test has shared), `policy` (kind -> its setting's word, or `"allow"`),
            `reason` (its marker's). The id of a module stands for what it did when it was imported; `"outside of tests"` for what
            happened between tests, or in threads that a test has left running.
            `static`: the scanner's findings, as `plaidml-compat scan --format json` has them, and with the rule `"unread"` files that
            it could not read. `ignored` is not null where a comment says to ignore them.
        """
        totals = self.findings.totals()
        return {
            "schema": SCHEMA,
            "plaidml_compat": __version__,
            "exit_code": self.exit_code,
            "root": self.findings.folder,
            "settings": {name: getattr(self.run, name) for name in ("device", *POLICIES)},
            "placements": {"host": totals.host, "device": totals.device},
            "others": {"calls": totals.others, "built": totals.built, "steps": totals.steps},
            "flags": [
                {**vars(flag), "rule": rule(flag), "tests": seen.counting, "allowed": seen.allowed}
                for kind in KINDS
                for flag, seen in self.findings.flags(kind).items()
            ],
            "tests": {nodeid: found.to_dict() for nodeid, found in self.findings.tests.items()},
            "static": self.scanned,
        }
