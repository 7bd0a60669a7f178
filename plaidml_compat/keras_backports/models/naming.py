"""Names that layers and models get by themselves: `dense`, then `dense_1`, counted anew after clear_session()."""

from __future__ import annotations

import sys
from typing import Any

import keras.backend as K
from keras.engine.base_layer import Layer, _to_snake_case
from keras.engine.network import Network

from plaidml_compat.device_kernels import forget_kernels

from ..patching import backport, patch, wrapping


def automatic_name(cls: type) -> str:
    """The next name for an object of this class, as TensorFlow counts them."""
    prefix = _to_snake_case(cls.__name__)
    number = K.get_uid(prefix) - 1
    return f"{prefix}_{number}" if number else prefix


@backport
def names_of_layers() -> None:
    """Symptom: `get_layer("dense")` finds nothing: Keras calls the first Dense `dense_1`."""

    @wrapping(Layer, "__init__")
    def init_layer(original: Any, self: Any, **kwargs: Any) -> None:
        if not kwargs.get("name"):
            kwargs["name"] = automatic_name(type(self))
        original(self, **kwargs)

    @wrapping(Network, "_base_init")
    def init_network(original: Any, self: Any, name: str | None = None) -> None:
        original(self, name or automatic_name(type(self)))
        if "history" not in self.__dict__:
            object.__setattr__(self, "history", None)
            object.__setattr__(self, "stop_training", False)
            object.__setattr__(self, "metrics_names", [])


@backport
def counting_anew() -> None:
    """Symptom: after `clear_session()` names go on counting, and ops run what was compiled for the device that it closed."""
    original = K.clear_session

    def clear_session() -> None:
        """Forget the session; names are counted from the start, and kernels compiled for the device anew."""
        original()
        forget_kernels()
        K.reset_uids()

    clear_session.placement = "host"  # type: ignore[attr-defined]  # it is of the backend, and computes nothing
    for module in (K, sys.modules["plaidml.keras.backend"]):
        patch(module, "clear_session", clear_session)
