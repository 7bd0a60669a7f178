"""Symbolic tensors that users see are Tensors: they are taken off before Keras sees them and put back on its results."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

import numpy as np

from plaidml_compat.tensor import Tensor, is_symbolic

inside_layer: contextvars.ContextVar[bool] = contextvars.ContextVar("plaidml_compat_inside_layer", default=False)
"""True while the body of a layer runs: tf.* ops then extend the graph and become no layers of their own."""


@contextlib.contextmanager
def layer_body() -> Iterator[None]:
    """Mark that the body of a layer runs."""
    token = inside_layer.set(True)
    try:
        yield
    finally:
        inside_layer.reset(token)


def has_tensor(value: Any, symbolic: bool = False) -> bool:
    """True when there is a Tensor (a symbolic one) in a nest of lists, tuples and dictionaries."""
    if isinstance(value, Tensor):
        return not (symbolic and value.is_eager)
    if isinstance(value, (list, tuple)):
        return any(has_tensor(v, symbolic) for v in value)
    if isinstance(value, dict):
        return any(has_tensor(v, symbolic) for v in value.values())
    return False


def unwrap(value: Any) -> Any:
    """The nest with every Tensor replaced by what it holds."""
    if isinstance(value, Tensor):
        return value._payload
    if type(value) in (list, tuple):
        return type(value)(unwrap(v) for v in value)
    if type(value) is dict:
        return {k: unwrap(v) for k, v in value.items()}
    return value


def wrap(value: Any) -> Any:
    """The nest with every graph value as a Tensor."""
    if isinstance(value, Tensor):
        return value
    if type(value) in (list, tuple):
        return type(value)(wrap(v) for v in value)
    if type(value) is dict:
        return {k: wrap(v) for k, v in value.items()}
    return Tensor(value) if is_symbolic(value) else value


def is_eager(value: Any) -> bool:
    """True for arrays, eager Tensors and nests of them."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(is_eager(v) for v in value)
    if isinstance(value, dict):
        return bool(value) and all(is_eager(v) for v in value.values())
    return isinstance(value, (np.ndarray, np.generic)) or (isinstance(value, Tensor) and value.is_eager)


def is_user_code(obj: Any) -> bool:
    """True for classes and functions that neither Keras nor this package defines."""
    module = getattr(obj, "__module__", None) or ""
    return not module.startswith(("keras.", "plaidml.", "plaidml_compat.")) and module not in ("keras", "builtins")


def is_preprocessing(layer: Any) -> bool:
    """True for this package's augmentation layers, which handle arrays themselves."""
    return any(c.__name__ == "PreprocessingLayer" and c.__module__.startswith("plaidml_compat.") for c in type(layer).__mro__)
