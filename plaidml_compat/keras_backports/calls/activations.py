"""Activations that are functions of TensorFlow: the results of Keras' own layers stay graph values, whatever computes them."""

from __future__ import annotations

import functools
from typing import Any, Callable

from keras.engine.base_layer import Layer
from keras.engine.network import Network
from keras.layers import Lambda

from ..patching import backport, patch
from .contagion import has_tensor, layer_body, unwrap

_KERAS = ("keras.layers.", "keras.legacy.", "keras.engine.")


def _gives_graph_values(call: Callable) -> Callable:
    """A Keras layer's `call`; what an activation such as `tf.nn.relu` makes of it is taken out of its Tensor."""

    @functools.wraps(call)
    def wrapper(self: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        with layer_body():
            out = call(self, inputs, *args, **kwargs)
        return unwrap(out) if has_tensor(out) and not has_tensor(inputs) else out

    return wrapper


@backport
def activations_of_tensorflow() -> None:
    """Symptom: `Dense(activation=tf.nn.relu)` raises: a Tensor comes out of a layer whose caller works with graph values."""
    seen: set = set()
    todo = list(Layer.__subclasses__())
    while todo:
        cls = todo.pop()
        todo.extend(cls.__subclasses__())
        if cls in seen or issubclass(cls, (Network, Lambda)) or not cls.__module__.startswith(_KERAS) or "call" not in vars(cls):
            continue
        seen.add(cls)
        patch(cls, "call", _gives_graph_values(vars(cls)["call"]))
