"""Objects registered as `package>Name`: written under that name into configurations, and found by it without custom objects."""

from __future__ import annotations

import inspect
import sys
from typing import Any, Callable

import keras.activations
import keras.layers
import keras.utils.generic_utils as generic_utils
from keras.engine.network import Network
from keras.engine.sequential import Sequential
from keras.layers.recurrent import RNN, StackedRNNCells
from keras.layers.wrappers import Wrapper
from keras.utils.generic_utils import CustomObjectScope, get_custom_objects

from plaidml_compat.registry import export

from ..patching import backport, wrapping

_NAMES: dict[Any, str] = {}
"""Registered classes and functions -> their names."""


def _names(own: str) -> tuple[str, str]:
    return f"tf.keras.utils.{own}", f"tf.keras.saving.{own}"


export(*_names("get_custom_objects"))(get_custom_objects)
export(*_names("custom_object_scope"), "tf.keras.utils.CustomObjectScope")(CustomObjectScope)


@export(*_names("register_keras_serializable"))
def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Any], Any]:
    """A decorator that registers a class or function as `package>name`: configurations name it so, and it is found by that.

    Args:
        package: what it belongs to.
        name: by default its own.

    Raises:
        ValueError: a class without `get_config()`.
    """

    def decorate(arg: Any) -> Any:
        full = f"{package}>{arg.__name__ if name is None else name}"
        if inspect.isclass(arg) and not hasattr(arg, "get_config"):
            raise ValueError(f"Cannot register a class that does not have a get_config() method. Define it; received {arg.__name__}")
        get_custom_objects()[full] = arg
        _NAMES[arg] = full
        return arg

    return decorate


@export(*_names("get_registered_name"))
def registered_name(obj: Any) -> str:
    """The name under which a class or function is registered, else its own."""
    name = _NAMES.get(obj)
    return obj.__name__ if name is None else name


@export(*_names("get_registered_object"))
def registered_object(name: str, custom_objects: dict | None = None, module_objects: dict | None = None) -> Any:
    """What is registered under a name, else what the dictionaries have there, else `None`."""
    for objects in (get_custom_objects(), custom_objects, module_objects):
        if objects and name in objects:
            return objects[name]
    return None


def configuration(obj: Any) -> dict:
    """`{"class_name": ..., "config": ...}` of an object, under its class's registered name."""
    return {"class_name": registered_name(type(obj)), "config": obj.get_config()}


def under_its_name(config: Any) -> Any:
    """A configuration with the registered name as its class, where TensorFlow wrote that beside it; of a function its name."""
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "function" and isinstance(config.get("config"), str):
        return config["config"]
    registered = config.get("registered_name")
    return {**config, "class_name": registered} if registered is not None and registered in get_custom_objects() else config


def _named(obj: Any, written: Any) -> Any:
    """What Keras wrote of an object, under its registered name."""
    if isinstance(written, dict):
        return {**written, "class_name": _NAMES.get(type(obj), written["class_name"])}
    return _NAMES.get(obj, written) if isinstance(written, str) else written


@backport
def registered_names() -> None:
    """Symptom: what was registered is written by its own name, and load_model does not find it: "Unknown layer: Mine"."""
    for function in (generic_utils.serialize_keras_object, keras.layers.serialize, keras.activations.serialize):
        _in_every_module(function, lambda original, obj: _named(obj, original(obj)))
    _in_every_module(
        generic_utils.deserialize_keras_object,
        lambda original, identifier, *args, **kwargs: original(under_its_name(identifier), *args, **kwargs),
    )

    @wrapping(keras.activations, "get")
    def get(original: Any, identifier: Any) -> Any:
        return keras.activations.deserialize(identifier) if isinstance(identifier, dict) else original(identifier)

    @wrapping(CustomObjectScope, "__exit__")
    def __exit__(original: Any, self: Any, *args: Any) -> None:
        # What was registered within the scope stays.
        of_scope = {name for objects in (self.backup, *self.custom_objects) for name in objects}
        registered = {name: obj for name, obj in get_custom_objects().items() if name not in of_scope}
        original(self, *args)
        get_custom_objects().update(registered)

    _in_configs(Network, "layers", lambda model: model.layers)
    _in_configs(Sequential, "layers", lambda model: model.layers)
    _in_configs(StackedRNNCells, "cells", lambda cells: cells.cells)
    _in_configs(Wrapper, "layer", lambda wrapper: wrapper.layer)
    _in_configs(RNN, "cell", lambda rnn: rnn.cell)

    @wrapping(Network, "_updated_config")
    def _updated_config(original: Any, self: Any) -> dict:
        return _named(self, original(self))


def _in_every_module(function: Callable, new: Callable) -> None:
    """Wrap a function of Keras wherever a module of Keras holds it: `new` gets the original first."""
    name = function.__name__
    for module in [m for n, m in sys.modules.items() if n == "keras" or n.startswith("keras.")]:
        if vars(module).get(name) is function:
            wrapping(module, name)(new)


def _in_configs(cls: type, key: str, parts: Callable[[Any], Any]) -> None:
    """Configurations of this class's objects name the parts under `key` as these are registered."""

    @wrapping(cls, "get_config")
    def get_config(original: Any, self: Any) -> dict:
        config = original(self)
        found, written = parts(self), config[key]
        config[key] = [_named(p, w) for p, w in zip(found, written)] if isinstance(written, list) else _named(found, written)
        return config
