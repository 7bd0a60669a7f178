"""What `training` is for layers called without it: that of the layer or model around them, as in TensorFlow."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

training_mode: contextvars.ContextVar[Any] = contextvars.ContextVar("plaidml_compat_training_mode", default=None)
"""`training` of the call around; `None`: no call says."""
_on_data: contextvars.ContextVar[bool] = contextvars.ContextVar("plaidml_compat_called_on_data", default=False)
"""Whether a call on data is what runs, or what a graph is made for: nobody feeds it a learning phase."""


@contextlib.contextmanager
def calling(training: Any) -> Iterator[None]:
    """Within the block layers are called with this `training`; with `None` nothing changes."""
    if training is None:
        yield
        return
    token = training_mode.set(training)
    try:
        yield
    finally:
        training_mode.reset(token)


@contextlib.contextmanager
def on_data() -> Iterator[None]:
    """Within the block layers are called on data, or for a graph that is."""
    token = _on_data.set(True)
    try:
        yield
    finally:
        _on_data.reset(token)


@contextlib.contextmanager
def on_its_own() -> Iterator[None]:
    """Within the block no call around says anything: a model is built there, once for all its calls."""
    tokens = training_mode.set(None), _on_data.set(False)
    try:
        yield
    finally:
        training_mode.reset(tokens[0])
        _on_data.reset(tokens[1])


def for_data() -> bool:
    """Whether a layer is called on data, or for a graph that is."""
    return _on_data.get()
