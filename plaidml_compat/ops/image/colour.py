"""Brightness, contrast, greys and number formats of images: tf.image.adjust_*, rgb_to_grayscale, convert_image_dtype."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device, threads
from ...dtypes import as_dtype
from ...errors import InvalidArgumentError
from ...registry import Limit, Sample, op
from ...tensor import TensorLike

_NUMBERS = "float int uint"


def _float32_only(argument: str) -> Limit:
    return Limit(
        "images of other types are converted to float32 and back, which the device kernel does not do",
        lambda **a: a[argument].dtype != "float32",
        advice="Cast to tf.float32 first, or leave it on the host",
    )


def _images() -> Iterator[tuple[str, np.ndarray]]:
    r = np.random.RandomState(5)
    for shape, dtype in (((6, 5, 3), "float32"), ((2, 4, 7, 3), "uint8"), ((2, 3, 4, 3), "float32"), ((3, 3, 3), "float64")):
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


def _in_float(image: np.ndarray) -> np.ndarray:
    return image if image.dtype in (np.float32, np.float16) else convert_array(image, np.float32)


@op(
    "tf.image.adjust_brightness",
    accepts=_NUMBERS,
    samples=_brightness_samples,
    tolerance=1e-6,
    parity="floats are not clipped, integers saturate",
    traits=["keeps_size"],
)
def adjust_brightness(image: TensorLike, delta: TensorLike) -> TensorLike:
    """Adds `delta`, in units of the whole range, to every value.

    Args:
        image: (..., height, width, channels); floats in [0, 1].
        delta: a number, usually in (-1, 1).

    Returns:
        The same shape and dtype; floats are not clipped, integers saturate.
    """
    work = _in_float(image)
    return convert_array(work + delta.astype(work.dtype), image.dtype, saturate=True)


@adjust_brightness.kernel("device", limits=[_float32_only("image")])
def _(image, delta):
    return image + delta


def _contrast_samples() -> Iterator[Sample]:
    for name, image in _images():
        yield Sample(name, (image, 1.7))
        yield Sample(name + "-less", (image, 0.4))


def _check_contrast(images: Any, contrast_factor: Any) -> None:
    if len(images.shape) < 3:
        raise InvalidArgumentError(
            None, None, f"tf.image.adjust_contrast: images must have 3 axes or more; received shape {tuple(images.shape)}"
        )


@op(
    "tf.image.adjust_contrast",
    accepts=_NUMBERS,
    check=_check_contrast,
    samples=_contrast_samples,
    tolerance=2e-6,
    parity="to 2e-6 of the range: sums in another order",
    traits=["keeps_size"],
)
def adjust_contrast(images: TensorLike, contrast_factor: TensorLike) -> TensorLike:
    """Moves every value away from (or towards) the mean of its channel: (x - mean) * factor + mean.

    Args:
        images: (..., height, width, channels); floats in [0, 1].
        contrast_factor: a number.

    Returns:
        The same shape and dtype; floats are not clipped, integers saturate.

    Raises:
        InvalidArgumentError: fewer than three axes.
    """
    if not images.size:
        return images.copy()
    work = np.ascontiguousarray(_in_float(images))
    height, width, channels = work.shape[-3:]
    # A row of an image is one run of numbers: an operation with a row of means is many times faster than with `channels` of them.
    rows = work.reshape(-1, height, width * channels)
    out = np.empty_like(rows)
    factor = contrast_factor.astype(work.dtype)

    def one(i: int) -> None:
        mean = np.tile(channel_means(rows[i].reshape(height, width, channels)), width)
        np.subtract(rows[i], mean, out=out[i])
        np.multiply(out[i], factor, out=out[i])
        np.add(out[i], mean, out=out[i])

    threads.for_each(one, len(rows), grain=1 + (1 << 20) // rows[0].size)
    return convert_array(out.reshape(work.shape), images.dtype, saturate=True)


def channel_means(image: np.ndarray) -> np.ndarray:
    """The mean of each channel of (height, width, channels), summed in double precision."""
    if image.shape[-1] <= 4 and image.dtype == np.float32 and max(image.shape) < 1 << 15:
        return np.array(threads.cv2().mean(image)[: image.shape[-1]], image.dtype)
    sums = image.reshape(len(image), -1).sum(axis=0, dtype=np.float64).reshape(image.shape[1:]).sum(axis=0)
    return (sums / (image.shape[0] * image.shape[1])).astype(image.dtype)


@adjust_contrast.kernel("device", limits=[_float32_only("images")])
def _(images, contrast_factor):
    K = device.backend()
    n = images.shape.ndims
    mean = K.mean(images, axis=[n - 3, n - 2], keepdims=True)
    return (images - mean) * contrast_factor + mean


def _grey_samples() -> Iterator[Sample]:
    for name, image in _images():
        yield Sample(name, (image,))


def _check_rgb(images: Any, name: str | None = None) -> None:
    if not len(images.shape) or images.shape[-1] not in (3, None):
        raise InvalidArgumentError(None, None, f"tf.image.rgb_to_grayscale: the last axis must be 3; received shape {tuple(images.shape)}")


@op("tf.image.rgb_to_grayscale", accepts=_NUMBERS, check=_check_rgb, samples=_grey_samples, tolerance=1e-6, parity="to 1e-6 of the range")
def rgb_to_grayscale(images: TensorLike, name: str | None = None) -> TensorLike:
    """Luminance 0.2989 R + 0.587 G + 0.114 B (ITU-R BT.601), as one channel.

    Args:
        images: (..., 3), any number type.

    Returns:
        (..., 1), the same dtype.

    Raises:
        InvalidArgumentError: the last axis is not 3.
    """
    work = convert_array(images, np.float32) if images.dtype.kind != "f" else images
    grey = np.dot(work, np.array([0.2989, 0.587, 0.114], work.dtype))[..., None]
    return convert_array(grey.astype(work.dtype), images.dtype)


@op("tf.image.grayscale_to_rgb")
def grayscale_to_rgb(images: TensorLike, name: str | None = None) -> TensorLike:
    """One channel repeated three times: (..., 1) to (..., 3)."""
    if images.shape[-1] != 1:
        raise ValueError(f"tf.image.grayscale_to_rgb: the last axis must be 1; received shape {images.shape}")
    return np.repeat(images, 3, axis=-1)
