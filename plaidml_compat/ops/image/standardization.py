"""tf.image.per_image_standardization: images of mean 0 and deviation 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import threads
from ...registry import op
from ...tensor import TensorLike

_NAME = "tf.image.per_image_standardization"


def _check(image: Any) -> None:
    shape = tuple(image.shape)
    if len(shape) < 3:
        raise ValueError(f"{_NAME}: image must be at least three-dimensional; received shape {shape}")
    if 0 in shape[-3:]:
        raise ValueError(f"{_NAME}: inner 3 dims of the image must be > 0; received shape {shape}")


@op(_NAME, accepts="float int uint bool", check=_check, parity="to 2e-6: sums in another order", traits=["keeps_size"])
def per_image_standardization(image: TensorLike) -> TensorLike:
    """Each image less its mean, divided by its deviation, which counts as 1 / sqrt(numbers) at least.

    Args:
        image: (..., height, width, channels), of any number type.

    Returns:
        float32, the same shape.

    Raises:
        ValueError: fewer than three axes, or an image without pixels.
    """
    images = image.reshape(-1, *image.shape[-3:])
    out = np.empty(images.shape, np.float32)
    least = np.float32(1) / np.sqrt(np.float32(np.prod(images.shape[1:])))

    def one(i: int) -> None:
        np.subtract(images[i], images[i].mean(dtype=np.float32), out=out[i], dtype=np.float32, casting="unsafe")
        # As TensorFlow does, from differences to the mean, which leaves a small one of its own.
        values = images[i].astype(np.float32, copy=False)
        deviation = np.sqrt(np.mean(np.square(values - values.mean()), dtype=np.float32))
        out[i] /= max(deviation, least)

    threads.for_each(one, len(images), grain=1 + (1 << 18) // max(1, images[:1].size))
    return out.reshape(image.shape)
