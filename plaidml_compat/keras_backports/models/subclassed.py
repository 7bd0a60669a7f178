"""Models that users write as classes: layers in lists and dictionaries are tracked, build() makes weights, summary() says all."""

from __future__ import annotations

from typing import Any

import keras.backend as K
from keras.engine.base_layer import Layer
from keras.engine.network import Network
from keras.engine.sequential import Sequential
from keras.engine.training import Model

from ..calls.contagion import inside_layer, is_user_code, unwrap
from ..calls.inner import held
from ..calls.mode import on_its_own
from ..calls.walk import takes_training
from ..patching import backport, patch, wrapping


def _is_subclassed(model: Any) -> bool:
    return is_user_code(type(model)) and not isinstance(model, Sequential) and not getattr(model, "_is_graph_network", True)


@backport
def layers_in_containers() -> None:
    """Symptom: layers that a model holds in a list or dictionary are not trained, counted or saved."""
    original = vars(Network)["layers"]

    def layers(self: Any) -> list:
        if _is_subclassed(self):
            self.__dict__["_layers"] = [v for v in held(_attributes(self)) if v is not self]
        return original.fget(self)

    patch(Network, "layers", property(layers, doc="The layers of the model; of a class's the ones in its attributes, in order."))


def _attributes(model: Any) -> list:
    return [v for name, v in vars(model).items() if name != "_layers" and not name.startswith("_plaidml_compat_")]


def ordered_weights(model: Any) -> list:
    """A model's weights layer by layer; a class's attribute by attribute, of a list's layers those that train first."""
    if not _is_subclassed(model):
        return [w for layer in model.layers for w in layer.weights]
    found: list = []
    for value in _attributes(model):
        layers = held([value])
        if isinstance(value, Layer):
            more = list(value.weights)
        else:
            more = [w for v in layers for w in v.trainable_weights] + [w for v in layers for w in v.non_trainable_weights]
        found += [w for w in more if not any(w is f for f in found)]
    return found


@backport
def order_of_weights() -> None:
    """Symptom: get_weights() of a model with layers in lists lists them layer by layer."""

    @wrapping(Network, "get_weights")
    def get_weights(original: Any, self: Any) -> list:
        return K.batch_get_value(ordered_weights(self)) if _is_subclassed(self) else original(self)

    @wrapping(Network, "set_weights")
    def set_weights(original: Any, self: Any, weights: Any) -> None:
        own = ordered_weights(self) if _is_subclassed(self) else []
        if own and len(own) == len(weights) and all(tuple(K.int_shape(w)) == tuple(a.shape) for w, a in zip(own, weights)):
            K.batch_set_value(list(zip(own, weights)))
        else:
            original(self, weights)


@backport
def building_subclassed_models() -> None:
    """Symptom: `model.build((None, 3))` of a class makes no weights."""

    @wrapping(Model, "build")
    def build(original: Any, self: Any, input_shape: Any = None) -> Any:
        if input_shape is None or inside_layer.get() or not _is_subclassed(self):
            return original(self, input_shape)
        arguments = {"training": False} if takes_training(self) else {}
        with on_its_own():
            self.call(_placeholders(input_shape), **arguments)
        self.built = True
        return None


def _placeholders(shape: Any) -> Any:
    """A placeholder for a shape; a list or dictionary of them for one of shapes."""
    if isinstance(shape, dict):
        return {k: _placeholders(v) for k, v in shape.items()}
    sizes = list(getattr(shape, "dims", None) or shape) if not isinstance(shape, (list, tuple)) else list(shape)
    if sizes and not all(d is None or isinstance(d, int) for d in map(_size, sizes)):
        return [_placeholders(v) for v in sizes]
    return K.placeholder(shape=tuple(_size(d) for d in sizes))


def _size(size: Any) -> Any:
    if size is None or isinstance(size, (list, tuple, dict)):
        return size
    value = unwrap(getattr(size, "value", size))
    return value if value is None or not hasattr(value, "__index__") else int(value)
