"""Layers and models called on data run at once: layers through cached functions, user-written code as it stands."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import numpy as np
from keras.engine.network import Network
from keras.layers import InputLayer, Lambda
from keras.models import Sequential
from keras.utils.generic_utils import to_list, unpack_singleton

from plaidml_compat.nesting import map_structure
from plaidml_compat.tensor import Tensor, as_array

from .building import ensure_built
from .contagion import is_preprocessing, is_user_code
from .defaults import default_training, phase_set
from .inner import trainable_flags
from .mode import calling, on_data
from .no_elements import are_empty, of_none, one_of_each
from .noted import eager_call
from .own_function import cached, called_alone, signature
from .running_code import NO_GRAPH, graph_or_code, layer_by_layer
from .walk import in_graph, takes_training, walk

_UNBUILT = "_plaidml_compat_unbuilt"
"""Noted on a Sequential that cannot be built: its layers and the shape of what it was called on."""


def call(layer: Any, inputs: Any, kwargs: dict) -> Any:
    """The result of a layer or model on data, as eager tensors.

    Args:
        layer: any Keras layer or model.
        inputs: arrays or eager tensors: one, a list or a dictionary of them.
        kwargs: what else the caller passed; `training` is `None` where each layer inside decides.
    """
    with eager_call(layer), on_data():
        return _call(layer, inputs, kwargs)


def _call(layer: Any, inputs: Any, kwargs: dict) -> Any:
    training = kwargs.pop("training", None)
    if isinstance(layer, Sequential):
        return _sequential(layer, inputs, training)
    if isinstance(layer, Network) and layer._is_graph_network:
        return _network(layer, _network_inputs(layer, inputs), training)
    if isinstance(layer, (Network, Lambda)) or (is_user_code(type(layer)) and not _own_weights(layer, inputs)):
        return _as_it_stands(layer, inputs, training, kwargs)
    return called_alone(layer, inputs, training, kwargs)


def _sequential(model: Any, inputs: Any, training: Any) -> Any:
    layers = model.layers
    if all(is_preprocessing(v) or (isinstance(v, Sequential) and _only_preprocessing(v)) for v in layers):
        out = _one_by_one(layers, inputs, training)
        model.__dict__["_plaidml_compat_seen"] = (None, *np.shape(_array_of(inputs))[1:])  # summary() builds it, if asked for
        return out
    array = as_array(_array_of(inputs))
    if not (model.built and model.outputs) and not _is_built(model, inputs, array):
        return _one_by_one(layers, inputs, training)
    shape = K.int_shape(model.inputs[0])
    if array.ndim == len(shape) and all(a is None or a == b for a, b in zip(shape[1:], array.shape[1:])):
        return _network(model, [array], training)
    return _one_by_one(layers, inputs, training)


def _is_built(model: Any, inputs: Any, array: np.ndarray) -> bool:
    """Build a Sequential for the data it is called on, unless there is code of the user's in it that cannot be in a graph."""
    unbuilt = (*map(id, model.layers), *array.shape[1:])
    if model.__dict__.get(_UNBUILT) == unbuilt:
        return False
    if graph_or_code(model, lambda: ensure_built(model, inputs)) is NO_GRAPH:
        model.__dict__[_UNBUILT] = unbuilt
        return False
    return True


def _array_of(inputs: Any) -> Any:
    """The one array that a Sequential is called on; of images with what belongs to them, the images."""
    if isinstance(inputs, dict):
        return inputs.get("images", next(iter(inputs.values())))
    return inputs[0] if isinstance(inputs, (list, tuple)) else inputs


def _only_preprocessing(model: Any) -> bool:
    return bool(model.layers) and all(is_preprocessing(v) or (isinstance(v, Sequential) and _only_preprocessing(v)) for v in model.layers)


def _one_by_one(layers: Any, x: Any, training: Any) -> Any:
    for layer in layers:
        passes = training is not None and (isinstance(layer, Network) or is_preprocessing(layer) or takes_training(layer))
        x = layer(x, training=training) if passes else layer(x)
    return x if isinstance(x, (Tensor, list, tuple, dict)) else Tensor(as_array(x))


def _network_inputs(model: Any, inputs: Any) -> list[np.ndarray]:
    if isinstance(inputs, dict):
        inputs = [inputs[n] for n in model.input_names]
    arrays = [as_array(v) for v in (inputs if isinstance(inputs, (list, tuple)) else [inputs])]
    if len(arrays) != len(model.inputs):
        raise ValueError(f'Layer "{model.name}" expects {len(model.inputs)} input(s), but it received {len(arrays)} input tensors.')
    return arrays


def _network(model: Any, arrays: list[np.ndarray], training: Any) -> Any:
    inner = [v for v in model._layers if not isinstance(v, InputLayer)]
    if inner and all(is_preprocessing(v) for v in inner):
        outs, _ = walk(model, [Tensor(a) for a in arrays], training, None, lambda layer, xs, kwargs, flag: _one_by_one([layer], xs, flag))
        return outs[0] if len(outs) == 1 else outs
    for i, (x, a) in enumerate(zip(model.inputs, arrays)):
        shape = K.int_shape(x)
        if a.ndim != len(shape) or any(s is not None and s != n for s, n in zip(shape[1:], a.shape[1:])):
            raise ValueError(
                f'Input {i} of layer "{model.name}" is incompatible with the layer: expected shape={tuple(shape)}, found shape={a.shape}'
            )
    if are_empty(model, arrays):
        return of_none(_network(model, one_of_each(arrays), False))
    key = ("network", signature(arrays), training, phase_set(), trainable_flags(model))

    def make() -> Any:
        inputs = [K.placeholder(shape=(None, *a.shape[1:]), dtype=K.dtype(x)) for a, x in zip(arrays, model.inputs)]
        outs, updates = _symbolic_network(model, inputs, training)
        return K.function(inputs, outs, updates=updates, name=f"{model.name} (called)")

    function = cached(model, key, lambda: graph_or_code(model, make))
    if function is NO_GRAPH:
        outs = layer_by_layer(model, [a.astype(K.dtype(x), copy=False) for a, x in zip(arrays, model.inputs)], training)
    else:
        outs = [Tensor(v) for v in function(arrays)]
    return outs[0] if len(outs) == 1 else outs


def _symbolic_network(model: Any, inputs: list, training: Any) -> tuple[list, list]:
    """Outputs and updates; what neither the caller nor the model says, each layer's default does."""
    updates: list = []

    def run(layer: Any, xs: Any, kwargs: dict, flag: Any) -> Any:
        if isinstance(layer, Network) and layer._is_graph_network:
            outs, more = _symbolic_network(layer, to_list(xs), flag)
            updates.extend(more)
            return unpack_singleton(outs)
        flag = default_training(layer) if flag is None else flag
        before = {id(u) for u in layer.updates}
        out = in_graph(layer, xs, kwargs, flag)
        updates.extend(u for u in layer.updates if id(u) not in before)
        return out

    outs, _ = walk(model, inputs, training, None, run)
    return outs, updates


def _own_weights(layer: Any, inputs: Any) -> bool:
    """True when a user's layer has weights of its own (not only layers that have)."""
    if not layer.built:
        layer.build([_shape(v) for v in inputs] if isinstance(inputs, (list, tuple)) else map_structure(_shape, inputs))
        layer.built = True
    return bool(layer._trainable_weights or layer._non_trainable_weights)


def _shape(value: Any) -> tuple:
    return (None, *as_array(value).shape[1:])


def _as_it_stands(layer: Any, inputs: Any, training: Any, kwargs: dict) -> Any:
    """Run user-written code on eager tensors: what it calls runs at once in turn."""
    if takes_training(layer) and training is not None:
        kwargs = {**kwargs, "training": training}

    dtype = layer.compute_dtype
    floats = dtype if isinstance(dtype, str) and dtype.startswith("float") else ""

    def eager(v: Any) -> Tensor:
        v = v if isinstance(v, Tensor) else Tensor(as_array(v))
        if floats and v.dtype.is_floating and v.dtype.name != floats:  # as TensorFlow's layers cast what they are given first
            return Tensor(as_array(v).astype(floats))
        return v

    with calling(training):
        out = layer.call(map_structure(eager, inputs), **kwargs)
    layer.built = True
    return out
