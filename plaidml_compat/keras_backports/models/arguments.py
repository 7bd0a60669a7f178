"""Layers take their arguments by position as TensorFlow's do: Keras 2.2.4 reads some of them as Keras 1 would, and refuses others."""

from __future__ import annotations

from typing import Any

import keras.layers as layers
import keras.legacy.interfaces as interfaces

from ..patching import backport, patch


@backport
def arguments_by_position() -> None:
    """Symptom: Conv2D(8, 4, 4) has a kernel of 4x4 and strides of 1, and Dense(10, "relu") is a TypeError.

    Cause: `keras.legacy.interfaces` wraps the constructors, to translate calls written for Keras 1. TensorFlow has dropped it. It comes
    before other backports wrap constructors: they are put in force in the order of their names.
    """
    for cls in {value for value in vars(layers).values() if isinstance(value, type)}:
        for owner in cls.__mro__:
            init: Any = vars(owner).get("__init__")
            # A backport's wrapper around Keras 1's has its attributes too; it stays.
            if getattr(init, "__globals__", None) is vars(interfaces) and hasattr(init, "_original_function"):
                patch(owner, "__init__", init._original_function)
