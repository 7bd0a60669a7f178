"""One layer called on data: through a function of the device, made once and kept with the layer."""

from __future__ import annotations

import contextlib
from typing import Any

import keras.backend as K
import numpy as np
from keras.utils.generic_utils import to_list, unpack_singleton

from plaidml_compat.device import graph_lock
from plaidml_compat.device_kernels import static_key
from plaidml_compat.tensor import Tensor, as_array

from .building import undone_if_it_fails
from .defaults import phase_set
from .drawing import DrawsInCode, FedDraws
from .inner import every_layer, trainable_flags
from .mode import calling
from .no_elements import are_empty, of_none, one_of_each
from .places import put_in, take_out
from .walk import takes_training

_KEPT = 64
"""Functions kept for a layer or model; each holds about a megabyte."""


def called_alone(layer: Any, inputs: Any, training: Any, kwargs: dict) -> Any:
    """The result of a layer on data: that of a function of the device, made once for arrays of a kind."""
    many = isinstance(inputs, (list, tuple))
    leaves = list(inputs) if many else []
    nest = None if many else take_out(inputs, lambda v: True, lambda a, b: False, leaves)
    arrays = [_converted(layer, as_array(v)) for v in leaves]

    def given(values: list) -> Any:
        return values if many else put_in(nest, values)

    if are_empty(layer, arrays):
        arrays = one_of_each(arrays)
        return of_none(called_alone(layer, given(arrays), None if training is None else False, kwargs))
    taken: list[Any] = []
    template = take_out(kwargs, _is_fed, lambda a, b: a is b, taken)
    fed = [_argument(v) for v in taken]

    def make(values: list, draws: bool = False) -> Any:
        xs = [K.placeholder(shape=a.shape if draws else (None, *a.shape[1:]), dtype=a.dtype.name) for a in arrays]
        more = [K.placeholder(shape=a.shape, dtype=a.dtype.name) for a in values]
        if not isinstance(inputs, dict):  # a layer of the user's own, which is built
            build(layer, given(xs))
            layer.assert_input_compatibility(given(xs))
        before = {id(u) for u in layer.updates}
        arguments = dict(put_in(template, more) if values else kwargs)
        if training is not None and takes_training(layer):
            arguments["training"] = training
        drawn = FedDraws(xs + more, arrays + values)
        with calling(training), drawn.feeding() if draws else contextlib.nullcontext():
            outs: list[Any] = []
            result = take_out(layer.call(given(xs), **arguments), lambda v: v is not None, lambda a, b: False, outs)
        updates = [u for u in layer.updates if id(u) not in before] if training else []
        fed_all = xs + more + drawn.placeholders
        function = K.function(fed_all, [_not_an_input(v, fed_all) for v in outs], updates=updates, name=f"{layer.name} (called)")
        return (lambda given_arrays: function(given_arrays + drawn.draw())) if draws else function, result

    def tried(values: list) -> Any:
        try:
            with undone_if_it_fails(every_layer(layer)):
                return make(values)
        except DrawsInCode:
            return _DRAWS
        except Exception:  # of any class: code that asks for values fails in its own way, and what fails with them too is told then
            if values:
                return _BY_VALUE
            raise

    places = put_in(template, [("place", i) for i in range(len(fed))])
    fed_key = [(a.shape, a.dtype.name) for a in fed]
    key: tuple = (
        "layer",
        repr(given(list(range(len(arrays))))),
        signature(arrays),
        training,
        phase_set(),
        trainable_flags(layer),
        fed_key,
        places,
    )
    function = cached(layer, key, lambda: tried(fed))
    if function is _BY_VALUE:  # code that asks for values, `float(table[0])`, gets them: a function for each
        key, fed = (*key, taken), []
        function = cached(layer, key, lambda: tried(fed))
    if function is _DRAWS:
        function = cached(layer, (*key, "draws", [a.shape for a in arrays]), lambda: make(fed, draws=True))
    run, result = function
    found = put_in(result, [Tensor(v) for v in run(arrays + fed)])
    return found[0] if type(found) is list and len(found) == 1 else found


_DRAWS = object()
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


def signature(arrays: list[np.ndarray]) -> tuple:
    return tuple((a.shape[1:], a.dtype.name) for a in arrays)


def cached(layer: Any, key: tuple, make: Any) -> Any:
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
