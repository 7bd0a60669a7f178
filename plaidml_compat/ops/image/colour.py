"""Brightness, contrast, greys and number formats of images: tf.image.adjust_*, rgb_to_grayscale, convert_image_dtype."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device
from ...registry import Limit, Sample, op
from ...tensor import TensorLike, as_dtype

_FLOATS_ONLY = Limit(
    "integer images are scaled to [0, 1] and back with saturation, which the device kernel does not do",
    lambda **a: not next(v for v in a.values() if hasattr(v, "dtype")).dtype.startswith("float"),
    advice="Cast to float32 first, or leave it on the host",
)


def _images() -> Iterator[tuple[str, np.ndarray]]:
    r = np.random.RandomState(5)
    for shape, dtype in (((6, 5, 3), "float32"), ((2, 4, 7, 3), "uint8"), ((2, 3, 4, 3), "float32")):
        yield "x".join(map(str, shape)) + dtype, (r.rand(*shape) * (255 if dtype == "uint8" else 1)).astype(dtype)


def convert_array(image: np.ndarray, to: Any, saturate: bool = False) -> np.ndarray:
    """An image in another number format, the whole range of one mapped to that of the other; floats are in [0, 1].

    Args:
        image: any shape and number type.
        to: a NumPy type.
        saturate: clip instead of wrapping round.
    """
    to = np.dtype(to)
    if image.dtype == to:
        return image
    ints = image.dtype.kind in "iu", to.kind in "iu"
    if all(ints):
        high_in, high_out = int(np.iinfo(image.dtype).max), int(np.iinfo(to).max)
        if high_in > high_out:
            scale = (high_in + 1) // (high_out + 1)
            scaled = image // image.dtype.type(scale) if image.dtype.kind == "u" else np.trunc(image / scale).astype(image.dtype)
            return _saturated(scaled, to) if saturate else scaled.astype(to)
        scale = (high_out + 1) // (high_in + 1)
        wide = _saturated(image, to) if saturate else image.astype(to)
        return wide * to.type(scale)
    if not any(ints):
        return image.astype(to)
    if ints[0]:
        return image.astype(to) * to.type(1.0 / np.iinfo(image.dtype).max)
    scaled = image * image.dtype.type(np.iinfo(to).max + 0.5)
    return _saturated(scaled, to) if saturate else _truncated(scaled, to)


def _saturated(values: np.ndarray, to: np.dtype) -> np.ndarray:
    info = np.iinfo(to)
    if values.dtype.kind == "f":
        return np.clip(values, info.min, np.nextafter(values.dtype.type(info.max) + values.dtype.type(1), values.dtype.type(0))).astype(to)
    return np.clip(values.astype(np.int64), info.min, info.max).astype(to)


def _truncated(values: np.ndarray, to: np.dtype) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return values.astype(np.int64).astype(to)


def _convert_samples() -> Iterator[Sample]:
    for name, image in _images():
        for to in ("float32", "uint8", "uint16"):
            yield Sample(f"{name}-{to}", (image, to))


@op("tf.image.convert_image_dtype", samples=_convert_samples, tolerance=1e-7, parity="bit-equal for values in range")
def convert_image_dtype(image: TensorLike, dtype: Any, saturate: bool = False, name: str | None = None) -> TensorLike:
    """An image in another number format: the range of an integer type corresponds to [0, 1] of floats.

    Args:
        image: any shape and number type.
        dtype: wanted.
        saturate: clip values outside the range instead of letting them wrap round.
    """
    return convert_array(image, as_dtype(dtype).np_type, saturate)


def _brightness_samples() -> Iterator[Sample]:
    for name, image in _images():
        yield Sample(name, (image, 0.3))
        yield Sample(name + "-darker", (image, -0.4))


@op("tf.image.adjust_brightness", samples=_brightness_samples, tolerance=1e-6, parity="floats are not clipped, integers saturate")
def adjust_brightness(image: TensorLike, delta: Any) -> TensorLike:
    """Adds `delta`, in units of the whole range, to every value.

    Args:
        image: (..., height, width, channels); floats in [0, 1].
        delta: a number, usually in (-1, 1).

    Returns:
        The same shape and dtype; floats are not clipped, integers saturate.
    """
    work = image if image.dtype.kind == "f" else convert_array(image, np.float32)
    out = work + np.asarray(delta, work.dtype)
    return out if image.dtype.kind == "f" else convert_array(out, image.dtype, saturate=True)


@adjust_brightness.kernel("device", limits=[_FLOATS_ONLY])
def _(image, delta):
    return image + float(delta)


def _contrast_samples() -> Iterator[Sample]:
    for name, image in _images():
        yield Sample(name, (image, 1.7))
        yield Sample(name + "-less", (image, 0.4))


@op("tf.image.adjust_contrast", samples=_contrast_samples, tolerance=2e-6, parity="to 2e-6 of the range: sums in another order")
def adjust_contrast(images: TensorLike, contrast_factor: Any) -> TensorLike:
    """Moves every value away from (or towards) the mean of its channel: (x - mean) * factor + mean.

    Args:
        images: (..., height, width, channels); floats in [0, 1].
        contrast_factor: a number.

    Returns:
        The same shape and dtype; floats are not clipped, integers saturate.
    """
    work = images if images.dtype.kind == "f" else convert_array(images, np.float32)
    mean = work.mean(axis=(-3, -2), keepdims=True, dtype=np.float64).astype(work.dtype)
    out = (work - mean) * np.asarray(contrast_factor, work.dtype) + mean
    return out if images.dtype.kind == "f" else convert_array(out, images.dtype, saturate=True)


@adjust_contrast.kernel("device", limits=[_FLOATS_ONLY])
def _(images, contrast_factor):
    K = device.backend()
    n = images.shape.ndims
    mean = K.mean(images, axis=[n - 3, n - 2], keepdims=True)
    return (images - mean) * float(contrast_factor) + mean


def _grey_samples() -> Iterator[Sample]:
    for name, image in _images():
        yield Sample(name, (image,))


@op("tf.image.rgb_to_grayscale", samples=_grey_samples, tolerance=1e-6, parity="to 1e-6 of the range")
def rgb_to_grayscale(images: TensorLike, name: str | None = None) -> TensorLike:
    """Luminance 0.2989 R + 0.587 G + 0.114 B (ITU-R BT.601), as one channel.

    Args:
        images: (..., 3), any number type.

    Returns:
        (..., 1), the same dtype.

    Raises:
        ValueError: the last axis is not 3.
    """
    if images.shape[-1] != 3:
        raise ValueError(f"tf.image.rgb_to_grayscale: the last axis must be 3; received shape {images.shape}")
    work = convert_array(images, np.float32) if images.dtype.kind != "f" else images
    grey = np.dot(work, np.array([0.2989, 0.587, 0.114], work.dtype))[..., None]
    return convert_array(grey.astype(work.dtype), images.dtype)


@op("tf.image.grayscale_to_rgb")
def grayscale_to_rgb(images: TensorLike, name: str | None = None) -> TensorLike:
    """One channel repeated three times: (..., 1) to (..., 3)."""
    if images.shape[-1] != 1:
        raise ValueError(f"tf.image.grayscale_to_rgb: the last axis must be 1; received shape {images.shape}")
    return np.repeat(images, 3, axis=-1)
