"""Layers and models called on data run at once: layers through cached functions, user-written code as it stands."""

from __future__ import annotations

import inspect
from typing import Any

import keras.backend as K
import numpy as np
from keras.engine.network import Network
from keras.layers import InputLayer, Lambda
from keras.models import Sequential
from keras.utils.generic_utils import to_list, unpack_singleton

from plaidml_compat.device import graph_lock
from plaidml_compat.device_kernels import static_key
from plaidml_compat.tensor import Tensor, as_array

from .building import ensure_built
from .contagion import is_user_code
from .inner import trainable_flags
from .mode import calling
from .no_elements import are_empty, of_none, one_of_each
from .noted import eager_call
from .places import put_in, take_out
from .walk import in_graph, takes_training, walk

_KEPT = 64
"""Functions kept for a layer or model; each holds about a megabyte."""


def is_preprocessing(layer: Any) -> bool:
    """True for this package's augmentation layers, which handle arrays themselves."""
    return any(c.__name__ == "PreprocessingLayer" and c.__module__.startswith("plaidml_compat.") for c in type(layer).__mro__)


def call(layer: Any, inputs: Any, kwargs: dict) -> Any:
    """The result of a layer or model on data, as eager tensors.

    Args:
        layer: any Keras layer or model.
        inputs: arrays or eager tensors: one, a list or a dictionary of them.
        kwargs: what else the caller passed; `training` is `None` for the layer's own default.
    """
    with eager_call(layer):
        return _call(layer, inputs, kwargs)


def _call(layer: Any, inputs: Any, kwargs: dict) -> Any:
    training = kwargs.pop("training", None)
    if isinstance(layer, Sequential):
        return _sequential(layer, inputs, training)
    if isinstance(layer, Network) and layer._is_graph_network:
        return _network(layer, _network_inputs(layer, inputs), training)
    if isinstance(layer, (Network, Lambda)) or (is_user_code(type(layer)) and not _own_weights(layer, inputs)):
        return _as_it_stands(layer, inputs, training, kwargs)
    return _layer(layer, inputs, training, kwargs)


def _sequential(model: Any, inputs: Any, training: Any) -> Any:
    layers = model.layers
    if all(is_preprocessing(v) or (isinstance(v, Sequential) and _only_preprocessing(v)) for v in layers):
        out = _one_by_one(layers, inputs, training)
        model.__dict__["_plaidml_compat_seen"] = (None, *np.shape(_array_of(inputs))[1:])  # summary() builds it, if asked for
        return out
    if not (model.built and model.outputs):
        ensure_built(model, inputs)
    shape = K.int_shape(model.inputs[0])
    array = as_array(_array_of(inputs))
    if array.ndim == len(shape) and all(a is None or a == b for a, b in zip(shape[1:], array.shape[1:])):
        return _network(model, [array], training)
    return _one_by_one(layers, inputs, training)


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
    key = ("network", _signature(arrays), training, trainable_flags(model))

    def make() -> Any:
        inputs = [K.placeholder(shape=(None, *a.shape[1:]), dtype=K.dtype(x)) for a, x in zip(arrays, model.inputs)]
        flag = False if training is None else bool(training)
        outs, updates = _symbolic_network(model, inputs, flag, training is None)
        return K.function(inputs, outs, updates=updates if flag else [], name=f"{model.name} (called)")

    outs = [Tensor(v) for v in _cached(model, key, make)(arrays)]
    return outs[0] if len(outs) == 1 else outs


def _symbolic_network(model: Any, inputs: list, flag: bool, default: bool) -> tuple[list, list]:
    """Outputs and updates; where the caller left `training` out, augmentation layers augment: that is their default."""
    updates: list = []

    def run(layer: Any, xs: Any, kwargs: dict, fixed: Any) -> Any:
        open_ = fixed is None  # the layer was not called with `training` when the model was made
        if isinstance(layer, Network) and layer._is_graph_network:
            outs, more = _symbolic_network(layer, to_list(xs), flag if open_ else bool(fixed), default and open_)
            updates.extend(more)
            return unpack_singleton(outs)
        before = {id(u) for u in layer.updates}
        out = in_graph(layer, xs, kwargs, (flag or (default and is_preprocessing(layer))) if open_ else fixed)
        updates.extend(u for u in layer.updates if id(u) not in before)
        return out

    outs, _ = walk(model, inputs, None, None, run)
    return outs, updates


def _layer(layer: Any, inputs: Any, training: Any, kwargs: dict) -> Any:
    arrays = [_converted(layer, as_array(v)) for v in (inputs if isinstance(inputs, (list, tuple)) else [inputs])]
    many = isinstance(inputs, (list, tuple))
    if are_empty(layer, arrays):
        arrays = one_of_each(arrays)
        return of_none(_layer(layer, arrays if many else arrays[0], False if takes_training(layer) else None, kwargs))
    if training is None and takes_training(layer):
        training = False
    taken: list[Any] = []
    template = take_out(kwargs, _is_fed, lambda a, b: a is b, taken)
    fed = [_argument(v) for v in taken]

    def make(by_value: bool = False) -> Any:
        xs = [K.placeholder(shape=(None, *a.shape[1:]), dtype=a.dtype.name) for a in arrays]
        more = [] if by_value else [K.placeholder(shape=a.shape, dtype=a.dtype.name) for a in fed]
        build(layer, xs if many else xs[0])
        layer.assert_input_compatibility(xs if many else xs[0])
        before = {id(u) for u in layer.updates}
        arguments = dict(kwargs if by_value else put_in(template, more))
        if training is not None and takes_training(layer):
            arguments["training"] = training
        with calling(bool(training)):
            outs = to_list(layer.call(xs if many else xs[0], **arguments))
        updates = [u for u in layer.updates if id(u) not in before] if training else []
        return K.function(xs + more, [_not_an_input(v, xs + more) for v in outs], updates=updates, name=f"{layer.name} (called)")

    def make_for_any_values() -> Any:
        try:
            return make()
        except Exception:
            if fed:
                return _BY_VALUE
            raise

    places = put_in(template, [("place", i) for i in range(len(fed))])
    key = ("layer", many, _signature(arrays), training, trainable_flags(layer), [(a.shape, a.dtype.name) for a in fed], places)
    function = _cached(layer, key, make_for_any_values)
    if function is _BY_VALUE:  # code that asks for values, `float(table[0])`, gets them: a function for each
        function, fed = _cached(layer, (*key, taken), lambda: make(by_value=True)), []
    outs = [Tensor(v) for v in function(arrays + fed)]
    return outs[0] if len(outs) == 1 else outs


_BY_VALUE = object()


def _is_fed(value: Any) -> bool:
    """True for arrays and eager Tensors of numbers."""
    if isinstance(value, Tensor):
        value = value._payload
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiub"


def _argument(value: Any) -> np.ndarray:
    """What is fed for it; arrays that NumPy made float64 by default become floatx."""
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(K.floatx())
    return as_array(value)


def _not_an_input(value: Any, inputs: list) -> Any:
    return K.identity(value) if any(value is x for x in inputs) else value


def _converted(layer: Any, a: np.ndarray) -> np.ndarray:
    """Floats in floatx, as TensorFlow's layers cast them; whole numbers stay for layers that look them up or move them."""
    if a.dtype.kind == "f":
        return a.astype(K.floatx(), copy=False)
    if a.dtype.kind == "b" or layer.weights or not layer.built:
        return a.astype("int32" if type(layer).__name__ == "Embedding" else K.floatx())
    return a


def build(layer: Any, inputs: Any) -> None:
    """Build a layer for symbolic inputs, unless it is."""
    if layer.built:
        return
    layer.assert_input_compatibility(inputs)
    with K.name_scope(layer.name):
        layer.build(unpack_singleton([K.int_shape(x) for x in to_list(inputs)]))
    layer.built = True
    if layer._initial_weights is not None:
        layer.set_weights(layer._initial_weights)


def _own_weights(layer: Any, inputs: Any) -> bool:
    """True when a user's layer has weights of its own (not only layers that have)."""
    if not layer.built:
        arrays = [as_array(v) for v in (inputs if isinstance(inputs, (list, tuple)) else [inputs])]
        shapes = [(None, *a.shape[1:]) for a in arrays]
        layer.build(shapes if isinstance(inputs, (list, tuple)) else shapes[0])
        layer.built = True
    return bool(layer._trainable_weights or layer._non_trainable_weights)


def _as_it_stands(layer: Any, inputs: Any, training: Any, kwargs: dict) -> Any:
    """Run user-written code on eager tensors: what it calls runs at once in turn."""
    if takes_training(layer) and training is not None:
        kwargs = {**kwargs, "training": training}

    def eager(v: Any) -> Any:
        if isinstance(v, dict):
            return {k: eager(w) for k, w in v.items()}
        if isinstance(v, (list, tuple)):
            return type(v)(eager(w) for w in v)
        return v if isinstance(v, Tensor) else Tensor(as_array(v))

    with calling(_default_training(layer) if training is None else training):
        out = layer.call(eager(inputs), **kwargs)
    layer.built = True
    return out


def _default_training(layer: Any) -> Any:
    """What the layer's `call` takes `training` for where nobody says."""
    parameter = inspect.signature(layer.call).parameters.get("training")
    return None if parameter is None or parameter.default is parameter.empty else parameter.default


def _signature(arrays: list[np.ndarray]) -> tuple:
    return tuple((a.shape[1:], a.dtype.name) for a in arrays)


def _cached(layer: Any, key: tuple, make: Any) -> Any:
    """A function made once for each key; anew each time where something in the key cannot be compared."""
    try:
        key = static_key(key)
    except TypeError:
        with graph_lock:
            return make()
    cache = layer.__dict__.setdefault("_plaidml_compat_functions", {})
    found = cache.get(key)
    if found is None:
        with graph_lock:
            found = cache.get(key)
            if found is None:
                found = cache[key] = make()
                if len(cache) > _KEPT:
                    del cache[next(iter(cache))]
    return found
