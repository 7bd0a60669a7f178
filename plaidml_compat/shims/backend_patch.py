"""Replaces a function of the Keras backend everywhere Keras looks for it.

With `KERAS_BACKEND=plaidml.keras.backend`, `keras.backend` copies the names of `plaidml.keras.backend`. PlaidML's own
functions call each other through the one namespace, Keras and its users through the other.
"""

from __future__ import annotations

import sys
from typing import Any

from plaidml_compat.shims import registry

BACKEND = "plaidml.keras.backend"


def patch_backend(name: str, function: Any) -> Any:
    """Sets `name` in both namespaces until `shims.uninstall()`.

    Args:
        name: The backend function's name.
        function: What takes its place.

    Returns:
        What `plaidml.keras.backend` had under that name, or None.

    Raises:
        RuntimeError: The backend is not imported yet. Register a `shim` for it instead.
    """
    plaidml_backend = sys.modules.get(BACKEND)
    if plaidml_backend is None:
        raise RuntimeError(f"{BACKEND} is not imported yet")
    with registry.lock:
        original = registry.replace(plaidml_backend, name, function)
        keras_backend = sys.modules.get("keras.backend")
        if keras_backend is None:
            return original
        if name not in vars(keras_backend) and registry.loaded("keras.backend") is None:
            _restore_copy(keras_backend, name, function, original)
        else:
            registry.replace(keras_backend, name, function)
        return original


def _restore_copy(keras_backend: Any, name: str, function: Any, original: Any) -> None:
    """`keras.backend` is being imported and will copy `function` itself; it would have copied `original`."""

    def undo() -> None:
        if vars(keras_backend).get(name) is function:
            if original is None:
                delattr(keras_backend, name)
            else:
                setattr(keras_backend, name, original)

    registry.on_restore(undo)
