"""tf.keras.losses.get, metrics.get and their serialize and deserialize."""

from __future__ import annotations

import inspect
from typing import Any

import keras.losses
import keras.metrics

from plaidml_compat.registry import export

from .losses.functions import BY_TEXT, LOSSES
from .metrics.base import Metric
from .metrics.functions import METRICS
from .models.registering import configuration, registered_name, registered_object
from .patching import backport, patch
from .training import losses_of


@export("tf.keras.losses.get")
def get_loss(identifier: Any) -> Any:
    """The loss for a name (a function for a function's name), a configuration or a callable; `None` for `None`.

    Raises:
        ValueError: there is none.
    """
    if isinstance(identifier, str) and identifier in BY_TEXT:
        return BY_TEXT[identifier]
    found = _registered_function(identifier)
    if found is not None:
        return found
    return identifier if callable(identifier) else losses_of.get_loss(identifier)


@export("tf.keras.losses.deserialize")
def deserialize_loss(name: Any, custom_objects: dict | None = None, use_legacy_format: bool = False) -> Any:
    """A loss from `serialize`."""
    if isinstance(name, str) and custom_objects and name in custom_objects:
        return custom_objects[name]
    return get_loss(name)


@export("tf.keras.losses.serialize")
def serialize_loss(loss: Any, use_legacy_format: bool = False) -> Any:
    """The name of a loss function, or name and configuration of a loss object."""
    return _serialized(loss)


@export("tf.keras.metrics.get")
def get_metric(identifier: Any) -> Any:
    """The metric for a name (a function for a function's name), a configuration or a callable; `None` for `None`.

    Raises:
        ValueError: there is none.
    """
    if isinstance(identifier, str) and (identifier in METRICS or identifier in LOSSES):
        return METRICS.get(identifier) or LOSSES[identifier]
    if identifier is None or callable(identifier):
        return identifier
    found = _registered_function(identifier)
    if found is not None:
        return found
    return losses_of.get_metric(identifier, (None, 1), (None, 1))[0]


@export("tf.keras.metrics.deserialize")
def deserialize_metric(config: Any, custom_objects: dict | None = None, use_legacy_format: bool = False) -> Any:
    """A metric from `serialize`."""
    if isinstance(config, str) and custom_objects and config in custom_objects:
        return custom_objects[config]
    return get_metric(config)


@export("tf.keras.metrics.serialize")
def serialize_metric(metric: Any, use_legacy_format: bool = False) -> Any:
    """The name of a metric function, or name and configuration of a metric object."""
    return _serialized(metric)


def _registered_function(identifier: Any) -> Any:
    """The function that is registered under a name, or is a custom object of it; `None` for all else."""
    found = registered_object(identifier) if isinstance(identifier, str) else None
    return None if isinstance(found, type) else found


def _serialized(obj: Any) -> Any:
    if obj is None or not (isinstance(obj, Metric) or hasattr(obj, "get_config")):
        return None if obj is None else registered_name(obj) if inspect.isfunction(obj) else losses_of.name_of(obj)
    return configuration(obj)


@backport
def functions_in_keras() -> None:
    """Symptom: keras.losses and keras.metrics have Keras 2.2.4's functions, which take no arrays and differ in numbers."""
    for name, function in LOSSES.items():
        patch(keras.losses, name, function)
        patch(keras.metrics, name, function)
    for name, function in METRICS.items():
        patch(keras.metrics, name, function)
