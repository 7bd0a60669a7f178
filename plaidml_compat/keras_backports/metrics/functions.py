"""The metric functions that are no losses: 1.0 for a match, 0.0 for none, computed on the host."""

from __future__ import annotations

from typing import Any, Callable

import keras.backend as K
import numpy as np

from plaidml_compat.registry import export
from plaidml_compat.tensor import Tensor, as_array

METRICS: dict[str, Callable] = {}
"""Every name under which `metrics=[...]` finds a function that runs on the host."""


def metric_function(*names: str) -> Callable[[Callable], Callable]:
    """Declare a metric function under its names in tf.keras.metrics; it gets arrays and is served giving eager tensors."""

    def add(function: Callable) -> Callable:
        def metric(y_true: Any, y_pred: Any, **kwargs: Any) -> Tensor:
            return Tensor(np.asarray(function(as_array(y_true), as_array(y_pred), **kwargs)))

        metric.__doc__, metric.__module__ = function.__doc__, function.__module__
        metric.__name__ = metric.__qualname__ = names[0]
        for name in names:
            METRICS[name] = metric
        export(*(f"tf.keras.metrics.{n}" for n in names), placement="device")(metric)
        return metric

    return add


def _floats(matches: np.ndarray) -> np.ndarray:
    return matches.astype(K.floatx())


@metric_function("binary_accuracy")
def binary_accuracy(y_true: np.ndarray, y_pred: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """How often `y_pred > threshold` equals `y_true`; mean over the last axis."""
    found = (y_pred > np.asarray(threshold, y_pred.dtype)).astype(y_pred.dtype)
    return _floats(y_true == found).mean(axis=-1, dtype=K.floatx())


@metric_function("categorical_accuracy")
def categorical_accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """1 where the largest entries of `y_true` and `y_pred` are at the same place of the last axis."""
    return _floats(y_true.argmax(-1) == y_pred.argmax(-1))


@metric_function("sparse_categorical_accuracy")
def sparse_categorical_accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """1 where the largest entry of `y_pred` is at the place that `y_true` names."""
    found = y_pred.argmax(-1)
    if y_true.ndim == y_pred.ndim:
        return _floats(y_true[..., 0] == found)[..., None]
    return _floats(y_true == found)


def _in_top_k(labels: np.ndarray, y_pred: np.ndarray, k: int) -> np.ndarray:
    """True where fewer than k classes score higher than the right one; never for a score that is not finite."""
    scores = y_pred.reshape(-1, y_pred.shape[-1])
    labels = labels.reshape(-1).astype(np.int64)
    inside = (labels >= 0) & (labels < scores.shape[1])
    own = scores[np.arange(len(scores)), np.where(inside, labels, 0)]
    return inside & np.isfinite(own) & ((scores > own[:, None]).sum(-1) < k) & np.isfinite(scores).all(-1)


@metric_function("top_k_categorical_accuracy")
def top_k_categorical_accuracy(y_true: np.ndarray, y_pred: np.ndarray, k: int = 5) -> np.ndarray:
    """1 where the class of `y_true` (one-hot) is among the k best of `y_pred`."""
    return _floats(_in_top_k(y_true.argmax(-1), y_pred, k)).reshape(y_true.shape[:-1])


@metric_function("sparse_top_k_categorical_accuracy")
def sparse_top_k_categorical_accuracy(y_true: np.ndarray, y_pred: np.ndarray, k: int = 5) -> np.ndarray:
    """1 where the class number of `y_true` is among the k best of `y_pred`."""
    return _floats(_in_top_k(y_true, y_pred, k)).reshape(y_true.shape)
