"""The files of the program that runs in this process: its own script and what it imported from its own folders."""

from __future__ import annotations

import os
import sys
import sysconfig

from ... import call_sites


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
    if call_sites.is_ours(file) or call_sites.installed_package(file):
        return False
    pythons = (os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
    return any(_is_below(file, root) for root in roots) and not any(_is_below(file, folder) for folder in pythons)


def _is_below(file: str, folder: str) -> bool:
    return file.startswith(os.path.join(folder, ""))
