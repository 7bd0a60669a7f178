"""What the forms that people read have in common: a report's tables, and the line above them."""

from __future__ import annotations

from collections.abc import Iterator

from ... import __version__
from ..reports import Report
from ..settings import KINDS
from ..static import place


def tables(report: Report) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Title, heads and rows of every table that has rows."""
    folder = report.findings.folder
    allowed: list[list[str]] = []
    for kind, about in KINDS.items():
        rows = []
        for flag, seen in report.findings.flags(kind).items():
            where = flag.place(folder)
            if seen.counting:
                rows.append([flag.op, where, flag.reason, flag.advice, ", ".join(seen.counting)])
            allowed += [[flag.op, where, about.title, reason, nodeid] for nodeid, reason in seen.allowed.items()]
        if rows:
            yield about.title, ["op", "line", "reason", "what to do", "tests"], rows
    if allowed:
        yield "allowed", ["op", "line", "what", "why it is allowed", "test"], allowed
    counting = (f for f in report.scanned if f["ignored"] is None)
    rows = [[f["name"], place(f, folder), f"{f['rule']}: {f['reason']}", f["suggestion"]] for f in counting]
    if rows:
        yield "in the code, without running it", ["name", "line", "reason", "what to do"], rows
    ops: dict[str, dict[str, int]] = {}
    for found in report.findings.tests.values():
        for (op, at), n in found.record.runs.items():
            counts = ops.setdefault(op, {"host": 0, "device": 0})
            counts[at] += n
    if ops:
        yield "ops that ran", ["op", "host", "device"], [[op, str(n["host"]), str(n["device"])] for op, n in sorted(ops.items())]


def total(report: Report) -> str:
    """All op calls, and by which version they were served."""
    placements = report.findings.placements()
    return f"{placements['host']} op calls on the host, {placements['device']} on the device; plaidml_compat {__version__}"
