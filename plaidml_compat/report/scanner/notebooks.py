"""Notebooks: their code cells as Python, IPython's magics made harmless without moving a line."""

from __future__ import annotations

import ast
import bisect
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from json import scanner
from typing import Any

from . import syntax

PYTHON_CELLS = ("time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug", "snakeviz", "pyinstrument", "heat")
"""Cell magics whose cell is Python that runs in the notebook. What stands below others (`%%bash`, `%%writefile`) is not read."""


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes:
        number: among the notebook's code cells, from 1.
        first: the line at which it begins in the text of all cells, from 1.
        code: as it stands there.
        text: Python, without magics.
        file_lines: for each of its lines where that stands in the notebook's JSON, from 1.
    """

    number: int
    first: int
    code: str
    text: str
    file_lines: tuple[int, ...]


class _WrongShape(TypeError):
    """Something in it is of another type; the message says what."""


class NotebookError(Exception):
    """What is no notebook, or not one of Python."""

    def __init__(self, reason: str, suggestion: str, line: int | None = None, column: int | None = None) -> None:
        self.reason, self.suggestion, self.line, self.column = reason, suggestion, line, column
        super().__init__(reason)


class _Text(str):
    """A string that knows where it stood in the JSON."""

    offset = 0


def cells(data: bytes) -> list[Cell]:
    """The code cells of a notebook, of nbformat 3 or 4.

    Args:
        data: the notebook, as JSON.

    Raises:
        NotebookError: it is none, or its language is not Python.
    """
    notebook, text = _loaded(data)
    try:
        language = _language(notebook)
        if not language.startswith(("python", "ipython")):
            raise NotebookError(f"a notebook of {language}, not of Python", "Leave it out, with --exclude")
        sources = list(_sources(notebook))
    except (KeyError, TypeError, AttributeError) as e:
        reason = (
            f"not a notebook: {e}"
            if isinstance(e, _WrongShape)
            else "not a notebook: its JSON has no cells of the form that notebooks have"
        )
        raise NotebookError(reason, "Save it anew with Jupyter") from e
    ends = [m.start() for m in re.finditer("\n", text)]
    found, first = [], 1
    for number, parts in enumerate(sources, 1):
        pieces = [(bisect.bisect(ends, p.offset) + 1, p.replace("\r\n", "\n").replace("\r", "\n")) for p in parts]
        code = "".join(t for _, t in pieces)
        found.append(Cell(number, first, code, without_magics(code), _file_lines(pieces)))
        first += len(found[-1].file_lines)
    return found


def _sources(notebook: Any) -> Iterator[list[_Text]]:
    listed = notebook["cells"] if "cells" in notebook else [c for sheet in notebook["worksheets"] for c in sheet["cells"]]
    for cell in listed:
        if cell["cell_type"] == "code":
            source = cell["source"] if "source" in cell else cell["input"]
            parts = [p for p in ([source] if isinstance(source, str) else source) if isinstance(p, _Text)]
            if isinstance(source, list) and len(parts) != len(source):
                raise _WrongShape("a cell's source must be text")
            yield parts


def _loaded(data: bytes) -> tuple[Any, str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise NotebookError("not a notebook: it is not UTF-8", "Save it anew with Jupyter") from e
    if not text.strip():
        raise NotebookError("an empty file, not a notebook", "Delete it, or leave it out, with --exclude")
    reader: Any = json.JSONDecoder()
    read_string = reader.parse_string

    def parse_string(text: str, end: int, strict: bool = True) -> tuple[str, int]:
        value, behind = read_string(text, end, strict)
        located = _Text(value)
        located.offset = end
        return located, behind

    reader.parse_string = parse_string
    reader.scan_once = scanner.py_make_scanner(reader)  # type: ignore[attr-defined]  # the C one does not call parse_string
    try:
        return reader.decode(text), text
    except json.JSONDecodeError as e:
        raise NotebookError(f"not a notebook: broken JSON, {e.msg}", "Save it anew with Jupyter", e.lineno, e.colno) from e
    except RecursionError as e:
        raise NotebookError("not a notebook: its JSON is nested too deeply", "Save it anew with Jupyter") from e


def _language(notebook: Any) -> str:
    about = notebook.get("metadata", {})
    return str(about.get("kernelspec", {}).get("language") or about.get("language_info", {}).get("name") or "python").lower()


def _file_lines(pieces: list[tuple[int, str]]) -> tuple[int, ...]:
    """For each line of a cell the line of the JSON at which the string that it begins in stands, from (that line, string)."""
    lines: list[int] = []
    at, begins = 1, True
    for at, piece in pieces:
        lines += [at] * (begins + piece.count("\n"))
        begins = piece.endswith("\n")
        if begins:
            lines.pop()
    return (*lines, at) if begins else tuple(lines)


# ------------------------------------------------------------------------------------------------------------- magics
_MAGIC = re.compile(r"^\s*[%!?]|\?\s*(#.*)?$|=\s*[!%]", re.MULTILINE)
_ASSIGNED = re.compile(r"(\s*[\w.,\[\]() ]+=\s*)[!%][^=].*")
_HELP = re.compile(r"\s*(\?{1,2}\s*[%\w.*]+|[%\w.*\[\]'\"]+\?{1,2})\s*(#.*)?$")
_RUNS_CODE = re.compile(r"(\s*)%(?:time|timeit|prun|memit|lprun|mprun)\b(?:\s+-\w+(?:\s*\d+)?)*\s+(?=[^\s-])")


def without_magics(code: str) -> str:
    """A cell's code with IPython's own syntax replaced, line for line, so that Python can parse it."""
    if not _MAGIC.search(code):
        return code
    lines = code.split("\n")
    head = next((i for i, line in enumerate(lines) if line.strip()), None)
    if head is not None and lines[head].startswith("%%"):
        magic = re.match(r"%%(\w*)", lines[head])
        if magic is None or magic[1] not in PYTHON_CELLS:
            return "\n" * (len(lines) - 1)
        lines[head] = ""
    done: list[str] = []
    logical: list[str] = []
    shell = False  # a command that goes on in this line
    for line in lines:
        first = None if logical or shell else _replaced(line)
        if shell or first is not None:
            done.append(first or "")
            shell = line.endswith("\\")
            continue
        logical.append(line if logical else _timed(line))
        if not _goes_on(logical):
            done += logical
            logical = []
    return "\n".join(done + logical)


def _timed(line: str) -> str:
    """`%time f(x)` is `f(x)`, at the same place."""
    runs = _RUNS_CODE.match(line)
    return f"{runs[1]}0{' ' * (runs.end() - len(runs[1]) - 2)};{line[runs.end() :]}" if runs else line


def _replaced(line: str) -> str | None:
    """What stands for a line of IPython's own; `None`: it is Python."""
    indent = line[: len(line) - len(line.lstrip())]
    runs = _RUNS_CODE.match(line)
    if runs and (_parses(line[runs.end() :]) or _goes_on([line[runs.end() :]])):
        return None
    if line.lstrip()[:1] in ("%", "!") or _HELP.match(line):
        return f"{indent}pass"
    assigned = _ASSIGNED.match(line)
    return f"{assigned[1]}None" if assigned else None


def _parses(statement: str) -> bool:
    """Whether it can follow a semicolon."""
    return isinstance(syntax.statements(f"0;{statement}"), ast.Module)


def _goes_on(lines: list[str]) -> bool:
    """Whether brackets, a string or a backslash keep the last line open."""
    if lines[-1].endswith("\\") and "#" not in lines[-1]:
        return True
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
            pass
    except tokenize.TokenError as e:
        return "multi-line" in e.args[0] or "triple-quoted" in e.args[0]
    except SyntaxError:  # indentation
        pass
    return False
