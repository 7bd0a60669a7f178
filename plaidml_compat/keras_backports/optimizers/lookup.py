"""keras.optimizers.get and deserialize find TensorFlow's optimizers, by the names tf.keras takes."""

from __future__ import annotations

from typing import Any

import keras.optimizers

from plaidml_compat.missing import refuse_named
from plaidml_compat.registry import OPS, export

from ..models.registering import configuration, under_its_name
from ..patching import backport, patch
from .base import Optimizer
from .classes import CLASSES

_ANY: Any = Optimizer.__base__
"""Keras' own base class, which optimizers made before install() have as well."""
_BY_NAME = {c.__name__.lower(): c for c in CLASSES}


@export("tf.keras.optimizers.get")
def get(identifier: Any, **kwargs: Any) -> Any:
    """The optimizer for a name, a configuration or an optimizer.

    Raises:
        ValueError: there is none.
    """
    if isinstance(identifier, _ANY):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}})
    raise ValueError(f"Could not interpret optimizer identifier: {identifier!r}")


@export("tf.keras.optimizers.deserialize")
def deserialize(config: dict, custom_objects: dict | None = None, **kwargs: Any) -> Any:
    """An optimizer from `{"class_name": ..., "config": ...}`.

    Raises:
        ValueError: there is no such optimizer; UnsupportedArgumentError, which is one, where TensorFlow has it.
    """
    config = under_its_name(config)
    name = config["class_name"]
    custom = {**keras.utils.get_custom_objects(), **(custom_objects or {})}
    cls = custom.get(name) or _BY_NAME.get(name.lower())
    if cls is None:
        refuse_named("tf.keras.optimizers", name)
        known = ", ".join(c.__name__ for c in CLASSES)
        raise ValueError(f"Unknown optimizer: {name!r}. Known ones: {known}. Please ensure it is registered as a custom object")
    settings = {k: v for k, v in dict(config["config"]).items() if k != "is_legacy_optimizer"}
    legacy = OPS.get(f"tf.keras.optimizers.legacy.{cls.__name__}")
    if settings.get("decay") and legacy is not None and cls in CLASSES:
        cls = legacy.obj
    elif cls in CLASSES:
        settings.pop("decay", None)
    return cls.from_config(settings)


@export("tf.keras.optimizers.serialize")
def serialize(optimizer: Any, **kwargs: Any) -> dict:
    """`{"class_name": ..., "config": ...}` of an optimizer."""
    return configuration(optimizer)


@backport
def optimizers() -> None:
    """Symptom: Keras 2.2.4's optimizers have other names for arguments, other defaults and, some, other formulas."""
    module = keras.optimizers
    for cls in CLASSES:
        patch(module, cls.__name__, cls)
    for name in ("adam", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam"):
        if hasattr(module, name):
            patch(module, name, _BY_NAME[name])
    patch(module, "get", get)
    patch(module, "deserialize", deserialize)
    patch(module, "serialize", serialize)
