"""Runs the layers of a functional model on new inputs, `training` passed explicitly to each layer that takes it."""

from __future__ import annotations

import weakref
from typing import Any, Callable

from keras.engine.network import Network
from keras.utils.generic_utils import has_arg, to_list, unpack_singleton

from .contagion import is_user_code
from .mode import calling
from .no_numbers import by_name


def walk(network: Any, inputs: list, training: Any, masks: list | None, run: Callable[..., Any]) -> tuple[list, list]:
    """Outputs and masks of a functional model.

    Args:
        network: the model.
        inputs: one value an input of the model.
        training: `None` for each layer's own default.
        masks: one mask, or `None`, an input.
        run: `run(layer, inputs, kwargs, training)` gives a layer's outputs.
    """
    values: dict[int, Any] = {}
    for x, value, mask in zip(network.inputs, inputs, masks or [None] * len(inputs)):
        values[id(x)] = (value, mask)
    for depth in sorted(network._nodes_by_depth, reverse=True):
        for node in network._nodes_by_depth[depth]:
            found = [values[id(x)] for x in node.input_tensors if id(x) in values]
            if len(found) != len(node.input_tensors) or all(id(x) in values for x in node.output_tensors):
                continue
            layer = node.outbound_layer
            xs, ms = [v for v, _ in found], [m for _, m in found]
            kwargs = {k: v for k, v in (node.arguments or {}).items() if k not in ("mask", "training")}
            if any(m is not None for m in ms) and has_arg(layer.call, "mask"):
                kwargs["mask"] = unpack_singleton(ms)
            fixed = (node.arguments or {}).get("training", training)
            outs = to_list(run(layer, unpack_singleton(xs), kwargs, fixed))
            masks_out = (
                to_list(layer.compute_mask(unpack_singleton(xs), unpack_singleton(ms)))
                if any(m is not None for m in ms) or hasattr(layer, "mask_value") or getattr(layer, "mask_zero", False)
                else [None] * len(outs)
            )
            for x, y, m in zip(node.output_tensors, outs, masks_out if len(masks_out) == len(outs) else [None] * len(outs)):
                values[id(x)] = (y, m)
    return [values[id(x)][0] for x in network.outputs], [values[id(x)][1] for x in network.outputs]


def takes_training(layer: Any) -> bool:
    """True when the layer's `call` has a `training` parameter, or any keywords where the user wrote it."""
    call, own = layer.call, is_user_code(type(layer))
    function = getattr(call, "__func__", None)
    if function is None:  # set on the layer
        return has_arg(call, "training", accept_all=own)
    found = _TAKES.get(function)
    if found is None:
        found = _TAKES[function] = has_arg(call, "training"), has_arg(call, "training", accept_all=True)
    return found[own]


_TAKES: weakref.WeakKeyDictionary[Any, tuple[bool, bool]] = weakref.WeakKeyDictionary()
"""Whether a `call` has a `training` parameter, and whether it takes any keywords: a look at its signature is a tenth of a layer's call."""


def in_graph(layer: Any, inputs: Any, kwargs: dict, training: Any) -> Any:
    """Run one layer symbolically."""
    if training is not None and takes_training(layer):
        kwargs = {**kwargs, "training": training}
    with calling(training), by_name(layer):
        return layer.call(inputs, **kwargs)


def run_network(network: Any, inputs: list, training: Any, masks: list | None = None) -> tuple[list, list, list]:
    """(outputs, masks, updates) of a functional model on symbolic inputs."""
    updates: list = []

    def run(layer: Any, xs: Any, kwargs: dict, flag: Any) -> Any:
        before = {id(u) for u in layer.updates} if not isinstance(layer, Network) else set()
        out = in_graph(layer, xs, kwargs, flag)
        if isinstance(layer, Network):
            updates.extend(getattr(layer, "_plaidml_compat_updates", ()))
        elif flag is not False:
            updates.extend(u for u in layer.updates if id(u) not in before)
        return out

    outs, masks_out = walk(network, inputs, training, masks, run)
    network.__dict__["_plaidml_compat_updates"] = updates
    return outs, masks_out, updates
