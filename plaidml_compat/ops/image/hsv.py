"""tf.image.rgb_to_hsv and hsv_to_rgb: colours as hue, saturation and value, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

import numpy as np

from ... import buffers, device, threads
from ...registry import Sample, op
from ...tensor import TensorLike
from ._each import clipped, tile_images
from ._planes import CHUNK, COLOURS, HUE, JOINED, check_rgb, hue, on_planes


def _on_pixels(images: np.ndarray, spare: int, work: Callable) -> np.ndarray:
    """`on_planes` for images of any rank, shared out over the threads."""
    out = buffers.empty(images.shape, images.dtype)
    pixels, made = np.ascontiguousarray(images).reshape(-1, 3), out.reshape(-1, 3)
    parts = [slice(k, k + CHUNK) for k in range(0, len(pixels), CHUNK)]

    def one(i: int) -> None:
        with np.errstate(all="ignore"):  # in this thread too
            on_planes(pixels[parts[i]], made[parts[i]], spare, work)

    threads.for_each(one, len(parts))
    return out


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(11)
    yield Sample("image", (r.rand(5, 4, 3).astype(np.float32),))
    yield Sample("batch", (r.rand(2, 7, 6, 3).astype(np.float32) * 255,), tolerance=255e-6)
    yield Sample("pixels", (r.randint(0, 4, (60, 3)).astype(np.float32) / 3,))
    yield Sample("beyond-the-range", (r.rand(3, 5, 3).astype(np.float32) * 4 - 2,))
    yield Sample("pixel", (np.array([0.2, 0.4, 0.3], np.float32),))
    yield Sample("levels", (r.randint(0, 256, (4, 5, 3)).astype(np.uint8),), tolerance=1e-1)


@op(
    "tf.image.rgb_to_hsv",
    accepts={"images": "float32"},
    check=check_rgb("tf.image.rgb_to_hsv", "images"),
    samples=_samples,
    tolerance=1e-6,
    parity="to 1e-6 of the range; tensors of float16 and float64, which TensorFlow takes, have to be cast to float32",
    traits=["keeps_size"],
)
def rgb_to_hsv(images: TensorLike, name: str | None = None) -> TensorLike:
    """Colours as hue, saturation and value.

    Args:
        images: (..., 3), floats from 0 to 1: red, green, blue.
        name: ignored.

    Returns:
        The same shape: hue in [0, 1], saturation in [0, 1], value.

    Raises:
        FailedPreconditionError: the last axis is not 3.
        InvalidArgumentError: a tensor that is not float32.
    """

    def work(red: np.ndarray, green: np.ndarray, blue: np.ndarray, v: np.ndarray, d: np.ndarray, h: np.ndarray, spare: np.ndarray) -> None:
        np.maximum(np.maximum(red, green, out=v), blue, out=v)
        np.minimum(np.minimum(red, green, out=d), blue, out=d)
        np.subtract(v, d, out=d)
        inverse = 1 / np.maximum(d, np.finfo(d.dtype).tiny)
        hue(red, green, blue, v, inverse, h, spare)
        h *= d.dtype.type(1 / 6)
        h += h < 0
        red[:] = h
        np.divide(d, v, out=green)
        green[v <= 0] = 0
        blue[:] = v

    return _on_pixels(images, 4, work)


@rgb_to_hsv.kernel("device")
def _(images, name=None):
    body = f"""{COLOURS} {HUE}
        T = H * {device.literal(1 / 6)};
        X = (T < 0 ? T + 1.0 : T);
        Y = (V > 0 ? D / (V > 0 ? V : 1.0) : 0.0);
        Z = V;
        {JOINED} O = J;
    """
    return tile_images(images, body, "RgbToHsv")


def _hsv_samples() -> Iterator[Sample]:
    r = np.random.RandomState(12)
    yield Sample("image", (r.rand(5, 4, 3).astype(np.float32),))
    yield Sample("batch", (r.rand(2, 7, 6, 3).astype(np.float32) * np.array([1, 1, 255], np.float32),), tolerance=255e-6)
    yield Sample("corners", (r.randint(0, 7, (60, 3)).astype(np.float32) / np.float32(6),))
    yield Sample("beyond-the-range", (r.rand(3, 5, 3).astype(np.float32) * 4 - 2,), tolerance=1e-5)
    yield Sample("pixel", (np.array([0.2, 0.4, 0.3], np.float32),))


@op(
    "tf.image.hsv_to_rgb",
    accepts={"images": "float32"},
    check=check_rgb("tf.image.hsv_to_rgb", "images"),
    samples=_hsv_samples,
    tolerance=1e-6,
    parity="to 1e-6 of the range; tensors of float16 and float64, which TensorFlow takes, have to be cast to float32",
    traits=["keeps_size"],
)
def hsv_to_rgb(images: TensorLike, name: str | None = None) -> TensorLike:
    """The reverse of `tf.image.rgb_to_hsv`.

    Args:
        images: (..., 3), floats: hue and saturation in [0, 1], value.
        name: ignored.

    Returns:
        The same shape: red, green, blue.

    Raises:
        FailedPreconditionError: the last axis is not 3.
        InvalidArgumentError: a tensor that is not float32.
    """

    def work(h: np.ndarray, s: np.ndarray, v: np.ndarray, green: np.ndarray, blue: np.ndarray, sixths: np.ndarray) -> None:
        np.multiply(h, 6, out=sixths)
        # One minus the colour's part of the saturated one: 0 within a sixth of its hue, 1 from two sixths on.
        np.clip(2 - np.abs(sixths - 3), 0, 1, out=h)
        np.clip(np.abs(sixths - 2) - 1, 0, 1, out=green)
        np.clip(np.abs(sixths - 4) - 1, 0, 1, out=blue)
        s *= v
        for plane in (h, green, blue):
            plane *= s
            np.subtract(v, plane, out=plane)
        s[:] = green
        v[:] = blue

    return _on_pixels(images, 3, work)


@hsv_to_rgb.kernel("device")
def _(images, name=None):
    # Red counts from the other side: |h - 3| - 1 is its part, |h - 2| - 1 and |h - 4| - 1 are what green and blue lack.
    body = f"""
        H[{{n}}, 0 : {{N}}, 1] = =(I[{{n}}, 0]);
        S[{{n}}, 0 : {{N}}, 1] = =(I[{{n}}, 1]);
        V[{{n}}, 0 : {{N}}, 1] = =(I[{{n}}, 2]);
        T = H * 6.0;
        A = 2.0 - abs(T - 3.0);
        E = abs(T - 2.0) - 1.0;
        F = abs(T - 4.0) - 1.0;
        X = V - S * V * {clipped("A", 0, 1)};
        Y = V - S * V * {clipped("E", 0, 1)};
        Z = V - S * V * {clipped("F", 0, 1)};
        {JOINED} O = J;
    """
    return tile_images(images, body, "HsvToRgb")
