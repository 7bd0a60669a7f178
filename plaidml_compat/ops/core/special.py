"""Rarer functions of one tensor, element by element, and what goes with them: tan, erf, lgamma, rint, atan2, log_softmax, ..."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ...libraries import library
from ...registry import op
from ...tensor import TensorLike
from ._checks import axes_exist, broadcast, find_axes
from .elementwise import _declare, check_softmax

_PARITY = "to a few units in the last place"


def _scipy(name: str) -> Callable[[np.ndarray], np.ndarray]:
    def function(x: np.ndarray) -> np.ndarray:
        return np.asarray(getattr(library("scipy.special"), name)(x))

    return function


def _softplus(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


_FUNCTIONS: dict[tuple[str, ...], tuple[str, Any, str]] = {
    ("tf.math.tan", "tf.tan"): ("The tangent.", np.tan, "float complex"),
    ("tf.math.asin", "tf.asin"): ("The inverse of the sine.", np.arcsin, "float complex"),
    ("tf.math.acos", "tf.acos"): ("The inverse of the cosine.", np.arccos, "float complex"),
    ("tf.math.atan", "tf.atan"): ("The inverse of the tangent.", np.arctan, "float complex"),
    ("tf.math.sinh", "tf.sinh"): ("The hyperbolic sine.", np.sinh, "float complex"),
    ("tf.math.cosh", "tf.cosh"): ("The hyperbolic cosine.", np.cosh, "float complex"),
    ("tf.math.erf",): ("The error function.", _scipy("erf"), "float"),
    ("tf.math.softplus", "tf.nn.softplus"): ("log(1 + exp(x)), computed without overflow.", _softplus, "float"),
    ("tf.math.expm1",): ("exp(x) - 1, exact for small x.", np.expm1, "float complex"),
    ("tf.math.log1p",): ("log(1 + x), exact for small x.", np.log1p, "float complex"),
    ("tf.math.rsqrt",): ("1 / sqrt(x).", lambda x: 1 / np.sqrt(x), "float complex"),
    ("tf.math.reciprocal",): ("1 / x.", lambda x: 1 / x, "float complex"),
    ("tf.math.digamma",): ("The derivative of lgamma.", _scipy("digamma"), "float"),
    ("tf.math.lgamma",): ("The logarithm of the absolute value of the gamma function.", _scipy("gammaln"), "float"),
}
for _names, (_summary, _host, _accepts) in _FUNCTIONS.items():
    _declare(_names, _summary, _host, accepts=_accepts, parity=_PARITY)
rint = _declare(("tf.math.rint",), "The nearest whole number, halves to even.", np.rint, accepts="float", parity="bit-equal")


@op("tf.math.atan2", "tf.atan2", agree=("y", "x"), accepts="float", check=broadcast("tf.math.atan2", "y", "x"), parity=_PARITY)
def atan2(y: TensorLike, x: TensorLike, name: str | None = None) -> TensorLike:
    """The angle from the positive first axis to the point (x, y), with broadcasting; both of one dtype."""
    return np.arctan2(y, x)


@op("tf.nn.log_softmax", accepts="float", check=check_softmax("tf.nn.log_softmax"), parity=_PARITY)
def log_softmax(logits: TensorLike, axis: int | None = None, name: str | None = None) -> TensorLike:
    """The logarithm of tf.nn.softmax along an axis (the last one by default), computed without overflow.

    Raises:
        InvalidArgumentError: there is no such axis.
    """
    if not logits.size:
        return logits.copy()
    axis = -1 if axis is None else int(axis)
    moved = logits - logits.max(axis=axis, keepdims=True)
    return moved - np.log(np.exp(moved).sum(axis=axis, keepdims=True))


@op(
    "tf.math.reduce_logsumexp",
    "tf.reduce_logsumexp",
    accepts="float",
    check=axes_exist("tf.math.reduce_logsumexp", "input_tensor"),
    parity=_PARITY,
)
def reduce_logsumexp(input_tensor: TensorLike, axis: Any = None, keepdims: bool = False, name: str | None = None) -> TensorLike:
    """log(sum(exp(x))) over one axis, several, or all (`None`), computed without overflow.

    Raises:
        InvalidArgumentError: there is no such axis, or an axis is named twice.
    """
    axes = find_axes("tf.math.reduce_logsumexp", axis, input_tensor.ndim)
    top = np.max(input_tensor, axis=axes, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, top.dtype.type(0))
    out = np.log(np.sum(np.exp(input_tensor - top), axis=axes, keepdims=True)) + top
    return np.asarray(out if keepdims else np.squeeze(out, axes)).astype(input_tensor.dtype, copy=False)
