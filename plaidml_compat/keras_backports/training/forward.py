"""A model's outputs for training and for inference: one graph that asks the learning phase, or one each where Python decides."""

from __future__ import annotations

from typing import Any

import keras.backend as K
from keras.utils.generic_utils import to_list, unpack_singleton

from plaidml_compat.layers.hoisting import asks_phase
from plaidml_compat.tensor import payload

from ..calls.inner import every_layer
from ..calls.mode import calling
from ..calls.noted import graph_losses, noting, only_from, reaches
from ..calls.user_code import decides_in_python
from ..calls.walk import run_network, takes_training
from .trainable import as_compiled


def is_explicit(model: Any) -> bool:
    """True when training and inference need a graph each: a user's `call` may branch on `training`, a model's class always runs anew."""
    cache = model.__dict__.setdefault("_plaidml_compat_explicit", {})
    key = tuple(id(v) for v in model.layers)
    if key not in cache:
        with as_compiled(model):
            cache[key] = not model._is_graph_network or decides_in_python(model)
    return cache[key]


def phase_of(values: list) -> list:
    """The learning phase, if it is fed and any of the values or updates is computed from it: the last input of their function."""
    phase = K.learning_phase()
    if isinstance(phase, int):
        return []
    flat = [w for v in values for w in (v if isinstance(v, tuple) else (v,))]
    if not reaches(flat, phase) and not asks_phase(flat):  # in the graph, or in what hoisted layers do before it
        return []
    return [phase]


def outputs_for(model: Any, training: bool) -> tuple[list, list, list, list]:
    """(outputs, masks, updates, extra losses) of a built model, symbolically."""
    if not is_explicit(model):
        masks = to_list(model.compute_mask(model.inputs, mask=None)) if model._is_graph_network else []
        if len(masks) != len(model.outputs):
            masks = [None] * len(model.outputs)
        return list(model.outputs), masks, list(model.updates) if training else [], graph_losses(model)
    cache = model.__dict__.setdefault("_plaidml_compat_outputs", {})
    key = (training, tuple(id(v) for v in model.inputs))
    if key not in cache:
        cache[key] = _run(model, training)
    return cache[key]


def _run(model: Any, training: bool) -> tuple[list, list, list, list]:
    if model._is_graph_network:
        losses = graph_losses(model)
        with calling(training):
            outputs, masks, updates = run_network(model, list(model.inputs), training)
        return outputs, masks, updates if training else [], losses
    arguments = {"training": training} if takes_training(model) else {}
    with noting() as noted, calling(training):
        outputs = [payload(v) for v in to_list(model.call(unpack_singleton(model.inputs), **arguments), allow_tuple=True)]
    inputs = [*model.inputs, *phase_of([K.learning_phase()])]
    losses = [v for v in noted.losses if only_from(v, inputs)]
    for layer in every_layer(model):  # those of weights, which no call adds
        losses += [v for v in layer.get_losses_for(None) if only_from(v, []) and not any(v is known for known in losses)]
    updates = [u for u in noted.updates if only_from(u, inputs)]  # in inference those of layers called with training=True
    return outputs, [None] * len(outputs), updates, losses
