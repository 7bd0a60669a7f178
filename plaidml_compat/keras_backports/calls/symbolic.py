"""tf.* and K.* functions on the tensors of a functional model become layers without a name of their own, as in TensorFlow."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import keras.backend as K
import numpy as np
from keras.engine.base_layer import Layer
from keras.utils.generic_utils import get_custom_objects, to_list

from plaidml_compat import arguments, dispatch, tensor
from plaidml_compat.call_sites import HERE
from plaidml_compat.dtypes import DType
from plaidml_compat.exceptions import UnsupportedArgumentError
from plaidml_compat.registry import OPS, Op
from plaidml_compat.tensor import Tensor, is_symbolic

from ..patching import backport, on_uninstall, patch_item
from .contagion import inside_layer, unwrap
from .places import Place, put_in, take_out

_NO_LAYER = {
    *(["function", "gradients", "learning_phase", "name_scope", "in_train_phase", "in_test_phase", "rnn", "print_tensor"]),
    *(
        [
            "is_keras_tensor",
            "is_placeholder",
            "is_tensor",
            "is_sparse",
            "is_variable",
            "int_shape",
            "ndim",
            "dtype",
            "shape",
            "count_params",
            "get_variable_shape",
        ]
    ),
    *(
        [
            "get_value",
            "set_value",
            "eval",
            "batch_get_value",
            "batch_set_value",
            "update",
            "update_add",
            "update_sub",
            "moving_average_update",
        ]
    ),
    *(["placeholder", "variable", "constant", "eye", "ones", "zeros", "to_dense"]),
}


def makes_layer(name: str) -> bool:
    """True for backend functions whose result is a tensor computed from their arguments."""
    return name not in _NO_LAYER


def has_history(value: Any) -> bool:
    """True when a tensor of a functional model is in the nest."""
    if isinstance(value, (list, tuple)):
        return any(has_history(v) for v in value)
    if isinstance(value, dict):
        return any(has_history(v) for v in value.values())
    return is_symbolic(value) and hasattr(unwrap(value), "_keras_history")


def as_layer(name: str, args: Sequence[Any], kwargs: dict, called: str = "") -> Any:
    """Call a function on tensors of a functional model as a layer of that model.

    Args:
        name: a TensorFlow name in the registry, or `keras.backend.*`.
        args: its arguments.
        kwargs: its keyword arguments.
        called: what the layer is called, if not as the function.

    Returns:
        The layer's output, a symbolic Tensor.
    """
    inputs: list[Any] = []
    template = take_out([list(args), dict(kwargs)], has_history, lambda a, b: unwrap(a) is unwrap(b), inputs)
    return OpLayer(name, template, name=_unique(called or name))(inputs[0] if len(inputs) == 1 else inputs)


class OpLayer(Layer):
    """One call of a tf.* op or backend function inside a functional model.

    Args:
        function: the name of what is called.
        template: [args, kwargs], with places for the layer's inputs.
    """

    def __init__(self, function: str, template: Any, **kwargs: Any) -> None:
        kwargs["name"] = kwargs.get("name") or _unique(function)
        super().__init__(**kwargs)
        self.function, self.template = function, template
        self.supports_masking = True
        self.tensorflow_class = "SlicingOpLambda" if function == "tf.__operators__.getitem" else "TFOpLambda"
        self._shapes: Any = None

    def call(self, inputs: Any) -> Any:
        """Run the function in the graph."""
        inputs = to_list(inputs)
        args, kwargs = put_in(self.template, [Tensor(v) for v in inputs])
        out = _target(self.function)(*args, **kwargs)
        out = [unwrap(v) for v in out] if isinstance(out, (list, tuple)) else unwrap(out)
        for v in to_list(out):
            if not is_symbolic(v):
                raise TypeError(f"{self.function}: on a tensor of a model its result must be a tensor; received {type(v).__name__}")
        out = [K.identity(v) if any(v is i for i in inputs) else v for v in out] if isinstance(out, list) else out
        self._shapes = (
            [tuple(d if isinstance(d, int) else None for d in v.shape.dims) for v in out]
            if isinstance(out, list)
            else tuple(d if isinstance(d, int) else None for d in out.shape.dims)
        )
        return out

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the latest result, or of one computed for this shape."""
        if self._shapes is None:
            shapes = input_shape if isinstance(input_shape, list) else [input_shape]
            self.call([K.placeholder(shape=s) for s in shapes])
        return self._shapes

    def get_config(self) -> dict:
        """Keras' configuration.

        Raises:
            ValueError: an argument that JSON cannot hold.
        """
        config = {**super().get_config(), "function": self.function, "template": _to_json(self.template, self.function)}
        json.dumps(config["template"])
        return config

    @classmethod
    def from_config(cls, config: dict) -> OpLayer:
        """A layer from its `get_config()`."""
        return cls(**{**config, "template": _from_json(config["template"])})


_OF_OPERATORS = {"tf.math.add": "add", "tf.math.equal": "eq", "tf.math.not_equal": "ne"}


def _operator(name: str) -> str:
    """TensorFlow's name for what `+`, `==` and `!=` call, where it is another and one of these called; else nothing."""
    if name not in _OF_OPERATORS:
        return ""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(HERE):
        if frame.f_code.co_filename == tensor.__file__:
            return f"tf.__operators__.{_OF_OPERATORS[name]}"
        frame = frame.f_back
    return ""


def _unique(function: str) -> str:
    """`tf.math.add`, then `tf.math.add_1`: TensorFlow names its layers for ops so."""
    n = K.get_uid(function) - 1
    return f"{function}_{n}" if n else function


def _target(name: str) -> Any:
    if name.startswith("keras.backend."):
        return getattr(K, name[len("keras.backend.") :])
    if name not in OPS:
        raise ValueError(f"{name}: no such function; the model was saved with another version, or plaidml_compat is not installed")
    return OPS[name].obj


def _to_json(value: Any, function: str) -> Any:
    if isinstance(value, Place):
        return {"place": value.index}
    if isinstance(value, tuple):
        return {"tuple": [_to_json(v, function) for v in value]}
    if isinstance(value, list):
        return [_to_json(v, function) for v in value]
    if isinstance(value, dict):
        return {"dict": {k: _to_json(v, function) for k, v in value.items()}}
    if isinstance(value, DType):
        return {"dtype": value.name}
    if isinstance(value, slice):
        return {"slice": [_to_json(v, function) for v in (value.start, value.stop, value.step)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, Tensor) and value.is_eager:
        value = value._payload
    if isinstance(value, (np.ndarray, np.generic)):
        return {"array": np.asarray(value).tolist(), "type": np.asarray(value).dtype.name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise UnsupportedArgumentError(
        "tf.keras.Model.save",
        f"an argument of {function} in the model cannot be saved; received {value!r:.100}",
        "Save the weights alone (save_weights)",
    )


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_from_json(v) for v in value["tuple"])
    if "place" in value:
        return Place(value["place"])
    if "dtype" in value:
        from plaidml_compat.dtypes import as_dtype

        return as_dtype(value["dtype"])
    if "slice" in value:
        return slice(*(_from_json(v) for v in value["slice"]))
    if "ellipsis" in value:
        return Ellipsis
    if "array" in value:
        return np.asarray(value["array"], value["type"])
    return {k: _from_json(v) for k, v in value["dict"].items()}


@backport
def ops_on_model_tensors() -> None:
    """Symptom: `x / 255.` or `tf.nn.relu(x)` on a tensor of a functional model gives nothing a Model can be made of."""

    def in_graph(op: Op, values: dict[str, Any]) -> Any:
        if inside_layer.get() or not has_history(list(values.values())):
            return NotImplemented
        args, kwargs = arguments.split(op, values)
        return as_layer(op.name, args, kwargs, _operator(op.name))

    on_uninstall(dispatch.intercept_symbolic(in_graph))
    patch_item(get_custom_objects(), "OpLayer", OpLayer)
