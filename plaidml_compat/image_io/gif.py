"""GIF files as TensorFlow reads them: every frame is painted over the one before, whatever its disposal method says."""

from __future__ import annotations

import io

import numpy as np

from ..libraries import library
from .jpeg import BadImage


def decode(data: bytes, first_only: bool = False) -> np.ndarray:
    """A GIF as (frames, height, width, 3) uint8.

    Args:
        data: the file's contents.
        first_only: leave out all frames but the first.

    Raises:
        BadImage: the data cannot be decoded.
    """
    pillow, sequence = library("PIL.Image"), library("PIL.ImageSequence")

    frames = []
    try:
        with pillow.open(io.BytesIO(_never_disposing(data))) as opened:
            for frame in sequence.Iterator(opened):
                rgba = np.array(frame.convert("RGBA"))
                rgba[rgba[..., 3] == 0] = 0
                frames.append(rgba[..., :3])
                if first_only:
                    break
    except (OSError, ValueError, SyntaxError, EOFError) as e:
        if frames:
            return np.stack(frames)  # as in TensorFlow: what came before the damage counts
        raise BadImage(f"Invalid GIF data (size {len(data)}): {e}") from e
    if not frames:
        raise BadImage(f"Invalid GIF data (size {len(data)}): no frame")
    return np.stack(frames)


def _never_disposing(data: bytes) -> bytes:
    """The same file with every frame's disposal method set to "leave in place"."""
    out = bytearray(data)
    at = 13 + (3 << (data[10] & 7) + 1 if len(data) > 10 and data[10] & 0x80 else 0)
    while at < len(data):
        if data[at] == 0x21 and at + 3 < len(data):
            if data[at + 1] == 0xF9:
                out[at + 3] = (data[at + 3] & ~0x1C) | 0x04
            at = _skip_blocks(data, at + 2)
        elif data[at] == 0x2C and at + 9 < len(data):
            table = 3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0
            at = _skip_blocks(data, at + 11 + table)
        else:
            break
    return bytes(out)


def _skip_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1
