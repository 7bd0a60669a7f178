"""Makes `plaidml.keras.install_backend()` harmless."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.registry import replace, shim


@shim("S2", "plaidml.keras")
def install_backend_does_nothing(module: ModuleType) -> None:
    """Symptom: after `install_backend()` Keras still imports TensorFlow (Python 3.12 and later).

    Cause: its finder has only `find_module`. The environment variable KERAS_BACKEND chooses the backend here; the call
    has nothing left to do. It must not replace `conv_utils.convert_kernel` with the identity either: `keras.backend`
    says by itself that PlaidML's kernels are in TensorFlow's format.
    """

    def install_backend(*args: Any, **kwargs: Any) -> None:
        """Does nothing: the PlaidML backend is installed."""

    replace(module, "install_backend", install_backend)
