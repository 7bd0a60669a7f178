"""Texts by which TensorFlow finds activations, initializers, regularizers and constraints that are not here are refused by name."""

from __future__ import annotations

import sys
from typing import Any

from plaidml_compat.missing import TEXTS_OF_LAYERS, refuse_named

from ..patching import backport, wrapping


@backport
def texts_for_what_is_not_here() -> None:
    """Symptom: `Dense(3, activation="mish")` is "Unknown activation function", and nobody counts it."""
    for family in TEXTS_OF_LAYERS.values():
        _naming(sys.modules[family[len("tf.") :]], family)


def _naming(module: Any, family: str) -> None:
    @wrapping(module, "deserialize_keras_object")
    def deserialize_keras_object(original: Any, identifier: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(identifier, *args, **kwargs)
        except ValueError:
            refuse_named(family, identifier["class_name"] if isinstance(identifier, dict) else identifier)
            raise
