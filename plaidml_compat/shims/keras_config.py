"""Makes Keras' own settings reach PlaidML."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from types import ModuleType

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S27", "keras.backend", around=True)
@contextlib.contextmanager
def config_in_read_only_home(module: ModuleType) -> Iterator[None]:
    """Symptom: `~/.keras/keras.json` is ignored where the home directory cannot be written to (any version).

    Cause: Keras then takes /tmp for the home directory. Reading needs no right to write.
    """
    home = os.path.expanduser("~")
    folder = os.path.join(home, ".keras")
    if "KERAS_HOME" in os.environ or os.access(home, os.W_OK) or not os.path.exists(os.path.join(folder, "keras.json")):
        yield
        return
    os.environ["KERAS_HOME"] = folder
    try:
        yield
    finally:
        del os.environ["KERAS_HOME"]


@shim("S28", BACKEND)
def float_type(backend: ModuleType) -> None:
    """Symptom: `K.set_floatx` does not reach the engine (with KERAS_BACKEND; any version).

    Cause: `keras.backend` does not copy a name that it has already, and it has its own `set_floatx`.
    """
    if backend.floatx() != "float32":
        backend.set_floatx(backend.floatx())
    patch_backend("set_floatx", backend.set_floatx)
