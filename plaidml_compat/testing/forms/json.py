"""A report as JSON: see `Report.to_dict`."""

from __future__ import annotations

import json

from ..reports import Report


def render(report: Report) -> str:
    """The report as JSON text."""
    return json.dumps(report.to_dict(), indent=2) + "\n"
