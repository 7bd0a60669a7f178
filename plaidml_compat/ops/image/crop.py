"""Cutting and padding images: central_crop, crop_to_bounding_box, pad_to_bounding_box, resize_with_crop_or_pad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...registry import Sample, op
from ...tensor import TensorLike
from ._device_limits import size_of
from .crop_images import cut


def _samples(*extra: tuple) -> Iterator[Sample]:
    r = np.random.RandomState(7)
    for shape in ((7, 9, 3), (2, 6, 5, 1)):
        image = r.rand(*shape).astype(np.float32)
        for arguments in extra:
            yield Sample(f"{'x'.join(map(str, shape))}-{'-'.join(map(str, arguments))}", (image, *arguments))


@op("tf.image.central_crop", samples=lambda: _samples((0.5,), (0.75,), (1.0,)), parity="bit-equal")
def central_crop(image: TensorLike, central_fraction: float) -> TensorLike:
    """The middle of an image, a fraction of each side.

    Args:
        image: (height, width, channels) or a batch of them.
        central_fraction: in (0, 1].

    Raises:
        ValueError: the fraction is outside.
    """
    if not 0.0 < central_fraction <= 1.0:
        raise ValueError(f"tf.image.central_crop: central_fraction must be within (0, 1]; received {central_fraction}")
    h, w = image.shape[-3:-1]
    top, left = int((h - h * central_fraction) / 2), int((w - w * central_fraction) / 2)
    return image[..., top : h - top, left : w - left, :].copy()


def _box(shape: tuple, *box: Any) -> tuple[int, int, int, int]:
    """The first row, the first column, the height and the width of a box inside an image."""
    top, left, h, w = map(int, box)
    height, width = shape[-3:-1]
    if top < 0 or left < 0 or h <= 0 or w <= 0 or top + h > height or left + w > width:
        raise ValueError(
            f"tf.image.crop_to_bounding_box: the box must lie inside the image of {height}x{width}; "
            f"received offset ({top}, {left}), size ({h}, {w})"
        )
    return top, left, h, w


@op("tf.image.crop_to_bounding_box", samples=lambda: _samples((1, 2, 4, 3)), parity="bit-equal")
def crop_to_bounding_box(image: TensorLike, offset_height: int, offset_width: int, target_height: int, target_width: int) -> TensorLike:
    """A rectangle of an image.

    Args:
        image: (height, width, channels) or a batch of them.
        offset_height: its first row.
        offset_width: its first column.
        target_height: its height.
        target_width: its width.

    Raises:
        ValueError: it does not lie inside the image.
    """
    top, left, h, w = _box(image.shape, offset_height, offset_width, target_height, target_width)
    images = image if image.ndim == 4 else image[None]
    return cut(images, [top] * len(images), [left] * len(images), h, w).reshape(*image.shape[:-3], h, w, image.shape[-1])


@crop_to_bounding_box.kernel("device")
def _(image, offset_height, offset_width, target_height, target_width):
    size = size_of("tf.image.crop_to_bounding_box", image)
    top, left, h, w = _box((*size, None), offset_height, offset_width, target_height, target_width)
    key = (slice(None),) * (len(image.shape.dims) - 3) + (slice(top, top + h), slice(left, left + w), slice(None))
    return image[key]


@op("tf.image.pad_to_bounding_box", samples=lambda: _samples((1, 2, 10, 14)), parity="bit-equal")
def pad_to_bounding_box(image: TensorLike, offset_height: int, offset_width: int, target_height: int, target_width: int) -> TensorLike:
    """An image inside a larger one of zeros.

    Args:
        image: (height, width, channels) or a batch of them.
        offset_height: rows of zeros above.
        offset_width: columns of zeros to the left.
        target_height: height of the result.
        target_width: width of the result.

    Raises:
        ValueError: the image does not fit.
    """
    top, left = int(offset_height), int(offset_width)
    bottom, right = int(target_height) - top - image.shape[-3], int(target_width) - left - image.shape[-2]
    if min(top, left, bottom, right) < 0:
        raise ValueError(
            f"tf.image.pad_to_bounding_box: an image of {image.shape[-3]}x{image.shape[-2]} at ({top}, {left}) does not fit "
            f"into {target_height}x{target_width}"
        )
    return np.pad(image, [(0, 0)] * (image.ndim - 3) + [(top, bottom), (left, right), (0, 0)])


@op("tf.image.resize_with_crop_or_pad", samples=lambda: _samples((4, 12), (9, 3), (8, 6)), parity="bit-equal")
def resize_with_crop_or_pad(image: TensorLike, target_height: int, target_width: int) -> TensorLike:
    """An image cut or padded with zeros, centrally, to a size.

    Args:
        image: (height, width, channels) or a batch of them.
        target_height: wanted.
        target_width: wanted.
    """
    h, w = image.shape[-3:-1]
    dh, dw = int(target_height) - h, int(target_width) - w
    top, left = max(-dh // 2, 0), max(-dw // 2, 0)
    cut = image[..., top : top + min(h, target_height), left : left + min(w, target_width), :]
    above, before = max(dh // 2, 0), max(dw // 2, 0)
    padding = [(above, target_height - cut.shape[-3] - above), (before, target_width - cut.shape[-2] - before), (0, 0)]
    return np.pad(cut, [(0, 0)] * (image.ndim - 3) + padding)
