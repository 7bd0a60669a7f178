"""PNG files, with TensorFlow's rules for channels, palettes, transparency and depth."""

from __future__ import annotations

import io
import struct

import numpy as np

from .. import threads
from ..libraries import library
from .jpeg import BadImage

_GRAY, _RGB, _PALETTE, _GRAY_ALPHA, _RGBA = 0, 2, 3, 4, 6

# The weights that TensorFlow gives libpng, in 1/32768.
_RED, _GREEN = 9797, 19234
_BLUE = 32768 - _RED - _GREEN


def header(data: bytes) -> tuple[int, int, int, int, bool]:
    """(height, width, bits, colour type, has a tRNS chunk).

    Raises:
        BadImage: the header is damaged.
    """
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise BadImage("Invalid PNG header, data size " + str(len(data)))
    width, height, bits, colour = struct.unpack(">IIBB", data[16:26])
    at, transparent = 33, False
    while at + 8 <= len(data) and data[at + 4 : at + 8] != b"IDAT":
        transparent |= data[at + 4 : at + 8] == b"tRNS"
        at += 12 + struct.unpack(">I", data[at : at + 4])[0]
    return height, width, bits, colour, transparent


def decode(data: bytes, channels: int = 0, bits: int = 8) -> np.ndarray:
    """A PNG as (height, width, channels), uint8 or uint16.

    Args:
        data: the file's contents.
        channels: 1, 3, 4, or 0 for the file's own number.
        bits: 8 or 16.

    Raises:
        BadImage: the data cannot be decoded.
    """
    _, _, own_bits, colour, transparent = header(data)
    if channels == 0:
        channels = {_GRAY: 1, _RGB: 3, _PALETTE: 4 if transparent else 3, _GRAY_ALPHA: 2, _RGBA: 4}.get(colour, 3)
    pixels = _native(data)
    gray, alpha = pixels[..., : pixels.shape[2] - (1 - pixels.shape[2] % 2)], None
    if pixels.shape[2] in (2, 4):
        alpha = pixels[..., -1:]
    colours = gray
    if channels < 3 and colours.shape[2] == 3:
        colours = _to_gray(colours)
    if channels >= 3 and colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    if channels in (2, 4):
        if alpha is None:
            # As in TensorFlow: opaque by the file's own depth, also where levels were spread to 8 bits.
            alpha = np.full((*colours.shape[:2], 1), (1 << own_bits) - 1, colours.dtype)
        colours = np.concatenate([colours, alpha], 2)
    if bits == 8 and colours.dtype == np.uint16:
        colours = (colours >> 8).astype(np.uint8)
    elif bits == 16 and colours.dtype == np.uint8:
        colours = colours.astype(np.uint16) * np.uint16(257)
    return np.ascontiguousarray(colours)


def _native(data: bytes) -> np.ndarray:
    """The pixels as the file has them: 1 to 4 channels, uint8 or uint16, palettes looked up."""
    pillow = library("PIL.Image")

    _, _, bits, colour, transparent = header(data)
    try:
        with pillow.open(io.BytesIO(data)) as opened:
            opened.load()
            if bits == 16 and colour == _GRAY and not transparent:
                return np.asarray(opened).astype(np.uint16)[..., None]
            if colour == _GRAY and transparent and bits < 16:
                levels = np.asarray(opened.convert("L"))
                clear = _transparent_level(data) * (255 // ((1 << bits) - 1))
                return np.stack([levels, np.where(levels == clear, 0, 255).astype(np.uint8)], 2)
            wanted = {_GRAY: "LA" if transparent else "L", _GRAY_ALPHA: "LA", _RGBA: "RGBA"}.get(colour, "RGBA" if transparent else "RGB")
            made = opened if opened.mode == wanted else opened.convert(wanted)
            pixels = np.asarray(made)
    except (OSError, ValueError, SyntaxError) as e:
        raise BadImage(f"Invalid PNG data, size {len(data)}: {e}") from e
    if bits == 16:
        return _deep(data, colour)
    return pixels if pixels.ndim == 3 else pixels[..., None]


def _transparent_level(data: bytes) -> int:
    at = data.index(b"tRNS") + 4
    return struct.unpack(">H", data[at : at + 2])[0]


def _deep(data: bytes, colour: int) -> np.ndarray:
    """16-bit colours, which Pillow cannot hold; it has found the data sound, so OpenCV has no reason to print."""
    cv2 = threads.cv2()
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise BadImage(f"Invalid PNG data, size {len(data)}")
    if image.ndim == 2:
        return image[..., None]
    if colour in (_GRAY, _GRAY_ALPHA):
        return image[..., [0, image.shape[2] - 1]]
    return image[..., [2, 1, 0, 3][: image.shape[2]]]


def _to_gray(colours: np.ndarray) -> np.ndarray:
    r, g, b = (colours[..., i].astype(np.int64) for i in range(3))
    # libpng cuts off what is left of 8-bit levels, and rounds 16-bit ones.
    mixed = (_RED * r + _GREEN * g + _BLUE * b + (16384 if colours.dtype == np.uint16 else 0)) >> 15
    return np.where((r == g) & (r == b), r, mixed).astype(colours.dtype)[..., None]
