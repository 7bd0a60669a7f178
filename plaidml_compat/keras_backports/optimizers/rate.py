"""The learning rate as users see it."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import numpy as np

from plaidml_compat.tensor import Tensor, as_array


class Rate(Tensor):
    """The learning rate as users see it: a number that lives on the device, set by `assign`."""

    __slots__ = ()

    def numpy(self) -> Any:
        """Its value, a float32."""
        return np.float32(K.get_value(self._payload))

    value = read_value = numpy

    def assign(self, value: Any) -> Rate:
        """Set it."""
        K.set_value(self._payload, float(as_array(value)))
        return self

    def __float__(self) -> float:
        return float(self.numpy())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.numpy(), dtype)

    def __format__(self, spec: str) -> str:
        return format(float(self), spec)

    def __repr__(self) -> str:
        return f"<tf.Variable 'learning_rate:0' shape=() dtype=float32, numpy={self.numpy()}>"

    __str__ = __repr__
