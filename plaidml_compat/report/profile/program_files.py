"""The files of the program that runs in this process: its own script and what it imported from its own folders."""

from __future__ import annotations

import os
import sys
import sysconfig

_INSTALLED = ("site-packages", "dist-packages")
_OURS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def own_files(main: str | None, folders: list[str]) -> list[str]:
    """The main file, then the modules loaded by now whose files lie in the folders, and are no installed packages.

    Args:
        main: the script or module that runs; `None`: it has no file.
        folders: where the program's modules lie, at any depth.
    """
    found = [main] if main is not None else []
    roots = [os.path.realpath(f) for f in folders]
    for module in tuple(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and os.path.isfile(file) and is_own(os.path.realpath(file), roots):
            found.append(file)
    unique = {os.path.realpath(f): f for f in reversed(found)}
    first = found[:1]
    return first + sorted(f for f in unique.values() if f not in first)


def is_own(file: str, roots: list[str]) -> bool:
    """Whether a file lies in one of some folders and belongs to no installed package, Python or this package; all as real paths."""
    if any(part in _INSTALLED for part in file.split(os.sep)):
        return False
    return any(map(_is_below, [file] * len(roots), roots)) and not any(_is_below(file, f) for f in _not_own())


def _not_own() -> list[str]:
    return [_OURS, *{os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}]


def _is_below(file: str, folder: str) -> bool:
    return file.startswith(os.path.join(folder, ""))
