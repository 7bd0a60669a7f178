"""Keeps keras_preprocessing from importing TensorFlow."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.registry import replace, shim

_ITERATORS = {
    "keras_preprocessing.image.directory_iterator": "DirectoryIterator",
    "keras_preprocessing.image.dataframe_iterator": "DataFrameIterator",
    "keras_preprocessing.image.numpy_array_iterator": "NumpyArrayIterator",
}


@shim("S18", *_ITERATORS)
def no_tensorflow_sequence(module: ModuleType) -> None:
    """Symptom: `ImageDataGenerator.flow` imports an installed TensorFlow, or our facade, and takes a base class of it.

    Cause: the iterators' `__new__` tries `from tensorflow.keras.utils import Sequence` (any version). Keras 2.2.4 wraps
    them with its own `Sequence`.
    """
    iterator = getattr(module, _ITERATORS[module.__name__])

    def __new__(cls: type, *args: Any, **kwargs: Any) -> Any:
        return super(iterator, cls).__new__(cls)

    replace(iterator, "__new__", staticmethod(__new__))
