"""Random brightness and contrast: tf.image.random_brightness, random_contrast and their stateless forms."""

from __future__ import annotations

from typing import Any

from ... import random
from ...registry import export
from ...tensor import Tensor
from .colour import adjust_brightness, adjust_contrast


def _check_delta(name: str, max_delta: float) -> None:
    if max_delta < 0:
        raise ValueError(f"{name}: `max_delta` must be 0 or more; received {max_delta}")


def check_bounds(name: str, lower: float, upper: float) -> None:
    """Refuse bounds of a factor that are swapped or negative.

    Raises:
        ValueError: they are.
    """
    if upper <= lower:
        raise ValueError(f"{name}: `upper` must be larger than `lower`; received {lower} and {upper}")
    if lower < 0:
        raise ValueError(f"{name}: `lower` must be 0 or more; received {lower}")


@export("tf.image.random_brightness", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """Adds a number drawn from [-max_delta, max_delta) to an image, see `tf.image.adjust_brightness`.

    Args:
        image: (..., height, width, channels); floats in [0, 1].
        max_delta: 0 or more, in units of the whole range.
        seed: the op's own seed, or `None`.

    Raises:
        ValueError: `max_delta` is negative.
    """
    _check_delta("tf.image.random_brightness", max_delta)
    return adjust_brightness(image, random.uniform([], -max_delta, max_delta, seed=seed))


@export("tf.image.stateless_random_brightness", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def stateless_random_brightness(image: Any, max_delta: float, seed: Any) -> Tensor:
    """`tf.image.random_brightness` with a number that depends on the seed, two integers, alone.

    Raises:
        ValueError: `max_delta` is negative.
    """
    _check_delta("tf.image.stateless_random_brightness", max_delta)
    return adjust_brightness(image, random.stateless_uniform([], seed, -max_delta, max_delta))


@export("tf.image.random_contrast", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """Changes the contrast of an image (all of a batch alike) by a factor drawn from [lower, upper), see `tf.image.adjust_contrast`.

    Args:
        image: (..., height, width, channels); floats in [0, 1].
        lower: 0 or more.
        upper: larger than `lower`.
        seed: the op's own seed, or `None`.

    Raises:
        ValueError: the bounds are swapped or negative.
    """
    check_bounds("tf.image.random_contrast", lower, upper)
    return adjust_contrast(image, random.uniform([], lower, upper, seed=seed))


@export("tf.image.stateless_random_contrast", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def stateless_random_contrast(image: Any, lower: float, upper: float, seed: Any) -> Tensor:
    """`tf.image.random_contrast` with a factor that depends on the seed, two integers, alone.

    Raises:
        ValueError: the bounds are swapped or negative.
    """
    check_bounds("tf.image.stateless_random_contrast", lower, upper)
    return adjust_contrast(image, random.stateless_uniform([], seed, lower, upper))
