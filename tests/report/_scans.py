"""Scans of programs of a few lines, and where they found something."""

from __future__ import annotations

from plaidml_compat.report.scanner.scanning import scan
from plaidml_compat.report.scanner.settings import Settings


def scanned(write, text, **asked):
    """The report on a program, written by the fixture `write`."""
    write("a.py", text)
    return scan(["a.py"], Settings(**asked))


def places(report):
    """(file, line, column, name) of each finding."""
    return [(f.path, f.use.line, f.use.column, f.use.name) for f in report.findings]
