"""Makes the crossentropies right."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S16.binary_crossentropy", BACKEND)
def binary_crossentropy_gradient(backend: ModuleType) -> None:
    """Symptom: loss weights and sample weights have no effect with `binary_crossentropy` (any version).

    Cause: the gradient of the engine's built-in function ignores the gradient that comes from above.
    """

    def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
        """The crossentropy of independent probabilities (or logits) with targets between 0 and 1."""
        if from_logits:
            return backend.softplus(output) - target * output
        output = backend.clip(output, backend.epsilon(), 1.0 - backend.epsilon())
        return -(target * backend.log(output) + (1.0 - target) * backend.log(1.0 - output))

    patch_backend("binary_crossentropy", binary_crossentropy)


@shim("S16.crossentropy_axis", BACKEND)
def categorical_crossentropy_axis(backend: ModuleType) -> None:
    """Symptom: `categorical_crossentropy` takes no `axis` (any version). The classes' axis is moved to the end."""
    categorical_last, sparse_last = backend.categorical_crossentropy, backend.sparse_categorical_crossentropy

    def classes_last(x: Any, axis: int) -> Any:
        axis %= x.shape.ndims
        if axis == x.shape.ndims - 1:
            return x
        return backend.permute_dimensions(x, [i for i in range(x.shape.ndims) if i != axis] + [axis])

    def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
        """The crossentropy of class probabilities (or logits) with a target distribution."""
        return categorical_last(classes_last(target, axis), classes_last(output, axis), from_logits)

    def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
        """The crossentropy of class probabilities (or logits) with class numbers."""
        if target.shape.ndims == output.shape.ndims:
            target = classes_last(target, axis)
        return sparse_last(target, classes_last(output, axis), from_logits)

    patch_backend("categorical_crossentropy", categorical_crossentropy)
    patch_backend("sparse_categorical_crossentropy", sparse_categorical_crossentropy)
