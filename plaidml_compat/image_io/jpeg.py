"""JPEG files, decoded to TensorFlow's very bytes: libjpeg-turbo with the fast integer transform."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ..exceptions import UnsupportedArgumentError
from ..libraries import library


class BadImage(Exception):
    """The data is no image, or a damaged one; the message says why."""


def _header(data: bytes) -> tuple[int, int, str]:
    simplejpeg = library("simplejpeg")

    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data, strict=False)
    except Exception as e:  # it raises KeyError too
        raise BadImage(f"Invalid JPEG data or crop window: {e}") from e
    return height, width, space


def decode(
    data: bytes,
    channels: int = 0,
    *,
    fast_dct: bool = True,
    fast_upsampling: bool = False,
    ratio: int = 1,
    recover: bool = False,
    buffer: Callable[[int], np.ndarray] | None = None,
) -> np.ndarray:
    """A JPEG as (height, width, channels) uint8.

    Args:
        data: the file's contents.
        channels: 1, 3, or 0 for the file's own number.
        fast_dct: the transform that TensorFlow uses unless told otherwise.
        fast_upsampling: colours without interpolation.
        ratio: shrink by 1, 2, 4 or 8 while decoding.
        recover: the caller would accept a file that ends too early: another error says that this cannot be had.
        buffer: gives memory for so many bytes; the result is a view of it. `None`: new memory.

    Raises:
        BadImage: the data cannot be decoded, or ends too early.
        UnsupportedArgumentError: the data ends too early, and the caller would accept that.
    """
    simplejpeg = library("simplejpeg")

    height, width, space = _header(data)
    how: dict[str, Any] = {"fastdct": fast_dct, "fastupsample": fast_upsampling}
    if ratio != 1:
        how.update(min_height=-(-height // ratio), min_width=-(-width // ratio), min_factor=ratio)
    cmyk = space in ("CMYK", "YCCK")
    if cmyk and channels == 1:
        raise BadImage("Invalid JPEG data or crop window: a CMYK image has no grey form")
    want = "CMYK" if cmyk else "GRAY" if channels == 1 or (channels == 0 and space == "Gray") else "RGB"
    if buffer is not None and not cmyk:
        how["buffer"] = buffer(height * width * (1 if want == "GRAY" else 3))
    try:
        image = simplejpeg.decode_jpeg(data, want, strict=True, **how)
    except ValueError as e:
        # Like TensorFlow: what is missing is an error, what is superfluous or odd is not.
        if not str(e).startswith(("Corrupt JPEG data", "Unknown Adobe", "Inconsistent")) or not _has_end(data):
            if recover and not _has_end(data):
                raise UnsupportedArgumentError(
                    "tf.io.decode_jpeg",
                    f"`try_recover_truncated`: the file ends too early ({e}), and what TensorFlow makes of the rest cannot be reproduced",
                    "Leave out the argument to have such files refused with InvalidArgumentError, and skip or mend them; "
                    f"received {len(data)} bytes",
                ) from e
            raise BadImage(f"Invalid JPEG data or crop window: {e}") from e
        try:
            image = simplejpeg.decode_jpeg(data, want, strict=False, **how)
        except ValueError as again:
            raise BadImage(f"Invalid JPEG data or crop window: {again}") from again
    return _from_cmyk(image, b"Adobe" in data[:65536]) if cmyk else image


def _has_end(data: bytes) -> bool:
    return data.rfind(b"\xff\xd9") > data.rfind(b"\xff\xda")


def _from_cmyk(image: np.ndarray, adobe: bool) -> np.ndarray:
    """TensorFlow's conversion; Adobe's files hold the colours inverted."""
    colours, black = image[..., :3].astype(np.int32), image[..., 3:].astype(np.int32)
    rgb = black * colours // 255 if adobe else (255 - black) * (255 - colours) // 255
    return rgb.astype(np.uint8)
