"""Random saturation and hue: tf.image.random_saturation, random_hue and their stateless forms."""

from __future__ import annotations

from typing import Any

from ... import random
from ...registry import export
from ...tensor import Tensor
from .hue import adjust_hue
from .random_colour import check_bounds
from .saturation import adjust_saturation


def _check_delta(name: str, max_delta: float) -> None:
    if not 0 <= max_delta <= 0.5:
        raise ValueError(f"{name}: `max_delta` must be from 0 to 0.5; received {max_delta}")


@export("tf.image.random_saturation", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """Multiplies the saturation of an image (all of a batch alike) by a factor drawn from [lower, upper), see `tf.image.adjust_saturation`.

    Args:
        image: (..., 3), red, green and blue.
        lower: 0 or more.
        upper: larger than `lower`.
        seed: the op's own seed, or `None`.

    Raises:
        ValueError: the bounds are swapped or negative.
    """
    check_bounds("tf.image.random_saturation", lower, upper)
    return adjust_saturation(image, random.uniform([], lower, upper, seed=seed))


@export("tf.image.stateless_random_saturation", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def stateless_random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Tensor:
    """`tf.image.random_saturation` with a factor that depends on the seed, two integers, alone.

    Raises:
        ValueError: the bounds are swapped or negative.
    """
    check_bounds("tf.image.stateless_random_saturation", lower, upper)
    return adjust_saturation(image, random.stateless_uniform([], seed, lower, upper))


@export("tf.image.random_hue", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """Turns the hues of an image (all of a batch alike) by a part drawn from [-max_delta, max_delta), see `tf.image.adjust_hue`.

    Args:
        image: (..., 3), red, green and blue.
        max_delta: from 0 to 0.5, half the circle.
        seed: the op's own seed, or `None`.

    Raises:
        ValueError: another `max_delta`.
    """
    _check_delta("tf.image.random_hue", max_delta)
    return adjust_hue(image, random.uniform([], -max_delta, max_delta, seed=seed))


@export("tf.image.stateless_random_hue", draws=True, parity="draws bit-equal", traits=["keeps_size"])
def stateless_random_hue(image: Any, max_delta: float, seed: Any) -> Tensor:
    """`tf.image.random_hue` with a number that depends on the seed, two integers, alone.

    Raises:
        ValueError: another `max_delta`.
    """
    _check_delta("tf.image.stateless_random_hue", max_delta)
    return adjust_hue(image, random.stateless_uniform([], seed, -max_delta, max_delta))
