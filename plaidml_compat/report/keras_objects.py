"""Where objects run that nobody declared: parts of Keras 2.2.4, and methods of classes that were declared."""

from __future__ import annotations

from typing import Any

_ON_THE_HOST = (
    *("keras.callbacks", "keras.utils", "keras.datasets", "keras.preprocessing", "keras_preprocessing", "keras.wrappers"),
    *("keras.engine.saving", "keras.backend"),
)
"""Parts of Keras 2.2.4 that are plain Python; what is in the others becomes a part of a graph."""
_FOR_CONFIGS = ("get", "serialize", "deserialize")
"""Functions of every part that turn names and dictionaries into objects, and back."""


def object_status(name: str, obj: Any) -> str:
    """`"device"` for what becomes a part of a model's graph, else `"host"`.

    Args:
        name: TensorFlow's, under which it is served.
        obj: what is served there.
    """
    module = getattr(obj, "__module__", None) or ""
    # The backend holds PlaidML's functions, and what the shims put in their place; backports of it that compute nothing say so.
    in_backend = name.startswith("tf.keras.backend.") and getattr(obj, "placement", "device") == "device"
    if not (module.startswith("keras") or in_backend):
        return "host"
    helps = name.rpartition(".")[2] in _FOR_CONFIGS
    return "device" if is_layer(obj) or not (helps or module.startswith(_ON_THE_HOST)) else "host"


def is_layer(obj: Any) -> bool:
    """True for a class of Keras' layers."""
    from ..layers.base import PreprocessingLayer

    keras_layer = PreprocessingLayer.__mro__[1]
    return isinstance(obj, type) and issubclass(obj, keras_layer)
