"""Models that hold code of the user's which no graph for a call on data can be made of are run layer by layer, as TensorFlow runs them."""

from __future__ import annotations

from typing import Any

from keras.layers import Lambda

from plaidml_compat import random
from plaidml_compat.tensor import Tensor

from .building import undone_if_it_fails
from .contagion import is_user_code
from .drawing import DrawsInCode
from .inner import every_layer
from .walk import walk

NO_GRAPH = object()
"""What `graph_or_code` gives instead of a function."""


def graph_or_code(model: Any, make: Any) -> Any:
    """`make()`, which makes a function of a model; `NO_GRAPH` where code of the user's must be run for each call.

    That is code that draws random numbers, or that cannot be run on symbolic tensors. Where it cannot be run on data either, that
    error is TensorFlow's.
    """
    if not holds_code(model):
        return make()
    try:
        with undone_if_it_fails(every_layer(model)):
            return _without_draws(make) if model.built and model.outputs else make()  # to build a model is to draw first values of weights
    except (DrawsInCode, Exception):
        return NO_GRAPH


def _without_draws(make: Any) -> Any:
    with random.discarded():
        made = make()
        if random.drew():
            raise DrawsInCode
        return made


def holds_code(model: Any) -> bool:
    """Whether there is a layer of the user's own class in a model, or a function of his."""
    return any(is_user_code(type(v)) or isinstance(v, Lambda) for v in every_layer(model) if v is not model)


def layer_by_layer(model: Any, inputs: list, training: Any) -> list:
    """The outputs of a functional model for arrays."""

    def run(layer: Any, xs: Any, kwargs: dict, flag: Any) -> Any:
        return layer(xs, **kwargs) if flag is None else layer(xs, **kwargs, training=flag)

    return walk(model, [Tensor(a) for a in inputs], training, None, run)[0]
