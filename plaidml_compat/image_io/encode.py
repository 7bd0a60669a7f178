"""tf.io.encode_jpeg and encode_png: images as the bytes of files. The bytes need not be TensorFlow's; what they decode to is."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np

from ..errors import InvalidArgumentError
from ..libraries import library
from ..registry import export
from ..tensor import Tensor, as_array

_JPEG = {"": None, "grayscale": 1, "rgb": 3}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}
_SUB = 1  # the filter that writes each byte less the same one of the pixel before


@export("tf.image.encode_jpeg", "tf.io.encode_jpeg")
def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> Tensor:
    """An image as a JPEG file, a scalar string.

    Args:
        image: uint8 (height, width, 1 or 3).
        format: `"grayscale"`, `"rgb"`, or `""` for what the image is.
        quality: 0 to 100.
        progressive: write a file that can be shown while it loads.
        optimize_size: spend more time on a smaller file.
        chroma_downsampling: halve the resolution of the colours.
        density_unit: of the densities, `"in"` or `"cm"`.
        x_density: pixels a unit.
        y_density: pixels a unit.
        xmp_metadata: XML packet to put into the file.
        name: ignored.

    Raises:
        InvalidArgumentError: the image has another shape or type, or an argument is out of range.
    """
    pillow = library("PIL.Image")

    op = "tf.io.encode_jpeg"
    if isinstance(image, Tensor) and image.dtype != "uint8":
        raise _refuse(op, "uint8", image.dtype.name)
    a = as_array(image, "uint8")
    if a.ndim != 3:
        raise InvalidArgumentError(None, None, f"{op}: image must be 3-dimensional; received shape {list(a.shape)}")
    if format not in _JPEG:
        raise InvalidArgumentError(None, None, f'{op}: `format` must be one of "", "grayscale" and "rgb"; received {format!r}')
    if a.shape[2] not in (1, 3) or _JPEG[format] not in (None, a.shape[2]):
        raise InvalidArgumentError(None, None, f"{op}: format {format!r} does not go with {a.shape[2]} channels; received {list(a.shape)}")
    if not 0 <= quality <= 100:
        raise InvalidArgumentError(None, None, f"{op}: `quality` must be in [0,100]; received {quality}")
    if density_unit not in ("in", "cm"):
        raise InvalidArgumentError(None, None, f'{op}: `density_unit` must be "in" or "cm"; received {density_unit!r}')
    if not a.size:
        raise InvalidArgumentError(None, None, f"{op}: the image is empty; received shape {list(a.shape)}")
    inches = 1.0 if density_unit == "in" else 2.54
    to = io.BytesIO()
    pillow.fromarray(a[..., 0] if a.shape[2] == 1 else a).save(
        to,
        "JPEG",
        quality=quality or 1,  # 0 would be the default, and is 1 to libjpeg
        progressive=progressive,
        optimize=optimize_size,
        subsampling=2 if chroma_downsampling else 0,
        dpi=(x_density * inches, y_density * inches),
        **({"xmp": xmp_metadata.encode()} if xmp_metadata else {}),
    )
    return Tensor(np.array(to.getvalue(), object))


@export("tf.image.encode_png", "tf.io.encode_png")
def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Tensor:
    """An image as a PNG file, a scalar string; images in a batch as a tensor of them.

    Args:
        image: uint8 or uint16 (..., height, width, 1 to 4): levels of grey, grey and opacity, colours, colours and opacity.
        compression: 0 to 9, the more the smaller; -1 for what zlib does by default.
        name: ignored.

    Raises:
        InvalidArgumentError: the image has another shape or type, or the compression is out of range.
    """
    op = "tf.io.encode_png"
    a = as_array(image)
    if a.dtype.name not in ("uint8", "uint16"):
        raise _refuse(op, "uint8 or uint16", a.dtype.name)
    if a.ndim < 3:
        raise InvalidArgumentError(None, None, f"{op}: images must have at least rank 3; received shape {list(a.shape)}")
    if a.shape[-1] not in _PNG_COLOURS:
        raise InvalidArgumentError(None, None, f"{op}: image must have 1, 2, 3, or 4 channels; received shape {list(a.shape)}")
    if not -1 <= compression <= 9:
        raise InvalidArgumentError(None, None, f"{op}: `compression` must be -1 or in [0,9]; received {compression}")
    if not a.size:
        raise InvalidArgumentError(None, None, f"{op}: the image is empty; received shape {list(a.shape)}")
    files = np.empty(a.shape[:-3], object)
    for i in np.ndindex(files.shape):
        files[i] = _png(a[i], compression)
    return Tensor(files)


def _png(image: np.ndarray, compression: int) -> bytes:
    height, width, channels = image.shape
    rows = np.ascontiguousarray(image.astype(image.dtype.newbyteorder(">"))).view(np.uint8).reshape(height, -1)
    step = channels * image.itemsize
    lines = np.empty((height, 1 + rows.shape[1]), np.uint8)
    lines[:, 0] = _SUB
    lines[:, 1 : 1 + step] = rows[:, :step]
    np.subtract(rows[:, step:], rows[:, :-step], out=lines[:, 1 + step :])
    head = struct.pack(">IIBBBBB", width, height, 8 * image.itemsize, _PNG_COLOURS[channels], 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes(), compression)), (b"IEND", b""))
    return _PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content)) for kind, content in parts
    )


def _refuse(op: str, allowed: str, dtype: Any) -> InvalidArgumentError:  # type: ignore[valid-type]
    return InvalidArgumentError(
        None, None, f"{op}: `image` must be {allowed}; received {dtype} (use tf.image.convert_image_dtype or tf.cast)"
    )
