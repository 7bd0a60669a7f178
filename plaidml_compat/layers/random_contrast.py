"""The layer RandomContrast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from .. import random
from ..errors import InvalidArgumentError
from ..exceptions import UnsupportedArgumentError
from ..ops.image.contrast import contrast_images
from ..registry import Sample, layer
from .image_layer import ImageLayer

RANGE = (0, 255)


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(0)
    images = (r.rand(8, 5, 6, 3) * 255).astype(np.float32)
    levels = r.randint(0, 256, (4, 3, 5, 1)).astype(np.uint8)
    yield Sample("number", (images, images[0], images[:1], (images, {"training": False})), {"factor": 0.4, "seed": 3})
    yield Sample("pair", (levels, levels[0], r.rand(2, 7, 4, 4) * 255, r.rand(1, 3, 4, 7) * 255), {"factor": (0.9, 2.5), "seed": 5})
    yield Sample("unseeded", (images / 255, levels.astype(np.int32), images), {"factor": 1.0})
    for dtype in ("uint8", "int32", "float64"):
        how = {"factor": (0.5, 1.5), "seed": 9, "dtype": dtype}
        yield Sample(f"dtype-{dtype}", (images, levels), how, tolerance=1 if dtype != "float64" else 1e-4)
    # Keras 3 draws between 1 - factor[0] and 1 + factor[1]: 1 alone for numbers as small as these.
    same = {"factor": (1e-9, 1e-9), "value_range": (20, 200), "bounding_box_format": "xyxy", "data_format": "channels_first"}
    boxes = {"boxes": r.rand(8, 2, 4).astype(np.float32) * 5, "labels": r.randint(0, 3, (8, 2))}
    first = {"images": np.moveaxis(images, -1, 1), "labels": np.arange(8), "segmentation_masks": levels[[0] * 8], "bounding_boxes": boxes}
    yield Sample("dictionary", (first, (first, {"training": False})), same, oracle="2.21")


@layer(
    "tf.keras.layers.RandomContrast",
    "tf.keras.layers.experimental.preprocessing.RandomContrast",
    ops=[contrast_images],
    samples=_samples,
    tolerance=255e-6,
    parity="the same factor, one a batch, as TensorFlow 2.15 for the same seed; pixels to 1e-6 of the range, integers to 1 level. "
    "value_range, dictionaries and data_format as in Keras 3",
)
class RandomContrast(ImageLayer):
    """Moves the values of images away from the mean of their channel, or towards it, by one random factor a batch, during training.

    Args:
        factor: the factor is drawn from `[1 - factor, 1 + factor)`, or for a pair from `[1 - lower, 1 + upper)`.
        seed: of the layer's generator; `None`: from `tf.keras.utils.set_random_seed`, or else at random.
        value_range: results are clipped to it; in TensorFlow 2.15 always to (0, 255).
        **kwargs: see `ImageLayer`.

    Raises:
        ValueError: `factor` is negative or above 1, or, when the layer is called, 0.
        InvalidArgumentError: inputs of another rank.
    """

    draw_shapes: ClassVar = {"factors": ()}
    draw_needs_size: ClassVar = False

    def __init__(
        self,
        factor: float | tuple[float, float],
        seed: int | None = None,
        value_range: tuple[float, float] = RANGE,
        **kwargs: Any,
    ) -> None:
        self.lower, self.upper = (factor[0], factor[1]) if isinstance(factor, (tuple, list)) else (factor, factor)
        if self.lower < 0.0 or self.upper < 0.0 or self.lower > 1.0:
            raise ValueError(f"RandomContrast: `factor` must not be negative, nor its lower bound above 1; received factor={factor}")
        self.factor, self.seed, self.value_range = factor, seed, value_range
        super().__init__(**kwargs)

    def rank_error(self, message: str, rank: int) -> Exception:
        if rank > 4:  # TensorFlow takes videos too
            return UnsupportedArgumentError(self.op_name, f"inputs of {rank} axes are not built", "Give it the images of each in a batch")
        return InvalidArgumentError(None, None, message)

    def draw(self, shape: tuple, generator: Any, single: bool = False) -> dict[str, Any]:
        low, high = 1.0 - self.lower, 1.0 + self.upper
        if high <= low:
            raise ValueError(f"RandomContrast: nothing can be drawn from [{low}, {high}); give a `factor` above 0. Received {self.factor}")
        return {"factors": np.full(shape[0], random.stateless_uniform([], generator.make_seed(), low, high), np.float32)}

    def apply(self, inputs: Any, factors: Any) -> Any:
        return contrast_images(inputs, factors, *self.value_range)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "factor": self.factor, "seed": self.seed}
        return config if tuple(self.value_range) == RANGE else {**config, "value_range": self.value_range}
