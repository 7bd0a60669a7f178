"""The layer RandomHeight."""

from __future__ import annotations

from typing import ClassVar

from ..ops.image.resize import resize
from ..registry import layer
from ._stretching import StretchingLayer, stretching_samples


@layer(
    "tf.keras.layers.RandomHeight",
    "tf.keras.layers.experimental.preprocessing.RandomHeight",
    ops=[resize],
    samples=stretching_samples,
    tolerance=1e-4,
    parity="the same heights as TensorFlow 2.15 for the same seed; pixels to 1e-4 of the value range",
    traits=["resizes"],
)
class RandomHeight(StretchingLayer):
    """Gives all images of a batch one random height during training.

    In a PlaidML graph it cannot be: every step would have another size, and every size is compiled. See `StretchingLayer` for arguments and
    errors.
    """

    axis: ClassVar = -3
