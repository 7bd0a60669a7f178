"""Turns a batch as users write it into the list of arrays a model's functions take."""

from __future__ import annotations

from typing import Any

import numpy as np

from plaidml_compat.errors import InvalidArgumentError, as_op_error
from plaidml_compat.registry import OPS
from plaidml_compat.tensor import as_array


def in_order(data: Any, names: list[str], what: str) -> list:
    """One entry a name: from a dictionary by name, from a list in order, from a single value where one is expected.

    Raises:
        ValueError: too many, too few or unknown entries.
    """
    if isinstance(data, dict):
        missing = [n for n in names if n not in data]
        if missing and what != "sample_weight":
            raise ValueError(
                f"Missing data for {what} {missing[0]!r}. You passed a data dictionary with keys {list(data)}. "
                f"Expected the following keys: {names}"
            )
        return [data.get(n) for n in names]
    if isinstance(data, (list, tuple)) and not (len(names) == 1 and data and np.isscalar(data[0])):
        if len(data) != len(names):
            raise ValueError(f"Expected {len(names)} {what} arrays ({', '.join(names)}); received {len(data)}")
        return list(data)
    if len(names) > 1:
        raise ValueError(f"Expected {len(names)} {what} arrays ({', '.join(names)}); received one value of type {type(data).__name__}")
    return [data]


def inputs(model: Any, x: Any) -> list[np.ndarray]:
    """The model's inputs, in its order, with a last axis of size 1 more or less where that makes them fit.

    Raises:
        ValueError: an input of another shape.
    """
    arrays = [as_array(a) for a in in_order(x, model._feed_input_names, "input")]
    shapes = model._feed_input_shapes if model._is_graph_network else [None] * len(arrays)
    return [_fit(model, i, a, shape) for i, (a, shape) in enumerate(zip(arrays, shapes))]


def _fit(model: Any, i: int, a: np.ndarray, shape: Any) -> np.ndarray:
    if shape is None:
        return a[:, None] if a.ndim == 1 else a
    if a.ndim == len(shape) - 1 and shape[-1] == 1:
        a = a[..., None]
    elif a.ndim == len(shape) + 1 and a.shape[-1] == 1:
        a = a[..., 0]
    if a.ndim != len(shape) or any(s is not None and s != n for s, n in zip(shape[1:], a.shape[1:])):
        found, advice = (None, *a.shape[1:]), ""
        if a.ndim == len(shape) - 1:
            found, advice = a.shape, ". Is it one element without a batch axis? Batch the dataset: dataset.batch(n)"
        raise ValueError(
            f'Input {i} of layer "{model.name}" is incompatible with the layer: expected shape={tuple(shape)}, found shape={found}{advice}'
        )
    if a.dtype.kind not in "fiub":
        raise ValueError(f'Input {i} of layer "{model.name}" must hold numbers; received dtype {a.dtype}')
    return a


def batch_size(arrays: list) -> int:
    """How many samples the batch has."""
    return int(np.shape(arrays[0])[0]) if arrays and np.ndim(arrays[0]) else 1


def target(y: np.ndarray, rank: int) -> np.ndarray:
    """Targets (N,) as (N, 1) where predictions have two axes, and sparse ones with the last axis they lack."""
    return y[..., None] if y.ndim == rank - 1 else y


def check_classes(y: np.ndarray, classes: int | None, ignored: Any, name: str) -> None:
    """Class numbers must lie in the range that the model predicts.

    Raises:
        tf.errors.InvalidArgumentError (a ValueError where that is not at hand): one does not.
    """
    if classes is None or not y.size:
        return
    bad = (y < 0) | (y >= classes)
    if ignored is not None:
        bad &= y != ignored
    if bad.any():
        entry = OPS.get("tf.errors.InvalidArgumentError")
        error = entry.obj if entry is not None else ValueError
        message = (
            f"{name}: Received a label value of {y[bad].ravel()[0]} which is outside the valid range of [0, {classes}). "
            f"Label values: {' '.join(str(v) for v in y.ravel()[:20])}"
        )
        raise _make_error(error, message)


def _make_error(error: type, message: str) -> Exception:
    try:
        return error(message)
    except TypeError:
        return error(None, None, message)  # TensorFlow's own signature


def class_weights(y: np.ndarray, class_weight: dict) -> np.ndarray:
    """One weight for each class number, or for each last axis by the place of its largest entry.

    Raises:
        ValueError: keys that are not 0 to one less than the number of classes.
        AttributeError: no dictionary.
        InvalidArgumentError, which is a ValueError: a class in the data has no weight.
    """
    if not hasattr(class_weight, "keys"):
        raise AttributeError(
            f"`class_weight` must be a dictionary, class number -> weight; received {class_weight!r}, which has no attribute 'keys'. "
            "Compute the weights, e.g. as number of samples / (number of classes * number of the class)"
        )
    ids = sorted(int(c) for c in class_weight)
    if ids != list(range(len(ids))):
        raise ValueError(
            f"Expected `class_weight` to be a dict with keys from 0 to one less than the number of classes, found {class_weight}"
        )
    labels = y
    if y.ndim > 1:
        labels = y.argmax(-1) if y.shape[-1] > 1 else y[..., 0]
    labels = np.round(labels).astype(np.int64)
    table = np.asarray([class_weight[c] for c in sorted(class_weight, key=int)], np.float32)
    if labels.size and labels.max() >= len(table):
        message = f"`class_weight` must contain all classes in the data; class {labels.max()} is not among {list(class_weight)}"
        raise as_op_error(ValueError(message), InvalidArgumentError)
    return table[labels]
