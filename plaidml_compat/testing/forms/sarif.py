"""A run's findings as SARIF 2.1.0, beside those of the scanner, in whose form they are; what is allowed is there as suppressed."""

from __future__ import annotations

import json
import linecache
from typing import Any

from ...report.scanner.formats import sarif
from ...report.scanner.scanning import ScanReport
from ...report.scanner.sources import Problem
from ...report.scanner.uses import Finding, Suppression, Use
from ..findings import Seen
from ..recording import Flag
from ..reports import Report
from ..settings import KINDS
from ..static import UNREAD
from ..statuses import rule

_TOOL = "plaidml_compat pytest plugin"


def render(report: Report) -> str:
    """The report as SARIF text."""
    found = [_of_flag(report, flag, seen) for kind in KINDS for flag, seen in report.findings.flags(kind).items()]
    ran = {(f.path, f.use.line, f.use.name) for f in found}
    read = [f for f in report.scanned if f["rule"] != UNREAD and (f["path"], f["line"], f["name"]) not in ran]
    problems = [Problem(f["path"], f["reason"], f["suggestion"], f["line"], f["column"]) for f in report.scanned if f["rule"] == UNREAD]
    document = sarif.to_dict(ScanReport((*found, *map(_of_scanned, read)), tuple(problems)))
    (run,) = document["runs"]
    run["tool"]["driver"]["name"] = _TOOL
    run["invocations"][0]["exitCode"] = report.exit_code
    return json.dumps(document, indent=2) + "\n"


def _of_flag(report: Report, flag: Flag, seen: Seen) -> Finding:
    text = linecache.getline(flag.file, flag.line).rstrip()
    code = text.strip()
    use = Use(flag.op, flag.line, len(text) - len(code) + 1, flag.line, len(text) + 1)
    level = "error" if seen.fails else "warning"
    suppressions = () if seen.counting else _suppressions(report, flag, seen)
    return Finding(flag.file, use, rule(flag), flag.reason, flag.advice, code=code, level=level, suppressions=suppressions)


def _suppressions(report: Report, flag: Flag, seen: Seen) -> tuple[Suppression, ...]:
    """One for each reason; what the whole run allows is not written in a source."""
    in_source = report.run.policy(flag.kind) != "allow"
    return tuple(Suppression(reason, in_source) for reason in dict.fromkeys(seen.allowed.values()))


def _of_scanned(finding: dict[str, Any]) -> Finding:
    use = Use(finding["name"], finding["line"], finding["column"], finding["end_line"], finding["end_column"])
    about = {name: finding[name] for name in ("rule", "reason", "suggestion", "cell", "ignored", "code", "file_line")}
    return Finding(finding["path"], use, **about)
