"""Which files a scan reads: those that are named, and the Python files and notebooks below named folders, in a fixed order."""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from collections.abc import Iterable, Iterator

from .sources import Problem

SKIPPED = frozenset(
    ".git .hg .svn .tox .nox .venv .eggs .mypy_cache .pytest_cache .ruff_cache .ipynb_checkpoints node_modules __pycache__ build".split()
)
"""Names of folders that are not looked into, unless they are named; nor are virtual environments, whatever their name."""

ENDINGS = (".py", ".ipynb")


def find(paths: Iterable[str], exclude: Iterable[str] = ()) -> Iterator[str | Problem]:
    """The files to read, each once; or why there are none.

    Args:
        paths: files, which are read whatever their name, folders, and `"-"` for standard input.
        exclude: globs of what is not looked at below folders, see `anchored`.
    """
    patterns = tuple(anchored(p) for p in exclude)
    seen: set[str] = set()
    for path in paths:
        for found in _below(path, patterns) if os.path.isdir(path) else [path]:
            if isinstance(found, str):
                key = found if found == "-" else os.path.abspath(found)
                if key in seen:
                    continue
                seen.add(key)
            yield found


def _below(top: str, patterns: tuple[str, ...]) -> Iterator[str | Problem]:
    visited: set[tuple[int, int]] = set()

    def walk(folder: str) -> Iterator[str | Problem]:
        try:
            here = os.stat(folder)
            if (here.st_dev, here.st_ino) in visited:  # a link to where we came from
                return
            visited.add((here.st_dev, here.st_ino))
            with os.scandir(folder) as listing:
                # What is real comes before links to it.
                entries = sorted(listing, key=lambda e: (e.is_symlink(), e.name))
        except OSError as e:
            yield Problem(_shown(folder), f"the folder cannot be read: {e.strerror}", "Make it readable, or leave it out, with --exclude")
            return
        for entry in entries:
            if matches(entry.path, patterns, [entry.name]):
                continue
            if entry.is_dir():
                if entry.name not in SKIPPED and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):
                    yield from walk(entry.path)
            elif entry.name.endswith(ENDINGS) and not _is_special(entry):
                yield _shown(entry.path)

    yield from walk(top)


def _is_special(entry: os.DirEntry[str]) -> bool:
    """A pipe or a device, which could be read for ever; a link to nowhere is not: that it cannot be read should be said."""
    try:
        return not stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return False


def _shown(path: str) -> str:
    return os.path.normpath(path)


def anchored(pattern: str, folder: str = "") -> str:
    """A glob, made absolute: with a slash it is meant below `folder` (the current one); without one it is any file's or folder's name."""
    pattern = pattern.replace(os.sep, "/")
    if os.path.isabs(pattern) or "/" not in pattern.rstrip("/"):
        return pattern.rstrip("/") or "/"
    base = glob.escape(os.path.abspath(folder).replace(os.sep, "/"))
    return f"{base.rstrip('/')}/{os.path.normpath(pattern).replace(os.sep, '/')}"


def matches(path: str, patterns: Iterable[str], names: Iterable[str]) -> bool:
    """Whether a file is meant by one of some globs that `anchored` made: by name, or with a slash it or a folder that it is in.

    Args:
        path: the file.
        patterns: the globs.
        names: the parts of its path that count as names.
    """
    for pattern in patterns:
        if not os.path.isabs(pattern):
            if any(fnmatch.fnmatchcase(name, pattern) for name in names):
                return True
            continue
        full = os.path.abspath(path).replace(os.sep, "/")
        if any(fnmatch.fnmatchcase(full[:end], pattern) for end in _ends(full)):
            return True
    return False


def _ends(path: str) -> list[int]:
    return [i for i, c in enumerate(path) if c == "/" and i] + [len(path)]
