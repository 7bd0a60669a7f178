"""Warping images by a projective transform, as TensorFlow's ImageProjectiveTransformV3 does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from ... import buffers, threads
from ...errors import InvalidArgumentError
from ...registry import Limit, Op, Sample, op
from ...tensor import TensorLike, as_array
from ._warp_gather import warp_by_gather

_F = np.float32
_BORDER = {"CONSTANT": "BORDER_CONSTANT", "REFLECT": "BORDER_REFLECT", "NEAREST": "BORDER_REPLICATE"}
_LARGEST_SIDE = 32766
"""OpenCV keeps coordinates in 16 bits: larger images go through the index path."""
_AFFINE_SIDE = 256
"""cv2.warpAffine is the fastest, but off by up to 4e-5 of the range at this size and more on larger images; cv2.remap is off by 1e-7."""


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(3)
    for shape, size in (((2, 9, 12, 3), (9, 12)), ((1, 16, 16, 1), (10, 21)), ((3, 7, 5, 4), (7, 5)), ((1, 6, 8, 6), (6, 8))):
        images = r.rand(*shape).astype(_F)
        angles = r.uniform(-3, 3, len(images)).astype(_F)
        rotations = np.zeros((len(images), 8), _F)
        rotations[:, 0], rotations[:, 1] = np.cos(angles), -np.sin(angles)
        rotations[:, 3], rotations[:, 4] = np.sin(angles), np.cos(angles)
        rotations[:, [2, 5]] = r.uniform(-4, 12, (len(images), 2))
        projective = rotations + np.array([0, 0, 0, 0, 0, 0, 0.01, -0.02], _F)
        for mode in ("CONSTANT", "REFLECT", "WRAP", "NEAREST"):
            for interpolation in ("BILINEAR", "NEAREST"):
                for name, t in (("affine", rotations), ("projective", projective)):
                    yield Sample(
                        f"{'x'.join(map(str, shape))}-{mode}-{interpolation}-{name}".lower(),
                        (),
                        {
                            "images": images,
                            "transforms": t,
                            "output_shape": np.array(size, np.int32),
                            "interpolation": interpolation,
                            "fill_value": 0.25,
                            "fill_mode": mode,
                        },
                    )


def check_warp(name: str) -> Callable[..., None]:
    """A `check` for ops that warp: refuses arguments that do not fit, of arrays and of graph values."""

    def check(
        images: Any,
        transforms: Any,
        interpolation: str,
        fill_mode: str,
        output_shape: Any = None,
        fill_value: Any = 0.0,
        **others: Any,
    ) -> None:
        if interpolation.upper() not in ("BILINEAR", "NEAREST") or fill_mode.upper() not in (*_BORDER, "WRAP"):
            raise ValueError(
                f"{name}: interpolation is BILINEAR or NEAREST, fill_mode CONSTANT, REFLECT, WRAP or NEAREST; "
                f"received {interpolation!r} and {fill_mode!r}"
            )
        shapes = tuple(images.shape), tuple(transforms.shape)
        number = {n for n in (shapes[0][:1], shapes[1][:1]) if n not in ((None,), (1,))}
        if len(shapes[0]) != 4 or len(shapes[1]) != 2 or shapes[1][1] != 8 or len(number) > 1 or (shapes[0][0] == 1 and number):
            raise ValueError(
                f"{name}: images are (batch, height, width, channels), transforms (batch or 1, 8); "
                f"received shapes {shapes[0]} and {shapes[1]}"
            )
        _number(name, fill_value)
        size = shapes[0][1:3] if output_shape is None else tuple(np.asarray(output_shape))
        if any(n is not None and int(n) < 1 for n in size):
            raise InvalidArgumentError(None, None, f"{name}: the result must have pixels; received output_shape {size}")

    return check


def _number(name: str, fill_value: Any) -> float:
    """A fill value as a number.

    Raises:
        InvalidArgumentError: it has axes.
        TypeError, ValueError: it is no number, or a tensor of another dtype than float32.
    """
    array = as_array(fill_value, "float32")
    if array.ndim:
        raise InvalidArgumentError(None, None, f"{name}: fill_value must be a scalar; received one of the shape {array.shape}")
    return float(array)


@op(
    "tf.raw_ops.ImageProjectiveTransformV3",
    accepts={"transforms": "float32"},
    check=check_warp("tf.raw_ops.ImageProjectiveTransformV3"),
    samples=_samples,
    tolerance=1e-4,
    parity="at most 1e-4 of the value range; nearest interpolation is exact; so is the gradient, a warp by the inverse transform",
)
def projective_transform(
    images: TensorLike,
    transforms: TensorLike,
    output_shape: Any,
    fill_value: Any = 0.0,
    interpolation: str = "BILINEAR",
    fill_mode: str = "CONSTANT",
    name: str | None = None,
) -> TensorLike:
    """Warp images: output pixel (x, y) shows input point ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1.

    Args:
        images: (batch, height, width, channels), float32 or any other number type.
        transforms: (batch, 8) or (1, 8) float32, the coefficients a0, a1, a2, b0, b1, b2, c0, c1.
        output_shape: height and width of the result, two integers.
        fill_value: what "CONSTANT" shows outside the image: a number, also as a float32 tensor without axes.
        interpolation: "BILINEAR" or "NEAREST".
        fill_mode: "CONSTANT", "REFLECT", "WRAP" or "NEAREST".
        name: not used.

    Returns:
        (batch, output height, output width, channels), the images' dtype.

    Raises:
        ValueError: an unknown fill mode or interpolation, or a shape that does not fit.
        InvalidArgumentError: a result without pixels, or a fill value with axes.
    """
    fill_value = _number("tf.raw_ops.ImageProjectiveTransformV3", fill_value)
    interpolation, fill_mode = interpolation.upper(), fill_mode.upper()
    height, width = (int(n) for n in np.asarray(output_shape))
    work = images if images.dtype in (np.float32, np.float64) else images.astype(_F)
    out = buffers.empty((len(images), height, width, images.shape[3]), work.dtype)
    rows = transforms.astype(_F, copy=False)
    small_enough = max(*images.shape[1:3], height, width, 1)
    opencv = work.dtype == _F and out.size and work.size and small_enough <= _LARGEST_SIDE

    def one(i: int) -> None:
        t = rows[i if len(rows) > 1 else 0]
        if not opencv:
            _by_index(work[i], t, out[i], fill_value, interpolation, fill_mode)
        elif interpolation == "BILINEAR" and fill_mode != "WRAP" and small_enough <= _AFFINE_SIDE and not t[6] and not t[7]:
            matrix = t[:6].reshape(2, 3).astype(np.float64)
            _by_channels(
                work[i],
                out[i],
                lambda cv2, part, dst, **how: cv2.warpAffine(part, matrix, dst.shape[1::-1], dst=dst, **how),
                fill_value,
                fill_mode,
            )
        else:
            x, y = _maps(t, height, width, work.shape[1:3], interpolation, fill_mode)
            mode = "CONSTANT" if fill_mode == "WRAP" else fill_mode
            _by_channels(
                work[i],
                out[i],
                lambda cv2, part, dst, flags, **how: cv2.remap(part, x, y, _method(cv2, interpolation), dst=dst, **how),
                fill_value,
                mode,
            )

    threads.for_each(one, len(images), grain=1 + 20000 // max(1, out[:1].size))
    return out if out.dtype == images.dtype else out.astype(images.dtype)


@projective_transform.kernel("device", on="llvm_cpu")
@projective_transform.kernel(
    "device",
    limits=[
        Limit(
            "any projective transform takes a gather, for which PlaidML compares every index with every pixel on such devices",
            lambda **arguments: True,
            "slow",
            "Use RandomRotation, RandomZoom, RandomTranslation or RandomShear, or warp in Dataset.map",
        )
    ],
)
def _(images, transforms, output_shape, fill_value=0.0, interpolation="BILINEAR", fill_mode="CONSTANT", name=None):
    height, width = (int(n) for n in np.asarray(output_shape))
    fill_value = _number("tf.raw_ops.ImageProjectiveTransformV3", fill_value)
    return warp_by_gather(images, transforms, (height, width), fill_value, interpolation.upper(), fill_mode.upper())


def _method(cv2: Any, interpolation: str) -> int:
    return cv2.INTER_LINEAR if interpolation == "BILINEAR" else cv2.INTER_NEAREST


def _by_channels(image: np.ndarray, out: np.ndarray, warp: Callable[..., np.ndarray], fill: float, mode: str) -> None:
    """Run an OpenCV warp on all channels, in groups of 4, 3 or 1: two channels OpenCV warps with coordinates rounded to 1/32 pixel."""
    cv2 = threads.cv2()
    how = {"flags": cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR, "borderMode": getattr(cv2, _BORDER[mode]), "borderValue": (fill,) * 4}
    channels = image.shape[2]
    if channels in (1, 3, 4):
        warp(cv2, image, out, **how)
        return
    start = 0
    while start < channels:
        n = 4 if channels - start >= 4 else 3 if channels - start == 3 else 1
        part = np.ascontiguousarray(image[:, :, start : start + n])
        got = np.empty((*out.shape[:2], n), out.dtype)
        warp(cv2, part, got, **how)
        out[:, :, start : start + n] = got
        start += n


def _coordinates(t: np.ndarray, height: int, width: int) -> tuple[np.ndarray, np.ndarray, Any]:
    """Input coordinates x, y of every output pixel, in TensorFlow's own order of float32 operations, and where the point is finite.

    Where x is the same in all rows, or y in all columns, as without rotation, the array has one row or column.
    """
    x = np.arange(width, dtype=_F)[None, :]
    y = np.arange(height, dtype=_F)[:, None]
    fx = t[0] * x + t[1] * y if t[1] else t[0] * x
    fy = t[3] * x + t[4] * y if t[3] else t[4] * y
    fx += t[2]
    fy += t[5]
    if not t[6] and not t[7]:
        return fx, fy, np.True_
    k = t[6] * x + t[7] * y + _F(1)
    finite = k != 0
    k = np.where(finite, k, _F(1))
    return fx / k, fy / k, finite


def _maps(t: np.ndarray, height: int, width: int, size: tuple[int, int], interpolation: str, mode: str) -> tuple[np.ndarray, np.ndarray]:
    """Maps for cv2.remap. It folds as TensorFlow does where the pixels in between are read; not for WRAP, nor before rounding."""
    fx, fy, finite = _coordinates(t, height, width)
    if mode == "WRAP" or interpolation == "NEAREST":
        fx, fy = fold_coordinates(fx, size[1], mode), fold_coordinates(fy, size[0], mode)
    if interpolation == "NEAREST":
        fx, fy = _round(fx), _round(fy)
    if finite is not np.True_:
        outside = _F(-10)
        fx, fy = np.where(finite, fx, outside), np.where(finite, fy, outside)
    whole = height, width
    return np.ascontiguousarray(np.broadcast_to(fx, whole)), np.ascontiguousarray(np.broadcast_to(fy, whole))


def fold_coordinates(f: np.ndarray, n: int, mode: str) -> np.ndarray:
    """TensorFlow's MapCoordinate: coordinates brought into [0, n - 1] by the fill mode (its WRAP divides by n - 1 but moves by n)."""
    if mode == "CONSTANT":
        return f
    last = _F(n - 1)
    if mode == "NEAREST" or n <= 1:
        return np.clip(f, _F(0), last)
    size = _F(n)
    if mode == "REFLECT":
        period = _F(2 * n)
        below = period * np.trunc(-f / period) + f
        below = np.where(below < -size, below + period, -below - _F(1))
        above = f - period * np.trunc(f / period)
        above = np.where(above >= size, period - above - _F(1), above)
    else:
        below = f + size * (np.trunc(-f / last) + _F(1))
        above = f - size * np.trunc(f / last)
    return np.clip(np.where(f < 0, below, np.where(f > last, above, f)), _F(0), last)


def _by_index(image: np.ndarray, t: np.ndarray, out: np.ndarray, fill: float, interpolation: str, mode: str) -> None:
    """Any transform, mode and size, by index arrays, in TensorFlow's own order of float32 operations."""
    h, w = image.shape[:2]
    fx, fy, seen = _coordinates(t, *out.shape[:2])
    fx, fy = fold_coordinates(fx, w, mode), fold_coordinates(fy, h, mode)
    value = image.dtype.type(fill)

    def read(yy: np.ndarray, xx: np.ndarray) -> np.ndarray:
        inside = (yy >= 0) & (yy < h) & (xx >= 0) & (xx < w) & seen
        got = image[np.clip(yy, 0, h - 1).astype(np.intp), np.clip(xx, 0, w - 1).astype(np.intp)]
        return np.where(inside[..., None], got, value)

    if interpolation == "NEAREST":
        out[...] = read(_round(fy), _round(fx))
        return
    y0, x0 = np.floor(fy), np.floor(fx)
    y1, x1 = y0 + _F(1), x0 + _F(1)
    left, right = (x1 - fx)[..., None], (fx - x0)[..., None]
    top = left * read(y0, x0) + right * read(y0, x1)
    bottom = left * read(y1, x0) + right * read(y1, x1)
    out[...] = (y1 - fy)[..., None] * top + (fy - y0)[..., None] * bottom


def _round(v: np.ndarray) -> np.ndarray:
    """Half away from zero, as C's round."""
    return np.where(v < 0, np.ceil(v - _F(0.5)), np.floor(v + _F(0.5)))


def warping_op(name: str) -> Callable[[Callable], Op]:
    """Declare an op for transforms of one kind, for which a device has a kernel of its own; its host function is this one's."""
    return op(
        name,
        accepts={"transforms": "float32"},
        check=check_warp(name),
        tolerance=1e-4,
        parity=f"{projective_transform.name} of such transforms: to 1e-4 of the value range, nearest is exact; so is its gradient, "
        "on the device a warp by the inverse transform as in TensorFlow",
    )
