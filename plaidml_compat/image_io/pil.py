"""tf.keras.utils.load_img, img_to_array, array_to_img and save_img: images through Pillow."""

from __future__ import annotations

import io
import os
import pathlib
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..libraries import library
from ..registry import export

if TYPE_CHECKING:
    from PIL.Image import Image

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
_FORMATS = ("channels_first", "channels_last")


def _floatx() -> str:
    import sys

    keras = sys.modules.get("keras.backend")
    return keras.floatx() if keras is not None else "float32"


def _data_format(given: str | None) -> str:
    import sys

    if given is not None:
        return given
    keras = sys.modules.get("keras.backend")
    return keras.image_data_format() if keras is not None else "channels_last"


@export("tf.keras.utils.load_img", "tf.keras.preprocessing.image.load_img", traits=["reads"])
def load_img(
    path: Any,
    grayscale: bool = False,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Image:
    """An image file as a Pillow image.

    Args:
        path: file name, `pathlib.Path` or `io.BytesIO`.
        grayscale: deprecated; same as `color_mode="grayscale"`.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        target_size: (height, width) to resize to, or `None`.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"hamming"`, `"box"` or `"lanczos"`.
        keep_aspect_ratio: crop to the proportions of `target_size` before resizing.

    Raises:
        ValueError: unknown `color_mode` or `interpolation`.
        TypeError: `path` is something else.
        FileNotFoundError, PIL.UnidentifiedImageError: there is no such file, or it is no image.
    """
    pillow = library("PIL.Image")

    if grayscale:
        warnings.warn('grayscale is deprecated. Please use color_mode = "grayscale"', stacklevel=3)
        color_mode = "grayscale"
    image: Image
    if isinstance(path, io.BytesIO):
        image = pillow.open(path)
    elif isinstance(path, (pathlib.Path, bytes, str)):
        with open(path, "rb") as f:
            image = pillow.open(io.BytesIO(f.read()))
    else:
        raise TypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    image = _in_mode(image, color_mode)
    if target_size is None:
        return image
    size = (target_size[1], target_size[0])
    if image.size == size:
        return image
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"Invalid interpolation method {interpolation} specified. Supported methods are {', '.join(_INTERPOLATIONS)}")
    resample = getattr(pillow.Resampling, interpolation.upper())
    if not keep_aspect_ratio:
        return image.resize(size, resample)
    width, height = image.size
    crop_height = min(height, width * size[1] // size[0])
    crop_width = min(width, height * size[0] // size[1])
    top, left = (height - crop_height) // 2, (width - crop_width) // 2
    return image.resize(size, resample, box=(left, top, left + crop_width, top + crop_height))


def _in_mode(image: Image, color_mode: str) -> Image:
    if color_mode == "grayscale":
        # 16-bit grey keeps its levels.
        return image if image.mode in ("L", "I;16", "I") else image.convert("L")
    if color_mode not in ("rgba", "rgb"):
        raise ValueError('color_mode must be "grayscale", "rgb", or "rgba"')
    mode = color_mode.upper()
    return image if image.mode == mode else image.convert(mode)


@export("tf.keras.utils.img_to_array", "tf.keras.preprocessing.image.img_to_array")
def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """A Pillow image as an array with three axes.

    Args:
        img: the image.
        data_format: `"channels_last"` or `"channels_first"`; Keras' own by default.
        dtype: element type; Keras' `floatx` by default.

    Raises:
        ValueError: unknown `data_format`, or an image without two or three axes.
    """
    data_format = _data_format(data_format)
    if data_format not in _FORMATS:
        raise ValueError(f"Unknown data_format: {data_format}")
    x = np.asarray(img, dtype=dtype or _floatx())
    if x.ndim == 2:
        x = x[..., None]
    elif x.ndim != 3:
        raise ValueError(f"Unsupported image shape: {x.shape}")
    return x.transpose(2, 0, 1) if data_format == "channels_first" else x


@export("tf.keras.utils.array_to_img", "tf.keras.preprocessing.image.array_to_img")
def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Image:
    """An array with three axes as a Pillow image.

    Args:
        x: the array.
        data_format: `"channels_last"` or `"channels_first"`; Keras' own by default.
        scale: stretch the values to 0..255.
        dtype: element type to compute in; Keras' `floatx` by default.

    Raises:
        ValueError: `x` does not have three axes or 1, 3 or 4 channels, or `data_format` is unknown.
    """
    pillow = library("PIL.Image")

    data_format = _data_format(data_format)
    x = np.asarray(x, dtype=dtype or _floatx())
    if x.ndim != 3:
        raise ValueError(f"Expected image array to have rank 3 (single image). Got array with shape: {x.shape}")
    if data_format not in _FORMATS:
        raise ValueError(f"Invalid data_format: {data_format}")
    if data_format == "channels_first":
        x = x.transpose(1, 2, 0)
    if scale:
        x = x - np.min(x)
        top = np.max(x)
        if top != 0:
            x /= top
        x *= 255
    if x.shape[2] == 1:
        if np.max(x) > 255:
            return pillow.fromarray(x[:, :, 0].astype("int32"))
        return pillow.fromarray(x[:, :, 0].astype("uint8"))
    if x.shape[2] in (3, 4):
        return pillow.fromarray(np.ascontiguousarray(x.astype("uint8")))
    raise ValueError(f"Unsupported channel number: {x.shape[2]}")


@export("tf.keras.utils.save_img", "tf.keras.preprocessing.image.save_img")
def save_img(path: Any, x: Any, data_format: str | None = None, file_format: str | None = None, scale: bool = True, **kwargs: Any) -> None:
    """Write an array with three axes to an image file.

    Args:
        path: file name or file object.
        x: the array.
        data_format: `"channels_last"` or `"channels_first"`; Keras' own by default.
        file_format: format, where the name's ending does not tell it.
        scale: stretch the values to 0..255.
        **kwargs: go to Pillow's `save`.
    """
    image = array_to_img(x, data_format=data_format, scale=scale)
    if image.mode == "RGBA" and file_format in ("jpg", "jpeg"):
        warnings.warn("The JPG format does not support RGBA images, converting to RGB.", stacklevel=3)
        image = image.convert("RGB")
    image.save(os.fspath(path) if isinstance(path, pathlib.Path) else path, format=file_format, **kwargs)
