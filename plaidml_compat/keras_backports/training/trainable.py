"""compile() fixes which layers train: later changes of `trainable` take effect with the next compile(), as in TensorFlow."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ..calls.inner import every_layer

_STATE = "_plaidml_compat_trainable"


def note_trainable(model: Any) -> None:
    """Remember which layers are trainable now."""
    model.__dict__[_STATE] = [(v, v.trainable) for v in every_layer(model)]


@contextlib.contextmanager
def as_compiled(model: Any) -> Iterator[None]:
    """Within the block layers are trainable as they were when the model was compiled."""
    compiled = model.__dict__.get(_STATE, [])
    now = [(v, v.trainable) for v, _ in compiled]
    if now == compiled:
        yield
        return
    _set(compiled)
    try:
        yield
    finally:
        _set(now)


def _set(state: list[tuple[Any, bool]]) -> None:
    for layer, trainable in state:  # outer layers first: they hand it on to their inner ones
        layer.trainable = trainable
