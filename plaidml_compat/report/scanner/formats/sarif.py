"""A scan as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
from collections import Counter
from typing import Any
from urllib.parse import quote

from .... import __version__
from ..rules import RULES, TABLE, Rule
from ..scanning import STANDARD_INPUT, ScanReport, severity
from ..sources import Problem
from ..uses import Finding, Suppression
from . import wording

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"


def render(report: ScanReport) -> str:
    """The report as SARIF text: findings that people are shown, and those that comments ignore, as suppressed."""
    return json.dumps(to_dict(report), indent=2) + "\n"


def to_dict(report: ScanReport) -> dict[str, Any]:
    """The report, JSON-ready."""
    root = pathlib.Path.cwd().as_uri()
    seen: Counter[tuple[str, str]] = Counter()
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "plaidml-compat scan", "version": __version__, "rules": [_rule(r) for r in TABLE]}},
                "originalUriBaseIds": {ROOT: {"uri": root if root.endswith("/") else root + "/"}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(f, seen) for f in report.told],
                "invocations": [
                    {
                        "executionSuccessful": not report.problems,
                        "exitCode": report.exit_code,
                        "toolExecutionNotifications": [
                            *(_notification(p, "error") for p in report.problems),
                            *(_notification(n, "note") for n in report.notes),
                        ],
                    }
                ],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.name, "shortDescription": {"text": rule.about}, "defaultConfiguration": {"level": rule.level}}


def _result(finding: Finding, seen: Counter[tuple[str, str]]) -> dict[str, Any]:
    comment = [] if finding.ignored is None else [Suppression(finding.ignored)]
    return {
        "ruleId": finding.rule,
        "ruleIndex": RULES.index(finding.rule),
        "level": severity(finding),
        "message": {"text": f"{finding.use.name}: {wording.sentence(finding)}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"use/v1": _fingerprint(finding, seen)},
        "suppressions": [_suppression(s) for s in (*comment, *finding.suppressions)],
    }


def _suppression(suppression: Suppression) -> dict[str, str]:
    kind = {"kind": "inSource" if suppression.in_source else "external"}
    return {**kind, "justification": suppression.reason} if suppression.reason else kind


def _fingerprint(finding: Finding, seen: Counter[tuple[str, str]]) -> str:
    """The same when lines above come and go: of the name, the line's text, and which of several such lines of the file it is."""
    key = "\n".join((finding.rule, finding.use.name, " ".join(finding.code.split())))
    seen[finding.path, key] += 1
    return hashlib.sha256(f"{key}\n{seen[finding.path, key]}".encode("utf-8", "replace")).hexdigest()[:32]


def _notification(problem: Problem, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": wording.sentence(problem)}, "locations": [_location(problem)]}


def _location(thing: Finding | Problem) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(thing.path)}
    region = _region(thing)
    if region:
        physical["region"] = region
    location: dict[str, Any] = {"physicalLocation": physical}
    if thing.cell:
        line = thing.use.line if isinstance(thing, Finding) else thing.line
        location["logicalLocations"] = [{"name": f"cell {thing.cell}", "fullyQualifiedName": f"cell {thing.cell}, line {line}"}]
    return location


def _region(thing: Finding | Problem) -> dict[str, Any]:
    if thing.cell:  # a line of the notebook's JSON, in which columns are others
        return {"startLine": thing.file_line}
    if isinstance(thing, Finding):
        use = thing.use
        region = {"startLine": use.line, "startColumn": use.column, "endLine": use.end_line, "endColumn": use.end_column}
        return {**region, "snippet": {"text": thing.code}}
    return {k: v for k, v in (("startLine", thing.line), ("startColumn", thing.line and thing.column)) if v}


def _artifact(path: str) -> dict[str, Any]:
    if path == STANDARD_INPUT:
        return {"description": {"text": "standard input"}}
    relative = os.path.relpath(path).replace(os.sep, "/")
    if relative == ".." or relative.startswith("../"):
        return {"uri": pathlib.Path(os.path.abspath(path)).as_uri()}
    return {"uri": quote(os.fsencode(relative)), "uriBaseId": ROOT}
