"""tf.keras.applications: the classifier's activation, which their functions here do not know, and its name; unknown arguments."""

from __future__ import annotations

import inspect
import sys
from types import FunctionType, SimpleNamespace
from typing import Any

from keras import backend, layers, models, utils

from ..patching import backport, patch

_SOFTMAX = "softmax"
_LAST, _OTHER_NAMES = "predictions", ("Logits", "fc1000")
_TAKE_ANY = ("MobileNet", "MobileNetV2", "ResNet50", "InceptionResNetV2")
"""Whose functions in TensorFlow have `**kwargs`, and refuse them with an error of their own."""


def _with_activation(activation: Any) -> Any:
    """Keras' layers, for a function that makes a model: its last layer gets another activation and TensorFlow's name."""

    def dense(units: int, **kwargs: Any) -> Any:
        if kwargs.get("activation") == _SOFTMAX:
            kwargs.update(activation=activation, name=_LAST if kwargs.get("name") in _OTHER_NAMES else kwargs.get("name"))
        return layers.Dense(units, **kwargs)

    def plain(function: Any, **kwargs: Any) -> Any:
        return layers.Activation(activation if function == _SOFTMAX else function, **kwargs)

    return SimpleNamespace(**{**vars(layers), "Dense": dense, "Activation": plain})


@backport
def classifier_activations() -> None:
    """Symptom: `MobileNetV2(classifier_activation=None)` is "Invalid keyword argument"."""
    made: dict[Any, Any] = {}
    for name, module in list(sys.modules.items()):
        if name == "keras.applications" or name.startswith("keras.applications."):
            for attribute, value in list(vars(module).items()):
                if attribute[:1].isupper() and isinstance(value, FunctionType) and "base_fun" in inspect.getclosurevars(value).nonlocals:
                    made[value] = made.get(value) or _taking(value, attribute)
                    patch(module, attribute, made[value])


def _taking(original: Any, name: str) -> Any:
    function = inspect.getclosurevars(original).nonlocals["base_fun"]
    inner = next(getattr(m, name) for m in inspect.getclosurevars(function).globals.values() if hasattr(m, name))
    known = inspect.signature(inner).parameters

    def make(*args: Any, classifier_activation: Any = _SOFTMAX, **kwargs: Any) -> Any:
        unknown = {n: value for n, value in kwargs.items() if n not in known}
        if unknown and name in _TAKE_ANY:
            raise ValueError(f"Unknown argument(s): {unknown}")
        if unknown:
            raise TypeError(f"{name}() got an unexpected keyword argument {next(iter(unknown))!r}")
        with_top = kwargs.get("include_top", True) is not False
        if with_top and classifier_activation not in (None, _SOFTMAX) and kwargs.get("weights", "imagenet") is not None:
            raise ValueError(
                "Only `None` and `softmax` activations are allowed for the `classifier_activation` argument when using pretrained "
                f"weights, with `include_top=True`; Received: classifier_activation={classifier_activation}"
            )
        own = {"backend": backend, "layers": _with_activation(classifier_activation), "models": models, "utils": utils}
        return function(*args, **kwargs, **own)

    make.__name__ = make.__qualname__ = name
    make.__doc__, make.__module__ = original.__doc__, "keras.applications"
    return make
