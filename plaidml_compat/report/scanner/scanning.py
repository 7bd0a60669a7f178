"""A scan: programs read, their uses of TensorFlow judged, and what is left alone marked. Nothing of them is imported or run."""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...installation import is_installed
from . import comments, sources, walking
from .imports import SEPARATE_PACKAGES
from .judging import judge
from .resolving import uses
from .rules import BY_NAME
from .settings import Settings
from .sources import Problem, Source, UnreadableError
from .uses import Finding, Use

_MENTIONS = re.compile("tensorflow|keras")
"""What does not mention either has no use of TensorFlow."""

STANDARD_INPUT = "<stdin>"


@dataclass(frozen=True)
class ScanReport:
    """What a scan found.

    Attributes:
        findings: the uses whose rules were asked for, file by file, from top to bottom.
        problems: files, or cells of notebooks, that could not be read.
        notes: of the same form: what is no fault of a program, such as a comment that ignores nothing.
        files: those that were read.
        left_out: number of uses whose rules were not asked for.
        settings: what was asked for.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)
    left_out: int = 0

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings at which a program would raise an error."""
        return tuple(f for f in self.findings if fails(f))

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings that people are shown: not those a comment ignores and, unless rules were selected, only what asks for something."""
        return tuple(f for f in self.told if f.ignored is None)

    @property
    def told(self) -> tuple[Finding, ...]:
        """Those that are shown, and those that comments ignore."""
        return tuple(f for f in self.findings if f.ignored is not None or self._asks(f))

    @property
    def hidden(self) -> tuple[Finding, ...]:
        """Those that are neither: what works, and what the program copes without."""
        return tuple(f for f in self.findings if f.ignored is None and not self._asks(f))

    def _asks(self, finding: Finding) -> bool:
        return self.settings.select is not None or severity(finding) != "note"

    @property
    def exit_code(self) -> int:
        """2: something could not be read. 1: a program would raise an error, and that is to count. 0: neither."""
        return 2 if self.problems else 1 if self.failing and not self.settings.exit_zero else 0

    def by_rule(self) -> Counter[str]:
        """Number of findings that count, by rule."""
        return Counter(f.rule for f in self.findings if f.ignored is None)


def fails(finding: Finding) -> bool:
    """Whether a program would raise an error there, as far as can be told, and nobody said to ignore it."""
    return BY_NAME[finding.rule].fails and finding.ignored is None and not finding.use.guarded


def severity(finding: Finding) -> str:
    """`"error"`: it raises an error. `"warning"`: it works, but not as asked for or well. `"note"`: it works, or the program copes."""
    if finding.level is not None:
        return finding.level
    if BY_NAME[finding.rule].fails:
        return "note" if finding.use.guarded else "error"
    return "warning" if finding.reason else "note"


def scan(paths: Iterable[str | os.PathLike[str]], settings: Settings | None = None) -> ScanReport:
    """Read programs and say of every use of a TensorFlow name what becomes of it here; needs `install()`.

    Args:
        paths: files, folders, or `"-"` for standard input.
        settings: what is asked for; `None`: everything. Those of a project are `settings.find(path)`.

    Raises:
        RuntimeError: `install()` was not called; what is here is known from then on.
    """
    if not is_installed():
        raise RuntimeError("scan: nothing is known before plaidml_compat.install(): call it first; received paths to scan without it")
    asked, names = settings or Settings(), [os.fspath(p) for p in paths]
    findings: list[Finding] = []
    problems: list[Problem] = []
    notes: list[Problem] = []
    files: list[str] = []
    left_out = 0
    for found in walking.find(names, asked.exclude):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        with _collecting_once():
            one = _file(found, asked.engine)
        reported = list(filter(asked.reports, one.findings))
        findings += reported
        left_out += len(one.findings) - len(reported)
        problems += one.problems
        notes += one.notes
        files += one.files
    if not (files or problems):
        notes.append(Problem(", ".join(names), "there is no Python file and no notebook here", "Name the files, or another folder"))
    return ScanReport(tuple(findings), tuple(problems), tuple(notes), tuple(files), asked, left_out)


@contextlib.contextmanager
def _collecting_once() -> Iterator[None]:
    """What a file leaves behind is collected when it is done: looking for garbage while trees grow takes as long as parsing."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(1)


def _file(path: str, engine: str | None) -> ScanReport:
    name = STANDARD_INPUT if path == "-" else path
    try:
        source = sources.read(name, _bytes(path))
    except OSError as e:
        problem = Problem(name, f"it cannot be read: {e.strerror or e}", "Correct the path, or make the file readable")
        return ScanReport(problems=(problem,))
    except UnreadableError as e:
        return ScanReport(problems=(e.problem,))
    ignores, remarks = comments.read(source.text)
    tree, problems = sources.parse(source)
    if problems and any(i.whole_file and not i.rules for i in ignores):
        return ScanReport(files=(name,))
    if tree is None:
        return ScanReport(problems=tuple(problems))
    try:
        findings = _judged(source, tree, engine)
    except RecursionError:
        return ScanReport(problems=(Problem(name, "it is nested too deeply to be read", "Leave it out, with --exclude"),))
    findings = comments.apply(ignores, findings, tree)
    notes = [_note(source, r) for r in (*remarks, *comments.unused(ignores))]
    return ScanReport(tuple(_placed(source, f) for f in findings), tuple(problems), tuple(notes), (name,))


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as f:
        return f.read()


def _judged(source: Source, tree: ast.Module, engine: str | None) -> list[Finding]:
    if not _MENTIONS.search(source.text):
        return []
    named = (u for u in uses(tree) if u.name not in SEPARATE_PACKAGES or not _is_beside(u.name, source.path))
    found = [judge(_in_characters(u, source.lines), source.path, engine) for u in named]
    found.sort(key=lambda f: (f.use.line, f.use.column))
    return [replace(f, code=_at(source.written, f.use.line).strip()) for f in found]


def _is_beside(package: str, path: str) -> bool:
    """Whether a package's own source stands in a folder that the file is in: then it is the project, and what it uses itself counts."""
    folders = Path(path).absolute().parents
    return any((folder / below / package / "__init__.py").is_file() for folder in folders for below in ("", "src"))


def _in_characters(use: Use, lines: list[str]) -> Use:
    """A use whose columns count characters; those of syntax trees count UTF-8's bytes."""
    first, last = _at(lines, use.line), _at(lines, use.end_line)
    if first.isascii() and last.isascii():
        return use
    return replace(use, column=_character(first, use.column), end_column=_character(last, use.end_column))


def _at(lines: list[str], number: int) -> str:
    return lines[min(number, len(lines)) - 1]


def _character(line: str, column: int) -> int:
    return len(line.encode()[: column - 1].decode(errors="ignore")) + 1


def _placed(source: Source, finding: Finding) -> Finding:
    """A finding whose lines count within its cell."""
    if not source.cells:
        return finding
    use = finding.use
    line, cell, file_line = source.place(use.line)
    moved = replace(use, line=line, end_line=line + use.end_line - use.line)
    return replace(finding, use=moved, cell=cell, file_line=file_line)


def _note(source: Source, remark: comments.Remark) -> Problem:
    line, cell, file_line = source.place(remark.line)
    return Problem(source.path, remark.reason, remark.suggestion, line, remark.column, cell, file_line)
