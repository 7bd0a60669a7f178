"""Losses and updates that come up while layers are called: of eager calls, and of one run of a model's `call` in the graph."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any, Optional

import plaidml
from keras.engine.base_layer import Layer
from keras.engine.network import Network
from keras.utils.generic_utils import to_list

from plaidml_compat.shims.engine.graph import any_source
from plaidml_compat.tensor import is_symbolic

from ..patching import backport, patch
from .contagion import is_eager, unwrap, wrap
from .inner import every_layer

_EAGER = "_plaidml_compat_eager_losses"


class Noted:
    """What came up, each once, in order."""

    def __init__(self) -> None:
        self.losses: list = []
        self.updates: list = []


_noted: contextvars.ContextVar[Optional[Noted]] = contextvars.ContextVar("plaidml_compat_noted", default=None)
_inside_eager: contextvars.ContextVar[bool] = contextvars.ContextVar("plaidml_compat_inside_eager", default=False)


@contextlib.contextmanager
def noting() -> Iterator[Noted]:
    """Note the losses and updates that layers add within the block."""
    noted = Noted()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


@contextlib.contextmanager
def eager_call(layer: Any) -> Iterator[None]:
    """A call on data; the outermost one forgets the losses of the call before."""
    if _inside_eager.get():
        yield
        return
    for inner in every_layer(layer):
        inner.__dict__.pop(_EAGER, None)
    token = _inside_eager.set(True)
    try:
        yield
    finally:
        _inside_eager.reset(token)


def in_eager_call() -> bool:
    """Whether a layer or model is being called on data."""
    return _inside_eager.get()


def note_losses(layer: Any, losses: Any) -> list:
    """Keep the losses that are data with the layer; returns the others, which belong to the graph."""
    graph = []
    for value in [] if losses is None else to_list(losses, allow_tuple=True):
        if is_eager(value):
            layer.__dict__.setdefault(_EAGER, []).append(wrap(value))
            continue
        graph.append(unwrap(value))
    noted = _noted.get()
    if noted is not None:
        noted.losses += [v for v in graph if not any(v is n for n in noted.losses)]
    return graph


def graph_losses(model: Any) -> list:
    """The losses of a model in its graph, without those of its latest call on data."""
    kept = [(v, v.__dict__.pop(_EAGER)) for v in every_layer(model) if _EAGER in v.__dict__]
    try:
        return list(model.losses)
    finally:
        for layer, losses in kept:
            layer.__dict__[_EAGER] = losses


def note_updates(updates: Any) -> None:
    """Note updates within `noting`."""
    noted = _noted.get()
    if noted is not None and updates is not None:
        more = updates if isinstance(updates, list) else [updates]
        noted.updates += [u for u in more if not any(u is n for n in noted.updates)]


def only_from(value: Any, inputs: list) -> bool:
    """True when a graph value or an update can be computed from these placeholders and variables alone."""
    if isinstance(value, tuple):
        return all(only_from(v, inputs) for v in value)
    if not is_symbolic(value):
        return True
    known = tuple(v.var for v in map(unwrap, inputs))
    return not _any_placeholder(value, known)


def _any_placeholder(value: Any, known: tuple) -> bool:
    def is_foreign(v: Any) -> bool | None:
        if getattr(v, "var", None) is not None:
            return isinstance(v.var, plaidml.Placeholder) and not any(v.var is k for k in known)
        return None if getattr(v, "source", None) is not None else False

    return any_source(unwrap(value), ("other placeholder than", known), is_foreign)


def reaches(values: Any, placeholder: Any) -> bool:
    """True when any of the values or updates is computed from this placeholder."""

    def is_it(v: Any) -> bool | None:
        if getattr(v, "var", None) is not None:
            return v.var is placeholder.var
        return None if getattr(v, "source", None) is not None else False

    flat: list = []
    for value in values:
        flat.extend(value if isinstance(value, tuple) else [value])
    return any(any_source(unwrap(v), placeholder.var, is_it) for v in flat if is_symbolic(v))


@backport
def losses_of_eager_calls() -> None:
    """Symptom: `layer.losses` lacks what `add_loss` got when the layer was called on data."""
    plain, of_network = vars(Layer)["losses"], vars(Network)["losses"]

    def losses(self: Any) -> list:
        of_data = self.__dict__.get(_EAGER)
        return plain.fget(self) if of_data is None else [*self.get_losses_for(None), *of_data]  # those of weights, and the latest call's

    def model_losses(self: Any) -> list:
        layers = [v for v in every_layer(self) if v.__dict__.get(_EAGER)]
        if not layers:
            return of_network.fget(self)
        found = [*self.__dict__.get(_EAGER, ())]
        for layer in self.layers:
            found += [v for v in layer.losses if not any(v is f for f in found)]
        return found

    patch(Layer, "losses", property(losses, doc="The layer's losses; after a call on data those it added as well."))
    patch(Network, "losses", property(model_losses, doc="The losses of the model's layers."))
