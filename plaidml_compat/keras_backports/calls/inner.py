"""The layers inside a layer: of models, wrappers, recurrent layers and users' classes."""

from __future__ import annotations

from typing import Any

from keras.engine.base_layer import Layer
from keras.engine.network import Network

from .contagion import is_user_code

_HOLDERS = ("layer", "forward_layer", "backward_layer", "cell", "cells")


def sublayers(layer: Any) -> list:
    """The layers that a user's layer holds in its attributes, or a model's with theirs, in order of creation."""
    if isinstance(layer, Network):
        return [inner for found in layer.layers for inner in [found, *sublayers(found)]]
    if not is_user_code(type(layer)):
        return []
    return held(v for name, v in vars(layer).items() if name not in ("_inbound_nodes", "_outbound_nodes"))


def every_layer(layer: Any) -> list:
    """The layer and all layers in it, at any depth, outer ones first."""
    found: dict[int, Any] = {}
    todo = [layer]
    while todo:
        v = todo.pop()
        if id(v) not in found:
            found[id(v)] = v
            todo.extend(reversed([*sublayers(v), *held(vars(v).get(name) for name in _HOLDERS)]))
    return list(found.values())


def trainable_flags(layer: Any) -> tuple:
    """`trainable` of the layer and of all layers in it: part of what a graph of it depends on."""
    return tuple(v.trainable for v in every_layer(layer))


def held(values: Any) -> list:
    """The layers among the values and in their lists, tuples and dictionaries, each once, in order."""
    found: list = []

    def look(value: Any) -> None:
        if isinstance(value, Layer):
            if not any(value is f for f in found):
                found.append(value)
        elif isinstance(value, (list, tuple)):
            for v in value:
                look(v)
        elif isinstance(value, dict):
            for key in _sorted(value):
                look(value[key])

    for value in values:
        look(value)
    return found


def _sorted(keys: Any) -> list:
    """In the order in which TensorFlow tracks the values of a dictionary."""
    try:
        return sorted(keys)
    except TypeError:
        return list(keys)
