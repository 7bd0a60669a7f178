"""Keeps the list of shims and a journal of every attribute they replace.

A shim is one function with the decorator `shim`. It receives a module once that module has been executed (or at once
when it is already loaded) and mends it with `replace`, which notes the old value so that `restore_all` can undo it.
"""

from __future__ import annotations

import collections
import importlib
import pkgutil
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, NamedTuple

from plaidml_compat.journal import MISSING, Journal

After = Callable[[ModuleType], None]
Around = Callable[[ModuleType], AbstractContextManager[None]]


class Shim(NamedTuple):
    """One cure: its id, the module it is for, and the function that applies it."""

    id: str
    module: str
    apply: After | Around
    around: bool
    first: bool


_shims: dict[str, list[Shim]] = collections.defaultdict(list)
_skipped: set[str] = set()
_applied: list[tuple[str, str]] = []
_journal = Journal()
lock = threading.RLock()


def shim(id: str, *modules: str, around: bool = False, first: bool = False) -> Callable[[Any], Any]:
    """Registers the decorated function as a cure for `modules`.

    Args:
        id: The symptom's id ("S1"); a part of a larger group is written "S16.softplus".
        *modules: Full names of the modules that need it.
        around: The function is a context manager entered while the module is executed; modules that are already
            loaded do not get it.
        first: Applied before the other shims of the same module.
    """

    def register(function: Any) -> Any:
        for module in modules:
            entry = Shim(id, module, function, around, first)
            _shims[module].append(entry)
            _shims[module].sort(key=lambda s: not s.first)
        return function

    return register


def discover(package: str) -> None:
    """Imports every module below `package`, in order of name, so that their shims register."""
    parent = importlib.import_module(package)
    for info in sorted(pkgutil.walk_packages(parent.__path__, package + "."), key=lambda i: i.name):
        importlib.import_module(info.name)


def wanted(module: str, *, around: bool) -> list[Shim]:
    """The shims for `module`, without those that were left out."""
    return [s for s in all_shims(module) if s.around is around and not _left_out(s.id)]


def all_shims(module: str) -> list[Shim]:
    """Every shim for `module`."""
    return list(_shims.get(module, ()))


def modules() -> list[str]:
    """The names of all modules that have a shim."""
    return list(_shims)


def leave_out(ids: Iterable[str]) -> None:
    """Sets the ids that are not applied; "S16" leaves out "S16.softplus" as well."""
    _skipped.clear()
    _skipped.update(ids)


def _left_out(id: str) -> bool:
    return id in _skipped or id.split(".")[0] in _skipped


def apply(module: ModuleType) -> None:
    """Applies the shims of a module that has been executed."""
    with lock:
        for entry in wanted(module.__name__, around=False):
            entry.apply(module)
            note(entry)


def note(entry: Shim) -> None:
    """Remembers that a shim was applied."""
    if (entry.id, entry.module) not in _applied:
        _applied.append((entry.id, entry.module))


def applied() -> list[tuple[str, str]]:
    """(id, module) of every shim in force."""
    return list(_applied)


def replace(target: Any, name: str, value: Any) -> Any:
    """Sets `target.name`, to be undone by `restore_all`; returns the value it had, or None."""
    old = _journal.set(target, name, value)
    return None if old is MISSING else old


def replace_item(table: dict[Any, Any], key: Any, value: Any) -> None:
    """Sets `table[key]`, to be undone by `restore_all`."""
    _journal.set_item(table, key, value)


def on_restore(undo: Callable[[], None]) -> None:
    """Adds a step to what `restore_all` undoes."""
    _journal.add(undo)


def restore_all() -> None:
    """Undoes every replacement, the latest first."""
    with lock:
        _journal.undo()
        _applied.clear()


def loaded(name: str) -> ModuleType | None:
    """The module called `name` if it has been imported to its end, else None."""
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    return None if module is None or getattr(spec, "_initializing", False) else module
