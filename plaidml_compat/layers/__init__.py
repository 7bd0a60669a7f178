"""The Keras layers: one file each, found by walking this folder, so that a new file is all a new layer needs."""

from __future__ import annotations

import importlib
import pkgutil


def load() -> None:
    """Import every layer (and with them Keras)."""
    for module in pkgutil.iter_modules(__path__, __name__ + "."):
        importlib.import_module(module.name)
