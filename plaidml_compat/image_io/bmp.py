"""BMP files as TensorFlow reads them: uncompressed, 8, 24 or 32 bits a pixel."""

from __future__ import annotations

import struct

import numpy as np

from .jpeg import BadImage


def decode(data: bytes, channels: int = 0) -> np.ndarray:
    """A BMP as (height, width, channels) uint8; 8-bit pixels are grey levels, whatever their palette.

    Args:
        data: the file's contents.
        channels: 3, 4, or 0 for the file's own number; as in TensorFlow, 1 cannot be asked for.

    Raises:
        BadImage: the header is damaged, the data too short, or one channel is asked for.
    """
    if len(data) < 32:
        raise BadImage(f"Incomplete bmp content, requires at least 32 bytes for its header, got {len(data)} bytes")
    offset, width, height, bits = (
        *struct.unpack("<i", data[10:14]),
        *struct.unpack("<ii", data[18:26]),
        *struct.unpack("<H", data[28:30]),
    )
    if width <= 0 or height == 0:
        raise BadImage(f"Width and height must be positive: {width}x{height}")
    if bits not in (8, 24, 32):
        raise BadImage(f"Number of channels inherent in the image must be 1, 3 or 4, was {bits / 8:g}")
    own = bits // 8
    if channels == 1:
        raise BadImage(f"channels attribute 1 does not match bits per pixel from file {bits}")
    row = (own * width + 3) // 4 * 4
    rows = abs(height)
    if offset < 0 or len(data) < offset + row * rows:
        raise BadImage(f"Incomplete bmp content, requires at least {offset + row * rows} bytes, got {len(data)} bytes")
    image = np.frombuffer(data, np.uint8, row * rows, offset).reshape(rows, row)[:, : own * width].reshape(rows, width, own)
    if height > 0:
        image = image[::-1]
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[own]
    image = np.ascontiguousarray(image[..., order])
    wanted = channels or own
    if own == 1 and wanted > 1:
        image = np.repeat(image, 3, 2)
    if wanted == 4 and image.shape[2] == 3:
        image = np.concatenate([image, np.full((*image.shape[:2], 1), 255, np.uint8)], 2)
    return image if wanted >= image.shape[2] else np.ascontiguousarray(image[..., :wanted])
