"""Initializers and regularizers under TensorFlow's names; initializers called by the user give arrays."""

from __future__ import annotations

import functools
import sys
from typing import Any

import keras.backend as K
import keras.initializers as initializers
import keras.regularizers as regularizers
from keras.engine.base_layer import Layer

from plaidml_compat.tensor import Tensor, is_symbolic

from ..calls.contagion import inside_layer, layer_body, unwrap
from ..patching import backport, patch, wrapping

_SCALING = {
    "GlorotUniform": (1.0, "fan_avg", "uniform"),
    "GlorotNormal": (1.0, "fan_avg", "normal"),
    "HeUniform": (2.0, "fan_in", "uniform"),
    "HeNormal": (2.0, "fan_in", "normal"),
    "LecunUniform": (1.0, "fan_in", "uniform"),
    "LecunNormal": (1.0, "fan_in", "normal"),
}


def _scaling(name: str, scale: float, mode: str, distribution: str) -> type:
    def __init__(self: Any, seed: int | None = None) -> None:
        initializers.VarianceScaling.__init__(self, scale, mode, distribution, seed)

    def get_config(self: Any) -> dict:
        """Keras' configuration."""
        return {"seed": self.seed}

    body = {"__init__": __init__, "get_config": get_config, "__doc__": f"Random weights: {distribution}, scaled by {mode}."}
    return type(name, (initializers.VarianceScaling,), {**body, "__module__": "keras.initializers"})


@backport
def initializer_classes() -> None:
    """Symptom: there is no `HeNormal` or `GlorotUniform`, and `VarianceScaling` does not know TensorFlow's distributions."""
    for name, arguments in _SCALING.items():
        patch(initializers, name, _scaling(name, *arguments))

    @wrapping(initializers.VarianceScaling, "__init__")
    def __init__(
        original: Any, self: Any, scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal", seed: Any = None
    ) -> None:
        original(self, scale, mode, "normal" if distribution == "truncated_normal" else distribution, seed)


@backport
def initializers_called() -> None:
    """Symptom: `initializers.Constant(2)((2, 2))` gives a graph value instead of numbers."""
    classes = {v for v in vars(initializers).values() if isinstance(v, type) and issubclass(v, initializers.Initializer)}
    for cls in sorted(classes, key=lambda c: c.__name__):
        if "__call__" in vars(cls) and cls is not initializers.Initializer:
            _eager_outside_layers(cls)

    @wrapping(Layer, "add_weight")
    def add_weight(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        with layer_body():
            return original(self, *args, **kwargs)

    variable = K.variable

    @functools.wraps(variable)
    def of_arrays(value: Any, *args: Any, **kwargs: Any) -> Any:
        return variable(unwrap(value), *args, **kwargs)

    for module in (K, sys.modules["plaidml.keras.backend"]):
        patch(module, "variable", of_arrays)


def _eager_outside_layers(cls: Any) -> None:
    @wrapping(cls, "__call__")
    def __call__(original: Any, self: Any, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        if inside_layer.get():
            return original(self, shape, dtype=dtype)
        with layer_body():
            out = original(self, tuple(shape), dtype=getattr(dtype, "name", dtype))
            raw = unwrap(out)
            return Tensor(K.get_value(raw) if is_symbolic(raw) else raw)


@backport
def regularizer_names() -> None:
    """Symptom: `L1`, `L2`, `l1(l1=...)` and `l2(l2=...)` are unknown."""

    class L1(regularizers.L1L2):
        """Penalty `l1 * sum(abs(x))`."""

        def __init__(self, l1: float = 0.01) -> None:
            super().__init__(l1=l1)

        def get_config(self) -> dict:
            return {"l1": float(self.l1)}

    class L2(regularizers.L1L2):
        """Penalty `l2 * sum(square(x))`."""

        def __init__(self, l2: float = 0.01) -> None:
            super().__init__(l2=l2)

        def get_config(self) -> dict:
            return {"l2": float(self.l2)}

    def l1(l1: float = 0.01, **kwargs: Any) -> Any:
        """A regularizer with the penalty `l1 * sum(abs(x))`."""
        return L1(kwargs.pop("l", l1), **kwargs)

    def l2(l2: float = 0.01, **kwargs: Any) -> Any:
        """A regularizer with the penalty `l2 * sum(square(x))`."""
        return L2(kwargs.pop("l", l2), **kwargs)

    for value in (L1, L2, l1, l2):
        value.__module__ = "keras.regularizers"
        value.__qualname__ = value.__name__
        patch(regularizers, value.__name__, value)
