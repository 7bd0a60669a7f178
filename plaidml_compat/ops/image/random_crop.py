"""Random parts of tensors: tf.image.random_crop and stateless_random_crop."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ... import random
from ...exceptions import PlacementError
from ...registry import export
from ...tensor import Tensor, as_array, convert_to_tensor, is_symbolic
from ..core._checks import invalid
from ..core.indexing import slice_

_MOST = 2**31 - 1


def _crop(name: str, value: Any, size: Any, draw: Callable[[list[int]], Any]) -> Tensor:
    """A part of a tensor of this size; where it begins is drawn for each axis."""
    if is_symbolic(value):
        raise PlacementError(
            name,
            "it has no device kernel",
            "Use tf.keras.layers.RandomCrop, or apply it in Dataset.map, before the batch reaches the model",
        )
    tensor, sizes = convert_to_tensor(value), as_array(size, None if isinstance(size, Tensor) else "int32")
    shape = np.array(tensor.shape, np.int32)
    if shape.shape != sizes.shape and sizes.size != 1:
        raise invalid(f"{name}: `size` must have a number for each of {len(shape)} axes; received {size!r}")
    if not np.all(shape >= sizes):
        raise invalid(f"{name}: Need value.shape >= size; received shape {tuple(shape.tolist())} and size {sizes.tolist()}")
    first = np.asarray(draw([len(shape)])) % (shape - sizes + 1)
    return slice_(tensor, first, sizes)


@export("tf.image.random_crop", draws=True, parity="bit-equal, draws included")
def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of a tensor, drawn anew with each call.

    Args:
        value: any shape and dtype.
        size: the part's, a number for each axis.
        seed: the op's own seed, or `None`.
        name: ignored.

    Raises:
        InvalidArgumentError: the part is larger than the tensor.
        PlacementError: the tensor is symbolic.
    """
    return _crop("tf.image.random_crop", value, size, lambda n: random.uniform(n, dtype="int32", maxval=_MOST, seed=seed))


@export("tf.image.stateless_random_crop", draws=True, parity="bit-equal, draws included")
def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> Tensor:
    """`tf.image.random_crop` with numbers that depend on the seed, two integers, alone.

    Raises:
        InvalidArgumentError: the part is larger than the tensor.
        PlacementError: the tensor is symbolic.
    """
    return _crop("tf.image.stateless_random_crop", value, size, lambda n: random.stateless_uniform(n, seed, dtype="int32", maxval=_MOST))
