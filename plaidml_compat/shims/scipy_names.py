"""Gives keras_preprocessing the SciPy name that SciPy deprecates."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

from plaidml_compat.shims.finder import stand_in
from plaidml_compat.shims.registry import shim


@shim("S9", "keras_preprocessing.image.affine_transformations")
def ndimage_interpolation(module: ModuleType) -> None:
    """Symptom: DeprecationWarning for `scipy.ndimage.interpolation` (SciPy 1.8), an error from SciPy 2.0 on."""
    ndimage = getattr(module, "ndimage", None)
    if ndimage is not None:  # None: SciPy is not installed
        stand_in(module, ndimage, interpolation=SimpleNamespace(affine_transform=ndimage.affine_transform))
