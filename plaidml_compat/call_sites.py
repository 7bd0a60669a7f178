"""Whose code a frame runs, and where that code stands: libraries are nobody's own, and code that was made in memory stands in no file."""

from __future__ import annotations

import linecache
import os
import re
import sys
from types import FrameType

CallSite = tuple  # (file name, line number)
HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_ENGINE = ("keras", "keras_preprocessing", "plaidml", "concurrent.futures", "runpy", "contextlib", "threading")
"""What this package runs on."""
_ON_BEHALF = ("pytest", "_pytest", "pluggy", "pytest_mock", "xdist", "execnet", "mock", "hypothesis", "absl", "IPython", "ipykernel")
"""What does as a program tells it. What it looks for on an object, the program looks for; but no line of it is the program's."""
_PYTHON = os.path.dirname(os.__file__) + os.sep
_INSTALLED = tuple(os.path.join(_PYTHON, name) for name in ("site-packages", "dist-packages"))
_DOCTEST = re.compile(r"<doctest .+\[(\d+)\]>")

_folders: dict[str, str] = {}  # of libraries: once found, they stay where they are
_users: dict[str, bool] = {}  # file -> whether a program's; a library is imported before a frame of it runs


def is_ours(file: str) -> bool:
    """True for a file of this package."""
    return file.startswith(HERE)


def is_engine(file: str) -> bool:
    """True for a file of what this package runs on, and of this package: Keras, PlaidML, threads."""
    return file.startswith((HERE, "<frozen", *_of(_ENGINE)))


def is_users(file: str) -> bool:
    """True for a file that may be a program's: none of a library, of what tests a program, or of Python."""
    found = _users.get(file)
    if found is None:
        python = file.startswith(_PYTHON) and not file.startswith(_INSTALLED)
        found = not (python or is_engine(file) or file.startswith(_of(_ON_BEHALF)))
        if len(_users) < 10_000:  # a notebook's cells have a name each
            _users[file] = found
    return found


def place(frame: FrameType) -> CallSite | None:
    """File and line of what a frame runs; `None`: the code was made in memory, by `exec` or `eval`, and nobody knows its lines."""
    file, line = frame.f_code.co_filename, frame.f_lineno
    if not file.startswith("<"):
        return file, line
    if file.startswith("<doctest "):
        return _in_docstring(frame)
    # A shell keeps what was typed; attrs keeps there what it has written itself.
    return (file, line) if file in linecache.cache and not file.startswith("<attrs ") else None


def _in_docstring(frame: FrameType) -> CallSite | None:
    """The file and line of an example of doctest's, which runs further out."""
    match, line = _DOCTEST.fullmatch(frame.f_code.co_filename), frame.f_lineno
    runner: FrameType | None = frame
    while match is not None and runner is not None:
        if runner.f_code.co_filename == _doctest():
            test = runner.f_locals.get("test")
            examples, file = getattr(test, "examples", ()), getattr(test, "filename", None)
            number = int(match[1])
            if file and number < len(examples):
                start = getattr(test, "lineno", None)  # doctest does not find that of everything
                return os.path.abspath(file), 1 if start is None else start + examples[number].lineno + line
        runner = runner.f_back
    return None


def _doctest() -> str | None:
    return getattr(sys.modules.get("doctest"), "__file__", None)


def _of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Where libraries lie, as far as they are imported: folders of packages, files of modules."""
    missing = [name for name in names if name not in _folders]
    for name in missing:
        file = getattr(sys.modules.get(name), "__file__", None)
        if file:
            _folders[name] = os.path.dirname(file) + os.sep if os.path.basename(file) == "__init__.py" else file
    return tuple(_folders[name] for name in names if name in _folders)
