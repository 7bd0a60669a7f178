"""Layer.__call__ and the model classes: Tensors in, Tensors out; data is computed at once; `training` goes down explicitly."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import keras.backend as K
from keras.engine import input_layer
from keras.engine.base_layer import Layer
from keras.engine.network import Network
from keras.engine.sequential import Sequential
from keras.utils.generic_utils import has_arg, to_list, unpack_singleton

from plaidml_compat.device import graph_lock
from plaidml_compat.tensor import is_symbolic

from ..patching import backport, patch, wrapping
from . import eager
from .contagion import has_tensor, is_eager, is_user_code, layer_body, unwrap, wrap
from .defaults import default_training
from .mode import calling, for_data, on_its_own, training_mode
from .no_numbers import by_name
from .symbolic import has_history
from .walk import run_network, takes_training


def _keywords(layer: Any, args: tuple, kwargs: dict) -> dict:
    """Positional arguments after the inputs by the names that the layer's `call` gives them."""
    if not args:
        return kwargs
    names = [n for n in inspect.signature(layer.call).parameters][1:]
    return {**dict(zip(names, args)), **kwargs}


@backport
def calling_layers() -> None:
    """Symptom: layers take neither data nor Tensors, and `training` only where their own `call` has it."""

    @wrapping(Layer, "__call__")
    def __call__(original: Any, self: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs = _keywords(self, args, kwargs)
        given = training = kwargs.pop("training", None)
        if training is None:
            training = training_mode.get()
        eagerly = is_eager(inputs)
        if not eagerly and for_data() and has_history(inputs):  # code that is run on data makes a model
            with on_its_own():
                return self(inputs, **kwargs) if given is None else self(inputs, **kwargs, training=given)
        if training is None and (eagerly or for_data()):
            training = default_training(self)
        with calling(training), by_name(self):
            if eagerly:
                return eager.call(self, inputs, {**kwargs, "training": training})
            if training is not None and takes_training(self):
                kwargs["training"] = training
            return _in_graph(original, self, inputs, kwargs)

    def _in_graph(original: Any, self: Any, inputs: Any, kwargs: dict) -> Any:
        if isinstance(self, Sequential) and not (self.built and self.outputs) and self.layers:
            _build_for(self, inputs)
        outside = has_tensor((inputs, kwargs), True)
        if isinstance(inputs, tuple):
            inputs = list(inputs)
        if isinstance(inputs, dict) and isinstance(self, Network) and self._is_graph_network:
            inputs = [inputs[n] for n in self.input_names]
        with graph_lock, layer_body():
            out = original(self, unwrap(inputs), **unwrap(kwargs))
        return wrap(out) if outside else out


def _build_for(model: Any, inputs: Any) -> None:
    """Build a Sequential that is called on a symbolic tensor before it knows its input shape."""
    x = unwrap(inputs[0] if isinstance(inputs, (list, tuple)) else inputs)
    shape = K.int_shape(x)
    with on_its_own():
        model.build((None, *shape[1:]))


@backport
def calling_models() -> None:
    """Symptom: `model(x, training=True)` raises a TypeError; masks of one call stay in the next."""

    def call(self: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The model's outputs for symbolic inputs; `training=None` leaves it to the learning phase."""
        raw = to_list(unwrap(inputs), allow_tuple=True)
        masks = None if mask is None else to_list(mask)
        if training is None:
            training = training_mode.get()
        if training is None:
            return unpack_singleton(to_list(_plain_call(self, raw, mask)))
        outs, _, updates = run_network(self, raw, training, masks)
        if updates:
            self.add_update(updates, inputs=raw)
        return unpack_singleton(outs)

    _plain_call = Network.call
    patch(Network, "call", call)

    @wrapping(Network, "run_internal_graph")
    def run_internal_graph(original: Any, self: Any, inputs: Any, masks: Any = None) -> tuple:
        return original(self, unwrap(inputs), unwrap(masks))  # compute_mask gets here with Tensors, which take no _keras_shape

    @wrapping(Network, "__init__")
    def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *unwrap(args), **unwrap(kwargs))
        if not getattr(self, "_is_graph_network", False) and "call" in dir(type(self)) and not isinstance(self, Sequential):
            self._expects_training_arg = is_user_code(type(self)) and has_arg(self.call, "training")


@backport
def inputs_of_models() -> None:
    """Symptom: what Input() gives has neither `.shape` nor `.dtype`, and Sequential takes no Input."""
    original = input_layer.Input

    def Input(
        shape: Any = None,
        batch_size: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        sparse: bool = False,
        tensor: Any = None,
        batch_shape: Any = None,
        **kwargs: Any,
    ) -> Any:
        """An input of a model.

        Args:
            shape: sizes without the batch.
            batch_size: a fixed batch size.
            name: name of the input.
            dtype: type of its elements, floatx unless given.
            sparse: as in Keras.
            tensor: an existing tensor to use.
            batch_shape: sizes with the batch, instead of `shape`.

        Returns:
            A symbolic Tensor.

        Raises:
            ValueError: neither a shape nor a tensor, or both shapes.
            UnsupportedArgumentError: ragged tensors, texts.
            TypeError: another keyword.
        """
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if kwargs:
            raise TypeError(
                f"Input: unrecognized keyword arguments {sorted(kwargs)}; it takes shape, batch_size, name, dtype, "
                "sparse, tensor, batch_shape"
            )
        if shape is not None and batch_shape is not None:
            raise ValueError("Only provide the `shape` OR `batch_shape` argument to Input, not both at the same time.")
        if isinstance(shape, int):
            shape = (shape,)
        if batch_size is not None and shape is not None:
            shape, batch_shape = None, (batch_size, *shape)
        dtype = getattr(dtype, "name", dtype)
        if batch_shape is not None:
            out = original(batch_shape=tuple(batch_shape), name=name, dtype=dtype, sparse=sparse, tensor=unwrap(tensor))
        else:
            out = original(shape=None if shape is None else tuple(shape), name=name, dtype=dtype, sparse=sparse, tensor=unwrap(tensor))
        return wrap(out)

    for module in (keras, keras.layers, keras.models, keras.engine):
        if hasattr(module, "Input"):
            patch(module, "Input", Input)

    @wrapping(input_layer.InputLayer, "__init__")
    def __init__(
        original_init: Any, self: Any, input_shape: Any = None, batch_size: Any = None, batch_input_shape: Any = None, **kwargs: Any
    ) -> None:
        shape = kwargs.pop("shape", None)
        batch = kwargs.pop("batch_shape", None) or batch_input_shape
        dtype = kwargs.pop("dtype", None)
        kwargs = {**kwargs, "dtype": getattr(dtype, "name", dtype)}
        if "input_tensor" in kwargs:
            kwargs["input_tensor"] = unwrap(kwargs["input_tensor"])
        original_init(
            self, input_shape=input_shape if input_shape is not None else shape, batch_size=batch_size, batch_input_shape=batch, **kwargs
        )
        self.trainable = True  # as every layer says, with or without weights

    @wrapping(Sequential, "add")
    def add(original_add: Any, self: Any, layer: Any) -> None:
        if is_symbolic(layer):
            origin = getattr(unwrap(layer), "_keras_history", (None,))[0]
            if not isinstance(origin, input_layer.InputLayer):
                raise TypeError(f"The added layer must be an instance of class Layer. Received: {layer!r}")
            layer = origin
        original_add(self, layer)

    @wrapping(Sequential, "__init__")
    def init(original_init: Any, self: Any, layers: Any = None, name: str | None = None) -> None:
        original_init(self, [layers] if isinstance(layers, Layer) else layers, name)

    @wrapping(Sequential, "pop")
    def pop(original_pop: Any, self: Any) -> None:
        if not self.layers:
            raise TypeError("There are no layers in the model.")
        if not self.outputs:
            self._layers.pop()
            return
        kept = self._layers[:-1]
        self._layers = kept
        if not self.layers:
            self.outputs = self.inputs = None
            self.built = False
            return
        last = self.layers[-1]
        last._outbound_nodes = []
        self.outputs = [last._inbound_nodes[-1].output_tensors[0]]
        self.build()


@backport
def outputs_of_layers() -> None:
    """Symptom: `layer.output` and `model.output` have neither `.shape` nor `.dtype`."""
    original = vars(Layer)["output"]
    patch(Layer, "output", property(lambda self: wrap(original.fget(self)), doc="The output tensor of a layer that was called once."))
    for name in ("input", "output"):
        _own_tensor(name)

    @wrapping(Layer, "get_output_at")
    def get_output_at(original_get: Any, self: Any, node_index: int) -> Any:
        return wrap(original_get(self, node_index))

    import keras.engine.network as network_module
    import keras.utils

    for module in (network_module, keras.utils, keras.engine):
        if hasattr(module, "get_source_inputs"):
            _unwrapping(module, "get_source_inputs")


def _own_tensor(name: str) -> None:
    """A model's `input` and `output` are its own, however often it was called on others."""
    original = vars(Layer)[name]

    def get(self: Any) -> Any:
        own = getattr(self, name + "s", None)
        return wrap(unpack_singleton(list(own))) if own else wrap(original.fget(self))

    patch(Network, name, property(get, doc=f"The model's {name}, or a list of them."))


@backport
def summary_of_augmentation() -> None:
    """Symptom: a Sequential of augmentation layers alone, which makes no graph when called on data, has no summary()."""

    @wrapping(Network, "summary")
    def summary(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        seen = self.__dict__.get("_plaidml_compat_seen")
        if seen is not None and not self.built and len(seen) > 1:
            self.build(seen)
        return original(self, *args, **kwargs)


@backport
def frozen_models() -> None:
    """Symptom: `model.trainable = False` does not reach the layers inside."""
    quiet = "_plaidml_compat_quiet"

    @wrapping(Network, "__setattr__")
    def __setattr__(original: Any, self: Any, name: str, value: Any) -> None:
        original(self, name, value)
        if name == "trainable" and not self.__dict__.get(quiet):
            for layer in getattr(self, "layers", ()):
                layer.trainable = value

    @wrapping(Network, "_base_init")
    def _base_init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        self.__dict__[quiet] = True  # making a model sets trainable, and must not thaw the layers it is made of
        try:
            original(self, *args, **kwargs)
        finally:
            del self.__dict__[quiet]


def _unwrapping(module: Any, name: str) -> None:
    @wrapping(module, name)
    def function(original: Any, *args: Any, **kwargs: Any) -> Any:
        return original(*unwrap(args), **unwrap(kwargs))
