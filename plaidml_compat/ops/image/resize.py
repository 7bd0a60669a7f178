"""tf.image.resize: images to another size, by any of TensorFlow's eight methods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import buffers, threads
from ...registry import Sample, export, op
from ...tensor import TensorLike, as_array
from ._taps import apply_taps, bilinear, nearest, taps

METHODS = ("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")

CV2_LARGEST = 1024
"""Longest side for OpenCV: it computes positions in double precision, TensorFlow in single, whose rounding grows with them."""

_NEAR = 0.02
"""More than OpenCV's result ever differs from TensorFlow's, in levels of 8-bit images of at most `CV2_LARGEST`."""


@export("tf.image.ResizeMethod")
class ResizeMethod:
    """The names of the methods of `tf.image.resize`."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(3)
    for method in METHODS:
        for antialias in (False, True):
            for shape, size in (((9, 14, 3), (5, 6)), ((2, 7, 5, 1), (13, 8)), ((1, 6, 8, 4), (6, 3)), ((11, 1, 5), (4, 7))):
                image = (r.rand(*shape) * 255).astype("float32" if method != "nearest" else "uint8")
                key = f"{method}{'-antialias' if antialias else ''}-{'x'.join(map(str, shape))}-{size[0]}x{size[1]}"
                yield Sample(key, (image, size), {"method": method, "antialias": antialias})
    levels = r.randint(0, 256, (8, 10, 3)).astype("uint8")
    yield Sample("uint8", (levels, (5, 12)))
    yield Sample("uint8-same-size", (levels, (8, 10)))
    yield Sample("preserve-aspect-ratio", (levels, (5, 12)), {"preserve_aspect_ratio": True})
    yield Sample("int32-nearest", (levels.astype("int32"), (3, 17)), {"method": "nearest"})


@op(
    "tf.image.resize",
    samples=_samples,
    tolerance=1e-4 * 255,
    parity="nearest is bit-equal; the others agree to 1e-5 of the value range",
)
def resize(
    images: TensorLike,
    size: Any,
    method: str = "bilinear",
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> TensorLike:
    """Images in another size.

    Args:
        images: (batch, height, width, channels) or (height, width, channels), of any number type.
        size: new height and width, two integers.
        method: `"bilinear"`, `"nearest"`, `"bicubic"`, `"area"`, `"lanczos3"`, `"lanczos5"`, `"gaussian"` or `"mitchellcubic"`.
        preserve_aspect_ratio: take the largest size of the same proportions that fits in `size`.
        antialias: filter before shrinking; has no effect for `"nearest"` and `"area"`.
        name: ignored.

    Returns:
        float32; for `"nearest"` the images' own type.

    Raises:
        ValueError: `images` has another rank, `size` is not two integers, or the method is unknown.
        InvalidArgumentError: a side of the input or the new size is not positive, or the images are boolean.
    """
    if images.ndim not in (3, 4):
        raise ValueError(f"tf.image.resize: 'images' must have either 3 or 4 dimensions; received shape {images.shape}")
    new = target_size(size)
    if method not in METHODS:
        raise ValueError(f"tf.image.resize: Resize method is not implemented: {method!r}; use one of {', '.join(METHODS)}")
    batch = images if images.ndim == 4 else images[None]
    height, width = batch.shape[1:3]
    if preserve_aspect_ratio:
        f = np.float32
        scale = min(f(new[0]) / f(height), f(new[1]) / f(width))
        new = int(np.rint(scale * f(height))), int(np.rint(scale * f(width)))
    if min(new) < 1 or min(batch.shape[1:]) < 1 or images.dtype == bool:
        from ...errors import InvalidArgumentError

        if images.dtype == bool:
            raise InvalidArgumentError(None, None, "tf.image.resize: images must be numbers; cast them first. Received dtype bool")
        raise InvalidArgumentError(
            None,
            None,
            f"tf.image.resize: input and output sizes must be positive; received an image of {height}x{width} and size {new}",
        )
    if method == "nearest":
        out = np.ascontiguousarray(batch[:, nearest(height, new[0])][:, :, nearest(width, new[1])])
    else:
        out = buffers.empty((len(batch), *new, batch.shape[3]), np.float32)
        threads.for_each(lambda i: resize_one(batch[i], out[i], method, antialias, exact=True), len(batch))
    return out if images.ndim == 4 else out[0]


def target_size(size: Any) -> tuple[int, int]:
    """`size` as two integers.

    Raises:
        ValueError: it is something else.
    """
    try:
        a = np.asarray(as_array(size))
    except (TypeError, ValueError):
        a = np.empty(0)
    if a.dtype.kind not in "iu":
        raise ValueError(f"tf.image.resize: 'size' must be a 1-D int32 Tensor; received {size!r}")
    if a.shape != (2,):
        raise ValueError(f"tf.image.resize: 'size' must be a 1-D Tensor of 2 elements: new_height, new_width; received {size!r}")
    return int(a[0]), int(a[1])


def resize_one(image: np.ndarray, out: np.ndarray, method: str, antialias: bool = False, exact: bool = False) -> None:
    """Resize one (height, width, channels) image into `out`, a float32 array of the new size (for `"nearest"` of any type).

    Args:
        image: of any number type.
        out: where the result goes.
        method: one of `METHODS`.
        antialias: filter before shrinking.
        exact: results close to whole numbers are TensorFlow's to the bit: programs cast them back to levels, which cuts off.
    """
    if method == "nearest":
        out[...] = image[nearest(image.shape[0], out.shape[0])][:, nearest(image.shape[1], out.shape[1])]
    elif method == "bilinear" and not antialias and _cv2_can(image, out):
        cv2 = threads.cv2()
        source = image.astype(np.float32, copy=False)
        made = cv2.resize(source, (out.shape[1], out.shape[0]), dst=out, interpolation=cv2.INTER_LINEAR)
        if made is not out and not np.shares_memory(made, out):
            out[...] = made.reshape(out.shape)
        if exact and image.dtype.kind in "iu":
            _mend_whole_numbers(image, out)
    elif method == "bilinear" and not antialias:
        low, high, fraction = bilinear(image.shape[0], out.shape[0])
        columns = bilinear(image.shape[1], out.shape[1])
        top, bottom = (_lerp_columns(image[rows], *columns) for rows in (low, high))
        np.subtract(bottom, top, out=bottom)
        bottom *= fraction[:, None, None]
        np.add(top, bottom, out=out)
    else:
        rows = apply_taps(image[None], 1, taps(method, antialias, image.shape[0], out.shape[0]))
        out[...] = apply_taps(rows, 2, taps(method, antialias, image.shape[1], out.shape[1]))[0]


def _lerp_columns(rows: np.ndarray, low: np.ndarray, high: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    left, right = (rows.take(i, 1).astype(np.float32) for i in (low, high))
    right -= left
    right *= fraction[:, None]
    right += left
    return right


def _mend_whole_numbers(image: np.ndarray, out: np.ndarray) -> None:
    """Where OpenCV's result lies near a whole number, compute it as TensorFlow does, rounding by rounding."""
    y, x, c = np.nonzero(np.abs(out - np.rint(out)) < _NEAR)
    (y0, y1, fy), (x0, x1, fx) = (tuple(a[i] for a in bilinear(n, m)) for n, m, i in zip(image.shape, out.shape, (y, x)))
    corner = [image[rows, columns, c].astype(np.float32) for rows in (y0, y1) for columns in (x0, x1)]
    top = corner[0] + (corner[1] - corner[0]) * fx
    bottom = corner[2] + (corner[3] - corner[2]) * fx
    out[y, x, c] = top + (bottom - top) * fy


def _cv2_can(image: np.ndarray, out: np.ndarray) -> bool:
    return image.shape[2] in (1, 3, 4) and max(*image.shape[:2], *out.shape[:2]) <= CV2_LARGEST and out.flags.c_contiguous
