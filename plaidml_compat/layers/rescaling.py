"""The layer Rescaling."""

from __future__ import annotations

from typing import Any

from ..ops.image.rescale import rescale
from ..registry import layer
from .base import PreprocessingLayer


@layer(
    "tf.keras.layers.Rescaling",
    "tf.keras.layers.experimental.preprocessing.Rescaling",
    ops=[rescale],
    parity="bit-equal on the host, 1e-6 of the range on the device",
)
class Rescaling(PreprocessingLayer):
    """Multiplies by `scale` and adds `offset`, in training and inference alike.

    Args:
        scale: factor, e.g. `1/255`.
        offset: summand.
        **kwargs: see `PreprocessingLayer`.
    """

    def __init__(self, scale: float, offset: float = 0.0, **kwargs: Any) -> None:
        self.scale, self.offset = scale, offset
        super().__init__(**kwargs)

    def _check_rank(self, shape: tuple) -> None:
        """Any rank will do."""

    def apply(self, inputs: Any) -> Any:
        return rescale(inputs, self.scale, self.offset)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale, "offset": self.offset}
