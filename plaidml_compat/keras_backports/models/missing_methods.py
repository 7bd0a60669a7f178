"""Methods that TensorFlow's models, layers and optimizers have and these lack say so, instead of Python's bare AttributeError."""

from __future__ import annotations

import inspect
from typing import Any

from keras.engine.base_layer import Layer
from keras.engine.training import Model
from keras.optimizers import Optimizer

from plaidml_compat.missing import no_attribute
from plaidml_compat.ops import unsupported_models
from plaidml_compat.registry import OPS, Unsupported

from ..patching import backport, patch


class _Declared:
    """A method that is declared as not served: asked for on a class it says so as well."""

    def __init__(self, owner: str, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, obj: Any, cls: type) -> Any:
        __tracebackhide__ = True
        if obj is not None:
            raise AttributeError(self._name)  # Python asks `__getattr__` next, which tells
        raise no_attribute(cls, self._owner, self._name)


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


@backport
def missing_methods_of_classes() -> None:
    """Symptom: `tf.keras.Model.export` on the class is an AttributeError without a reason, and nobody counts it."""
    assert unsupported_models  # it declares them
    for cls, owner in _OWNERS:
        for full, entry in OPS.items():
            parent, _, name = full.rpartition(".")
            if parent == owner and isinstance(entry, Unsupported) and not hasattr(cls, name):
                patch(cls, name, _Declared(owner, name))
