"""Layers and models that users write: their `call` and `build` see Tensors and TensorShapes, layers inside them are tracked."""

from __future__ import annotations

import functools
from typing import Any, Callable

import keras.backend as K
from keras.engine.base_layer import Layer
from keras.engine.network import Network
from keras.layers import BatchNormalization, Lambda
from keras.utils.generic_utils import has_arg, to_list

from plaidml_compat.random.eager import drawing_with
from plaidml_compat.tensor import Tensor, is_symbolic
from plaidml_compat.tensor_shape import TensorShape

from ..patching import backport, patch, wrapping
from .contagion import has_tensor, is_user_code, layer_body, unwrap, wrap
from .drawing import draw_in_graph
from .inner import every_layer, sublayers
from .mode import on_its_own
from .noted import note_losses, note_updates, reaches
from .walk import takes_training

_SEEN = "_plaidml_compat_sees_tensors"
RAN_FROZEN = "_plaidml_compat_ran_frozen"
"""Noted on a BatchNormalization of which a graph was made while it was frozen."""


def _all_symbolic(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_all_symbolic(v) for v in value)
    if isinstance(value, dict):
        return any(_all_symbolic(v) for v in value.values())
    return is_symbolic(value)


def sees_tensors(call: Callable) -> Callable:
    """A user's `call`, given Tensors; its result is what the caller works with: Tensors for Tensors, graph values for those."""
    if getattr(call, _SEEN, False):
        return call

    @functools.wraps(call)
    def wrapper(self: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        outside = has_tensor((inputs, args, kwargs))
        symbolic = _all_symbolic(inputs)
        if not symbolic:
            return call(self, inputs, *args, **kwargs)
        before = {id(v) for layer in sublayers(self) for v in layer._updates} | {id(v) for layer in sublayers(self) for v in layer._losses}
        losses = len(self._losses) if hasattr(self, "_losses") else 0
        with layer_body(), drawing_with(draw_in_graph):
            out = call(self, wrap(inputs), *wrap(args), **wrap(kwargs))
        raw = unwrap(out)
        if not isinstance(self, Network):
            self.__dict__["_plaidml_compat_shapes"] = _shapes(raw)
            _mark_learning_phase(raw)
            _collect(self, unwrap(inputs), before, losses)
        return wrap(raw) if outside else raw

    setattr(wrapper, _SEEN, True)
    return wrapper


def _mark_learning_phase(raw: Any) -> None:
    """Note on a result that it depends on the learning phase: the mark of an inner layer's result does not outlive an op."""
    phase = K.learning_phase()
    if isinstance(phase, int):
        return
    for value in raw if isinstance(raw, (list, tuple)) else [raw]:
        if reaches([value], phase):
            value._uses_learning_phase = True


def decides_in_python(layer: Any) -> bool:
    """True when the layer or model must be run anew for training and for inference.

    A user's `call` that takes `training` may hold an `if training:`, which cannot ask a learning phase; a BatchNormalization infers
    when it is frozen, whatever it was when the model was made.
    """
    return any(_decides(v) for v in every_layer(layer))


def _decides(layer: Any) -> bool:
    if isinstance(layer, BatchNormalization):
        return not layer.trainable or RAN_FROZEN in layer.__dict__
    return is_user_code(type(layer)) and takes_training(layer)


def _shapes(raw: Any) -> Any:
    if isinstance(raw, (list, tuple)):
        return [_shapes(v) for v in raw]
    return tuple(d if isinstance(d, int) else None for d in raw.shape.dims) if is_symbolic(raw) else None


def _collect(layer: Any, inputs: Any, before: set, losses: int) -> None:
    """Updates and losses that came up during the call belong to these inputs."""
    own = layer._losses[losses:]
    if own:
        del layer._losses[losses:]
        kept = layer._per_input_losses.get(None, [])
        layer._per_input_losses[None] = [v for v in kept if not any(v is o for o in own)]
        layer.add_loss([unwrap(v) for v in own], inputs=to_list(inputs))
    for inner in sublayers(layer):
        updates = [u for u in inner._updates if id(u) not in before]
        if updates:
            layer.add_update(updates, inputs=to_list(inputs))
        fixed = inner.get_losses_for(None)
        for v in fixed:
            if not any(v is o for o in layer.get_losses_for(None)):
                layer.add_loss(v)
        new = [v for v in inner._losses if id(v) not in before and not any(v is f for f in fixed)]
        if new:
            layer.add_loss(new, inputs=to_list(inputs))


def _as_shapes(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {k: _as_shapes(v) for k, v in shape.items()}
    if isinstance(shape, list):
        return [TensorShape(s) for s in shape]
    return None if shape is None else TensorShape(shape)


def sees_shapes(build: Callable) -> Callable:
    """A user's `build`, given a TensorShape."""
    if getattr(build, _SEEN, False):
        return build

    @functools.wraps(build)
    def wrapper(self: Any, input_shape: Any = None) -> Any:
        input_shape = _as_shapes(input_shape)
        with layer_body(), on_its_own(), drawing_with(None):
            return build(self, input_shape)

    setattr(wrapper, _SEEN, True)
    return wrapper


def _treat(cls: type) -> None:
    if not is_user_code(cls):
        return
    if "call" in vars(cls):
        patch(cls, "call", sees_tensors(vars(cls)["call"]))
    if "build" in vars(cls):
        patch(cls, "build", sees_shapes(vars(cls)["build"]))


def _subclasses(cls: type) -> list[type]:
    found: list[type] = []
    c: type
    for c in cls.__subclasses__():
        found += [c, *_subclasses(c)]
    return found


@backport
def user_classes() -> None:
    """Symptom: in a custom layer `x.shape[1]` is PlaidML's own, and layers held in attributes are not trained."""

    def __init_subclass__(cls: type, **kwargs: Any) -> None:
        super(Layer, cls).__init_subclass__(**kwargs)
        _treat(cls)

    patch(Layer, "__init_subclass__", classmethod(__init_subclass__))
    for cls in _subclasses(Layer):
        _treat(cls)


@backport
def nested_weights() -> None:
    """Symptom: weights of layers inside a custom layer do not train and are not saved."""
    for name in ("trainable_weights", "non_trainable_weights"):
        _patch_weights(name)


def _patch_weights(name: str) -> None:
    original = vars(Layer)[name]

    def get(self: Any) -> list:
        own = list(original.fget(self))
        for inner in sublayers(self):
            if name == "non_trainable_weights" and not self.trainable:
                own += [w for w in inner.weights if not any(w is o for o in own)]
            elif self.trainable:
                own += [w for w in getattr(inner, name) if not any(w is o for o in own)]
        return own

    patch(Layer, name, property(get, original.fset))


def _shapes_of_results(layer: Any, input_shape: Any) -> Any:
    """Shapes of the latest results, or of those for placeholders of this shape."""
    if "_plaidml_compat_shapes" not in layer.__dict__:
        inputs = [K.placeholder(shape=s) for s in (input_shape if isinstance(input_shape, list) else [input_shape])]
        layer.call(inputs if isinstance(input_shape, list) else inputs[0])
    return layer.__dict__["_plaidml_compat_shapes"]


@backport
def inferred_shapes() -> None:
    """Symptom: custom layers without compute_output_shape, and Lambdas, are taken to keep their input's shape."""

    @wrapping(Layer, "compute_output_shape")
    def compute_output_shape(original: Any, self: Any, input_shape: Any) -> Any:
        if not is_user_code(type(self)) or isinstance(self, Network):
            return original(self, input_shape)
        return _shapes_of_results(self, input_shape)

    @wrapping(Lambda, "compute_output_shape")
    def lambda_shape(original: Any, self: Any, input_shape: Any) -> Any:
        if self._output_shape is not None:
            return original(self, input_shape)
        return _shapes_of_results(self, input_shape)

    @wrapping(Lambda, "call")
    def lambda_call(original: Any, self: Any, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        arguments = dict(self.arguments)
        if has_arg(self.function, "mask"):
            arguments["mask"] = mask
        if has_arg(self.function, "training") and training is not None:
            arguments["training"] = training
        if not _all_symbolic(inputs):
            return self.function(inputs, **arguments)
        with layer_body(), drawing_with(draw_in_graph):
            out = unwrap(self.function(wrap(inputs), **arguments))
        self.__dict__["_plaidml_compat_shapes"] = _shapes(out)
        return out


@backport
def weights_and_losses() -> None:
    """Symptom: add_weight needs a name and gives a bare graph value; add_loss takes no Tensor."""

    @wrapping(Layer, "add_weight")
    def add_weight(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        for ignored in ("use_resource", "synchronization", "aggregation", "experimental_autocast", "partitioner"):
            kwargs.pop(ignored, None)
        names = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
        if args and isinstance(args[0], (tuple, list)):
            names = ("shape", "initializer", "dtype", "trainable", "name", "regularizer", "constraint")  # Keras 1 and 3
        kwargs = {**dict(zip(names, args)), **kwargs}
        kwargs["name"] = kwargs.get("name") or f"weight_{len(self._trainable_weights) + len(self._non_trainable_weights)}"
        kwargs["shape"] = tuple(kwargs.get("shape") or ())
        dtype = kwargs.get("dtype")
        kwargs["dtype"] = getattr(dtype, "name", dtype)
        kwargs["trainable"] = True if kwargs.get("trainable") is None else kwargs["trainable"]
        if kwargs.get("initializer") is None:
            kwargs["initializer"] = "glorot_uniform"
        with drawing_with(None):  # its first values are drawn now
            weight = original(self, **kwargs)
        return Tensor(weight) if is_user_code(type(self)) else weight

    @wrapping(Layer, "add_loss")
    def add_loss(original: Any, self: Any, losses: Any, inputs: Any = None, **_: Any) -> Any:
        if callable(losses) and not is_symbolic(losses):
            losses = losses()
        graph = note_losses(self, losses)
        if graph:
            original(self, graph, unwrap(inputs))

    @wrapping(Layer, "add_update")
    def add_update(original: Any, self: Any, updates: Any, inputs: Any = None) -> Any:
        note_updates(unwrap(updates))
        return original(self, unwrap(updates), unwrap(inputs))
