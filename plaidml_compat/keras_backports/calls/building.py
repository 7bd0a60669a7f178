"""Builds models whose input shape becomes known with the first data."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
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
        _build_sequential(model, (None, *as_array(_only(x)).shape[1:]))
        return
    arrays = list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, (list, tuple)) else [x]
    arrays = [as_array(a) for a in arrays]
    model._set_inputs(arrays if len(arrays) > 1 else arrays[0], training=False)


def _build_sequential(model: Any, shape: tuple) -> None:
    """Build it, or leave it as it was: what a build that failed leaves would be taken for its inputs by the next one."""
    try:
        with undone_if_it_fails(model.layers):
            model.build(shape)
    except BaseException:
        model.inputs = model.outputs = None
        raise


@contextlib.contextmanager
def undone_if_it_fails(layers: list) -> Iterator[None]:
    """Nothing is left with the layers of a block in which they are called in a graph, if it fails: no nodes, losses and updates."""
    lists = [getattr(v, n) for v in layers for n in ("_losses", "_updates", "_inbound_nodes", "_outbound_nodes")]
    tables = [getattr(v, n) for v in layers for n in ("_per_input_losses", "_per_input_updates")]
    kept = [(found, list(found)) for found in lists], [(table, {k: list(v) for k, v in table.items()}) for table in tables]
    try:
        yield
    except BaseException:
        for found, before in kept[0]:
            found[:] = before
        for table, earlier in kept[1]:
            table.clear()
            table.update(earlier)
        raise


def _only(x: Any) -> Any:
    if isinstance(x, dict):
        return next(iter(x.values()))
    return x[0] if isinstance(x, (list, tuple)) and len(x) == 1 else x
