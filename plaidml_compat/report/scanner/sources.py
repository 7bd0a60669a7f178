"""Programs as text: a file's bytes decoded and parsed as Python does it, and what is wrong with files that are no programs."""

from __future__ import annotations

import ast
import functools
import io
import re
import sys
import tokenize
from dataclasses import dataclass

from . import notebooks, syntax
from .notebooks import Cell


@dataclass(frozen=True)
class Problem:
    """Something about a file that is no use of TensorFlow: why it cannot be read, or what its comments say in vain.

    Attributes:
        path: the file.
        reason: what is the matter.
        suggestion: what to do about it.
        line: from 1; `None`: the file as a whole.
        column: in characters, from 1.
        cell: number of the notebook's code cell, from 1; `line` counts within it. `None`: not in one.
        file_line: where that line stands in a notebook's JSON, from 1.
    """

    path: str
    reason: str
    suggestion: str = ""
    line: int | None = None
    column: int | None = None
    cell: int | None = None
    file_line: int | None = None


class UnreadableError(Exception):
    """A file that is no program that can be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.path, problem.reason)


@dataclass(frozen=True)
class Source:
    """A program's text.

    Attributes:
        path: where it comes from.
        text: Python, its lines ended by `\\n`; of a notebook all code cells, one behind the other, without magics.
        cells: the notebook's code cells, in order; empty: not a notebook.
    """

    path: str
    text: str
    cells: tuple[Cell, ...] = ()

    @functools.cached_property
    def lines(self) -> list[str]:
        """The lines of `text`, without their ends."""
        return self.text.split("\n")

    @functools.cached_property
    def written(self) -> list[str]:
        """The same lines as they stand in the file or notebook, magics too."""
        return [line for cell in self.cells for line in cell.code.split("\n")] or self.lines

    def place(self, line: int) -> tuple[int, int | None, int | None]:
        """A line of `text` as people count: (line in its cell or in the file, the cell's number, line in the notebook's JSON)."""
        for cell in reversed(self.cells):
            if line >= cell.first:
                within = line - cell.first + 1
                return within, cell.number, cell.file_lines[min(within, len(cell.file_lines)) - 1]
        return line, None, None


def read(path: str, data: bytes) -> Source:
    """A file's program.

    Args:
        path: its name, for messages; one that ends in `.ipynb` is a notebook, and so is what looks like one.
        data: what is in it.

    Raises:
        UnreadableError: it is no text, or no notebook; the problem says what it is.
    """
    if path.endswith(".ipynb") or (data.lstrip()[:1] == b"{" and b'"nbformat"' in data):
        try:
            cells = notebooks.cells(data)
        except notebooks.NotebookError as e:
            raise UnreadableError(Problem(path, e.reason, e.suggestion, e.line, e.column)) from e
        return Source(path, "".join(c.text + "\n" for c in cells), tuple(cells))
    return Source(path, _decoded(path, data))


def _decoded(path: str, data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableError(Problem(path, "it is UTF-16, which Python does not read", "Save it as UTF-8"))
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UnreadableError(Problem(path, "it holds null bytes: a binary file, no program", "Leave it out, with --exclude", line))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except UnicodeDecodeError as e:
        line = data.count(b"\n", 0, e.start) + 1
        suggestion = "Save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-"
        raise UnreadableError(Problem(path, f"it is not {e.encoding}: byte {data[e.start]:#04x}", suggestion, line)) from e
    except (SyntaxError, LookupError, ValueError) as e:  # no such encoding, or one that is not of text
        raise UnreadableError(Problem(path, f"its encoding cannot be read: {e}", "Save it as UTF-8", 1)) from e
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(source: Source) -> tuple[ast.Module | None, list[Problem]]:
    """A program's syntax tree, and what is wrong with its syntax. A notebook's cells stand or fall one by one.

    Returns:
        (the tree, `None` where nothing could be parsed; problems).
    """
    if not source.cells:
        tree = syntax.statements(source.text)
        return (tree, []) if isinstance(tree, ast.Module) else (None, [_described(source, tree, 0)])
    problems, lines = [], list(source.lines)
    for cell in source.cells:
        tree = syntax.statements(cell.text)
        if not isinstance(tree, ast.Module):
            problems.append(_described(source, tree, cell.first - 1))
            for i in range(len(cell.file_lines)):
                lines[cell.first - 1 + i] = ""
    whole = syntax.statements("\n".join(lines))
    return (whole if isinstance(whole, ast.Module) else None), problems


_PYTHON_2 = re.compile(r"\s*(print\b(?!\s*\()|exec\s+['\"\w]|raise\s+[\w.]+\s*,|except\b[^:]*,\s*\w+\s*:)|.*(<>|\b0[0-7]+\b|`)")


def _described(source: Source, error: Exception, before: int) -> Problem:
    """Of an error found in text that begins behind so many lines."""
    if not isinstance(error, SyntaxError):
        deep = isinstance(error, (RecursionError, MemoryError))
        reason = "it is nested too deeply to be parsed" if deep else f"it cannot be parsed: {error}"
        line, cell, file_line = source.place(before + 1)
        return Problem(source.path, reason, "Leave it out, with --exclude", line, None, cell, file_line)
    at = min(max(error.lineno or 1, 1) + before, len(source.lines))
    line, cell, file_line = source.place(at)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    reason = f"it is not the syntax of Python {version}: {error.msg}"
    if _PYTHON_2.match(source.lines[at - 1]):
        suggestion = "It looks like Python 2: convert it, or leave it out, with --exclude"
    else:
        suggestion = "Correct it, or scan with the Python that it is written for"
    return Problem(source.path, reason, suggestion, line, max(error.offset or 1, 1), cell, file_line)
