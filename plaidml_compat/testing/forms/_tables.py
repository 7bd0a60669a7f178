"""What the forms that people read have in common: a report's tables, and the line above them."""

from __future__ import annotations

from collections.abc import Iterator

from ... import __version__
from ..reports import Report
from ..settings import KINDS
from ..static import place
from ..statuses import title
from ..totals import ops, others


def tables(report: Report) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Title, heads and rows of every table that has rows."""
    folder = report.findings.folder
    allowed: list[list[str]] = []
    for kind in KINDS:
        by_title: dict[str, list[list[str]]] = {}
        for flag, seen in report.findings.flags(kind).items():
            where, name = flag.place(folder), title(flag)
            if seen.counting:
                by_title.setdefault(name, []).append([flag.op, where, flag.reason, flag.advice, ", ".join(seen.counting)])
            allowed += [[flag.op, where, name, reason, nodeid] for nodeid, reason in seen.allowed.items()]
        for name, rows in by_title.items():
            yield name, ["op", "line", "reason", "what to do", "tests"], rows
    if allowed:
        yield "allowed", ["op", "line", "what", "why it is allowed", "test"], allowed
    counting = (f for f in report.scanned if f["ignored"] is None)
    rows = [[f["name"], place(f, folder), f"{f['rule']}: {f['reason']}", f["suggestion"]] for f in counting]
    if rows:
        yield "in the code, without running it", ["name", "line", "reason", "what to do"], rows
    records = [found.record for found in report.findings.tests.values()]
    ran = [[op, str(host), str(device)] for op, host, device in ops(records)]
    if ran:
        yield "ops that ran", ["op", "host", "device"], ran
    beside = [[other.name, other.what, other.placement, str(other.times)] for other in others(records)]
    if beside:
        yield "what else ran", ["name", "what", "where", "times"], beside


def total(report: Report) -> str:
    """All that ran, and by which version it was served."""
    return f"{report.findings.totals().text()}; plaidml_compat {__version__}"
