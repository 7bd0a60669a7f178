"""The metric classes that are the mean of a loss or of matches."""

from __future__ import annotations

from typing import Any

import numpy as np

from plaidml_compat.registry import export
from plaidml_compat.tensor import Tensor, as_array

from ..arithmetic import HOST
from ..losses import functions as losses
from . import functions
from .base import Mean, MeanMetricWrapper, Metric


def _declare(class_name: str, function: Any, default_name: str, **options: Any) -> None:
    names = ["name", "dtype", *options]
    if "k" in options:
        names = ["k", "name", "dtype"]

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        given = {**options, "name": default_name, "dtype": None, **dict(zip(names, args)), **kwargs}
        unknown = set(given) - set(names)
        if unknown or len(args) > len(names):
            raise TypeError(f"{class_name}() takes {', '.join(names)}; received {args!r:.80} {sorted(unknown)}")
        MeanMetricWrapper.__init__(self, function, **given)

    doc = f"The mean over all samples of: {(function.__doc__ or '').partition(chr(10))[0]}\n\nArgs: {', '.join(names)}."
    cls = type(class_name, (MeanMetricWrapper,), {"__doc__": doc, "__module__": __name__, "__init__": __init__})
    globals()[class_name] = cls
    export(f"tf.keras.metrics.{class_name}", placement="device")(cls)


_declare("BinaryAccuracy", functions.binary_accuracy, "binary_accuracy", threshold=0.5)
_declare("CategoricalAccuracy", functions.categorical_accuracy, "categorical_accuracy")
_declare("SparseCategoricalAccuracy", functions.sparse_categorical_accuracy, "sparse_categorical_accuracy")
_declare("TopKCategoricalAccuracy", functions.top_k_categorical_accuracy, "top_k_categorical_accuracy", k=5)
_declare("SparseTopKCategoricalAccuracy", functions.sparse_top_k_categorical_accuracy, "sparse_top_k_categorical_accuracy", k=5)
_declare("MeanSquaredError", losses.mean_squared_error, "mean_squared_error")
_declare("MeanAbsoluteError", losses.mean_absolute_error, "mean_absolute_error")
_declare("MeanAbsolutePercentageError", losses.mean_absolute_percentage_error, "mean_absolute_percentage_error")
_declare("MeanSquaredLogarithmicError", losses.mean_squared_logarithmic_error, "mean_squared_logarithmic_error")
_declare("Hinge", losses.hinge, "hinge")
_declare("SquaredHinge", losses.squared_hinge, "squared_hinge")
_declare("CategoricalHinge", losses.categorical_hinge, "categorical_hinge")
_declare("KLDivergence", losses.kl_divergence, "kullback_leibler_divergence")
_declare("Poisson", losses.poisson, "poisson")
_declare("LogCoshError", losses.log_cosh, "logcosh")
_declare("BinaryCrossentropy", losses.binary_crossentropy, "binary_crossentropy", from_logits=False, label_smoothing=0)
_declare(
    "CategoricalCrossentropy", losses.categorical_crossentropy, "categorical_crossentropy", from_logits=False, label_smoothing=0, axis=-1
)
_declare(
    "SparseCategoricalCrossentropy",
    losses.sparse_categorical_crossentropy,
    "sparse_categorical_crossentropy",
    from_logits=False,
    ignore_class=None,
    axis=-1,
)


@export("tf.keras.metrics.Accuracy", placement="device")
class Accuracy(MeanMetricWrapper):
    """How often predictions equal labels."""

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(_equal, name, dtype)


def _equal(y_true: Any, y_pred: Any) -> Tensor:
    return Tensor(np.asarray(as_array(y_true) == as_array(y_pred), np.float32))


@export("tf.keras.metrics.CosineSimilarity", placement="device")
class CosineSimilarity(MeanMetricWrapper):
    """The cosine of the angle between labels and predictions along `axis`, mean over all samples."""

    def __init__(self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(_cosine, name, dtype, axis=axis)


def _cosine(y_true: Any, y_pred: Any, axis: int) -> Tensor:
    return Tensor(np.asarray(-as_array(losses.cosine_similarity(y_true, y_pred, axis=axis))))


@export("tf.keras.metrics.RootMeanSquaredError", placement="device")
class RootMeanSquaredError(Mean):
    """The square root of the mean squared error over all elements."""

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take a batch into account."""
        y_pred = HOST.cast(y_pred)
        y_true = HOST.cast(y_true, y_pred)
        if y_true.ndim - y_pred.ndim == 1 and y_true.shape[-1] == 1:
            y_true = y_true[..., 0]
        elif y_pred.ndim - y_true.ndim == 1 and y_pred.shape[-1] == 1:
            y_pred = y_pred[..., 0]
        super().update_state(np.square(y_pred - y_true), sample_weight)

    def result(self) -> Tensor:
        """The error of all batches since the last reset."""
        return Tensor(np.asarray(np.sqrt(as_array(super().result()))))


def metric_classes() -> dict[str, type]:
    """Class name -> metric class, of all that are registered."""
    from plaidml_compat.registry import OPS

    found = {}
    for name, entry in OPS.items():
        if name.startswith("tf.keras.metrics.") and isinstance(entry.obj, type) and issubclass(entry.obj, Metric):
            found[name.rpartition(".")[2]] = entry.obj
    return found
