"""Where each layer of a model runs, and why: read off the graph that the model has made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from keras.engine.input_layer import InputLayer
from keras.engine.network import Network
from keras.engine.sequential import Sequential
from keras.utils.generic_utils import unpack_singleton

from plaidml_compat import cost, device, wording
from plaidml_compat.explanation import Advice
from plaidml_compat.layers.base import PreprocessingLayer
from plaidml_compat.layers.hoisting import HoistedNote, LayerCall, behind, is_placeholder
from plaidml_compat.registry import OPS, LayerEntry

from ..calls.inner import held, sublayers
from ..training.forward import outputs_for
from ..training.trainable import as_compiled
from .layer_table import LayerRow, ModelExplanation
from .measuring import Costs, measure

_MUCH = 0.1
"""Part of a step from which what is done on the host is worth a word."""


def explain(model: Any, seconds: float = 0.0, data: Any = None) -> ModelExplanation | None:
    """The table of a built model with advice, or `None` for anything else.

    Args:
        model: the model.
        seconds: to measure its steps; 0: nothing runs.
        data: a batch to measure with; `None`: zeros.

    Raises:
        ValueError: the model is not built, or `data` does not fit it.
    """
    if not isinstance(model, Network):
        return None
    if not (model.built and model.outputs):
        raise ValueError(
            f"plaidml_compat.explain: the model {model.name!r} is not built, so it has no graph yet; "
            "give its first layer an input_shape, call model.build((None, height, width, channels)), or train it first"
        )
    rows: list[LayerRow] = []
    costs = measure(model, seconds, data) if seconds else None
    hoisted = _hoisted(model)
    _Walk(hoisted, costs.host if costs else {}).into(model, 0, rows)
    advice = [*_slow_layers(rows), *(_into_the_dataset(model, rows, hoisted, costs) if costs else [])]
    return ModelExplanation(f"{model.name} on {device.current()}", rows, advice, _notes(costs) if costs else [])


def _notes(costs: Costs) -> list[str]:
    """What is to be said of a measurement."""
    if costs.problem or costs.step is None:
        return [costs.problem]
    batch = f"a batch of {costs.batch}{' made of zeros' if costs.made_up else ''}"
    return [
        f"Measured here, for {batch}: {wording.seconds(sum(costs.host.values()))} on the host, where layers do what they do in training; "
        f"{wording.seconds(costs.step)} on the device for predicting, with copies of {costs.sent / 1e6:.3g} MB to it. "
        "A training step also goes backwards, which is not measured: it would change the weights."
    ]


def _slow_layers(rows: list[LayerRow]) -> Iterator[Advice]:
    """Layers at the head that are kept in the graph by a wish, on an engine where they were measured to be slow."""
    engine = device.current_engine()
    for row in rows:
        if row.where != "device":
            continue
        if "asked for" not in row.why:
            return  # what follows it cannot be on the host
        slow = _slowest(row.kind, engine)
        if slow:
            yield Advice(
                f"{row.name} on the host",
                f"{row.name} ({row.kind}) is at the head of the model, and a part of the device's graph because {row.why}. Its op "
                f"{slow[0]} is slow there: {slow[1].reason} (on the project's machines, called on its own). Leave out the wish.",
                results="the same, up to the tolerance of its device kernel",
            )


def _slowest(kind: str, engine: str | None) -> tuple[str, cost.Slow] | None:
    """The first op of a layer that was measured to be slow on an engine, and how slow."""
    entry = OPS.get(f"tf.keras.layers.{kind}")
    if not isinstance(entry, LayerEntry) or engine is None or getattr(entry.obj, "host_only", ("", ""))[0]:
        return None
    found = ((op.name, cost.slower_on_device(op.name, engine)) for op in entry.ops if op.find_kernel("device", engine))
    return next(((name, slow) for name, slow in found if slow), None)


def _into_the_dataset(model: Any, rows: list[LayerRow], hoisted: dict[int, LayerCall], costs: Costs) -> Iterator[Advice]:
    """Layers at the head that take a good part of a step."""
    host = sum(costs.host.values())
    if not costs.step or host < _MUCH * (host + costs.step):
        return
    layers = [call.layer for call in hoisted.values() if id(call.layer) in costs.host]
    names = ", ".join(r.name for r in rows if r.seconds)
    draws = any(map(_draws, layers))
    code = _without_head(model, hoisted)
    yield Advice(
        "layers at the head into Dataset.map",
        f"{names} took {host / (host + costs.step):.0%} of the measured time, on the host before the batch is sent. "
        "In Dataset.map they run in threads, for elements ahead of the training."
        + (
            ""
            if code
            else f" Make the model without {'it' if len(layers) == 1 else 'them'}, and call "
            f"{'it' if len(layers) == 1 else 'them'} there with training=True."
        ),
        code,
        results=("other random numbers of the same kind" if draws else "the same")
        + "; for evaluate and predict map these layers too, with training=False: the rest of the model takes what they give",
    )


def _draws(layer: Any) -> bool:
    """Whether a layer, or one inside of it, draws random numbers."""
    return bool(getattr(layer, "is_random", False)) or any(map(_draws, getattr(layer, "layers", ())))


def _without_head(model: Any, hoisted: dict[int, LayerCall]) -> str:
    """How to take the layers at the head out of a model that is nothing but one layer after the other; empty: that is not so."""
    if not isinstance(model, Sequential):
        return ""
    n = 0
    while n < len(model.layers) and _is_hoisted(model.layers[n], hoisted):
        n += 1
    if not 0 < n < len(model.layers):
        return ""
    head = ", ".join(f"model.get_layer({layer.name!r})" for layer in model.layers[:n])
    return (
        f"head = tf.keras.Sequential([{head}])\n"
        f"rest = tf.keras.Sequential([tf.keras.Input({tuple(model.layers[n].input_shape[1:])}), *model.layers[{n}:]])\n"
        "mapped = dataset.map(\n    lambda x, y: (head(x, training=True), y), num_parallel_calls=tf.data.AUTOTUNE\n)\n"
        "rest.compile(...)  # as the model\n"
        "rest.fit(mapped.prefetch(tf.data.AUTOTUNE))"
    )


def _is_hoisted(layer: Any, hoisted: dict[int, LayerCall]) -> bool:
    """Whether all of a layer runs on the host."""
    return id(layer) in hoisted or (bool(getattr(layer, "layers", ())) and all(_is_hoisted(v, hoisted) for v in layer.layers))


def _hoisted(model: Any) -> dict[int, LayerCall]:
    """The hoisted calls in a model's graph, by the layer's id."""
    with device.graph_lock, as_compiled(model):
        values = list(model.outputs) if model._is_graph_network else outputs_for(model, True)[0]
    return {id(note.call.layer): note.call for _, note in behind(values) if isinstance(note, HoistedNote)}


class _Walk:
    """Goes through the layers of a model, those inside of others included."""

    def __init__(self, hoisted: dict[int, LayerCall], seconds: dict[int, float]) -> None:
        self._hoisted, self._seconds = hoisted, seconds
        self._last_on_device = ""

    def into(self, holder: Any, depth: int, rows: list[LayerRow]) -> None:
        """Add a row for every layer in a model or layer."""
        for layer in _inside(holder):
            at = len(rows)
            where, why = self._place(layer, holder)
            seconds = self._seconds.get(id(layer))
            rows.append(LayerRow(layer.name, type(layer).__name__, where, why, _shape(layer), depth, _dtype(layer), seconds))
            if id(layer) not in self._hoisted:
                self.into(layer, depth + 1, rows)
            inner = {r.where for r in rows[at + 1 :] if r.where}
            if inner and hasattr(layer, "layers"):
                where = inner.pop() if len(inner) == 1 else "host and device"
                rows[at] = replace(rows[at], where=where, why="as the layers in it")
            elif where == "device":
                self._last_on_device = layer.name

    def _place(self, layer: Any, holder: Any) -> tuple[str, str]:
        if isinstance(layer, InputLayer):
            return "", "an input"
        call = self._hoisted.get(id(layer))
        if call is not None:
            if _also_on_device(layer, holder):
                return "host and device", "hoisted where it is called at the head of the model, on the device where it is called elsewhere"
            asked = f", although placement='device' was asked for: {call.reason}" if call.reason else ""
            return "host", f"hoisted: at the head of the model, computed before the batch is sent{asked}"
        if not layer.built and not layer._inbound_nodes and not isinstance(layer, Sequential):
            return "", "never called"
        if not isinstance(layer, PreprocessingLayer):
            return "device", "a Keras layer"
        if layer.placement == "device":
            return "device", "placement='device' was asked for"
        if self._last_on_device:
            return "device", f"not at the head of the model: {self._last_on_device} is on the device"
        return "device", "the device was asked for where it was called"


def _inside(layer: Any) -> list:
    """The layers directly inside a model, a Pipeline, a user's layer or a wrapper."""
    if hasattr(layer, "layers"):
        return held(layer.layers)
    return held([*sublayers(layer), *(vars(layer).get(name) for name in ("layer", "forward_layer", "backward_layer"))])


def _also_on_device(layer: Any, holder: Any) -> bool:
    """True when some call of a hoisted layer in a functional model is a part of the graph."""
    nodes = getattr(holder, "_network_nodes", ())
    own = [n for i, n in enumerate(layer._inbound_nodes) if f"{layer.name}_ib-{i}" in nodes]
    return any(not is_placeholder(v) for n in own for v in n.output_tensors)


def _shape(layer: Any) -> tuple | None:
    """The shape of a layer's result, where it was called once or always gave the same."""
    if isinstance(layer, InputLayer):
        return tuple(layer.batch_input_shape)
    shapes = {str(s): s for s in (unpack_singleton(list(n.output_shapes)) for n in layer._inbound_nodes)}
    return tuple(shapes.popitem()[1]) if len(shapes) == 1 else None


def _dtype(layer: Any) -> str:
    """The dtype of a layer's result, where it was called once or always gave the same."""
    values = [v for node in layer._inbound_nodes for v in node.output_tensors]
    names = {device.dtype_name(v) for v in values}
    return names.pop() if len(names) == 1 else ""
