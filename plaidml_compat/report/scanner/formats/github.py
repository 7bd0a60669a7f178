"""A scan as GitHub's workflow commands, which become annotations of the lines."""

from __future__ import annotations

import os

from ..scanning import STANDARD_INPUT, ScanReport, severity
from ..sources import Problem
from ..uses import Finding
from . import wording

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: ScanReport) -> str:
    """A command a line: problems, notes, and the findings that people are shown."""
    lines = [_command("error", p, "cannot be read") for p in report.problems]
    lines += [_command("notice", n, "comment") for n in report.notes]
    lines += [_command(_COMMANDS[severity(f)], f, f"{f.rule}: {f.use.name}") for f in report.shown]
    return "".join(line + "\n" for line in lines)


def _command(command: str, thing: Finding | Problem, title: str) -> str:
    properties: dict[str, object] = {}
    if thing.path != STANDARD_INPUT:
        properties["file"] = wording.printable(thing.path).replace(os.sep, "/")
    if thing.cell:
        title += f" (cell {thing.cell})"
        properties["line"] = thing.file_line  # annotations know nothing of cells
    elif isinstance(thing, Finding):
        use = thing.use
        properties.update(line=use.line, endLine=use.end_line)
        if use.line == use.end_line:  # columns of several lines are refused
            properties.update(col=use.column, endColumn=use.end_column)
    else:
        properties.update(line=thing.line, col=thing.column)
    properties["title"] = title
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value is not None)
    text = f"{thing.use.name}: {wording.sentence(thing)}" if isinstance(thing, Finding) else wording.sentence(thing)
    return f"::{command} {said}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
