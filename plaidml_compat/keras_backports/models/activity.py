"""Activity regularizers count per sample of the batch, as in TensorFlow."""

from __future__ import annotations

from typing import Any

import keras.backend as K
from keras.engine.base_layer import Layer

from ..patching import backport, patch

_NAME = "activity_regularizer"


class PerSample:
    """A regularizer whose value is divided by the batch size; in all else it is the regularizer itself."""

    def __init__(self, regularizer: Any) -> None:
        self.__dict__["_regularizer"] = regularizer

    def __call__(self, x: Any) -> Any:
        return self._regularizer(x) / K.cast(K.shape(x)[0], K.dtype(x))

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return self._regularizer.__class__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__name__", "__module__"):
            raise AttributeError(name)
        return getattr(self.__dict__["_regularizer"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._regularizer, name, value)

    def __reduce__(self) -> tuple:
        return PerSample, (self._regularizer,)


@backport
def activity_regularizers() -> None:
    """Symptom: the penalty of an `activity_regularizer` grows with the batch size."""

    def get(self: Any) -> Any:
        try:
            found = self.__dict__[_NAME]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {_NAME!r}") from None
        return None if found is None else PerSample(found)

    def put(self: Any, value: Any) -> None:
        self.__dict__[_NAME] = value._regularizer if type(value) is PerSample else value

    patch(Layer, _NAME, property(get, put, doc="Penalty on the layer's outputs, per sample; `None` for none."))
