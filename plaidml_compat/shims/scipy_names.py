"""Keeps SciPy's names, import time and warning filters from being a trouble."""

from __future__ import annotations

import contextlib
import importlib
import warnings
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND
from plaidml_compat.shims.finder import answer_import, stand_in
from plaidml_compat.shims.registry import shim


@shim("S9", "keras_preprocessing.image.affine_transformations")
def ndimage_interpolation(module: ModuleType) -> None:
    """Symptom: DeprecationWarning for `scipy.ndimage.interpolation` (SciPy 1.8), an error from SciPy 2.0 on."""
    ndimage = getattr(module, "ndimage", None)
    if ndimage is not None:  # None: SciPy is not installed
        stand_in(module, ndimage, interpolation=SimpleNamespace(affine_transform=ndimage.affine_transform))


class _LazyScipy(ModuleType):
    """The package `scipy`, whose modules are imported when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return importlib.import_module(f"scipy.{name}")


@shim("S29", BACKEND, around=True)
@contextlib.contextmanager
def statistics_on_demand(module: ModuleType) -> Iterator[None]:
    """Symptom: `import keras` takes 0.7 s longer than it needs to (any version).

    Cause: `import scipy.stats` for `truncated_normal` alone.
    """
    answer_import(module, "scipy.stats", _LazyScipy("scipy"))
    yield


@shim("S29", "keras", around=True)
@contextlib.contextmanager
def filters_of_scipy(module: ModuleType) -> Iterator[None]:
    """Symptom: `import keras` changes `warnings.filters` (any version).

    Cause: SciPy's modules add filters when they are imported.
    """
    with warnings.catch_warnings():
        yield
