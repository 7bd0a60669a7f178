"""Attributes of TensorFlow's layers and models that have an obvious value here."""

from __future__ import annotations

from typing import Any, Callable

import keras.backend as K
import keras.models
from keras.engine.base_layer import Layer
from keras.engine.network import Network
from keras.engine.training import Model

from plaidml_compat.dtypes import as_dtype, without_policy

from ..calls.inner import held, sublayers
from ..patching import backport, patch, wrapping

_DTYPE = "_plaidml_compat_dtype"
"""Holds the type that a layer was made with."""


class _Told:
    """What a function says of a layer, where the layer does not say it itself."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function, self.__doc__ = function, function.__doc__

    def __get__(self, layer: Any, cls: type) -> Any:
        return self if layer is None else self._function(layer)


@backport
def attributes_of_layers() -> None:
    """Symptom: `layer.dtype`, `layer.compute_dtype` or `layer.submodules` is an AttributeError."""

    def floats(self: Any) -> str:
        """The type in which it computes and keeps its weights, `"float32"` unless it was made with another."""
        return str(self.__dict__.get(_DTYPE) or K.floatx())

    @wrapping(Layer, "__init__")
    def __init__(original: Any, self: Any, **kwargs: Any) -> None:
        original(self, **kwargs)
        dtype = without_policy(kwargs.get("dtype"))
        if dtype is not None:
            self.__dict__[_DTYPE] = as_dtype(dtype).name

    def dynamic(self: Any) -> bool:
        """False: a layer is always a part of a PlaidML graph."""
        return False

    def submodules(self: Any) -> tuple:
        """The layers inside, those of one level before those inside of them."""
        found: list = []
        level = [self]
        while level:
            level = [inner for inner in held(map(_directly_inside, level)) if not any(inner is f for f in found)]
            found += level
        return tuple(found)

    def name_scope(self: Any) -> str:
        """What TensorFlow's names of the layer's operations begin with."""
        return f"{self.name}/"

    for name in ("dtype", "compute_dtype", "variable_dtype"):
        patch(Layer, name, _Told(floats))
    patch(Layer, "dynamic", _Told(dynamic))
    patch(Layer, "submodules", _Told(submodules))
    patch(Layer, "name_scope", name_scope)


def _directly_inside(layer: Any) -> list:
    if isinstance(layer, Network):
        return list(layer._layers)
    inside = sublayers(layer)
    return inside + [v for v in (getattr(layer, n, None) for n in ("layer", "cell")) if isinstance(v, Layer)]


@backport
def settings_of_compile() -> None:
    """Symptom: `model.run_eagerly` is an AttributeError, also after `compile(run_eagerly=True)`."""

    def setting(name: str, default: Any) -> _Told:
        def before(self: Any) -> Any:
            return default

        before.__doc__ = f"What compile() got as `{name}`; it changes no result."
        return _Told(before)

    for name, default in (("run_eagerly", False), ("jit_compile", None), ("autotune_steps_per_execution", False)):
        patch(Model, name, setting(name, default))


@backport
def models_in_yaml() -> None:
    """Symptom: `model.to_yaml()` writes a file that TensorFlow 2.15 refuses to write and to read."""

    def to_yaml(self: Any, **kwargs: Any) -> None:
        """Refused.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(_REMOVED.format("model.to_yaml()", "`model.to_json()`"))

    def model_from_yaml(yaml_string: str, custom_objects: Any = None) -> None:
        """Refused.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(_REMOVED.format("model_from_yaml()", "`Model.to_json()` and `model_from_json()`"))

    patch(Network, "to_yaml", to_yaml)
    patch(keras.models, "model_from_yaml", model_from_yaml)


_REMOVED = "Method `{}` has been removed due to security risk of arbitrary code execution. Please use {} instead."
