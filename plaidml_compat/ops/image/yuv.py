"""tf.image.rgb_to_yuv, yuv_to_rgb, rgb_to_yiq, yiq_to_rgb: colours as luminance and two differences, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...registry import op
from ...tensor import TensorLike
from ..core._checks import invalid

_KERNELS = {
    "rgb_to_yuv": [[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512], [0.114, 0.43601035, -0.10001026]],
    "yuv_to_rgb": [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]],
    "rgb_to_yiq": [[0.299, 0.59590059, 0.2115], [0.587, -0.27455667, -0.52273617], [0.114, -0.32134392, 0.31119955]],
    "yiq_to_rgb": [[1, 1, 1], [0.95598634, -0.27201283, -1.10674021], [0.6208248, -0.64720424, 1.70423049]],
}
_TELL: dict[str, Any] = {"parity": "to 1e-6 of the range: sums in another order", "traits": ["keeps_size"]}


def _mixed(name: str, images: np.ndarray) -> np.ndarray:
    """Every pixel's channels times the matrix of that name."""
    if images.dtype.kind != "f":
        raise TypeError(f"tf.image.{name}: images must be floats, use tf.image.convert_image_dtype; received {images.dtype}")
    if not images.ndim or images.shape[-1] != 3:
        raise invalid(f"tf.image.{name}: the last axis must be 3; received shape {images.shape}")
    return images @ np.array(_KERNELS[name], images.dtype)


@op("tf.image.rgb_to_yuv", **_TELL)
def rgb_to_yuv(images: TensorLike) -> TensorLike:
    """Red, green, blue as luminance and two differences.

    Args:
        images: (..., 3), floats.

    Returns:
        The same shape.

    Raises:
        TypeError: no floats.
        InvalidArgumentError: the last axis is not 3.
    """
    return _mixed("rgb_to_yuv", images)


@op("tf.image.yuv_to_rgb", **_TELL)
def yuv_to_rgb(images: TensorLike) -> TensorLike:
    """The reverse of `tf.image.rgb_to_yuv`; raises the same errors."""
    return _mixed("yuv_to_rgb", images)


@op("tf.image.rgb_to_yiq", **_TELL)
def rgb_to_yiq(images: TensorLike) -> TensorLike:
    """Red, green, blue as NTSC's luminance and two differences; arguments and errors as of `tf.image.rgb_to_yuv`."""
    return _mixed("rgb_to_yiq", images)


@op("tf.image.yiq_to_rgb", **_TELL)
def yiq_to_rgb(images: TensorLike) -> TensorLike:
    """The reverse of `tf.image.rgb_to_yiq`; raises the same errors."""
    return _mixed("yiq_to_rgb", images)
