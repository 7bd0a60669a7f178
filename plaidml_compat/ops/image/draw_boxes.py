"""tf.image.draw_bounding_boxes: frames drawn into images."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...registry import op
from ...tensor import TensorLike, as_array
from ..core._checks import invalid

_NAME = "tf.image.draw_bounding_boxes"
_COLOURS = [
    *([1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1], [0.5, 0, 0.5, 1]),
    *([0.5, 0.5, 0, 1], [0.5, 0, 0, 1], [0, 0, 0.5, 1], [0, 1, 1, 1], [1, 0, 1, 1]),
]


def _table(colors: Any, channels: int) -> np.ndarray:
    """The colours of the boxes, one after the other."""
    own = np.array([], np.float32) if colors is None else as_array(colors, "float32")
    if colors is not None and own.ndim != 2:
        raise invalid(f"{_NAME}: colors must be a matrix with a row for each colour; received shape {own.shape}")
    if own.size:
        if own.shape[1] < channels:
            raise invalid(f"{_NAME}: colors must have a number for each of the images' {channels} channels; received shape {own.shape}")
        return own[:, :channels]
    table = np.array(_COLOURS, np.float32)
    if channels == 1:  # grey: all are white
        table[:, 0] = 1
    return table[:, :channels]


@op(_NAME, accepts="float16 float32", parity="bit-equal", traits=["keeps_size"])
def draw_bounding_boxes(images: TensorLike, boxes: Any, colors: Any, name: str | None = None) -> TensorLike:
    """Images with frames, one pixel wide, around boxes; those outside, or turned, are not drawn.

    Args:
        images: (batch, height, width, 1, 3 or 4), float16 or float32.
        boxes: (batch, boxes, 4) float32: y1, x1, y2, x2, from 0 to 1.
        colors: (colours, channels) float32, taken in turn; `None` or none: ten colours.
        name: ignored.

    Returns:
        The same shape and dtype.

    Raises:
        InvalidArgumentError: another dtype or shape.
        ValueError: `boxes` or `colors` are tensors of another dtype.
    """
    corners = as_array(boxes, "float32")
    if images.ndim != 4 or images.shape[3] not in (1, 3, 4):
        raise invalid(f"{_NAME}: images must have shape (batch, height, width, 1, 3 or 4); received shape {images.shape}")
    if corners.ndim != 3 or corners.shape[2] != 4 or len(corners) != len(images):
        raise invalid(f"{_NAME}: boxes must have shape ({len(images)}, boxes, 4); received shape {corners.shape}")
    table = _table(colors, images.shape[3]).astype(images.dtype)
    height, width = images.shape[1:3]
    with np.errstate(all="ignore"):
        scaled = np.trunc(corners * np.array([height - 1, width - 1] * 2, np.float32))
    # What is no number, or too large for 64 bits, becomes the smallest one there.
    ends = np.where(np.abs(scaled) < 2.0**63, scaled, -(2.0**63)).astype(np.int64)
    out = images.copy()
    for image, frames in zip(out, ends.tolist()):
        for n, (top, left, bottom, right) in enumerate(frames):
            if top > bottom or left > right or top >= height or bottom < 0 or left >= width or right < 0:
                continue
            rows, columns = slice(max(top, 0), min(bottom, height - 1) + 1), slice(max(left, 0), min(right, width - 1) + 1)
            colour = table[n % len(table)]
            for row in (top, bottom):
                if 0 <= row < height:
                    image[row, columns] = colour
            for column in (left, right):
                if 0 <= column < width:
                    image[rows, column] = colour
    return out
