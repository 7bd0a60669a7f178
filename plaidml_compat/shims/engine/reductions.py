"""Makes reductions stable and lets them take the axes and types that TensorFlow's take."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S16.logsumexp", BACKEND)
def logsumexp_of_large_numbers(backend: ModuleType) -> None:
    """Symptom: `logsumexp([1000, 1000])` is infinite (any version). Cause: exp overflows without the shift."""

    def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """log(sum(exp(x)))."""
        largest = backend.max(x, axis=axis, keepdims=True)
        result = backend.log(backend.sum(backend.exp(x - largest), axis=axis, keepdims=True)) + largest
        return result if keepdims else backend.sum(result, axis=axis)  # the axes have size 1

    patch_backend("logsumexp", logsumexp)


@shim("S16.l2_normalize", BACKEND)
def normalize_zeros(backend: ModuleType) -> None:
    """Symptom: `l2_normalize` of zeros is NaN (any version). Cause: 0 / 0; TensorFlow bounds the norm from below."""

    def l2_normalize(x: Any, axis: Any = None) -> Any:
        """x divided by its Euclidean norm."""
        square_sum = backend.sum(backend.square(x), axis=axis, keepdims=True)
        return x / backend.sqrt(backend.maximum(square_sum, 1e-12))

    patch_backend("l2_normalize", l2_normalize)


@shim("S16.softmax", BACKEND)
def softmax_axis(backend: ModuleType) -> None:
    """Symptom: `softmax` takes no `axis` (any version)."""
    softmax_of_last_axis = backend.softmax

    def softmax(x: Any, axis: int = -1) -> Any:
        """exp(x) / sum(exp(x)) over `axis`."""
        if axis % x.shape.ndims == x.shape.ndims - 1:
            return softmax_of_last_axis(x)
        exponential = backend.exp(x - backend.max(x, axis=axis, keepdims=True))
        return exponential / backend.sum(exponential, axis=axis, keepdims=True)

    patch_backend("softmax", softmax)


@shim("S16.cumulative", BACKEND)
def negative_axes(backend: ModuleType) -> None:
    """Symptom: `cumsum(x, axis=-1)`: `Missing input binding "N"` (any version). Cause: -1 gets into the code's names."""
    for name in ("cumsum", "cumprod"):
        original = getattr(backend, name)

        def cumulative(x: Any, axis: int = 0, _original: Any = original) -> Any:
            return _original(x, axis % x.shape.ndims)

        patch_backend(name, functools.wraps(original)(cumulative))


@shim("S16.boolean", BACKEND)
def reductions_of_booleans(backend: ModuleType) -> None:
    """Symptom: `max`, `min` and `argmax` of booleans kill the process; joined booleans are wrong (llvm_cpu)."""
    boolean = backend.plaidml.DType.BOOLEAN

    def is_boolean(x: Any) -> bool:
        return isinstance(x, backend.ptile.Value) and x.shape.dtype == boolean

    for name in ("max", "min", "argmax"):
        original = getattr(backend, name)

        def reduction(x: Any, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
            return _original(backend.cast(x, "uint8") if is_boolean(x) else x, *args, **kwargs)

        patch_backend(name, functools.wraps(original)(reduction))
    concatenate_numbers = backend.concatenate

    def concatenate(tensors: Any, axis: int = -1) -> Any:
        """The tensors joined along an axis."""
        tensors = list(tensors)
        if len(tensors) > 1 and all(is_boolean(t) for t in tensors):
            return backend.cast(concatenate_numbers([backend.cast(t, "uint8") for t in tensors], axis), "bool")
        return concatenate_numbers(tensors, axis)

    patch_backend("concatenate", concatenate)
