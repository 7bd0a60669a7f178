"""A report as Markdown."""

from __future__ import annotations

from ...report.markdown import escaped, table
from ..reports import Report
from ._tables import tables, total


def render(report: Report) -> str:
    """The report as Markdown text."""
    lines = ["# Tests on PlaidML", "", total(report), ""]
    for title, heads, rows in tables(report):
        lines += [f"## {title.capitalize()}", "", *table(heads, [list(map(escaped, row)) for row in rows])]
    return "\n".join(lines)
