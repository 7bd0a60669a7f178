"""Whose code a frame runs, and where that code stands: libraries are nobody's own, and code that was made in memory stands in no file."""

from __future__ import annotations

import linecache
import os
import re
import sys
import sysconfig
from collections.abc import Iterable
from types import FrameType
from typing import Callable

CallSite = tuple  # (file name, line number)
HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_ENGINE = ("keras", "keras_preprocessing", "plaidml", "concurrent.futures", "runpy", "contextlib", "threading")
"""What this package runs on."""
_RUNNERS = frozenset(("pytest", "_pytest", "IPython", "ipykernel", "ipykernel_launcher"))
"""What runs other people's programs: the main module may be theirs."""
_PYTHON = os.path.dirname(os.__file__) + os.sep
_INSTALLED = re.compile(r".*[/\\](?:site|dist)-packages[/\\]([^/\\]+)")
_DOCTEST = re.compile(r"<doctest .+\[(\d+)\]>")

_engine: dict[str, str] = {}  # name -> where it lies: once found, it stays there
_users: dict[str, bool] = {}  # file -> whether a program's
_own: list[frozenset[str]] = []  # names that `own_packages` was told


def is_ours(file: str) -> bool:
    """True for a file of this package."""
    return file.startswith(HERE)


def is_engine(file: str) -> bool:
    """True for a file of what this package runs on, and of this package: Keras, PlaidML, threads."""
    return file.startswith((HERE, "<frozen", *_engine_places()))


def is_users(file: str) -> bool:
    """True for a file that may be a program's: not of Python's library, and not of what is installed beside it, in site-packages.

    A package there is a program's own all the same if it is what runs, by `python -m` or by the script that its installer has written,
    or was named to `own_packages`. What lies elsewhere is a program's, whatever it is called.
    """
    found = _users.get(file)
    if found is None:
        package = installed_package(file)
        own = _is_own(package) if package else not file.startswith(_PYTHON)
        found = own and not is_engine(file)
        if len(_users) < 10_000:  # a notebook's cells have a name each
            _users[file] = found
    return found


def installed_package(file: str) -> str:
    """The name by which a file's package, or the module itself, is imported from site-packages; empty for a file elsewhere."""
    match = _INSTALLED.match(file)
    return match[1].partition(".")[0] if match else ""


def own_packages(names: Iterable[str]) -> Callable[[], None]:
    """These packages, though installed, are a program's own, or hold its tests.

    Args:
        names: by which they are imported, without a dot.

    Returns:
        A function that takes it back.
    """
    told = frozenset(names)
    _own.append(told)
    _users.clear()

    def undo() -> None:
        if told in _own:
            _own.remove(told)
        _users.clear()

    return undo


def _is_own(package: str) -> bool:
    return any(package in names for names in _own) or package in _program()


def _program() -> set[str]:
    """The names of packages that the main module is in, or has its functions from, where it is a script beside Python."""
    main = sys.modules.get("__main__")
    spec, file = getattr(main, "__spec__", None), getattr(main, "__file__", None)
    names = set()
    if spec is not None:
        names = {spec.name}
    elif file and os.path.realpath(os.path.dirname(file)) in _script_folders():
        names = {str(getattr(value, "__module__", "")) for value in tuple(vars(main).values())}
    return {name.partition(".")[0] for name in names} - _RUNNERS


def _script_folders() -> set[str]:
    schemes = (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user"))
    return {os.path.realpath(folder) for folder in schemes}


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


def _engine_places() -> tuple[str, ...]:
    """Where the engine's parts lie, as far as they are imported: folders of packages, files of modules."""
    for name in _ENGINE:
        file = None if name in _engine else getattr(sys.modules.get(name), "__file__", None)
        if file:
            _engine[name] = os.path.dirname(file) + os.sep if os.path.basename(file) == "__init__.py" else file
    return tuple(_engine.values())
