"""A scan as JSON: everything about each finding."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from .... import __version__
from ... import names
from ..rules import RULES
from ..scanning import ScanReport, fails, severity
from ..uses import Finding

SCHEMA = 1
"""Raised by one when a field changes its meaning or goes away."""


def render(report: ScanReport) -> str:
    """The report as JSON text."""
    return json.dumps(to_dict(report), indent=2) + "\n"


def to_dict(report: ScanReport) -> dict[str, Any]:
    """The report, JSON-ready."""
    counts = report.by_rule()
    return {
        "schema": SCHEMA,
        "plaidml_compat": __version__,
        "exit_code": report.exit_code,
        "totals": {
            "files": len(report.files),
            "uses": len(report.findings),
            "left_out": report.left_out,
            "failing": len(report.failing),
            "ignored": len(report.findings) - sum(counts.values()),
            "rules": {rule: counts[rule] for rule in RULES},
        },
        "findings": [_finding(f) for f in report.findings],
        "problems": [dataclasses.asdict(p) for p in report.problems],
        "notes": [dataclasses.asdict(n) for n in report.notes],
        "files": list(report.files),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """One finding, its use's fields beside its own; `limits`: of the device kernels, whose conditions the text does not show."""
    about = names.about(finding.use.name)
    return {
        **{f.name: getattr(finding.use, f.name) for f in dataclasses.fields(finding.use) if f.compare},
        **{k: v for k, v in vars(finding).items() if k != "use"},
        "severity": severity(finding),
        "fails": fails(finding),
        "engines": list(about.engines),
        "limits": len(about.limits),
    }
