"""tf.image.decode_*: encoded images to arrays, told apart by their first bytes as TensorFlow does."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from .. import observe
from ..dtypes import as_dtype
from ..errors import InvalidArgumentError, OpError
from ..exceptions import UnsupportedArgumentError
from ..registry import OPS, export
from ..tensor import Tensor
from ..trial_flag import in_trial, trial_image
from . import bmp, gif, jpeg, png
from .files import origin, scalar_bytes
from .jpeg import BadImage

_MAGIC = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF8", "GIF"), (b"BM", "BMP"))


def kind_of(data: bytes) -> str:
    """`"JPEG"`, `"PNG"`, `"GIF"` or `"BMP"`.

    Raises:
        BadImage: the data begins like none of them.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    raise BadImage("Input is empty." if not data else "Unknown image file format. One of JPEG, PNG, GIF, BMP required.")


def invalid(op: str, path: str, why: object) -> OpError:
    """The error for data that cannot be decoded; it names the file where that is known."""
    return InvalidArgumentError(None, None, f"{op}: {why}" + (f" File: {path}" if path else ""))


def _check_channels(op: str, channels: int, allowed: tuple[int, ...] = (0, 1, 3, 4)) -> int:
    if channels not in allowed:
        raise InvalidArgumentError(None, None, f"{op}: `channels` must be 0, 1, 3 or 4 but got {channels}")
    return int(channels)


def pixels(data: bytes, channels: int, bits: int = 8, **jpeg_options: Any) -> np.ndarray:
    """An image file as uint8 (or uint16, from a PNG): (height, width, channels), or (frames, height, width, 3) from a GIF.

    Raises:
        BadImage: it cannot be decoded, or not to this number of channels.
    """
    kind = kind_of(data)
    if kind == "JPEG":
        if channels == 4:
            raise BadImage("JPEG images have 1 or 3 channels; `channels` must be 0, 1 or 3 for them but got 4.")
        return jpeg.decode(data, channels, **jpeg_options)
    if kind == "PNG":
        return png.decode(data, channels, bits)
    if kind == "BMP":
        return bmp.decode(data, channels)
    if channels not in (0, 3):
        raise BadImage(f"GIF images have 3 channels; `channels` must be 0 or 3 for them but got {channels}.")
    return gif.decode(data)


def _decode(op: str, contents: Any, channels: int, bits: int = 8, bmp_too: bool = False, **jpeg_options: Any) -> np.ndarray:
    _check_channels(op, channels)
    data = scalar_bytes(op, contents)
    if not bmp_too and data[:2] == b"BM" and not in_trial():
        raise invalid(op, origin(contents), "Trying to decode BMP format using a wrong op. Use `decode_bmp` or `decode_image` instead.")
    made_up = trial_image()
    if made_up is not None:
        return np.zeros((*made_up, channels or 3), np.uint8 if bits == 8 else np.uint16)
    start = time.perf_counter()
    try:
        image = pixels(data, channels, bits, **jpeg_options)
    except BadImage as e:
        raise invalid(op, origin(contents), e) from e
    observe.emit(observe.took("load", op, "host", start))
    return image


@export("tf.image.decode_jpeg", "tf.io.decode_jpeg", traits=["reads"])
def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A JPEG image as uint8 (height, width, channels): TensorFlow's bytes exactly. PNG and GIF files are decoded too.

    Args:
        contents: scalar string: the file's contents.
        channels: 1 (grey), 3 (RGB), or 0 for the file's own number.
        ratio: shrink by 1, 2, 4 or 8.
        fancy_upscaling: interpolate colours.
        try_recover_truncated: accepted for whole files; what TensorFlow makes of truncated ones cannot be reproduced.
        acceptable_fraction: has no effect.
        dct_method: `"INTEGER_FAST"` (the default) or `"INTEGER_ACCURATE"`.
        name: ignored.

    Raises:
        InvalidArgumentError: no image, a truncated one, or arguments out of range.
        UnsupportedArgumentError: a truncated one that was to be recovered.
    """
    op = "tf.io.decode_jpeg"
    if dct_method not in ("", "INTEGER_FAST", "INTEGER_ACCURATE"):
        raise InvalidArgumentError(
            None, None, f"{op}: dct_method must be '', 'INTEGER_FAST' or 'INTEGER_ACCURATE'; received {dct_method!r}"
        )
    if ratio not in (1, 2, 4, 8):
        raise InvalidArgumentError(None, None, f"{op}: ratio must be 1, 2, 4, or 8, got {ratio}")
    image = _decode(
        op,
        contents,
        channels,
        fast_dct=dct_method != "INTEGER_ACCURATE",
        fast_upsampling=not fancy_upscaling,
        ratio=ratio,
        recover=bool(try_recover_truncated),
    )
    return Tensor(_one_frame(op, image))


@export("tf.image.decode_png", "tf.io.decode_png", traits=["reads"])
def decode_png(contents: Any, channels: int = 0, dtype: Any = "uint8", name: str | None = None) -> Tensor:
    """A PNG image as uint8 or uint16 (height, width, channels). JPEG and GIF files are decoded too.

    Raises:
        InvalidArgumentError: no image, or arguments out of range.
    """
    dt = as_dtype(dtype)
    if dt.name not in ("uint8", "uint16"):
        raise InvalidArgumentError(None, None, f"tf.io.decode_png: dtype must be uint8 or uint16; received {dt.name}")
    image = _one_frame("tf.io.decode_png", _decode("tf.io.decode_png", contents, channels, 16 if dt == "uint16" else 8))
    return Tensor(image.astype(dt.np_type) << 8 if image.dtype != dt.np_type else image)


@export("tf.image.decode_gif", "tf.io.decode_gif", traits=["reads"])
def decode_gif(contents: Any, name: str | None = None) -> Tensor:
    """A GIF's frames as uint8 (frames, height, width, 3). JPEG and PNG files are decoded too, as one frame.

    Raises:
        InvalidArgumentError: no image.
    """
    image = _decode("tf.io.decode_gif", contents, 3)
    return Tensor(image if image.ndim == 4 else image[None])


@export("tf.image.decode_bmp", "tf.io.decode_bmp", traits=["reads"])
def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Tensor:
    """A BMP image as uint8 (height, width, channels).

    Raises:
        InvalidArgumentError: no BMP image, or one with another number of channels.
    """
    op = "tf.io.decode_bmp"
    _check_channels(op, channels)
    data = scalar_bytes(op, contents)
    if not in_trial():
        try:
            kind = kind_of(data)
        except BadImage as e:
            raise invalid(op, origin(contents), e) from e
        if kind != "BMP":
            why = f"Trying to decode {kind} format using a wrong op. Use `decode_{kind.lower()}` or `decode_image` instead."
            raise invalid(op, origin(contents), why)
    return Tensor(_decode(op, contents, channels, bmp_too=True))


@export("tf.image.decode_image", "tf.io.decode_image", traits=["reads"])
def decode_image(
    contents: Any, channels: int | None = None, dtype: Any = "uint8", name: str | None = None, expand_animations: bool = True
) -> Tensor:
    """A JPEG, PNG, BMP or GIF image.

    Args:
        contents: scalar string: the file's contents.
        channels: 1, 3, 4, or 0 for the file's own number.
        dtype: uint8, uint16, float32 (in [0, 1]), or another to which `tf.image.convert_image_dtype` converts.
        name: ignored.
        expand_animations: a GIF gives (frames, height, width, 3); otherwise its first frame alone, without that axis.

    Raises:
        InvalidArgumentError: no image, a damaged one, or arguments out of range.
    """
    op = "tf.io.decode_image"
    dt = as_dtype(dtype)
    if dt.name not in ("uint8", "uint16", "float32"):
        levels = decode_image(contents, channels, "uint8", None, expand_animations)
        convert = OPS.get("tf.image.convert_image_dtype")
        if convert is None:
            raise UnsupportedArgumentError(op, f"it decodes to uint8, uint16 and float32; received dtype={dt.name}", "Cast the result")
        return convert.obj(levels, dt)
    image = _decode(op, contents, channels or 0, 8 if dt == "uint8" else 16, bmp_too=True)
    if image.ndim == 4 and not expand_animations:
        image = image[0]
    if dt == "float32":
        return Tensor(image.astype(np.float32) * (np.float32(1) / np.float32(np.iinfo(image.dtype).max)))
    return Tensor(image.astype(np.uint16) << 8 if dt == "uint16" and image.dtype == np.uint8 else image)


def _one_frame(op: str, image: np.ndarray) -> np.ndarray:
    if image.ndim == 4:
        if len(image) > 1:
            raise InvalidArgumentError(
                None,
                None,
                f"{op}: Got {len(image)} frames, but animated gifs are decoded by tf.io.decode_gif or decode_image alone",
            )
        return image[0]
    return image
