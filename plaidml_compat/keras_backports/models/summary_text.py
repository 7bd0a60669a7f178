"""Model.summary() as TensorFlow 2.15 prints it: nested models, what is trainable, a range of layers, sizes in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Callable

import keras.engine.network as network
import numpy as np
from keras.engine.input_layer import InputLayer
from keras.engine.network import Network
from keras.engine.sequential import Sequential
from keras.utils import layer_utils

from plaidml_compat.tensor import payload

from ..patching import backport, patch

_BREAKS = ("),", "},", "],", "',")
_TRAINABLE_WIDTH = 11
"""Of the column that says what is trainable, which comes on top of the line's length."""


def _nodes(model: Any) -> list[Any]:
    return [node for nodes in model._nodes_by_depth.values() for node in nodes]


def _is_a_chain(model: Any) -> bool:
    """Whether each layer follows the one before, so that there is no need to say what it is connected to."""
    if isinstance(model, Sequential) or not getattr(model, "_is_graph_network", False):
        return True
    for nodes in model._nodes_by_depth.values():
        if len(nodes) > 1 or (len(nodes) == 1 and len(nodes[0].inbound_layers) > 1):
            return False
    own = {id(node) for node in _nodes(model)}
    return all(sum(id(node) in own for node in layer._inbound_nodes) <= 1 for layer in model.layers)


def _bounds(model: Any, layer_range: Any) -> tuple[int, int]:
    """The numbers of the first layer that is shown, and of the one behind the last."""
    if layer_range is None:
        return 0, len(model.layers)
    if len(layer_range) != 2:
        raise ValueError(
            f"layer_range must be a list or tuple of length 2. Received: layer_range = {layer_range} of length {len(layer_range)}"
        )
    if not all(isinstance(name, str) for name in layer_range):
        raise ValueError(f"layer_range should contain string type only. Received: {layer_range}")
    first = [i for i, layer in enumerate(model.layers) if re.match(layer_range[0], layer.name)]
    last = [i for i, layer in enumerate(model.layers) if re.match(layer_range[1], layer.name)]
    if not first or not last:
        raise ValueError(f"Passed layer_names do not match the layer names in the model. Received: {layer_range}")
    begin, end = min(first), max(last)
    return (min(last), max(first) + 1) if begin > end else (begin, end + 1)


def _shape(layer: Any) -> str:
    try:
        shape = layer.output_shape
    except AttributeError:
        return "multiple"
    return str([shape] if isinstance(layer, InputLayer) else shape)


def _count(layer: Any) -> Any:
    if not layer.built and not getattr(layer, "_is_graph_network", False):
        return "0 (unused)"
    return layer.count_params()


def _call(layer: Any, node_index: int) -> int:
    """Which call of a layer a node is: Keras 2.2.4 counts the making of a model's own graph as one."""
    return node_index - isinstance(layer, Network) * sum(not node.inbound_layers for node in layer._inbound_nodes[:node_index])


def _connections(layer: Any, relevant: set[int]) -> list[str]:
    return [
        f"{inbound.name}[{_call(inbound, node_index)}][{tensor_index}]"
        for node in layer._inbound_nodes
        if id(node) in relevant
        for inbound, node_index, tensor_index in zip(node.inbound_layers, node.node_indices, node.tensor_indices)
    ]


def _row(fields: list[Any], positions: list[int], level: int) -> Iterator[str]:
    """The lines that a row takes."""
    left = [str(f) for f in fields]
    while any(left):
        line = ""
        for column, end in enumerate(positions):
            is_last = column == len(positions) - 1
            cutoff = end - (positions[column - 1] if column else 0) - (0 if is_last else 3) - (0 if column else level)
            part = left[column][:cutoff]
            breaks = [part.find(b) + len(b) for b in _BREAKS if b in part]
            if breaks:
                cutoff = min(breaks)
                part = part[:cutoff]
            line += ("" if column else "|" * level + " ") + part + ("" if is_last else "  ")
            left[column] = left[column][cutoff:]
            line += " " * (end - len(line) - (level if level and is_last else 0))
        yield line + "|" * level


def _total(weights: Any) -> tuple[int, int]:
    """Numbers, and bytes that they take."""
    found = {id(w): payload(w) for w in weights}.values()
    counts = [(int(np.prod([int(d) for d in w.shape.dims], dtype=np.int64)), np.dtype(str(w.dtype.name).lower()).itemsize) for w in found]
    return sum(n for n, _ in counts), sum(n * size for n, size in counts)


def _memory(size: float) -> str:
    """A number of bytes, in TensorFlow's words."""
    for unit in ("Byte", "KB", "MB", "GB", "TB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} PB"


class _Printer:
    """Prints a model's table.

    Args:
        model: the model.
        line_length: of the lines; `None`: TensorFlow's.
        positions: where columns end, in characters or as parts of the line.
        show: prints a line.
        expand: whether to print the layers of models inside.
        trainable: whether there is a column that says so.
    """

    def __init__(self, model: Any, line_length: Any, positions: Any, show: Callable[[str], Any], expand: bool, trainable: bool) -> None:
        self._show, self._expand, self._trainable = show, expand, trainable
        self._chain = _is_a_chain(model)
        self._relevant = set() if self._chain else {id(node) for node in _nodes(model)}
        self._length = line_length or (65 if self._chain else 98)
        ends = list(positions or ([0.45, 0.85, 1.0] if self._chain else [0.3, 0.6, 0.70, 1.0]))
        self._positions = [int(self._length * p) for p in ends] if ends[-1] <= 1 else ends
        self._header = ["Layer (type)", "Output Shape", "Param #", *([] if self._chain else ["Connected to"])]
        if trainable:
            self._length += _TRAINABLE_WIDTH
            self._positions.append(self._length)
            self._header.append("Trainable")

    def rule(self, character: str) -> None:
        """Print a line across."""
        self._show(character * self._length)

    def header(self) -> None:
        """Print the columns' names."""
        self._rows(self._header, 0)

    def layer(self, layer: Any, level: int = 0, is_last: bool = False) -> None:
        """Print a layer, and those inside."""
        fields = [f"{layer.name} ({getattr(layer, 'tensorflow_class', type(layer).__name__)})", _shape(layer), _count(layer)]
        if not self._chain:
            fields.append(_connections(layer, self._relevant))
        if self._trainable:
            fields.append("Y" if layer.trainable else "N")
        self._rows(fields, level)
        inner = getattr(layer, "layers", None) if self._expand else None
        if inner:
            self._show("|" * (level + 1) + "¯" * (self._length - 2 * level - 2) + "|" * (level + 1))
            for number, one in enumerate(inner, 1):
                self.layer(one, level + 1, number == len(inner))
            self._show("|" * level + "¯" * (self._length - 2 * level) + "|" * level)
        elif not is_last:
            self._show("|" * level + " " * (self._length - 2 * level) + "|" * level)

    def _rows(self, fields: list[Any], level: int) -> None:
        for line in _row(fields, self._positions, level):
            self._show(line)


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Any = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Any = None,
) -> None:
    """Print a model's layers in a table.

    Raises:
        ValueError: `layer_range` names no layers.
    """
    show = print_fn or print
    printer = _Printer(model, line_length, positions, show, expand_nested, show_trainable)
    begin, end = _bounds(model, layer_range)
    show(f'Model: "{model.name}"')
    printer.rule("_")
    printer.header()
    printer.rule("=")
    for layer in model.layers[begin:end]:
        printer.layer(layer)
    printer.rule("=")
    parts = [_total(model.trainable_weights), _total(model.non_trainable_weights)]
    whole = tuple(map(sum, zip(*parts)))
    for kind, (count, size) in zip(("Total", "Trainable", "Non-trainable"), (whole, *parts)):
        show(f"{kind} params: {count} ({_memory(size)})")
    printer.rule("_")


@backport
def summaries() -> None:
    """Symptom: `summary(expand_nested=True)` is an unexpected keyword, and the table is Keras 2.2.4's."""
    patch(layer_utils, "print_summary", print_summary)
    patch(network, "print_layer_summary", print_summary)

    unbuilt = Network.summary

    def summary(
        self: Any,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Any = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print the model's layers in a table.

        Args:
            line_length: of the lines.
            positions: where columns end, in characters or as parts of the line.
            print_fn: prints a line.
            expand_nested: print the layers of models inside as well.
            show_trainable: say of each layer whether it is trainable.
            layer_range: the names, or patterns of them, of the first and the last layer to print.

        Raises:
            ValueError: the model has no weights yet, or `layer_range` names no layers.
        """
        if not self.built:
            unbuilt(self)  # it raises, and says what to do
        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    patch(Network, "summary", summary)
