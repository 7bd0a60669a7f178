"""Shapes of layers: Python numbers, not NumPy's, and Flatten for inputs of any rank."""

from __future__ import annotations

from typing import Any

import keras.backend as K
from keras.engine.base_layer import InputSpec
from keras.layers import Flatten, Reshape

from ..patching import backport, wrapping


@backport
def plain_numbers() -> None:
    """Symptom: output shapes such as `(None, np.int64(108))` in summary() and in saved configurations."""
    for cls in (Flatten, Reshape):
        _plain(cls)


def _plain(cls: type) -> None:
    @wrapping(cls, "compute_output_shape")
    def compute_output_shape(original: Any, self: Any, input_shape: Any) -> tuple:
        return tuple(d if d is None else int(d) for d in original(self, input_shape))


@backport
def flatten_any_rank() -> None:
    """Symptom: Flatten refuses inputs of fewer than three axes; TensorFlow passes vectors on and makes columns of numbers."""

    @wrapping(Flatten, "__init__")
    def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.input_spec = InputSpec(min_ndim=1)

    @wrapping(Flatten, "compute_output_shape")
    def compute_output_shape(original: Any, self: Any, input_shape: Any) -> tuple:
        return (input_shape[0], 1) if len(input_shape) == 1 else original(self, input_shape)

    @wrapping(Flatten, "call")
    def call(original: Any, self: Any, inputs: Any) -> Any:
        return K.expand_dims(inputs, -1) if K.ndim(inputs) == 1 else original(self, inputs)
