"""A run's findings as SARIF 2.1.0, beside those of the scanner, in whose form they are; what is allowed is there as suppressed."""

from __future__ import annotations

import json
import linecache
from collections.abc import Iterator
from typing import Any

from ...report import names
from ...report.scanner.formats import sarif
from ...report.scanner.rules import of_status
from ...report.scanner.scanning import ScanReport
from ...report.scanner.sources import Problem
from ...report.scanner.uses import Finding, Use
from ..findings import Seen
from ..recording import Flag
from ..reports import Report
from ..settings import KINDS
from ..static import UNREAD

_TOOL = "plaidml_compat pytest plugin"


def render(report: Report) -> str:
    """The report as SARIF text."""
    flags = [(flag, seen) for kind in KINDS for flag, seen in report.findings.flags(kind).items()]
    found = [_of_flag(flag) for flag, _ in flags]
    ran = {(f.path, f.use.line, f.use.name) for f in found}
    read = [f for f in report.scanned if f["rule"] != UNREAD and (f["path"], f["line"], f["name"]) not in ran]
    problems = [Problem(f["path"], f["reason"], f["suggestion"], f["line"], f["column"]) for f in report.scanned if f["rule"] == UNREAD]
    scan = ScanReport(tuple([*found, *map(_of_scanned, read)]), tuple(problems))
    document = sarif.to_dict(scan)
    (run,) = document["runs"]
    run["tool"]["driver"]["name"] = _TOOL
    run["invocations"][0]["exitCode"] = report.exit_code
    for result, (flag, seen) in zip(run["results"], flags):
        result["level"] = "error" if seen.fails else "warning"
        result["suppressions"] = [] if seen.counting else list(_suppressions(report, flag, seen))
    return json.dumps(document, indent=2) + "\n"


def _suppressions(report: Report, flag: Flag, seen: Seen) -> Iterator[dict[str, str]]:
    """One for each reason; what the whole run allows is not written in a source."""
    kind = "external" if report.run.policy(flag.kind) == "allow" else "inSource"
    for reason in dict.fromkeys(seen.allowed.values()):
        yield {"kind": kind, **({"justification": reason} if reason else {})}


def _of_flag(flag: Flag) -> Finding:
    text = linecache.getline(flag.file, flag.line).rstrip()
    code = text.strip()
    use = Use(flag.op, flag.line, len(text) - len(code) + 1, flag.line, len(text) + 1)
    return Finding(flag.file, use, _rule(flag), flag.reason, flag.advice, code=code)


def _rule(flag: Flag) -> str:
    """The scanner's rule that says the same."""
    rules, known = KINDS[flag.kind].rules, of_status(names.about(flag.op).status)
    return known if known in rules else rules[0]  # what is here may refuse some arguments, or to be in a graph


def _of_scanned(finding: dict[str, Any]) -> Finding:
    use = Use(finding["name"], finding["line"], finding["column"], finding["end_line"], finding["end_column"])
    about = {name: finding[name] for name in ("rule", "reason", "suggestion", "cell", "ignored", "code", "file_line")}
    return Finding(finding["path"], use, **about)
