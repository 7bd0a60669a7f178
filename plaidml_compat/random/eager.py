"""tf.random.set_seed and the functions that hang on it: tf.random.uniform, normal, truncated_normal, shuffle.

Eagerly, an op without a seed takes the next number of a Python generator made from the global seed, and an op called
again with the same seeds goes on where it stopped. In a function that TensorFlow traces, each call is a node of a graph: the n-th
one without a seed takes n (`graphs.py`). Its numbers start anew with every iterator of a dataset; a `tf.function`'s go on.
"""

from __future__ import annotations

import contextlib
import contextvars
import random
import threading
from collections.abc import Iterator
from typing import Any, Callable, Optional

import numpy as np

from ..exceptions import PlacementError
from ..registry import export
from ..tensor import Tensor, as_array
from ._arguments import FLOATS, between, check_dtype, count_of, scaled, shape_of
from ._op_seeds import TRUNCATE, start, truncated
from .branches import current, drawing
from .distributions import RESERVED, sample
from .graphs import ELEMENT, GraphCalls
from .philox import WordStream
from .stateless import check_bounds
from .traces import is_tracing
from .turnstile import Source


class _Global:
    """What set_seed sets: the seed, the generator of op seeds, and where each op stopped."""

    seed: int | None = None
    op_seeds: random.Random = random.Random()
    streams: dict[tuple, Source] = {}  # noqa: RUF012
    lock = threading.Lock()


_DRAW: contextvars.ContextVar[Optional[Callable[..., Tensor]]] = contextvars.ContextVar("plaidml_compat_draw", default=None)


@contextlib.contextmanager
def drawing_with(draw: Callable[..., Tensor] | None) -> Iterator[None]:
    """Within the block `draw(kind, shape, dtype, seed, first, second)` serves tf.random.normal and uniform; `None`: nothing does."""
    token = _DRAW.set(draw)
    try:
        yield
    finally:
        _DRAW.reset(token)


def in_graph() -> bool:
    """True where TensorFlow would trace a graph: in a `tf.function`, in the functions of a dataset, and in a step of a model."""
    return ELEMENT.get() is not None or is_tracing()


def graph_calls() -> GraphCalls:
    """The random calls of a dataset's function that is traced now."""
    return GraphCalls(_Global.seed)


def global_seed() -> int | None:
    """The seed set by tf.random.set_seed, or `None`."""
    return _Global.seed


def seeding() -> object:
    """The same object until set_seed is called again."""
    return _Global.op_seeds


def graph_seed() -> int | None:
    """The global seed as a dataset made now sees it: in another dataset's function, the one from when that was made."""
    element = current()
    return _Global.seed if element is None else element.seed


@export("tf.random.set_seed", "tf.compat.v1.set_random_seed", "tf.compat.v1.random.set_random_seed")
def set_seed(seed: int) -> None:
    """Set the global seed: the random functions and unseeded datasets made from now on are TensorFlow's with the same seed."""
    with _Global.lock:
        # As an int, which is what TensorFlow makes of NumPy's integers.
        _Global.seed = None if seed is None else int(seed)
        _Global.op_seeds = random.Random(_Global.seed)
        _Global.streams = {}


def get_seed_pair(op_seed: int | None) -> tuple[int, int] | None:
    """The two seeds of an op or dataset made now, or `None`: neither it nor the program has a seed.

    Takes the next op seed when there is only a global seed.
    """
    element = drawing()
    if element is not None:
        return element.seed_pair(op_seed)
    if op_seed is None and _Global.seed is not None:
        with _Global.lock:
            op_seed = _Global.op_seeds.randint(0, TRUNCATE)
    return truncated(_Global.seed, op_seed)


def advance(kind: tuple, op_seed: int | None, samples: int) -> tuple[int, int]:
    """(counter, key) for the next call of an op of that kind (name, dtypes) and seed; it moves on by `samples` blocks.

    Raises:
        PlacementError: in the `call` of a layer that runs on the device.
    """
    if _DRAW.get() is not None:
        raise PlacementError(
            f"tf.random.{kind[0]}",
            "its numbers are drawn on the host when the graph is made, and each batch would get the same",
            "Draw in Dataset.map, or use tf.random.normal or tf.random.uniform, which the device draws with each batch",
        )
    element = drawing()
    if op_seed is not None:
        op_seed = int(op_seed)
    if element is not None:
        source = element.stream(kind, op_seed)
    else:
        pair = get_seed_pair(op_seed)
        if op_seed is None:
            # Its seed is drawn anew for each call: there is nothing to go on from.
            return start(pair)
        with _Global.lock:
            source = _Global.streams.setdefault((kind, pair), Source(start(pair)))
    return source.advance(lambda s: (s[0] + samples, s[1]))


def _draw(kind: str, shape: Any, dtype: Any, seed: Any, low: Any = None, high: Any = None) -> np.ndarray:
    shape = shape_of(shape)
    n = count_of(shape)
    at = advance((kind, dtype.name), seed, RESERVED * n)
    return sample(kind, n, dtype.np_type, *at, low, high).reshape(shape)


@export("tf.random.uniform", draws=True)
def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", seed: int | None = None, name: str | None = None
) -> Tensor:
    """Uniform numbers in [minval, maxval): TensorFlow's own, bit for bit, once a seed is set.

    In the `call` of a layer or model that runs on the device, they are drawn there with each batch and are not TensorFlow's.

    Args:
        shape: shape of the result.
        minval: lower bound.
        maxval: upper bound, not included; 1 for floats by default, needed for integers.
        dtype: float16, float32, float64, int32 or int64.
        seed: the op's own seed, or `None`.
        name: ignored.

    Raises:
        ValueError: integers without `maxval`, or another type.
        InvalidArgumentError: no integer lies between the bounds.
    """
    dt = check_dtype("tf.random.uniform", dtype, *FLOATS, "int32", "int64")
    if dt.is_integer and maxval is None:
        raise ValueError(f"Must specify maxval for integer dtype {dt.name}")
    draw = _DRAW.get()
    if draw is not None:
        return draw("uniform", shape, dt, seed, minval, maxval)
    if dt.is_integer:
        return Tensor(_draw("int", shape, dt, seed, *check_bounds("tf.random.uniform", minval, maxval)))
    return Tensor(between(_draw("uniform", shape, dt, seed), minval, maxval, dt))


@export("tf.random.normal", draws=True)
def normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = "float32", seed: int | None = None, name: str | None = None
) -> Tensor:
    """Normal numbers; arguments as in `tf.random.uniform`."""
    dt = check_dtype("tf.random.normal", dtype, *FLOATS)
    draw = _DRAW.get()
    if draw is not None:
        return draw("normal", shape, dt, seed, mean, stddev)
    return Tensor(scaled(_draw("normal", shape, dt, seed), stddev, mean))


@export("tf.random.truncated_normal", draws=True)
def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = "float32", seed: int | None = None, name: str | None = None
) -> Tensor:
    """Normal numbers within two deviations of the mean; arguments as in `tf.random.uniform`."""
    dt = check_dtype("tf.random.truncated_normal", dtype, *FLOATS)
    return Tensor(scaled(_draw("truncated_normal", shape, dt, seed), stddev, mean))


@export("tf.random.shuffle", draws=True)
def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A tensor's slices along its first axis in random order: TensorFlow's own order once a seed is set."""
    a = as_array(value)
    n = len(a) if a.ndim else 1
    blocks = -(-(n - 1) // 4)
    # Even where there is nothing to shuffle, the op takes a seed.
    at = advance(("shuffle", a.dtype.name), seed, max(0, blocks))
    if n <= 1:
        return Tensor(a)
    word = WordStream(*at, chunk=4 * blocks)
    order = list(range(n))
    for i in range(n - 1):
        j = i + word() % (n - i)
        order[i], order[j] = order[j], order[i]
    return Tensor(a[order])
