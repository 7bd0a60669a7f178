"""What a layer leaves on the operations of a graph: with which settings it was built in, and what of it only training needs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from .. import device
from ..device_kernels import static_key
from ..exceptions import PlacementError
from .hoisting import LayerCall

_CALL = "_plaidml_compat_call"
_CHOICE = "_plaidml_compat_choice"


def mark(value: Any, call: LayerCall) -> None:
    """Leave a call of a layer on the operation that gives its result."""
    setattr(value.source.op, _CALL, call)


def calls_on(operations: Iterable[Any]) -> list[LayerCall]:
    """The calls of layers that were left on some operations, in the order in which they were made."""
    found = [getattr(o, _CALL) for o in operations if hasattr(o, _CALL)]
    return sorted(found, key=lambda call: call.number)


def in_train_phase(training: Any, inference: Any) -> Any:
    """One value in training and another one in inference, marked so that `only_inference` finds the choice."""
    K = device.backend()
    out = K.in_train_phase(training, inference)
    if not isinstance(K.learning_phase(), int):
        out._uses_learning_phase = True
        setattr(out.source.op, _CHOICE, True)
    return out


def choices_on(operations: Iterable[Any]) -> list[Any]:
    """The operations that choose between training and inference for a layer."""
    return [o for o in operations if hasattr(o, _CHOICE)]


@contextlib.contextmanager
def only_inference(choices: Iterable[Any]) -> Iterator[None]:
    """Within the block, in which the graph lock is held, the graph has nothing but inference's side of these operations."""
    kept = [(o, o.code, o.inputs) for o in choices]
    try:
        for operation, _, inputs in kept:
            operation.code, operation.inputs = "function (E) -> (O) { O = E; }", {"E": inputs["E"]}
        yield
    finally:
        for operation, code, inputs in kept:
            operation.code, operation.inputs = code, inputs


def settings_of(layer: Any) -> dict[str, Any]:
    """Stand-ins for a layer's settings, equal for equal settings."""
    return {name: _stand_in(value) for name, value in layer.settings().items()}


def _stand_in(value: Any) -> Any:
    try:
        return static_key(list(value) if isinstance(value, tuple) else value)
    except TypeError:
        return type(value)  # nothing to compare


def check_settings(calls: Iterable[LayerCall]) -> None:
    """Refuse to run a graph with layers whose settings were changed since: it would use the old ones, and their draws the new ones.

    Raises:
        PlacementError: those of one were.
    """
    for call in calls:
        now = settings_of(call.layer)
        changed = sorted(name for name in {*now, *call.settings} if now.get(name) != call.settings.get(name))
        if changed:
            names = ", ".join(f"`{name}`" for name in changed)
            received = ", ".join(f"{name}={call.layer.settings().get(name)!r:.100}" for name in changed)
            raise PlacementError(
                call.layer.op_name,
                f"{names} of the layer {call.layer.name!r} changed after it was built into a graph of the device, which computes with what "
                f"was set then; received {received}",
                "Make a new layer and build the model anew, or use the layer where it runs on the host: in Dataset.map, or at the "
                "head of the model without placement='device'",
            )
