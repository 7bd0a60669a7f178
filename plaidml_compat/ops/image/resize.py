"""tf.image.resize: images to another size, by any of TensorFlow's eight methods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from ... import buffers, device, threads
from ...errors import InvalidArgumentError
from ...registry import Sample, export, op
from ...tensor import TensorLike, as_array
from ._device_limits import NO_LONG_SIDES, as_float32, size_of
from ._resample_tile import axis_taps, resample_by_gather, resample_by_matrices
from ._taps import area_share, bilinear, half_pixel, nearest, nearest_numbers, sum_in_bands, sum_in_order

METHODS = ("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")

CV2_LARGEST = 512
"""Longest side for cv2.resize: it computes positions in double precision, TensorFlow in single, whose rounding grows with them (at 1,024
it matters by 1.05e-4 of the range). For longer ones cv2.remap gets TensorFlow's positions, up to a side of 32,766."""

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
    parity="nearest is bit-equal, of images of whole numbers bicubic, area, gaussian and mitchellcubic too; else bilinear agrees to 6e-5 "
    "of the value range, the others to 1e-6",
    traits=["resizes"],
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
    new = _new_size(images.shape, images.dtype, size, method, preserve_aspect_ratio)
    batch = images if images.ndim == 4 else images[None]
    out = buffers.empty((len(batch), *new, batch.shape[3]), images.dtype if method == "nearest" else np.float32)
    grain = 1 + 20000 // out[:1].size if len(out) else 1
    threads.for_each(lambda i: resize_one(batch[i], out[i], method, antialias, exact=True), len(batch), grain)
    return out if images.ndim == 4 else out[0]


@resize.kernel("device", on="llvm_cpu")
def _(images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False, name=None):
    return _on_device(resample_by_gather, images, size, method, preserve_aspect_ratio, antialias)


@resize.kernel("device", limits=[NO_LONG_SIDES])
def _(images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False, name=None):
    return _on_device(resample_by_matrices, images, size, method, preserve_aspect_ratio, antialias)


def _on_device(resample: Callable[..., Any], images: Any, size: Any, method: str, preserve: bool, antialias: bool) -> Any:
    K = device.backend()
    h, w = size_of("tf.image.resize", images)
    new = _new_size((*images.shape.dims[:-3], h, w, images.shape.dims[-1]), device.dtype_name(images), size, method, preserve)
    batch = images if len(images.shape.dims) == 4 else K.expand_dims(images, 0)
    if method != "nearest":
        batch = as_float32("tf.image.resize", batch)
    rows, columns = (axis_taps(method, antialias, old, n) for old, n in zip((h, w), new))
    out = resample(batch, rows, columns, method == "bilinear" and not antialias)
    return out if len(images.shape.dims) == 4 else K.squeeze(out, 0)


def _new_size(shape: Any, dtype: Any, size: Any, method: str, preserve: bool) -> tuple[int, int]:
    """Height and width of the result."""
    if len(shape) not in (3, 4):
        raise ValueError(f"tf.image.resize: 'images' must have either 3 or 4 dimensions; received shape {shape}")
    new = target_size(size)
    if method not in METHODS:
        raise ValueError(f"tf.image.resize: Resize method is not implemented: {method!r}; use one of {', '.join(METHODS)}")
    height, width, channels = shape[-3:]
    if preserve:
        f = np.float32
        scale = min(f(new[0]) / f(height), f(new[1]) / f(width))
        new = int(np.rint(scale * f(height))), int(np.rint(scale * f(width)))
    if dtype == "bool":
        raise InvalidArgumentError(None, None, "tf.image.resize: images must be numbers; cast them first. Received dtype bool")
    if min(*new, height, width, channels) < 1:
        raise InvalidArgumentError(
            None,
            None,
            f"tf.image.resize: input and output sizes must be positive; received an image of {height}x{width} and size {new}",
        )
    return new


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
        _pick(image, out)
    elif method == "bilinear" and not antialias and _cv2_can(image, out):
        _resize_cv2(image.astype(np.float32, copy=False), out)
        if exact and image.dtype.kind in "iu":
            _mend_whole_numbers(image, out)
    elif method == "bilinear" and not antialias:
        low, high, fraction = bilinear(image.shape[0], out.shape[0])
        columns = bilinear(image.shape[1], out.shape[1])
        if 2 * len(low) < len(image):
            top, bottom = (_lerp_columns(image[rows], *columns) for rows in (low, high))
        else:
            every = _lerp_columns(image, *columns)
            top, bottom = every[low], every[high]
        np.subtract(bottom, top, out=bottom)
        bottom *= fraction[:, None, None]
        np.add(top, bottom, out=out)
    else:
        # Of whole numbers sums are close to whole numbers, and programs cast them back.
        _filter(image, out, sum_in_order if exact and image.dtype.kind in "iu" else sum_in_bands, method, antialias)
        if not np.isfinite(out.sum()):
            _filter(image, out, sum_in_order, method, antialias)


def _pick(image: np.ndarray, out: np.ndarray) -> None:
    """Resize by taking the nearest pixels."""
    if not out.flags.c_contiguous or out.dtype != image.dtype:
        made = np.empty(out.shape, image.dtype)
        _pick(image, made)
        out[...] = made
        return
    (height, width, channels), new_height = image.shape, out.shape[0]
    # NumPy takes rows, and numbers of rows, faster than pixels. What makes the image smaller comes first.
    steps = [(nearest(height, new_height), 0), (nearest_numbers(width, out.shape[1], channels), 1)]
    (first, axis), then = steps if new_height < height else steps[::-1]
    source = image.reshape(height, -1)
    shape = (len(first), source.shape[1]) if axis == 0 else (height, len(first))
    part = np.take(source, first, axis, out=buffers.empty(shape, image.dtype), mode="clip")  # other modes copy once more
    np.take(part, *then, out=out.reshape(new_height, -1), mode="clip")


def _filter(image: np.ndarray, out: np.ndarray, resample: Callable[..., np.ndarray], method: str, antialias: bool) -> None:
    """Resize by weighted sums of pixels: the rows, then the columns as rows of the transposed image."""
    if method == "area" and resample is sum_in_order:
        # TensorFlow sums along columns first, and divides last.
        _sum(image.swapaxes(0, 1), out.swapaxes(0, 1), resample, method, antialias)
        out *= area_share(image.shape[:2], out.shape[:2])
    else:
        _sum(image, out, resample, method, antialias)


def _sum(image: np.ndarray, out: np.ndarray, resample: Callable[..., np.ndarray], method: str, antialias: bool) -> None:
    height, width, channels = image.shape
    new_height, new_width = out.shape[:2]
    rows = resample(image.astype(np.float32, copy=False).reshape(height, -1), method, antialias, new_height)
    turned = buffers.empty((width, new_height, channels), np.float32)
    _transpose(rows.reshape(new_height, width, channels), turned)
    _transpose(resample(turned.reshape(width, -1), method, antialias, new_width).reshape(new_width, new_height, channels), out)


def _transpose(image: np.ndarray, out: np.ndarray) -> None:
    """Rows for columns."""
    if out.shape[2] <= 4 and out.flags.c_contiguous:
        threads.cv2().transpose(image, dst=out)
    else:
        out[...] = image.swapaxes(0, 1)


def _resize_cv2(image: np.ndarray, out: np.ndarray) -> None:
    cv2 = threads.cv2()
    size = height, width = out.shape[:2]
    if max(*image.shape[:2], *size) <= CV2_LARGEST:
        made = cv2.resize(image, (width, height), dst=out, interpolation=cv2.INTER_LINEAR)
    else:
        x, y = half_pixel(image.shape[1], width)[None], half_pixel(image.shape[0], height)[:, None]
        x, y = (np.ascontiguousarray(np.broadcast_to(at, size)) for at in (x, y))
        made = cv2.remap(image, x, y, cv2.INTER_LINEAR, dst=out, borderMode=cv2.BORDER_REPLICATE)
    if made is not out and not np.shares_memory(made, out):
        out[...] = made.reshape(out.shape)


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
    return image.shape[2] in (1, 3, 4) and max(*image.shape[:2], *out.shape[:2]) <= 32766 and out.flags.c_contiguous
