"""tf.image.adjust_jpeg_quality, random_jpeg_quality, stateless_random_jpeg_quality: what an image looks like after it was a JPEG file."""

from __future__ import annotations

from typing import Any

from .. import random
from ..errors import InvalidArgumentError
from ..ops.image.colour import convert_image_dtype
from ..registry import export
from ..tensor import Tensor, as_array, convert_to_tensor
from .decode import decode_jpeg
from .encode import encode_jpeg

_PARITY = "bit-equal, draws included"


@export("tf.image.adjust_jpeg_quality", parity="bit-equal", traits=["keeps_size"])
def adjust_jpeg_quality(image: Any, jpeg_quality: Any, name: str | None = None) -> Tensor:
    """An image encoded as a JPEG file, and decoded.

    Args:
        image: (height, width, 1 or 3), of any number type; floats are in [0, 1].
        jpeg_quality: from 0 to 100.
        name: ignored.

    Returns:
        The same shape and dtype.

    Raises:
        InvalidArgumentError: another shape or quality.
    """
    image = convert_to_tensor(image)
    quality = as_array(jpeg_quality, "int32")
    if quality.ndim:
        raise InvalidArgumentError(None, None, f"tf.image.adjust_jpeg_quality: `jpeg_quality` must be a scalar; received {jpeg_quality!r}")
    contents = encode_jpeg(convert_image_dtype(image, "uint8", saturate=True), quality=int(quality))
    return convert_image_dtype(decode_jpeg(contents, channels=image.shape[-1]), image.dtype, saturate=True)


def _check(name: str, low: Any, high: Any) -> None:
    if low < 0 or high < 0 or low > 100 or high > 100:
        raise ValueError(f"{name}: jpeg encoding range must be between 0 and 100; received {low} to {high}")
    if low >= high:
        raise ValueError(f"{name}: `min_jpeg_quality` must be less than `max_jpeg_quality`; received {low} and {high}")


@export("tf.image.random_jpeg_quality", draws=True, parity=_PARITY, traits=["keeps_size"])
def random_jpeg_quality(image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: int | None = None) -> Tensor:
    """`tf.image.adjust_jpeg_quality` with a quality from `min_jpeg_quality` up to, and without, `max_jpeg_quality`.

    Raises:
        ValueError: qualities that are not from 0 to 100, or no range.
        InvalidArgumentError: an image of another shape.
    """
    _check("tf.image.random_jpeg_quality", min_jpeg_quality, max_jpeg_quality)
    return adjust_jpeg_quality(image, random.uniform([], min_jpeg_quality, max_jpeg_quality, dtype="int32", seed=seed))


@export("tf.image.stateless_random_jpeg_quality", draws=True, parity=_PARITY, traits=["keeps_size"])
def stateless_random_jpeg_quality(image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: Any) -> Tensor:
    """`tf.image.random_jpeg_quality` with numbers that depend on the seed, two integers, alone; raises the same errors."""
    _check("tf.image.stateless_random_jpeg_quality", min_jpeg_quality, max_jpeg_quality)
    return adjust_jpeg_quality(image, random.stateless_uniform([], seed, min_jpeg_quality, max_jpeg_quality, dtype="int32"))
