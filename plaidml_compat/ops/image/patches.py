"""tf.image.extract_patches: the windows of images, each as one long pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import OutOfRangeError
from ...registry import op
from ...tensor import TensorLike
from ..core._checks import invalid, whole_numbers
from ..core._windows import Windows, pair, unimplemented

_NAME = "tf.image.extract_patches"


def _pair(what: str, numbers: Any) -> tuple[int, int]:
    if not isinstance(numbers, (list, tuple)):
        raise TypeError(f"{_NAME}: {what} must be a list of four numbers; received {numbers!r}")
    if len(numbers) != 4:
        raise invalid(f"{_NAME}: {what} must be four numbers; received {numbers!r}")
    return pair(_NAME, what, whole_numbers(numbers), unimplemented, lambda m: OutOfRangeError(None, None, m))


@op(_NAME, accepts="float int uint complex", parity="bit-equal")
def extract_patches(
    images: TensorLike, sizes: Sequence[int], strides: Sequence[int], rates: Sequence[int], padding: str, name: str | None = None
) -> TensorLike:
    """Windows of images.

    Args:
        images: (batch, height, width, channels), numbers.
        sizes: of a window: 1, rows, columns, 1.
        strides: from one window to the next: 1, rows, columns, 1.
        rates: from one pixel of a window to the next: 1, rows, columns, 1.
        padding: `"VALID"`, or `"SAME"`: zeros around the images.
        name: ignored.

    Returns:
        (batch, windows in a column, windows in a row, rows * columns * channels).

    Raises:
        TypeError: sizes, strides or rates that are no lists, padding that is no text.
        OutOfRangeError: one of them is not positive.
        UnimplementedError: one of them is not 1 for the batch or the channels.
        InvalidArgumentError: another rank or padding, not four numbers, or images smaller than a window.
    """
    if not isinstance(padding, str):
        raise TypeError(f"{_NAME}: padding must be 'SAME' or 'VALID'; received {padding!r}")
    window, steps, between = (_pair(what, n) for what, n in (("sizes", sizes), ("strides", strides), ("rates", rates)))
    if images.ndim != 4:
        raise invalid(f"{_NAME}: images must have 4 axes; received shape {images.shape}")
    windows = Windows(_NAME, images.shape[1:3], window, steps, between, padding)
    channels = images.shape[3]
    out = np.empty((len(images), *windows.count, window[0] * window[1] * channels), images.dtype)
    if out.size:
        for place, (_, _, pixels) in enumerate(windows.places(windows.padded(images))):
            out[..., place * channels : (place + 1) * channels] = pixels
    return out
