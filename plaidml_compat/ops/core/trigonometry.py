"""tf.sin and tf.cos, to the last bit: one ulp of an angle moves pixels.

TensorFlow computes float32 in groups of eight, by the reduction and polynomials of Eigen's packet math (after
Cephes), and what is left over with the C library's sinf and cosf. Both are reproduced here; the groups of eight are
those of TensorFlow's x86-64 packages, built for AVX.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
from collections.abc import Iterator
from typing import Callable

import numpy as np

from ... import device
from ...registry import Sample, op
from ...tensor import TensorLike

_F = np.float32
_PACKET = 8
_TWO_OVER_PI = _F(0.63661975)
_ROUNDING = _F(12582912)  # 1.5 * 2**23: adding it leaves the nearest whole number in the last bits
# pi/2 in four parts, each exact when multiplied by a small whole number
_HALF_PI = tuple(map(_F, (-1.5703125, -0.00048398972, 1.6286504e-07, 5.5644315e-11)))
_COS = tuple(map(_F, (2.4372266e-05, -0.001388652, 0.04166662, -0.5, 1.0)))
_SIN = tuple(map(_F, (-0.00019592341, 0.0083326874, -0.16666662)))


def _packets(x: np.ndarray, sine: bool) -> np.ndarray:
    reduced = np.abs(x)
    rounded = reduced * _TWO_OVER_PI + _ROUNDING
    quadrant = rounded.view(np.int32)
    y = rounded - _ROUNDING
    for part in _HALF_PI:
        reduced = y * part + reduced
    sign = x.view(np.int32) ^ (quadrant << 30) if sine else (quadrant + 1) << 30
    square = reduced * reduced
    cosine = functools.reduce(lambda p, c: p * square + c, _COS)
    sines = functools.reduce(lambda p, c: p * square + c, _SIN) * square * reduced + reduced
    value = np.where(((quadrant & 1) == 0) == sine, sines, cosine)
    return (value.view(np.int32) ^ (sign & np.int32(-(2**31)))).view(_F)


@functools.lru_cache(None)
def _c_function(name: str) -> Callable[[float], float]:
    try:
        found = getattr(ctypes.CDLL(ctypes.util.find_library("m") or "libm.so.6"), name)
    except (OSError, AttributeError):
        return np.sin if name == "sinf" else np.cos  # in double precision, rounded: differs in the last bit of 3 % of the angles
    found.restype, found.argtypes = ctypes.c_float, [ctypes.c_float]
    return found


def _float32(x: np.ndarray, sine: bool) -> np.ndarray:
    flat = np.ascontiguousarray(x).ravel()
    out = np.empty_like(flat)
    whole = len(flat) - len(flat) % _PACKET
    with np.errstate(all="ignore"):
        out[:whole] = _packets(flat[:whole], sine)
    scalar = _c_function("sinf" if sine else "cosf")
    for i in range(whole, len(flat)):
        out[i] = scalar(float(flat[i]))
    return out.reshape(x.shape)


def sine_and_cosine(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of float32 angles in radians, on the host whatever the placement: layers draw with them."""
    return _float32(x, True), _float32(x, False)


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(2)
    for n in (1, 3, 8, 21, 64):
        yield Sample(f"float32-{n}", (r.uniform(-7, 7, n).astype(_F),))
    yield Sample("float64", (r.uniform(-7, 7, 5),), tolerance=1e-15)


_PARITY = "bit-equal on the host for angles up to 18,000 in float32; 2.4e-7 on llvm_cpu, 1e-6 on OpenCL"


@op("tf.math.sin", "tf.sin", accepts="float complex", samples=_samples, parity=_PARITY)
def sin(x: TensorLike, name: str | None = None) -> TensorLike:
    """The sine of x in radians, element by element."""
    return _float32(x, True) if x.dtype == _F else np.sin(x)


@op("tf.math.cos", "tf.cos", accepts="float complex", samples=_samples, parity=_PARITY)
def cos(x: TensorLike, name: str | None = None) -> TensorLike:
    """The cosine of x in radians, element by element."""
    return _float32(x, False) if x.dtype == _F else np.cos(x)


# OpenCL drivers bring functions of their own: an NVIDIA H100's were measured to be off by 9.5e-7 for angles between -7 and 7. Angles
# that move pixels are computed on the host (sine_and_cosine).
_DRIVERS = 1e-6


@sin.kernel("device", on="opencl", tolerance=_DRIVERS)
@sin.kernel("device", tolerance=2.4e-7)
def _(x, name=None):
    return device.backend().sin(x)


@cos.kernel("device", on="opencl", tolerance=_DRIVERS)
@cos.kernel("device", tolerance=2.4e-7)
def _(x, name=None):
    return device.backend().cos(x)
