"""apply_channel_shift, apply_brightness_shift, and random ones, of one image."""

from __future__ import annotations

from typing import Any

import numpy as np

from plaidml_compat.image_io.pil import array_to_img, img_to_array
from plaidml_compat.libraries import library
from plaidml_compat.registry import export


@export("tf.keras.preprocessing.image.apply_channel_shift")
def apply_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """Add a number to one image, and clip to the least and the largest value that it had.

    Args:
        x: an array with three axes.
        intensity: what is added.
        channel_axis: which axis the channels are; all are shifted alike.
    """
    x = np.asarray(x)
    return np.clip(np.add(x, intensity, dtype=_sum_type(x.dtype, intensity)), np.min(x), np.max(x))


def _sum_type(dtype: np.dtype, number: Any) -> np.dtype:
    """The element type of an array plus a number in NumPy 1, which TensorFlow 2.15 has.

    It is the number's value that counts, not its type, unless that is a float and the array has whole numbers.
    """
    given = np.asarray(number).dtype
    if dtype.kind in "iu" and given.kind in "iu":
        limits = np.iinfo(dtype)
        if limits.min <= number <= limits.max:
            return dtype
        number = int(number)  # NumPy's without a sign cannot be negated
        # -n - 1 needs a sign, as signed numbers beside it do, and as many bits as n has with one.
        return np.promote_types(dtype, np.min_scalar_type(-number - 1 if dtype.kind == "i" and number > 0 else number))
    return np.promote_types(dtype, np.min_scalar_type(number) if dtype.kind == "f" else given)


@export("tf.keras.preprocessing.image.random_channel_shift", draws=True)
def random_channel_shift(x: Any, intensity_range: float, channel_axis: int = 0) -> np.ndarray:
    """`apply_channel_shift` by up to `intensity_range` either way."""
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis)


@export("tf.keras.preprocessing.image.apply_brightness_shift")
def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> np.ndarray:
    """Make one image darker or brighter, in 256 levels, by Pillow.

    Args:
        x: an array with three axes, the channels last.
        brightness: 0 is black, 1 the image as it was.
        scale: stretch the values to 0..255 first. Without it those outside are stretched, and brought back at the end.

    Raises:
        ValueError: it does not have 1, 3 or 4 channels.
    """
    low, high = np.min(x), np.max(x)
    outside = bool(low < 0 or high > 255)
    image = library("PIL.ImageEnhance").Brightness(array_to_img(x, scale=outside or scale)).enhance(brightness)
    found = img_to_array(image)
    # Python's numbers: they leave the array its element type.
    return found / 255 * (high - low).item() + low.item() if outside and not scale else found


@export("tf.keras.preprocessing.image.random_brightness", draws=True)
def random_brightness(x: Any, brightness_range: Any, scale: bool = True) -> np.ndarray:
    """`apply_brightness_shift` by a number between these two.

    Raises:
        ValueError: `brightness_range` is not two numbers.
    """
    if len(brightness_range) != 2:
        raise ValueError(f"random_brightness: `brightness_range` should be a tuple or list of two floats; received {brightness_range}")
    return apply_brightness_shift(x, np.random.uniform(brightness_range[0], brightness_range[1]), scale)
