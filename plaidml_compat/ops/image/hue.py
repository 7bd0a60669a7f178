"""Hue of images: tf.image.adjust_hue, and each image of a batch by a number of its own, behind RandomHue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import device
from ...errors import InvalidArgumentError
from ...registry import Sample, op
from ...tensor import TensorLike
from ._each import clip, clipped, each_image, tile_images
from ._planes import COLOURS, HUE, JOINED, check_image, check_rgb, hue, on_planes, rescaled
from .colour import convert_array


@op(
    "plaidml_compat.shift_hues",
    check=check_rgb("plaidml_compat.shift_hues", "images"),
    tolerance=1e-6,
    parity="what Keras 3's RandomHue does for given draws: to 1e-6 of the range",
)
def shift_hues(images: TensorLike, shifts: TensorLike, low: float = 0, high: float = 255) -> TensorLike:
    """Images whose hue goes on by `shifts[n]` of the circle.

    Pixels without a colour above `low` become grey: for TensorFlow their saturation is 0.

    Args:
        images: (batch, height, width, 3), floats.
        shifts: (batch,), float32, from -1 to 1.
        low: the value of black, and the lower bound of the result.
        high: the value of white, and the upper bound. Below `low` the images are those of the other range upside down.

    Returns:
        The same shape and dtype.

    Raises:
        FailedPreconditionError: the last axis is not 3.
    """
    return _shifted(images, shifts, (min(low, high), max(low, high)), low + high if low > high else None)


def _shifted(images: np.ndarray, shifts: np.ndarray, bounds: tuple[float, float] | None, turned_at: float | None = None) -> np.ndarray:
    """Images with their hues shifted and clipped to bounds; `turned_at` less what they are, before and after, if that is given."""

    def one(i: int, image: np.ndarray, out: np.ndarray) -> None:
        if turned_at is not None:
            image = image.dtype.type(turned_at) - image
        shift = image.dtype.type(_sixths(float(shifts[i])))

        def work(red: np.ndarray, green: np.ndarray, blue: np.ndarray, *planes: np.ndarray) -> None:
            v, d, h, spare = planes
            np.maximum(np.maximum(red, green, out=v), blue, out=v)
            np.minimum(np.minimum(red, green, out=d), blue, out=d)
            np.subtract(v, d, out=d)
            inverse = np.maximum(d, np.finfo(d.dtype).tiny)
            hue(red, green, blue, v, np.divide(1, inverse, out=inverse), h, spare)
            if bounds is not None and not v.min(initial=bounds[1]) > bounds[0]:
                d[v <= bounds[0]] = 0
            h += shift
            h -= 6 * np.floor(np.multiply(h, 1 / 6, out=spare), out=spare)
            # What a colour lacks of the largest: nothing within a sixth of its hue, the whole difference from two sixths on.
            _lack(h, 3, -1, 2, red)
            _lack(h, 2, 1, -1, green)
            _lack(h, 4, 1, -1, blue)
            for plane in (red, green, blue):
                plane *= d
                np.subtract(v, plane, out=plane)

        on_planes(image, out, 4, work)
        if bounds is not None:
            clip(out, *bounds)
        if turned_at is not None:
            np.subtract(out.dtype.type(turned_at), out, out=out)

    return each_image(images, one)


def _lack(h: np.ndarray, centre: float, sign: float, start: float, out: np.ndarray) -> None:
    """`clip(start + sign * |h - centre|, 0, 1)`."""
    np.abs(np.subtract(h, centre, out=out), out=out)
    if sign < 0:
        np.subtract(start, out, out=out)
    else:
        out += start
    np.clip(out, 0, 1, out=out)


def _sixths(shift: float) -> float:
    """A shift as a part of the circle from 0 to 6."""
    return 6 * (shift - np.floor(shift))


def _tile(turned: str) -> str:
    """Tile statements for J, the images I with their hue shifted by F.

    Args:
        turned: an expression of the difference between the largest and the smallest colour of the result.
    """
    # Two steps to a number from 0 to 6: floor has no derivative.
    return f"""{COLOURS} {HUE}
        T = F * 6.0 + H;
        TT = (T < 0.0 ? T + 6.0 : (T < 6.0 ? T : T - 6.0));
        U = (TT < 0.0 ? TT + 6.0 : TT);
        A = 2.0 - abs(U - 3.0);
        E = abs(U - 2.0) - 1.0;
        L = abs(U - 4.0) - 1.0;
        K = {turned};
        X = V - K * {clipped("A", 0, 1)};
        Y = V - K * {clipped("E", 0, 1)};
        Z = V - K * {clipped("L", 0, 1)};
        {JOINED}
    """


@shift_hues.kernel("device")
def _(images, shifts, low=0, high=255):
    bottom, top = min(low, high), max(low, high)
    body = f"{_tile(f'(V > {device.literal(bottom)} ? D : 0.0)')} O = {clipped('J', bottom, top)};"
    if low <= high:
        return tile_images(images, body, "ShiftHues", {"F": shifts})
    dtype, K = device.dtype_name(images), device.backend()
    turn = f"O = {device.literal(low + high)} - I;"
    turned = tile_images(images if dtype == "float32" else K.cast(images, "float32"), turn, "Turn")
    return K.cast(tile_images(tile_images(turned, body, "ShiftHues", {"F": shifts}), turn, "Turn"), dtype)


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(14)
    image = r.rand(6, 5, 3).astype(np.float32)
    for delta in (0.0, 0.1, 0.35, -0.2, -0.9, 1.0):
        yield Sample(f"float32-{delta}", (image, delta))
    yield Sample("batch", (r.rand(2, 3, 4, 3).astype(np.float32), 0.25))
    yield Sample("five-axes", (r.rand(2, 1, 3, 4, 3).astype(np.float32), -0.5))
    yield Sample("corners", (r.randint(-1, 3, (12, 7, 3)).astype(np.float32) / 2, 0.3))
    yield Sample("uint8", (r.randint(0, 256, (5, 4, 3)).astype(np.uint8), 0.3), tolerance=1)
    yield Sample("float64", (r.rand(3, 4, 3), -0.1))


def _check(image: Any, delta: Any, name: str | None = None) -> None:
    check_image("tf.image.adjust_hue", image)
    if len(delta.shape):
        raise InvalidArgumentError(None, None, f"tf.image.adjust_hue: delta must be one number; received shape {tuple(delta.shape)}")


@op(
    "tf.image.adjust_hue",
    accepts="float int uint",
    check=_check,
    samples=_samples,
    tolerance=2e-6,
    parity="to 2e-6 of the range",
    traits=["keeps_size"],
)
def adjust_hue(image: TensorLike, delta: TensorLike, name: str | None = None) -> TensorLike:
    """Turns the hue of every pixel on by `delta` of the circle.

    Args:
        image: (..., height, width, 3), numbers; floats in [0, 1].
        delta: a number from -1 to 1.
        name: ignored.

    Returns:
        The same shape and dtype.

    Raises:
        InvalidArgumentError: another shape.
        ValueError: `delta` is not within [-1, 1].
    """
    if not -1 <= delta <= 1:
        raise ValueError(f"tf.image.adjust_hue: delta must be in the interval [-1, 1]; received {delta}")
    if not image.size:
        return image.copy()
    flat = convert_array(image, np.float32).reshape(-1, *image.shape[-3:])
    made = _shifted(flat, np.full(len(flat), delta, np.float32), None)
    return convert_array(made.reshape(image.shape), image.dtype)


@adjust_hue.kernel("device")
def _(image, delta, name=None):
    return tile_images(image, f"{_tile('D')} O = {rescaled('J', image)};", "AdjustHue", {"F": delta})
