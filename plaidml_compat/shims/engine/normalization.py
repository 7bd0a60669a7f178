"""Makes BatchNormalization right for one channel and for any axis."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S16.batch_normalization", BACKEND)
def channel_axis(backend: ModuleType) -> None:
    """Symptom: BatchNormalization fails with one channel; with `axis != -1` gamma and beta meet the wrong axis.

    Cause: `squeeze` drops every axis of size 1, the channels' too; gamma and beta are lined up for images only.
    """

    def normalize_batch_in_training(x: Any, gamma: Any, beta: Any, reduction_axes: Any, epsilon: float = 1e-3) -> tuple[Any, Any, Any]:
        """Normalizes x over `reduction_axes`; returns it with the mean and the variance."""
        rank = x.shape.ndims
        axes = [rank - 1] if reduction_axes is None else sorted(axis % rank for axis in reduction_axes)
        mean = backend.mean(x, axis=list(axes), keepdims=True)
        variance = backend.var(x, axis=list(axes), keepdims=True)
        if axes != list(range(rank - 1)):
            channels = [1 if i in axes else size for i, size in enumerate(x.shape.dims)]
            gamma, beta = (p if p is None or p.shape.ndims == rank else backend.reshape(p, channels) for p in (gamma, beta))
        normalized = backend.batch_normalization(x, mean, variance, beta, gamma, epsilon=epsilon)
        kept = [size for i, size in enumerate(x.shape.dims) if i not in axes]
        if kept:
            mean, variance = backend.reshape(mean, kept), backend.reshape(variance, kept)
        return normalized, mean, variance

    patch_backend("normalize_batch_in_training", normalize_batch_in_training)
