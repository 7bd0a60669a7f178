"""A model's outputs for training and for inference: one graph that asks the learning phase, or one each where Python decides."""

from __future__ import annotations

from typing import Any

from keras.utils.generic_utils import to_list, unpack_singleton

from plaidml_compat.tensor import payload

from ..calls.user_code import decides_in_python
from ..calls.walk import run_network


def is_explicit(model: Any) -> bool:
    """True when training and inference need a graph each, since a user's `call(..., training)` may branch on it."""
    cache = model.__dict__.setdefault("_plaidml_compat_explicit", {})
    key = tuple(id(v) for v in model.layers)
    if key not in cache:
        cache[key] = decides_in_python(model)
    return cache[key]


def asks_learning_phase(model: Any) -> bool:
    """True when the model's functions take the learning phase as their last input."""
    return not is_explicit(model) and model._uses_dynamic_learning_phase()


def outputs_for(model: Any, training: bool) -> tuple[list, list, list, list]:
    """(outputs, masks, updates, extra losses) of a built model, symbolically."""
    if not is_explicit(model):
        masks = to_list(model.compute_mask(model.inputs, mask=None)) if model._is_graph_network else []
        if len(masks) != len(model.outputs):
            masks = [None] * len(model.outputs)
        return list(model.outputs), masks, list(model.updates) if training else [], list(model.losses)
    cache = model.__dict__.setdefault("_plaidml_compat_outputs", {})
    key = (training, tuple(id(v) for v in model.inputs))
    if key not in cache:
        cache[key] = _run(model, training)
    return cache[key]


def _run(model: Any, training: bool) -> tuple[list, list, list, list]:
    if model._is_graph_network:
        losses = list(model.losses)
        outputs, masks, updates = run_network(model, list(model.inputs), training)
        return outputs, masks, updates if training else [], losses
    for layer in model.layers:
        layer._updates = []
        kept = layer._per_input_losses.get(None, [])
        layer._losses = [v for v in layer._losses if any(v is k for k in kept)]
    outputs = [payload(v) for v in to_list(model.call(unpack_singleton(model.inputs), training=training), allow_tuple=True)]
    return outputs, [None] * len(outputs), list(model.updates) if training else [], list(model.losses)
