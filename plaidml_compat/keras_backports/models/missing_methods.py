"""Methods that TensorFlow's models, layers and optimizers have and these lack say so, instead of Python's bare AttributeError."""

from __future__ import annotations

import inspect
from typing import Any

from keras.engine.base_layer import Layer
from keras.engine.training import Model
from keras.optimizers import Optimizer

from plaidml_compat.missing import no_attribute

from ..patching import backport, patch

_OWNERS = ((Model, "tf.keras.Model"), (Layer, "tf.keras.layers.Layer"), (Optimizer, "tf.keras.optimizers.Optimizer"))


@backport
def missing_methods() -> None:
    """Symptom: `optimizer.apply_gradients(...)` is an AttributeError without a reason, and nobody counts it."""
    for cls, owner in _OWNERS:

        def __getattr__(self: Any, name: str, owner: str = owner) -> Any:
            __tracebackhide__ = True
            # What libraries ask for often begins with `_`, and is not worth the look.
            known = None if name.startswith("_") else inspect.getattr_static(type(self), name, None)
            if isinstance(known, property):  # it raised an AttributeError of its own, which Python drops
                return known.__get__(self, type(self))
            raise no_attribute(self, owner, name)

        patch(cls, "__getattr__", __getattr__)
