"""The loss functions: one value a sample (or a sample and position), on arrays and on symbolic values."""

from __future__ import annotations

import functools
import warnings
from typing import Any, Callable

import keras.backend as K
import numpy as np

from plaidml_compat.registry import export
from plaidml_compat.tensor import Tensor, is_symbolic

from ..arithmetic import place

LOSSES: dict[str, Callable] = {}
"""Every name under which `compile(loss=...)` and `metrics=[...]` find a loss function."""


def loss_function(*names: str, metric: bool = True) -> Callable[[Callable], Callable]:
    """Declare a loss under its names in tf.keras.losses (and tf.keras.metrics): its first parameter is the arithmetic to use.

    What it returns is an eager tensor for arrays, a symbolic one for symbolic Tensors, a PlaidML value for those.
    """

    def add(function: Callable) -> Callable:
        @functools.wraps(function)
        def loss(y_true: Any, y_pred: Any, **kwargs: Any) -> Any:
            wrap = isinstance(y_true, Tensor) or isinstance(y_pred, Tensor) or not (is_symbolic(y_true) or is_symbolic(y_pred))
            logits = getattr(y_pred, "_keras_logits", None) if is_symbolic(y_pred) else None
            m, (t, p) = place(y_true, y_pred)
            p = m.cast(p)
            if logits is not None and p is not logits:
                p._keras_logits = logits
            out = function(m, m.cast(t, p), p, **kwargs)
            return Tensor(out if m.symbolic else np.asarray(out)) if wrap else out

        del loss.__wrapped__  # its signature has no arithmetic: has_arg() and inspect must see (y_true, y_pred, **kwargs)
        loss.__module__ = function.__module__
        loss.__name__ = loss.__qualname__ = names[0]
        for name in names:
            LOSSES[name] = loss
        served = [f"tf.keras.losses.{n}" for n in names]
        if metric:
            served += [f"tf.keras.metrics.{n}" for n in names]
        export(*served, placement="device")(loss)
        return loss

    return add


def _shapes_agree(name: str, m: Any, t: Any, p: Any) -> None:
    a, b = m.shape(t), m.shape(p)
    if len(a) != len(b) or any(x is not None and y is not None and x != y for x, y in zip(a, b)):
        raise ValueError(f"{name}: shapes {tuple(a)} (y_true) and {tuple(b)} (y_pred) are incompatible")


@loss_function("mean_squared_error", "mse", "MSE")
def mean_squared_error(m: Any, y_true: Any, y_pred: Any) -> Any:
    """mean((y_true - y_pred)^2) over the last axis."""
    return m.mean(m.square(y_pred - y_true))


@loss_function("mean_absolute_error", "mae", "MAE")
def mean_absolute_error(m: Any, y_true: Any, y_pred: Any) -> Any:
    """mean(|y_true - y_pred|) over the last axis."""
    return m.mean(m.abs(y_pred - y_true))


@loss_function("mean_absolute_percentage_error", "mape", "MAPE")
def mean_absolute_percentage_error(m: Any, y_true: Any, y_pred: Any) -> Any:
    """100 * mean(|(y_true - y_pred) / y_true|) over the last axis."""
    return 100.0 * m.mean(m.abs((y_true - y_pred) / m.maximum(m.abs(y_true), K.epsilon())))


@loss_function("mean_squared_logarithmic_error", "msle", "MSLE")
def mean_squared_logarithmic_error(m: Any, y_true: Any, y_pred: Any) -> Any:
    """mean((log(y_true + 1) - log(y_pred + 1))^2) over the last axis."""
    first, second = m.log(m.maximum(y_pred, K.epsilon()) + 1.0), m.log(m.maximum(y_true, K.epsilon()) + 1.0)
    return m.mean(m.square(first - second))


def _signed(m: Any, y_true: Any) -> Any:
    """Labels 0 and 1 become -1 and 1; any other labels stay."""
    binary = m.all_binary(y_true)
    if not m.symbolic:
        return 2.0 * y_true - 1.0 if binary else y_true
    return y_true + binary * (y_true - 1.0)


@loss_function("hinge")
def hinge(m: Any, y_true: Any, y_pred: Any) -> Any:
    """mean(max(1 - y_true * y_pred, 0)) over the last axis."""
    return m.mean(m.maximum(1.0 - _signed(m, y_true) * y_pred, 0.0))


@loss_function("squared_hinge")
def squared_hinge(m: Any, y_true: Any, y_pred: Any) -> Any:
    """mean(max(1 - y_true * y_pred, 0)^2) over the last axis."""
    return m.mean(m.square(m.maximum(1.0 - _signed(m, y_true) * y_pred, 0.0)))


@loss_function("categorical_hinge", metric=False)
def categorical_hinge(m: Any, y_true: Any, y_pred: Any) -> Any:
    """max(neg - pos + 1, 0), where pos is the score of the right class and neg the best of the others."""
    pos, neg = m.sum(y_true * y_pred), m.max((1.0 - y_true) * y_pred)
    return m.maximum(neg - pos + 1.0, 0.0)


@loss_function("huber", metric=False)
def huber(m: Any, y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Half the squared error up to `delta`, linear beyond; mean over the last axis."""
    error = y_pred - y_true
    size = m.abs(error)
    return m.mean(m.where(m.less_equal(size, delta), 0.5 * m.square(error), delta * size - 0.5 * delta * delta))


@loss_function("log_cosh", "logcosh")
def log_cosh(m: Any, y_true: Any, y_pred: Any) -> Any:
    """mean(log(cosh(y_pred - y_true))) over the last axis."""
    x = y_pred - y_true
    return m.mean(x + m.softplus(-2.0 * x) - 0.6931472)


@loss_function("kl_divergence", "kullback_leibler_divergence", "kld", "KLD")
def kl_divergence(m: Any, y_true: Any, y_pred: Any) -> Any:
    """sum(y_true * log(y_true / y_pred)) over the last axis."""
    y_true, y_pred = m.clip(y_true, K.epsilon(), 1.0), m.clip(y_pred, K.epsilon(), 1.0)
    return m.sum(y_true * m.log(y_true / y_pred))


@loss_function("poisson")
def poisson(m: Any, y_true: Any, y_pred: Any) -> Any:
    """mean(y_pred - y_true * log(y_pred)) over the last axis."""
    return m.mean(y_pred - y_true * m.log(y_pred + K.epsilon()))


@loss_function("cosine_similarity", metric=False)
def cosine_similarity(m: Any, y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """Minus the cosine of the angle between the vectors along `axis`."""

    def unit(x: Any) -> Any:
        return x / m.sqrt(m.maximum(m.sum(m.square(x), axis, True), 1e-12))

    return -m.sum(unit(y_true) * unit(y_pred), axis)


def _logits(y_pred: Any, from_logits: bool, activation: str, name: str) -> tuple[Any, bool]:
    """What went into a final softmax or sigmoid, as TensorFlow takes it in graphs: no probability is lost to rounding."""
    source = getattr(y_pred, "_keras_logits", None)
    if source is None or getattr(y_pred, "_keras_activation", activation) != activation:
        return y_pred, from_logits
    if from_logits:
        warnings.warn(
            f"`{name}` received `from_logits=True`, but the `output` argument was produced by a {activation} activation "
            "and thus does not represent logits. Was this intended?",
            stacklevel=4,
        )
    return source, True


def _softmax_crossentropy(m: Any, y_true: Any, logits: Any) -> Any:
    shifted = logits - m.max(logits, -1, True)
    return m.sum(y_true) * m.log(m.sum(m.exp(shifted))) - m.sum(y_true * shifted)


@loss_function("categorical_crossentropy")
def categorical_crossentropy(
    m: Any, y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """-sum(y_true * log(y_pred)) along `axis`; `y_true` has the shape of `y_pred` (one-hot or probabilities).

    Raises:
        ValueError: the shapes differ.
    """
    _shapes_agree("categorical_crossentropy", m, y_true, y_pred)
    y_pred, from_logits = _logits(y_pred, from_logits, "Softmax", "categorical_crossentropy")
    y_true, y_pred = m.move_last(y_true, axis), m.move_last(y_pred, axis)
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / m.shape(y_pred)[-1]
    if from_logits:
        return _softmax_crossentropy(m, y_true, y_pred)
    y_pred = m.clip(y_pred / m.sum(y_pred, -1, True), K.epsilon(), 1.0 - K.epsilon())
    return -m.sum(y_true * m.log(y_pred))


@loss_function("sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(
    m: Any, y_true: Any, y_pred: Any, from_logits: bool = False, axis: int = -1, ignore_class: int | None = None
) -> Any:
    """-log of the probability of the right class; `y_true` holds class numbers, with or without a last axis of size 1.

    Args:
        ignore_class: positions with this label have the loss 0, and do not count where a loss is averaged.
    """
    y_pred, from_logits = _logits(y_pred, from_logits, "Softmax", "sparse_categorical_crossentropy")
    y_pred = m.move_last(y_pred, axis)
    if not from_logits:
        y_pred = m.log(m.clip(y_pred, K.epsilon(), 1.0 - K.epsilon()))
    if len(m.shape(y_true)) == len(m.shape(y_pred)):
        y_true = m.squeeze_last(y_true)
    hot = m.one_hot(y_true, m.shape(y_pred)[-1], y_pred)
    shifted = y_pred - m.max(y_pred, -1, True)
    out = m.log(m.sum(m.exp(shifted))) - m.sum(hot * shifted)
    if ignore_class is not None:
        valid = valid_labels(m, y_true, ignore_class, out)
        out = out * valid
    return out


def valid_labels(m: Any, y_true: Any, ignore_class: int, like: Any) -> Any:
    """1 where the label is not `ignore_class`, else 0."""
    if m.symbolic:
        return K.cast(K.not_equal(y_true, float(ignore_class)), K.dtype(like))
    return (y_true != ignore_class).astype(like.dtype)


@loss_function("binary_crossentropy")
def binary_crossentropy(m: Any, y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1) -> Any:
    """-mean(y_true * log(y_pred) + (1 - y_true) * log(1 - y_pred)) along `axis`."""
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    return m.mean(_binary(m, y_true, y_pred, from_logits, "binary_crossentropy"), axis)


def _binary(m: Any, y_true: Any, y_pred: Any, from_logits: bool, name: str) -> Any:
    y_pred, from_logits = _logits(y_pred, from_logits, "Sigmoid", name)
    if from_logits:
        return m.maximum(y_pred, 0.0) - y_pred * y_true + m.log1p(m.exp(-m.abs(y_pred)))
    y_pred = m.clip(y_pred, K.epsilon(), 1.0 - K.epsilon())
    return -(y_true * m.log(y_pred + K.epsilon()) + (1.0 - y_true) * m.log(1.0 - y_pred + K.epsilon()))


@loss_function("binary_focal_crossentropy")
def binary_focal_crossentropy(
    m: Any,
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Binary crossentropy, with well-classified samples weighted down by (1 - p_t)^gamma."""
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    probability = 1.0 / (1.0 + m.exp(-y_pred)) if from_logits else y_pred
    right = y_true * probability + (1.0 - y_true) * (1.0 - probability)
    focal = m.exp(gamma * m.log(m.maximum(1.0 - right, 1e-30)))
    out = focal * _binary(m, y_true, y_pred, from_logits, "binary_focal_crossentropy")
    if apply_class_balancing:
        out = (y_true * alpha + (1.0 - y_true) * (1.0 - alpha)) * out
    return m.mean(out, axis)


BY_TEXT: dict[str, Callable] = {**LOSSES, "huber_loss": huber, "bce": binary_crossentropy, "BCE": binary_crossentropy}
"""The losses that `compile` and `get` find by a text: TensorFlow knows some by one more than it has names for."""
