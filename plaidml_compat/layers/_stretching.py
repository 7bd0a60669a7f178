"""What RandomHeight and RandomWidth share: all images of a batch get one side of a random length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from ..errors import InvalidArgumentError
from ..ops.core.cast import cast
from ..ops.image.resize import METHODS, resize
from ..ops.image.smart_resize import interpolation_method
from ..registry import Sample
from ..trial_flag import trial_image
from ._factors import plain_bounds
from ._image_kinds import every_kind
from .base import PreprocessingLayer


def stretching_samples() -> Iterator[Sample]:
    """The samples of both layers."""
    r = np.random.RandomState(0)
    images, levels = r.rand(3, 7, 9, 3).astype(np.float32), r.randint(0, 256, (2, 6, 5, 1)).astype(np.uint8)
    for method in METHODS:
        calls = (images, images[0], (images, {"training": False}), images)
        yield Sample(method, calls, {"factor": (-0.6, 0.9), "interpolation": method, "seed": 5})
    yield Sample("unseeded-levels", (levels, levels[0], levels), {"factor": 0.5}, tolerance=1e-4 * 255)
    yield Sample("kinds", every_kind(), {"factor": (-0.6, 0.9), "seed": 5}, tolerance=0.0255)


class StretchingLayer(PreprocessingLayer):
    """Resizes one side of all images of a batch by one random factor during training.

    Args:
        factor: a number or a pair (lower, upper) of at least -1: the side becomes 1 plus a number between these times as long.
        interpolation: a method of `tf.image.resize`.
        seed: of the layer's generator; `None`: from `tf.keras.utils.set_random_seed`, or else at random.
        **kwargs: see `PreprocessingLayer`.

    Raises:
        ValueError: the upper bound is below the lower one, or a bound below -1.
        NotImplementedError: an unknown interpolation (TensorFlow's class).
    """

    axis: ClassVar[int]
    """The side: -3, the height, or -2, the width."""

    host_only: ClassVar = (
        "it makes images of another size in every step, and PlaidML compiles the model anew for every size",
        "Apply it in Dataset.map, or put it at the head of the model with Resizing after it",
    )

    def __init__(
        self, factor: float | tuple[float, float], interpolation: str = "bilinear", seed: int | None = None, **kwargs: Any
    ) -> None:
        self.factor, self.interpolation, self.seed = factor, interpolation, seed
        self.lower, self.upper = plain_bounds(factor)
        if self.upper < self.lower or self.lower < -1.0:
            raise ValueError(
                f"{type(self).__name__}: `factor` must be a number that is not negative, or a pair (lower, upper) of at least -1; "
                f"received factor={factor}"
            )
        self._method = interpolation_method(interpolation)
        super().__init__(**kwargs)

    def rank_error(self, message: str, rank: int) -> Exception:
        return InvalidArgumentError(None, None, message) if rank < 3 else ValueError(message)

    def convert(self, images: np.ndarray) -> np.ndarray:
        """Floats in the layer's dtype, if that is one of floats; whole numbers stay what they are until they are resized."""
        floats = images.dtype.kind == "f" and np.dtype(self.compute_dtype).kind == "f"
        return images.astype(self.compute_dtype, copy=False) if floats else images

    def draw(self, shape: tuple, generator: Any, single: bool = False) -> dict[str, Any]:
        factor = generator.uniform((), 1.0 + self.lower, 1.0 + self.upper)
        made_up = trial_image()  # a dataset that finds out sizes must not take one draw's for all
        return {"length": int(factor * np.float32(shape[self.axis])) if made_up is None else made_up[self.axis + 3]}

    def apply(self, inputs: Any, length: int) -> Any:
        size = list(inputs.shape[1:3])
        size[self.axis + 3] = length
        out = resize(inputs, size, method=self._method)
        return out if out.dtype == self.compute_dtype else cast(out, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Shape of the result, batch size first (if there is one)."""
        shape = list(input_shape)
        shape[self.axis] = None
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "interpolation": self.interpolation, "seed": self.seed}
