"""The layer RandomWidth."""

from __future__ import annotations

from typing import ClassVar

from ..ops.image.resize import resize
from ..registry import layer
from ._stretching import StretchingLayer, stretching_samples


@layer(
    "tf.keras.layers.RandomWidth",
    "tf.keras.layers.experimental.preprocessing.RandomWidth",
    ops=[resize],
    samples=stretching_samples,
    tolerance=1e-4,
    parity="the same widths as TensorFlow 2.15 for the same seed; pixels to 1e-4 of the value range",
    traits=["resizes"],
)
class RandomWidth(StretchingLayer):
    """Gives all images of a batch one random width during training.

    In a PlaidML graph it cannot be: every step would have another size, and every size is compiled. See `StretchingLayer` for arguments and
    errors.
    """

    axis: ClassVar = -2
