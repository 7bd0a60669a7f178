"""The ops: one file each, found by walking this folder, so that a new file is all a new op needs."""

from __future__ import annotations

import importlib
import pkgutil

from .. import dispatch  # noqa: F401  (binds the dispatcher: an op that is called must be able to run)


def load() -> None:
    """Import every op."""
    for module in pkgutil.walk_packages(__path__, __name__ + "."):
        importlib.import_module(module.name)
