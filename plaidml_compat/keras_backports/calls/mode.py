"""What `training` is for layers called without it: that of the layer or model around them, as in TensorFlow."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

training_mode: contextvars.ContextVar[Any] = contextvars.ContextVar("plaidml_compat_training_mode", default=None)
"""`training` of the call around; `None`: no call says."""


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
def on_its_own() -> Iterator[None]:
    """Within the block no call around says anything: a model is built there, once for all its calls."""
    token = training_mode.set(None)
    try:
        yield
    finally:
        training_mode.reset(token)
