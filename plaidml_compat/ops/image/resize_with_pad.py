"""tf.image.resize_with_pad: images in another size, in their proportions, with a border of zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...registry import export
from ...tensor import Tensor, convert_to_tensor, is_symbolic, payload
from ._device_limits import size_of
from .crop import pad_to_bounding_box
from .resize import resize

_NAME = "tf.image.resize_with_pad"


@export(_NAME, parity="as tf.image.resize", traits=["resizes"])
def resize_with_pad(image: Any, target_height: int, target_width: int, method: str = "bilinear", antialias: bool = False) -> Tensor:
    """Resize images as far as they fit, and put them into the middle of a black image of the wanted size.

    Args:
        image: (height, width, channels) or (batch, height, width, channels), of any number type.
        target_height: wanted.
        target_width: wanted.
        method: a method of `tf.image.resize`.
        antialias: as in `tf.image.resize`.

    Returns:
        float32; for `"nearest"` the images' own type.

    Raises:
        ValueError: another rank, or a size that is not positive.
    """
    images = convert_to_tensor(image)
    if len(images.shape) not in (3, 4):
        raise ValueError(f"{_NAME}: image must have either 3 or 4 dimensions; received shape {images.shape}")
    size = int(target_height), int(target_width)
    if min(size) <= 0:
        raise ValueError(f"{_NAME}: target_height and target_width must be > 0; received {size}")
    f = np.float32
    height, width = map(f, size_of(_NAME, payload(images)) if is_symbolic(images) else images.shape[-3:-1])
    ratio = max(width / f(size[1]), height / f(size[0]))
    fitting = height / ratio, width / ratio
    top, left = (max(0, int(np.floor((f(wanted) - got) / f(2)))) for wanted, got in zip(size, fitting))
    resized = resize(images, (int(np.floor(fitting[0])), int(np.floor(fitting[1]))), method, antialias=antialias)
    return pad_to_bounding_box(resized, top, left, *size)
