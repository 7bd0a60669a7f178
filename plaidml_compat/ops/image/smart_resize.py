"""tf.keras.preprocessing.image.smart_resize: resize without distortion, by cropping first."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InvalidArgumentError
from ...registry import export
from ...tensor import Tensor, as_array, is_symbolic, payload
from ._device_limits import size_of
from .resize import METHODS, resize

_NAME = "tf.keras.preprocessing.image.smart_resize"


def interpolation_method(interpolation: str) -> str:
    """The name of a `tf.image.resize` method, in lower case.

    Raises:
        NotImplementedError: there is none of that name.
    """
    method = interpolation.lower()
    if method not in METHODS:
        raise NotImplementedError(f"Value not recognized for `interpolation`: {method}. Supported values are: {METHODS}")
    return method


def _in_proportion(height: int, width: int, size: tuple[int, int]) -> tuple[int, int]:
    """The height that goes with the width, and the width that goes with the height, in the proportions of `size`.

    Raises:
        InvalidArgumentError: `size` is not positive.
    """
    if min(size) <= 0:
        raise InvalidArgumentError(None, None, f"{_NAME}: height and width of the result must be positive; received size {tuple(size)}")
    f = np.float32
    return int(f(width * size[0]) / f(size[1])), int(f(height * size[1]) / f(size[0]))


def crop_box(height: int, width: int, size: tuple[int, int]) -> tuple[slice, slice]:
    """The largest centred part of an image with the proportions of `size`, in TensorFlow's single precision.

    Raises:
        InvalidArgumentError: `size` is not positive.
    """
    f = np.float32
    crop_height, crop_width = map(min, (height, width), _in_proportion(height, width, size))
    top, left = int(f(height - crop_height) / f(2)), int(f(width - crop_width) / f(2))
    return slice(top, top + crop_height), slice(left, left + crop_width)


def pad_widths(height: int, width: int, size: tuple[int, int]) -> tuple[int, int]:
    """Rows above and below and columns left and right that give an image the proportions of `size`, in Keras 3's single precision.

    Raises:
        InvalidArgumentError: `size` is not positive.
    """
    f = np.float32
    pad_height, pad_width = map(max, (height, width), _in_proportion(height, width, size))
    return int(f(pad_height - height) / f(2)), int(f(pad_width - width) / f(2))


@export(_NAME, traits=["resizes"])
def smart_resize(x: Any, size: tuple[int, int], interpolation: str = "bilinear") -> Any:
    """Crop images to the proportions of `size`, centred, and resize them.

    Args:
        x: (height, width, channels) or (batch, height, width, channels).
        size: new height and width.
        interpolation: a method of `tf.image.resize`.

    Returns:
        An array for an array, a tensor otherwise.

    Raises:
        ValueError: `size` is no pair, or `x` has another rank.
        InvalidArgumentError: `size` is not positive.
    """
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers, but got: {size}.")
    images = Tensor(payload(x) if is_symbolic(x) else as_array(x))
    if images.ndim not in (3, 4):
        raise ValueError(
            "Expected an image array with shape `(height, width, channels)`, or `(batch_size, height, width, channels)`, but "
            f"got input with incorrect rank, of shape {images.shape}."
        )
    height, width = size_of(_NAME, payload(x)) if is_symbolic(x) else images.shape[-3:-1]
    part = (..., *crop_box(height, width, size), slice(None))
    out = resize(images[part] if is_symbolic(x) else images.numpy()[part], size, method=interpolation)
    return out.numpy() if isinstance(x, np.ndarray) else out
