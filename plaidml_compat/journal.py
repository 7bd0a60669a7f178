"""A journal of what was replaced in other people's modules, classes and tables, so that it can be put back."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

MISSING: Any = object()
"""Stands for the value of a name that was not there."""
_KEPT = "__plaidml_compat_replaced__"
_numbers = itertools.count()
"""Of the steps of all journals: what a class had is kept under them, by whichever replaced it."""


class Journal:
    """Notes replacements; `undo` takes them back, the latest first, where nobody else has replaced them since.

    A class is not kept alive: what it had is kept in the class itself, since a method may hold its class.
    """

    def __init__(self) -> None:
        self._steps: dict[int, Callable[[], None]] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: Callable[[], None]) -> None:
        """Add a step of the caller's own."""
        self._steps[next(_numbers)] = step

    def set(self, target: Any, name: str, value: Any) -> Any:
        """Set an attribute of a module, class or object.

        Returns:
            Its own value before, not one that is inherited, or `MISSING`; of a class as it stands there, a staticmethod for one.
        """
        old = _own(target, name)
        if old is value:
            return old
        setattr(target, name, value)
        if isinstance(target, type):
            self._note_class(target, name, value, old)
        else:
            self.add(lambda: _put_back(target, name, value, old))
        return old

    def set_item(self, table: dict, key: Any, value: Any) -> Any:
        """Set an entry of a dictionary; returns the one before, or `MISSING`."""
        old = table.get(key, MISSING)
        if old is value:
            return old
        table[key] = value

        def step() -> None:
            if table.get(key, MISSING) is not value:
                return
            if old is MISSING:
                del table[key]
            else:
                table[key] = old

        self.add(step)
        return old

    def undo(self) -> None:
        """Take everything back, the latest first."""
        while self._steps:
            self._steps.popitem()[1]()

    def _note_class(self, cls: type, name: str, value: Any, old: Any) -> None:
        number = next(_numbers)
        if _KEPT not in vars(cls):
            setattr(cls, _KEPT, {})
        vars(cls)[_KEPT][number] = value, old
        alive = weakref.ref(cls, lambda _: self._steps.pop(number, None))

        def step() -> None:
            found = alive()
            if found is None:
                return
            kept = vars(found)[_KEPT]
            _put_back(found, name, *kept.pop(number))
            if not kept:
                delattr(found, _KEPT)

        self._steps[number] = step


def _own(target: Any, name: str) -> Any:
    return vars(target).get(name, MISSING) if isinstance(target, (ModuleType, type)) else getattr(target, name, MISSING)


def _put_back(target: Any, name: str, value: Any, old: Any) -> None:
    if _own(target, name) is not value:
        return  # somebody else has replaced it since
    if old is MISSING:
        delattr(target, name)
    else:
        setattr(target, name, old)
