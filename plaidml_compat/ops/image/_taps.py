"""Where each output pixel of a resized axis reads from, and with what weights: TensorFlow's arithmetic, in its precision."""

from __future__ import annotations

import functools
from typing import Callable

import numpy as np

_F = np.float32

# Keys' cubic in a table of this many steps a pixel, as TensorFlow's bicubic kernel without antialiasing has it.
_STEPS = 1024


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(_F(1) - x, _F(0))


def _lanczos(radius: int) -> Callable[[np.ndarray], np.ndarray]:
    def kernel(x: np.ndarray) -> np.ndarray:
        px = _F(np.pi) * np.maximum(x, _F(1e-3))
        value = _F(radius) * np.sin(px) * np.sin(px / _F(radius)) / (px * px)
        return np.where(x > radius, _F(0), np.where(x <= _F(1e-3), _F(1), value))

    return kernel


def _gaussian(x: np.ndarray) -> np.ndarray:
    sigma = _F(0.5)  # a third of the radius
    return np.where(x >= _F(1.5), _F(0), np.exp(-x * x / (_F(2) * sigma * sigma)))


def _keys(x: np.ndarray) -> np.ndarray:
    near = (_F(1.5) * x - _F(2.5)) * x * x + _F(1)
    far = ((_F(-0.5) * x + _F(2.5)) * x - _F(4)) * x + _F(2)
    return np.where(x >= 2, _F(0), np.where(x >= 1, far, near))


def _mitchell(x: np.ndarray) -> np.ndarray:
    near = (_F(7 / 6) * x - _F(2)) * x * x + _F(8 / 9)
    far = ((_F(-7 / 18) * x + _F(2)) * x - _F(10 / 3)) * x + _F(16 / 9)
    return np.where(x >= 2, _F(0), np.where(x >= 1, far, near))


_KERNELS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "bilinear": (1.0, _triangle),
    "bicubic": (2.0, _keys),
    "lanczos3": (3.0, _lanczos(3)),
    "lanczos5": (5.0, _lanczos(5)),
    "gaussian": (1.5, _gaussian),
    "mitchellcubic": (2.0, _mitchell),
}


@functools.lru_cache(256)
def taps(method: str, antialias: bool, size: int, new: int) -> tuple[np.ndarray, np.ndarray]:
    """(indices, weights), each of shape (new, taps): the weighted sum of these input pixels is the output pixel.

    Args:
        method: `"area"` or one of the kernels (`"bilinear"` with antialiasing).
        antialias: widen the kernel when shrinking.
        size: length of the input's axis.
        new: length of the output's.
    """
    if method == "area":
        return _area(size, new)
    if not antialias and method == "bicubic":
        return _bicubic(size, new)
    return _kernel(method, antialias, size, new)


def nearest(size: int, new: int) -> np.ndarray:
    """The input pixel of each output pixel."""
    at = (np.arange(new, dtype=_F) + _F(0.5)) * (_F(size) / _F(new))
    return np.minimum(np.floor(at).astype(np.intp), size - 1)


def _half_pixel(size: int, new: int) -> np.ndarray:
    return (np.arange(new, dtype=_F) + _F(0.5)) * (_F(size) / _F(new)) - _F(0.5)


@functools.lru_cache(256)
def bilinear(size: int, new: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(low, high, fraction): an output pixel is `low + (high - low) * fraction`."""
    at = _half_pixel(size, new)
    floor = np.floor(at)
    low = np.maximum(floor, 0).astype(np.intp)
    high = np.minimum(np.ceil(at), size - 1).astype(np.intp)
    return low, high, at - floor


def _bicubic(size: int, new: int) -> tuple[np.ndarray, np.ndarray]:
    at = _half_pixel(size, new)
    floor = np.floor(at)
    step = np.rint((at - floor) * _F(_STEPS)).astype(np.intp)
    place = floor.astype(np.intp)[:, None] + np.arange(-1, 3)
    distance = np.stack([_STEPS + step, step, _STEPS - step, 2 * _STEPS - step], 1).astype(_F) / _F(_STEPS)
    # Pixels outside get no weight; the others share it.
    weights = np.where((place >= 0) & (place < size), _keys(distance), _F(0))
    return np.clip(place, 0, size - 1), _normalized(weights)


def _area(size: int, new: int) -> tuple[np.ndarray, np.ndarray]:
    scale = _F(size) / _F(new)
    start = np.arange(new, dtype=_F) * scale
    end = np.arange(1, new + 1, dtype=_F) * scale
    first = np.floor(start).astype(np.intp)
    count = int((np.ceil(end).astype(np.intp) - first).max())
    place = first[:, None] + np.arange(count)
    low, high = place.astype(_F), place.astype(_F) + _F(1)
    covered = np.minimum(high, end[:, None]) - np.maximum(low, start[:, None])
    covered = np.where((low < start[:, None]) & (high > end[:, None]), scale, covered)  # their difference, without its rounding
    weights = np.where(low < np.ceil(end)[:, None], np.maximum(covered, _F(0)), _F(0)) / scale
    return np.clip(place, 0, size - 1), weights.astype(_F)


def _kernel(method: str, antialias: bool, size: int, new: int) -> tuple[np.ndarray, np.ndarray]:
    radius, kernel = _KERNELS[method]
    inverse = _F(1) / (_F(new) / _F(size))
    widen = max(inverse, _F(1)) if antialias else _F(1)
    reach = _F(radius) * widen
    at = (np.arange(new, dtype=_F) + _F(0.5)) * inverse
    start = np.clip(np.ceil(at - reach - _F(0.5)).astype(np.intp), 0, size - 1)
    end = np.clip(np.floor(at + reach - _F(0.5)).astype(np.intp), 0, size - 1) + 1
    place = start[:, None] + np.arange(int((end - start).max()))
    distance = np.abs(place.astype(_F) + _F(0.5) - at[:, None]) / widen
    inside = (place < end[:, None]) & (at >= 0)[:, None] & (at <= size)[:, None]
    weights = np.where(inside, kernel(distance), _F(0)).astype(_F)
    return np.minimum(place, size - 1), _normalized(weights)


def _normalized(weights: np.ndarray) -> np.ndarray:
    total = weights.sum(1, keepdims=True, dtype=_F)
    some = np.abs(total) >= 1000 * np.finfo(_F).tiny
    return np.where(some, weights / np.where(some, total, _F(1)), _F(0)).astype(_F)


def apply_taps(images: np.ndarray, axis: int, at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Resample one axis of (batch, height, width, channels) as float32."""
    indices, weights = at
    shape = [1, 1, 1, 1]
    shape[axis] = len(indices)
    out: np.ndarray | None = None
    for k in range(indices.shape[1]):
        part = images.take(indices[:, k], axis).astype(_F, copy=False)
        part = part * weights[:, k].reshape(shape)
        out = part if out is None else np.add(out, part, out=out)
    assert out is not None
    return out
