"""Random mirroring: tf.image.random_flip_left_right, random_flip_up_down and their stateless forms."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ... import random
from ...registry import export
from ...tensor import Tensor, convert_to_tensor
from .flip import check_rank, flip_images, flip_left_right, flip_up_down


def _flip(name: str, image: Any, horizontal: bool, draw: Callable[[list[int]], Any]) -> Tensor:
    """An image mirrored when the number drawn for it is below 0.5; images of a batch when theirs is above."""
    image = convert_to_tensor(image)
    check_rank(name, image.shape)
    if len(image.shape) == 3:
        mirror = flip_left_right if horizontal else flip_up_down
        return mirror(image) if float(draw([])) < 0.5 else image
    chosen = np.round(np.asarray(draw([image.shape[0]])))
    none = np.zeros_like(chosen)
    return flip_images(image, chosen if horizontal else none, none if horizontal else chosen)


@export("tf.image.random_flip_left_right", draws=True, parity="bit-equal, draws included", traits=["keeps_size"])
def random_flip_left_right(image: Any, seed: int | None = None) -> Tensor:
    """Mirrors an image, or each of a batch, left to right with probability 1/2.

    Args:
        image: (height, width, channels) or (batch, height, width, channels).
        seed: the op's own seed, or `None`.

    Raises:
        ValueError: another rank.
    """
    return _flip("tf.image.random_flip_left_right", image, True, lambda shape: random.uniform(shape, seed=seed))


@export("tf.image.random_flip_up_down", draws=True, parity="bit-equal, draws included", traits=["keeps_size"])
def random_flip_up_down(image: Any, seed: int | None = None) -> Tensor:
    """Mirrors an image, or each of a batch, upside down with probability 1/2; arguments as in `random_flip_left_right`.

    Raises:
        ValueError: another rank.
    """
    return _flip("tf.image.random_flip_up_down", image, False, lambda shape: random.uniform(shape, seed=seed))


@export("tf.image.stateless_random_flip_left_right", draws=True, parity="bit-equal, draws included", traits=["keeps_size"])
def stateless_random_flip_left_right(image: Any, seed: Any) -> Tensor:
    """`tf.image.random_flip_left_right` with numbers that depend on the seed, two integers, alone.

    Raises:
        ValueError: another rank.
    """
    return _flip("tf.image.stateless_random_flip_left_right", image, True, lambda shape: random.stateless_uniform(shape, seed))


@export("tf.image.stateless_random_flip_up_down", draws=True, parity="bit-equal, draws included", traits=["keeps_size"])
def stateless_random_flip_up_down(image: Any, seed: Any) -> Tensor:
    """`tf.image.random_flip_up_down` with numbers that depend on the seed, two integers, alone.

    Raises:
        ValueError: another rank.
    """
    return _flip("tf.image.stateless_random_flip_up_down", image, False, lambda shape: random.stateless_uniform(shape, seed))
