"""Builds models whose input shape becomes known with the first data."""

from __future__ import annotations

from typing import Any

from plaidml_compat.tensor import as_array

from .mode import on_its_own


def ensure_built(model: Any, x: Any) -> None:
    """Build a model for the data it gets first; a built one stays as it is.

    Raises:
        ValueError: a Sequential model without layers.
    """
    if not (model.built and model.outputs):
        with on_its_own():
            _build(model, x)


def _build(model: Any, x: Any) -> None:
    from keras.models import Sequential

    if isinstance(model, Sequential):
        if not model.layers:
            raise ValueError(f"Sequential model {model.name!r} has no layers: add some before it is called")
        model.build((None, *as_array(_only(x)).shape[1:]))
        return
    arrays = list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, (list, tuple)) else [x]
    arrays = [as_array(a) for a in arrays]
    model._set_inputs(arrays if len(arrays) > 1 else arrays[0], training=False)


def _only(x: Any) -> Any:
    if isinstance(x, dict):
        return next(iter(x.values()))
    return x[0] if isinstance(x, (list, tuple)) and len(x) == 1 else x
