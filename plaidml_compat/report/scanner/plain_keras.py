"""What `import keras` gives: Keras 2.2.4 with what the registry adds to it; not all that stands below `tf.keras`, and places of its own."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType
from typing import Any

_MISSING = object()
_BACKENDS = "keras.backend."
"""Modules for other engines, which want to import these."""


def is_name(name: str) -> bool:
    """True for a name that begins where `import keras` does."""
    return name == "keras" or name.startswith("keras.")


def is_module(name: str) -> bool:
    """True for a module of Keras', e.g. `"keras.layers.core"`."""
    return isinstance(reached(name), ModuleType)


def has(name: str) -> bool:
    """True for a name that a program with `import keras` can use."""
    return reached(name) is not _MISSING


def reached(name: str) -> Any:
    """What stands under a name; `_MISSING` where nothing does."""
    first, *path = name.split(".")
    if first != "keras":
        return _MISSING
    value: Any = importlib.import_module(first)
    for attribute in path:
        within, value = value, getattr(value, attribute, _MISSING)
        if value is _MISSING and isinstance(within, ModuleType):
            value = _module(f"{within.__name__}.{attribute}")
        if value is _MISSING:
            break
    return value


def _module(name: str) -> Any:
    if name.startswith(_BACKENDS) or not name.startswith("keras."):
        return _MISSING
    try:
        return importlib.import_module(name)
    except ImportError:
        return _MISSING
