"""From what users pass as `loss` and `metrics` to loss and metric objects, one list entry an output."""

from __future__ import annotations

import re
from typing import Any

import keras.backend as K
from keras.utils.generic_utils import _GLOBAL_CUSTOM_OBJECTS

from plaidml_compat.missing import refuse_named
from plaidml_compat.registry import OPS
from plaidml_compat.tensor import payload

from ..losses.classes import FunctionLoss, Loss, as_tensor
from ..losses.functions import BY_TEXT, LOSSES
from ..metrics.base import MeanMetricWrapper, Metric
from ..metrics.functions import METRICS
from ..models.registering import under_its_name

_BY_SHAPE = ("accuracy", "acc", "crossentropy", "ce")


class CalledLoss(Loss):
    """A loss function, TensorFlow's or a user's, as a loss object with the default reduction."""

    def __init__(self, function: Any) -> None:
        super().__init__(name=name_of(function))
        self.function = function

    def losses(self, y_true: Any, y_pred: Any) -> Any:
        if self.function in LOSSES.values():
            return payload(_FromFunction(self.function).call(y_true, y_pred))
        return payload(self.function(as_tensor(y_true), as_tensor(y_pred)))


class _FromFunction(FunctionLoss):
    """Lines targets and predictions up before the function sees them."""

    def __init__(self, function: Any) -> None:
        super().__init__(name=function.__name__)
        self._function = function

    def call(self, y_true: Any, y_pred: Any) -> Any:
        from ..losses.classes import _line_up

        return self._function(*_line_up(y_true, y_pred))


def name_of(function: Any) -> str:
    """What a user's function or object is called in logs."""
    for attribute in ("name", "__name__"):
        if isinstance(getattr(function, attribute, None), str):
            return getattr(function, attribute)
    if hasattr(function, "func"):
        return name_of(function.func)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(function).__name__).lower()


def get_loss(identifier: Any) -> Loss | None:
    """The loss object for a name, a config, a function or a loss object; `None` for none.

    Raises:
        ValueError: there is no such loss.
    """
    if identifier is None or isinstance(identifier, Loss):
        return identifier
    identifier = under_its_name(identifier)
    if isinstance(identifier, dict) and "class_name" in identifier:
        return _class("losses", identifier["class_name"]).from_config(_known(identifier["config"]))
    if isinstance(identifier, str):
        if identifier in _GLOBAL_CUSTOM_OBJECTS:
            return get_loss(_instance(_GLOBAL_CUSTOM_OBJECTS[identifier]))
        if identifier in BY_TEXT:
            return CalledLoss(BY_TEXT[identifier])
        return _class("losses", identifier)()
    if isinstance(identifier, type) and issubclass(identifier, Loss):
        raise ValueError(f"compile: a loss must be an instance, not the class; write {identifier.__name__}()")
    if callable(identifier):
        return CalledLoss(identifier)
    raise ValueError(f"Could not interpret loss function identifier: {identifier!r}")


def _known(config: dict) -> dict:
    return {k: v for k, v in config.items() if k != "fn"}


def _instance(obj: Any) -> Any:
    return obj() if isinstance(obj, type) else obj


def _class(kind: str, name: str) -> Any:
    custom = _GLOBAL_CUSTOM_OBJECTS.get(name)
    if isinstance(custom, type):
        return custom
    entry = OPS.get(f"tf.keras.{kind}.{name}")
    if entry is None or not isinstance(entry.obj, type):
        refuse_named(f"tf.keras.{kind}", name)
        raise ValueError(
            f"Unknown {'loss' if kind == 'losses' else 'metric'}: {name!r}. Please ensure you are using a "
            "`keras.utils.custom_object_scope` and that this object is included in the scope."
        )
    return entry.obj


def get_metric(identifier: Any, y_true_shape: tuple, y_pred_shape: tuple) -> tuple[Metric, Any]:
    """The metric object, and the function to put in the graph where it is the user's own (else `None`).

    Raises:
        ValueError: there is no such metric.
    """
    if isinstance(identifier, Metric):
        return identifier, None
    identifier = under_its_name(identifier)
    if isinstance(identifier, dict) and "class_name" in identifier:
        return _class("metrics", identifier["class_name"]).from_config(identifier["config"]), None
    name, function = name_of(identifier) if not isinstance(identifier, str) else identifier, identifier
    if isinstance(identifier, str) and identifier.lower() in _BY_SHAPE:
        function = _by_shape(identifier.lower(), y_true_shape, y_pred_shape)
    elif isinstance(identifier, str):
        function = _GLOBAL_CUSTOM_OBJECTS.get(identifier) or METRICS.get(identifier) or LOSSES.get(identifier)
        if function is None:
            return _class("metrics", identifier)(), None
        if isinstance(function, type):
            return function(), None
    elif isinstance(identifier, type) and issubclass(identifier, Metric):
        raise ValueError(f"compile: a metric must be an instance, not the class; write {identifier.__name__}()")
    elif not callable(identifier):
        raise ValueError(f"Could not interpret metric identifier: {identifier!r}")
    on_host = isinstance(function, Loss) or function in METRICS.values() or function in LOSSES.values()
    return MeanMetricWrapper(function, name=name), None if on_host else function


def _by_shape(name: str, y_true_shape: tuple, y_pred_shape: tuple) -> Any:
    """Accuracy or crossentropy of the kind the shapes call for, as TensorFlow chooses it."""
    if y_pred_shape[-1] == 1:
        kind = "binary_"
    elif len(y_true_shape) < len(y_pred_shape) or (y_true_shape[-1] == 1 and y_pred_shape[-1] > 1):
        kind = "sparse_categorical_"
    else:
        kind = "categorical_"
    return METRICS[kind + "accuracy"] if name in ("accuracy", "acc") else LOSSES[kind + "crossentropy"]


def per_output(value: Any, names: list[str], what: str, nested: bool = False) -> list:
    """One entry an output from a single value, a list or a dictionary by output name.

    Args:
        value: what the user passed.
        names: the model's outputs.
        what: for messages.
        nested: an entry is itself a list (metrics).

    Raises:
        ValueError: names or numbers of entries that do not match the outputs.
    """
    if isinstance(value, dict) and "class_name" not in value:
        unknown = [n for n in value if n not in names]
        if unknown:
            raise ValueError(
                f"Found unexpected keys in {what} that do not correspond to any Model output: {unknown}. Valid output names: {names}."
            )
        found = [value.get(n) for n in names]
    elif nested:
        flat = not isinstance(value, (list, tuple)) or not any(isinstance(v, (list, tuple)) for v in value)
        found = [value] * len(names) if flat else list(value)
    elif isinstance(value, (list, tuple)):
        found = list(value)
    else:
        found = [value] * len(names)
    if len(found) != len(names):
        raise ValueError(f"{what}: expected one entry for each of the {len(names)} outputs {names}; received {len(found)}")
    if not nested:
        return found
    return [list(v) if isinstance(v, (list, tuple)) else ([] if v is None else [v]) for v in found]


def last_size(tensor: Any) -> int | None:
    """Size of the last axis of a symbolic value, where known."""
    shape = K.int_shape(tensor)
    return shape[-1] if shape else None
