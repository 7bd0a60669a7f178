"""tf.keras.applications: the activation of the classifier, which their functions here do not know."""

from __future__ import annotations

import inspect
import sys
from types import FunctionType, SimpleNamespace
from typing import Any

from keras import backend, layers, models, utils

from ..patching import backport, patch

_SOFTMAX = "softmax"


def _with_activation(activation: Any) -> Any:
    """Keras' layers, for a function that makes a model: what it gives softmax, which is its last layer, gets another activation."""

    def dense(units: int, **kwargs: Any) -> Any:
        return layers.Dense(units, **{**kwargs, **({"activation": activation} if kwargs.get("activation") == _SOFTMAX else {})})

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

    def make(*args: Any, classifier_activation: Any = _SOFTMAX, **kwargs: Any) -> Any:
        if classifier_activation == _SOFTMAX or kwargs.get("include_top", True) is False:
            return original(*args, **kwargs)
        if classifier_activation is not None and kwargs.get("weights", "imagenet") is not None:
            raise ValueError(
                "Only `None` and `softmax` activations are allowed for the `classifier_activation` argument when using pretrained "
                f"weights, with `include_top=True`; Received: classifier_activation={classifier_activation}"
            )
        own = {"backend": backend, "layers": _with_activation(classifier_activation), "models": models, "utils": utils}
        return function(*args, **kwargs, **own)

    make.__name__ = make.__qualname__ = name
    make.__doc__, make.__module__ = original.__doc__, "keras.applications"
    return make
