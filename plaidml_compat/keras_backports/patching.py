"""Keeps the list of backports and a journal of what they replaced in Keras, so that it can be undone."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import threading
from typing import Any, Callable

_MISSING = object()
_backports: dict[str, Callable[[], None]] = {}
_journal: list[Callable[[], None]] = []
_installed = False
_lock = threading.RLock()


def backport(function: Callable[[], None]) -> Callable[[], None]:
    """Register the decorated function: install() calls it once Keras is imported. It changes Keras through `patch` alone."""
    _backports[f"{function.__module__}.{function.__name__}"] = function
    return function


def patch(target: Any, name: str, value: Any) -> Any:
    """Set `target.name` until uninstall(); returns what it was, or `None`. A class gets its own entry, inherited or not."""
    old = inspect.getattr_static(target, name, _MISSING) if not isinstance(target, type) else vars(target).get(name, _MISSING)

    def undo() -> None:
        if vars(target).get(name, _MISSING) is value:
            if old is _MISSING:
                delattr(target, name)
            else:
                setattr(target, name, old)

    before = getattr(target, name, None)
    setattr(target, name, value)
    _journal.append(undo)
    return before


def patch_item(table: dict, key: Any, value: Any) -> None:
    """Set `table[key]` until uninstall()."""
    old = table.get(key, _MISSING)

    def undo() -> None:
        if old is _MISSING:
            table.pop(key, None)
        else:
            table[key] = old

    table[key] = value
    _journal.append(undo)


def on_uninstall(undo: Callable[[], None]) -> None:
    """Add a step to what uninstall() undoes."""
    _journal.append(undo)


def wrapping(target: Any, name: str) -> Callable[[Callable], Callable]:
    """Replace a function until uninstall(): the decorated one gets the original as first argument."""

    def decorate(function: Callable) -> Callable:
        original = getattr(target, name)

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)

        patch(target, name, wrapper)
        return function

    return decorate


def install() -> None:
    """Put every backport in force. Keras must be importable on the PlaidML backend. Idempotent."""
    global _installed
    with _lock:
        if _installed:
            return
        package = __name__.rpartition(".")[0]
        parent = importlib.import_module(package)
        for info in sorted(pkgutil.walk_packages(parent.__path__, package + "."), key=lambda i: i.name):
            importlib.import_module(info.name)
        try:
            for name in sorted(_backports):
                _backports[name]()
        except BaseException:
            _undo()
            raise
        _installed = True


def uninstall() -> None:
    """Undo all of it, the latest first; models built meanwhile keep working as far as plain Keras 2.2.4 can run them."""
    global _installed
    with _lock:
        _undo()
        _installed = False


def _undo() -> None:
    while _journal:
        _journal.pop()()
