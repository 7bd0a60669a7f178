"""tf.image.crop_and_resize: boxes of images, all made one size."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import threads
from ...errors import OutOfRangeError
from ...registry import op
from ...tensor import TensorLike, as_array
from ..core._checks import invalid

_NAME = "tf.image.crop_and_resize"


def _along(start: np.float32, end: np.float32, size: int, count: int) -> np.ndarray:
    """Where `count` pixels of a crop lie in `size` pixels of the image, with TensorFlow's roundings."""
    last = np.float32(size - 1)
    if count == 1:
        return np.array([0.5 * float(start + end) * float(last)], np.float32)
    return start * last + np.arange(count, dtype=np.float32) * ((end - start) * last / np.float32(count - 1))


@op(_NAME, accepts="float int uint8 uint16", parity="bit-equal")
def crop_and_resize(
    image: TensorLike,
    boxes: Any,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> TensorLike:
    """Boxes cut out of images, stretched to one size.

    Args:
        image: (batch, height, width, channels), numbers.
        boxes: (boxes, 4) float32: y1, x1, y2, x2; 0 is the first row's or column's middle, 1 the last one's. Turned ones mirror.
        box_indices: (boxes,) int32: which image each is cut from.
        crop_size: two int32: height and width.
        method: `"bilinear"` or `"nearest"`.
        extrapolation_value: stands outside the image.
        name: ignored.

    Returns:
        float32 (boxes, height, width, channels).

    Raises:
        InvalidArgumentError: another shape, size or method.
        OutOfRangeError: there is no such image.
        ValueError: tensors of another dtype.
    """
    corners, which, size = as_array(boxes, "float32"), as_array(box_indices, "int32"), as_array(crop_size, "int32")
    if method not in ("bilinear", "nearest"):
        raise invalid(f"{_NAME}: method must be 'bilinear' or 'nearest'; received {method!r}")
    if image.ndim != 4:
        raise invalid(f"{_NAME}: image must have 4 axes; received shape {image.shape}")
    if corners.ndim != 2 or corners.shape[1] != 4 or which.shape != corners.shape[:1]:
        raise invalid(f"{_NAME}: boxes must have shape (boxes, 4), box_indices (boxes,); received shapes {corners.shape} and {which.shape}")
    if size.shape != (2,) or size.min() < 1:
        raise invalid(f"{_NAME}: crop_size must be two numbers above 0; received {crop_size!r}")
    if not ((which >= 0) & (which < len(image))).all():
        raise OutOfRangeError(None, None, f"{_NAME}: box_indices must be from 0 to {len(image) - 1}; received {box_indices!r}")
    height, width = image.shape[1:3]
    out = np.full((len(corners), *size.tolist(), image.shape[3]), extrapolation_value, np.float32)

    def one(n: int) -> None:
        with np.errstate(all="ignore"):  # in this thread too
            y, x = (_along(corners[n, a], corners[n, a + 2], image.shape[1 + a], int(size[a])) for a in (0, 1))
            rows, columns = (y >= 0) & (y <= height - 1), (x >= 0) & (x <= width - 1)
        if rows.any() and columns.any():
            made = _nearest if method == "nearest" else _bilinear
            out[n][np.ix_(rows, columns)] = made(image[which[n]], y[rows], x[columns])

    threads.for_each(one, len(corners))
    return out


def _nearest(image: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    # Halves go up, as C's roundf takes them; in double precision, where adding a half is exact.
    rows, columns = (np.floor(at.astype(np.float64) + 0.5).astype(int) for at in (y, x))
    return image[np.ix_(rows, columns)].astype(np.float32)


def _bilinear(image: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    top, left = np.floor(y), np.floor(x)
    rows, columns = (top.astype(int), np.ceil(y).astype(int)), (left.astype(int), np.ceil(x).astype(int))
    across, down = (x - left)[None, :, None], (y - top)[:, None, None]

    def line(row: np.ndarray) -> np.ndarray:
        first, second = (image[np.ix_(row, column)].astype(np.float32) for column in columns)
        return first + (second - first) * across

    above, below = line(rows[0]), line(rows[1])
    return above + (below - above) * down
