"""`--plaidml-report FILE`: what a run found, as JSON, Markdown, HTML or SARIF, whichever the file's name ends with."""

from __future__ import annotations

import html
import importlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from .. import __version__
from ..report.markdown import escaped, table
from ..writing_files import writing
from .findings import Findings
from .guarding import Guard, guarded
from .recording import Flag, shortened
from .settings import Settings
from .static import Scans
from .summary import TITLES

SCHEMA = 1
"""Raised by one when a field of the JSON changes its meaning or goes away."""


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

    def flags(self, kind: str) -> dict[Flag, Seen]:
        """Flags of a kind and where they were seen; those in most tests first, and last what is allowed everywhere."""
        found: dict[Flag, Seen] = {}
        for nodeid, test in self.findings.tests.items():
            for flag in test.record.flags:
                if flag.kind == kind:
                    seen = found.setdefault(flag, Seen())
                    if test.policy[kind] == "allow":
                        seen.allowed[nodeid] = test.reason
                    else:
                        seen.counting.append(nodeid)
                        seen.fails |= test.policy[kind] == "error"
        return dict(sorted(found.items(), key=lambda kv: (-len(kv[1].counting), kv[0].op, kv[0].file, kv[0].line)))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready.

        Returns:
            `schema`, `plaidml_compat` (its version), `exit_code` (pytest's), `root` (pytest's root folder).
            `settings`: of the run, by name; a test's markers may say otherwise.
            `placements`: `{"host": calls, "device": calls}`.
            `flags`: a list, an entry for each kind, op, reason and line: `kind` (`"refused"`, `"fallback"`, `"slow"`), `op`, `reason`,
            `advice`, `file`, `line`, `tests` (node ids), `allowed` (node ids of tests that allow it -> their marker's reason).
            `tests`: node id -> `ops` (lists of op, placement, calls, seconds), `flags` (lists of kind, op, reason, advice, file, line,
            times), `policy` (kind -> `"allow"`, `"warn"`, `"error"` or `"skip"`), `reason` (its marker's). The id of a module stands for
            what it did when it was imported.
            `static`: the scanner's findings, as `plaidml-compat scan --format json` has them, and with the rule `"unread"` files that
            it could not read. `ignored` is not null where a comment says to ignore them.
        """
        placements = self.findings.placements()
        return {
            "schema": SCHEMA,
            "plaidml_compat": __version__,
            "exit_code": self.exit_code,
            "root": self.findings.folder,
            "settings": {name: getattr(self.run, name) for name in ("device", "fallback", "unsupported", "slow")},
            "placements": {at: placements[at] for at in ("host", "device")},
            "flags": [
                {**vars(flag), "tests": seen.counting, "allowed": seen.allowed}
                for kind in TITLES
                for flag, seen in self.flags(kind).items()
            ],
            "tests": {nodeid: found.to_dict() for nodeid, found in self.findings.tests.items()},
            "static": self.scanned,
        }


class Reporter:
    """A plugin of pytest's: writes the report when the run ends, however it ends.

    Attributes:
        guard: the plugin's own faults.
    """

    def __init__(self, run: Settings, findings: Findings, scans: Scans | None, guard: Guard) -> None:
        self._run, self._findings, self._scans, self.guard = run, findings, scans, guard

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """All results are here."""
        self._write(int(exitstatus))

    @guarded
    def _write(self, exit_code: int) -> None:
        scanned = self._scans.all(ignored=True) if self._scans is not None else []
        write(str(self._run.report), Report(self._run, self._findings, scanned, exit_code))


def write(path: str, report: Report) -> None:
    """Write a report whole, or not at all.

    Args:
        path: its name ends with `.json`, `.md`, `.html` or `.sarif`.
        report: what to write.

    Raises:
        OSError: the folder is missing or read-only.
    """
    ending = os.path.splitext(path)[1].lower()
    if ending == ".sarif":
        text = importlib.import_module(".sarif_report", __package__).render(report)
    else:
        text = {".json": _json, ".md": _markdown, ".html": _html}[ending](report)
    with writing(path) as f:
        f.write(text.encode("utf-8", "backslashreplace"))


def _json(report: Report) -> str:
    return json.dumps(report.to_dict(), indent=2) + "\n"


def _tables(report: Report) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Title, heads and rows of every table that has rows."""
    folder = report.findings.folder
    allowed: list[list[str]] = []
    for kind, title in TITLES.items():
        rows = []
        for flag, seen in report.flags(kind).items():
            place = f"{shortened(flag.file, folder)}:{flag.line}"
            if seen.counting:
                rows.append([flag.op, place, flag.reason, flag.advice, ", ".join(seen.counting)])
            allowed += [[flag.op, place, title, reason, nodeid] for nodeid, reason in seen.allowed.items()]
        if rows:
            yield title, ["op", "line", "reason", "what to do", "tests"], rows
    if allowed:
        yield "allowed", ["op", "line", "what", "why it is allowed", "test"], allowed
    rows = [_scanned(f, folder) for f in report.scanned if f["ignored"] is None]
    if rows:
        yield "in the code, without running it", ["name", "line", "reason", "what to do"], rows
    ops: dict[str, dict[str, int]] = {}
    for found in report.findings.tests.values():
        for (op, at), n in found.record.runs.items():
            counts = ops.setdefault(op, {"host": 0, "device": 0})
            counts[at] += n
    if ops:
        yield "ops that ran", ["op", "host", "device"], [[op, str(n["host"]), str(n["device"])] for op, n in sorted(ops.items())]


def _scanned(finding: dict[str, Any], folder: str) -> list[str]:
    place = ":".join(str(p) for p in (shortened(finding["path"], folder), finding["line"]) if p)
    return [finding["name"], place, f"{finding['rule']}: {finding['reason']}", finding["suggestion"]]


def _total(report: Report) -> str:
    placements = report.findings.placements()
    return f"{placements['host']} op calls on the host, {placements['device']} on the device; plaidml_compat {__version__}"


def _markdown(report: Report) -> str:
    lines = ["# Tests on PlaidML", "", _total(report), ""]
    for title, heads, rows in _tables(report):
        lines += [f"## {title.capitalize()}", "", *table(heads, [list(map(escaped, row)) for row in rows])]
    return "\n".join(lines)


_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
div { overflow-x: auto }
table { border-collapse: collapse; min-width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8886 }
td { overflow-wrap: anywhere; min-width: 6em }
td:first-child { font-family: ui-monospace, monospace; white-space: nowrap }
"""


def _html(report: Report) -> str:
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Tests on PlaidML</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body><h1>Tests on PlaidML</h1><p>{html.escape(_total(report))}</p>",
    ]
    for title, heads, rows in _tables(report):
        head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>\n" for row in rows)
        parts.append(f"<h2>{html.escape(title.capitalize())}</h2>")
        parts.append(f"<div><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>")
    return "\n".join([*parts, "</body></html>\n"])
