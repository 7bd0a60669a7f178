"""Saturation of images: tf.image.adjust_saturation, and each image of a batch by a factor of its own, behind RandomSaturation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device
from ...errors import InvalidArgumentError
from ...registry import Sample, op
from ...tensor import TensorLike
from ._each import clipped, each_image, tile_images
from ._planes import COLOURS, JOINED, check_image, check_rgb, on_planes, rescaled
from .colour import convert_array

_ROUNDS_TO_1 = 3e-7
"""Less of a difference between green and blue, in parts of the largest difference, may make a hue just below 1 round to 1."""


@op(
    "plaidml_compat.saturate_images",
    check=check_rgb("plaidml_compat.saturate_images", "images"),
    tolerance=1e-6,
    parity="what Keras 3's RandomSaturation does for given draws: to 1e-6 of the largest result",
)
def saturate_images(images: TensorLike, factors: TensorLike, low: float = 0, high: float = 1) -> TensorLike:
    """Images whose saturation is multiplied by `factors[n]` and clipped.

    With V the largest colour of a pixel, S its saturation and S' the new one, a colour c becomes V - S' / S * (V - c): conversions to
    HSV and back without the hue. Where V is not positive, S is 0.

    Args:
        images: (batch, height, width, 3), floats.
        factors: (batch,), float32.
        low: the lower bound of the saturation.
        high: its upper bound.

    Returns:
        The same shape and dtype.

    Raises:
        FailedPreconditionError: the last axis is not 3.
    """
    return _saturated(images, factors, low, high)


def _saturated(images: np.ndarray, factors: np.ndarray, low: float, high: float, fused: bool = False) -> np.ndarray:
    tiny = np.finfo(np.float32).tiny

    def one(i: int, image: np.ndarray, out: np.ndarray) -> None:
        factor = image.dtype.type(factors[i])

        def work(red: np.ndarray, green: np.ndarray, blue: np.ndarray, v: np.ndarray, d: np.ndarray, s: np.ndarray) -> None:
            np.maximum(np.maximum(red, green, out=v), blue, out=v)
            np.minimum(np.minimum(red, green, out=d), blue, out=d)
            np.subtract(v, d, out=d)
            np.divide(d, v, out=s)
            if not v.min(initial=1) > 0:
                s[v <= 0] = 0
            s *= factor
            np.clip(s, low, max(low, high), out=s)
            s *= v
            # Greys have the hue of red: a saturation that is clipped to more than 0 colours them.
            grey = s * (d == 0) if low > 0 or high < 0 else None
            if grey is not None:
                s -= grey
            round_hue = _hue_of_1(red, green, blue, v, d) if fused else None
            np.maximum(d, tiny, out=d)
            for plane in (red, green, blue):
                np.subtract(v, plane, out=plane)
                if round_hue is not None:
                    plane[round_hue] = d[round_hue]
                plane /= d  # exactly 1 for the smallest colour, which a saturation of 1 makes 0
                plane *= s
                np.subtract(v, plane, out=plane)
            if grey is not None:
                green -= grey
                blue -= grey

        on_planes(image, out, 3, work)

    return each_image(images, one)


def _hue_of_1(red: np.ndarray, green: np.ndarray, blue: np.ndarray, v: np.ndarray, d: np.ndarray) -> np.ndarray | None:
    """Where TensorFlow's hue rounds to 1 and its fused kernel takes the smallest colour for all three; `None`: nowhere."""
    near = np.flatnonzero((blue > green) & (blue - green < _ROUNDS_TO_1 * d) & (red == v))
    if not near.size:
        return None
    f = d.dtype.type
    near = near[f(1) / (f(6) * d[near]) * (green[near] - blue[near]) + f(1) == 1]
    return near if near.size else None


def _tile(low: float, high: float, fused: bool = False) -> str:
    """Tile statements for J, the images I with their saturation multiplied by F and clipped. The hue of greys is that of red."""
    lacks = {"R": "(V - R) / Q", "G": "(D > 0 ? (V - G) / Q : 1.0)", "B": "(D > 0 ? (V - B) / Q : 1.0)"}
    first = ""
    if fused:  # see _hue_of_1
        first = f"M = (R == V ? (B > G ? ((G - B) * ({device.literal(1 / 6)} / Q) + 1.0 == 1.0 ? 1.0 : 0.0) : 0.0) : 0.0);"
        lacks = {colour: f"(M > 0 ? 1.0 : {lack})" for colour, lack in lacks.items()}
    return f"""{COLOURS} {first}
        S = (V > 0 ? D / (V > 0 ? V : 1.0) : 0.0);
        T = S * F;
        P = V * {clipped("T", low, high)};
        X = V - P * {lacks["R"]};
        Y = V - P * {lacks["G"]};
        Z = V - P * {lacks["B"]};
        {JOINED}
    """


@saturate_images.kernel("device")
def _(images, factors, low=0, high=1):
    return tile_images(images, f"{_tile(low, high)} O = J;", "Saturate", {"F": factors})


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(13)
    image = r.rand(6, 5, 3).astype(np.float32)
    for factor in (0.0, 0.4, 1.7, 20.0, -1.0):
        yield Sample(f"float32-{factor}", (image, factor))
    yield Sample("batch", (r.rand(2, 3, 4, 3).astype(np.float32), np.float32(2.5)))
    yield Sample("five-axes", (r.rand(2, 1, 3, 4, 3).astype(np.float32), 0.5))
    yield Sample("corners", (r.randint(-1, 3, (12, 7, 3)).astype(np.float32) / 2, 1.5))
    greens = np.nextafter(np.float32(0.1), np.float32(1)), 0.1 + 4e-7, 0.1 + 1e-4
    almost = np.array([[(0.5, 0.1, green) for green in greens]], np.float32)
    yield Sample("hue-of-almost-1", (almost, 0.5))
    yield Sample("uint8", (r.randint(0, 256, (5, 4, 3)).astype(np.uint8), 1.5), tolerance=1)
    yield Sample("float64", (r.rand(3, 4, 3), 0.5))


def _check(image: Any, saturation_factor: Any, name: str | None = None) -> None:
    check_image("tf.image.adjust_saturation", image)
    if len(saturation_factor.shape):
        raise InvalidArgumentError(
            None, None, f"tf.image.adjust_saturation: the factor must be one number; received shape {tuple(saturation_factor.shape)}"
        )


@op(
    "tf.image.adjust_saturation",
    accepts="float int uint",
    check=_check,
    samples=_samples,
    tolerance=2e-6,
    parity="to 2e-6 of the range, also where TensorFlow's hue rounds to 1 and the pixel becomes grey",
    traits=["keeps_size"],
)
def adjust_saturation(image: TensorLike, saturation_factor: TensorLike, name: str | None = None) -> TensorLike:
    """Multiplies the saturation of every pixel, and clips it to [0, 1].

    Args:
        image: (..., height, width, 3), numbers; floats in [0, 1].
        saturation_factor: a number.
        name: ignored.

    Returns:
        The same shape and dtype.

    Raises:
        InvalidArgumentError: another shape.
    """
    if not image.size:
        return image.copy()
    flat = convert_array(image, np.float32).reshape(-1, *image.shape[-3:])
    made = _saturated(flat, np.full(len(flat), saturation_factor, np.float32), 0, 1, fused=True)
    return convert_array(made.reshape(image.shape), image.dtype)


@adjust_saturation.kernel("device")
def _(image, saturation_factor, name=None):
    return tile_images(image, f"{_tile(0, 1, True)} O = {rescaled('J', image)};", "AdjustSaturation", {"F": saturation_factor})
