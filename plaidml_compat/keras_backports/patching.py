"""Keeps the list of backports and a journal of what they replaced in Keras, so that it can be undone."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import threading
from typing import Any, Callable

from plaidml_compat.journal import Journal

_backports: dict[str, Callable[[], None]] = {}
_journal = Journal()
_installed = False
_lock = threading.RLock()


def backport(function: Callable[[], None]) -> Callable[[], None]:
    """Register the decorated function: install() calls it once Keras is imported. It changes Keras through `patch` alone."""
    _backports[f"{function.__module__}.{function.__name__}"] = function
    return function


def patch(target: Any, name: str, value: Any) -> None:
    """Set `target.name` until uninstall(). A class gets its own entry, inherited or not."""
    _journal.set(target, name, value)


def patch_item(table: dict, key: Any, value: Any) -> None:
    """Set `table[key]` until uninstall()."""
    _journal.set_item(table, key, value)


def on_uninstall(undo: Callable[[], None]) -> None:
    """Add a step to what uninstall() undoes."""
    _journal.add(undo)


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
            _journal.undo()
            raise
        _installed = True


def uninstall() -> None:
    """Undo all of it, the latest first; models built meanwhile keep working as far as plain Keras 2.2.4 can run them."""
    global _installed
    with _lock:
        _journal.undo()
        _installed = False
