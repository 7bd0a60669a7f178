"""Mirroring images: tf.image.flip_left_right, flip_up_down, and the per-image flip behind RandomFlip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ... import buffers, device, threads
from ...registry import Sample, op
from ...tensor import TensorLike
from ._each import spread

_CV2_TYPES = frozenset(["uint8", "int8", "uint16", "int16", "int32", "float32", "float64"])


def _flip_samples() -> Iterator[Sample]:
    r = np.random.RandomState(1)
    for shape, dtype in (((5, 7, 3), "float32"), ((2, 4, 6, 1), "uint8"), ((3, 1, 5, 4), "float32"), ((2, 5, 1, 3), "int32")):
        yield Sample("x".join(map(str, shape)) + dtype, ((r.rand(*shape) * 255).astype(dtype),))


def check_rank(name: str, shape: Sequence[Any]) -> None:
    """Refuse what is no image and no batch of images.

    Raises:
        ValueError: the rank is neither 3 nor 4.
    """
    if len(shape) not in (3, 4):
        raise ValueError(
            f"{name}: image must have 3 dimensions (height, width, channels) or 4 (with a batch first); received shape {tuple(shape)}"
        )


@op("tf.image.flip_left_right", samples=_flip_samples, parity="bit-equal", traits=["keeps_size"])
def flip_left_right(image: TensorLike) -> TensorLike:
    """Mirror images left to right.

    Args:
        image: (height, width, channels) or (batch, height, width, channels), any dtype.

    Returns:
        The same shape and dtype.

    Raises:
        ValueError: another rank.
    """
    check_rank("tf.image.flip_left_right", image.shape)
    images = image if image.ndim == 4 else image[None]
    every = np.ones(len(images), bool)
    return _mirrored(images, every, ~every).reshape(image.shape)


@flip_left_right.kernel("device")
def _(image):
    return _mirror(image, "tf.image.flip_left_right", -2)


@op("tf.image.flip_up_down", samples=_flip_samples, parity="bit-equal", traits=["keeps_size"])
def flip_up_down(image: TensorLike) -> TensorLike:
    """Mirror images upside down.

    Args:
        image: (height, width, channels) or (batch, height, width, channels), any dtype.

    Returns:
        The same shape and dtype.

    Raises:
        ValueError: another rank.
    """
    check_rank("tf.image.flip_up_down", image.shape)
    return np.ascontiguousarray(image[..., ::-1, :, :])


@flip_up_down.kernel("device")
def _(image):
    return _mirror(image, "tf.image.flip_up_down", -3)


def _mirror(value, name: str, axis: int):
    """A graph value mirrored along one axis."""
    dims = value.shape.dims
    check_rank(name, dims)
    size, index = [f"N{i}" for i in range(len(dims))], [f"i{i}" for i in range(len(dims))]
    target = list(index)
    target[axis] = f"{size[axis]} - 1 - {index[axis]}"
    code = f"function (I[{', '.join(size)}]) -> (O) {{ O[{', '.join(target)} : {', '.join(size)}] = =(I[{', '.join(index)}]); }}"
    return device.tile(code, [("I", value)], dims, device.dtype_name(value), "Mirror")


@op("plaidml_compat.flip_images", parity="what tf.image.stateless_random_flip_* does for given draws; bit-equal")
def flip_images(images: TensorLike, horizontal: TensorLike, vertical: TensorLike) -> TensorLike:
    """Mirror some images of a batch.

    Args:
        images: (batch, height, width, channels), any dtype.
        horizontal: (batch,), 1 where an image is mirrored left to right, else 0.
        vertical: (batch,), 1 where it is mirrored upside down, else 0.

    Returns:
        The same shape and dtype.
    """
    return _mirrored(images, horizontal, vertical)


def _mirrored(images: np.ndarray, horizontal: np.ndarray, vertical: np.ndarray) -> np.ndarray:
    out = buffers.empty(images.shape, images.dtype)
    fast = images.dtype.name in _CV2_TYPES and images.shape[-1] <= 4 and images.size
    codes = {(True, False): 1, (False, True): 0, (True, True): -1}

    def one(i: int) -> None:
        h, v = bool(horizontal[i]), bool(vertical[i])
        if fast and (h or v):
            threads.cv2().flip(images[i], codes[h, v], dst=out[i])
        else:
            out[i] = images[i, :: -1 if v else 1, :: -1 if h else 1]

    threads.for_each(one, len(images), grain=1 + (1 << 20) // max(1, images[:1].size))
    return out


@flip_images.kernel("device")
def _(images, horizontal, vertical):
    dims = images.shape.dims
    dtype = device.dtype_name(images)
    code = f"""function (I[N, H, W, C], A[N], B[N]) -> (O) {{
        R[n, h, W - 1 - w, c : N, H, W, C] = =(I[n, h, w, c]);
        {spread("MA", "A[n]")}
        J = (MA > 0.5 ? R : I);
        V[n, H - 1 - h, w, c : N, H, W, C] = =(J[n, h, w, c]);
        {spread("MB", "B[n]")}
        O = (MB > 0.5 ? V : J);
    }}"""
    return device.tile(code, [("I", images), ("A", horizontal), ("B", vertical)], dims, dtype, "FlipImages")
