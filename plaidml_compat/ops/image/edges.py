"""tf.image.image_gradients, total_variation: how an image changes from pixel to pixel."""

from __future__ import annotations

import numpy as np

from ...registry import op
from ...tensor import TensorLike


@op("tf.image.image_gradients", parity="bit-equal")
def image_gradients(image: TensorLike) -> tuple[TensorLike, TensorLike]:
    """How much the pixel below, and the one to the right, differ from each pixel; 0 in the last row, or column.

    Args:
        image: (batch, height, width, channels).

    Returns:
        Two tensors of the same shape and dtype: dy, dx.

    Raises:
        ValueError: another rank.
    """
    if image.ndim != 4:
        raise ValueError(f"tf.image.image_gradients: image must have shape (batch, height, width, channels); received shape {image.shape}")
    dy, dx = np.zeros_like(image), np.zeros_like(image)
    np.subtract(image[:, 1:], image[:, :-1], out=dy[:, :-1])
    np.subtract(image[:, :, 1:], image[:, :, :-1], out=dx[:, :, :-1])
    return dy, dx


@op("tf.image.total_variation", accepts="float int", parity="to a few units in the last place: sums in another order")
def total_variation(images: TensorLike, name: str | None = None) -> TensorLike:
    """The sum of the differences of neighbouring pixels, without their signs.

    Args:
        images: (height, width, channels) or (batch, height, width, channels).
        name: ignored.

    Returns:
        A scalar, or one for each image of a batch, of the images' dtype.

    Raises:
        ValueError: another rank.
    """
    if images.ndim not in (3, 4):
        raise ValueError(f"tf.image.total_variation: 'images' must be either 3 or 4-dimensional; received shape {images.shape}")
    down, right = np.abs(np.diff(images, axis=-3)), np.abs(np.diff(images, axis=-2))
    return np.asarray(sum(d.sum(axis=(-3, -2, -1), dtype=images.dtype) for d in (down, right)), images.dtype)
