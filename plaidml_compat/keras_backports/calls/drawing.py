"""tf.random.normal and the like in the `call` of layers and models: each run of the graph draws anew, on the device.

The numbers are those of PlaidML's generator: distributed as TensorFlow's, not the same ones. Calls on data draw TensorFlow's own.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any, Callable, Optional

import keras.backend as K
import numpy as np

from plaidml_compat import random
from plaidml_compat.dtypes import DType
from plaidml_compat.exceptions import PlacementError
from plaidml_compat.tensor import Tensor, as_array, is_symbolic, payload

from .contagion import unwrap
from .mode import for_data


class DrawsInCode(BaseException):
    """A layer draws while a graph is made for a call on data, where TensorFlow runs the layer's code: so must its caller.

    No Exception, which a user's `call` may catch.
    """


def draw_in_graph(kind: str, shape: Any, dtype: DType, seed: int | None, first: Any, second: Any) -> Tensor:
    """Random numbers as a value of the graph.

    Args:
        kind: `"normal"` (mean `first`, deviation `second`) or `"uniform"` (from `first` to `second`, which may be `None`).
        shape: sizes, or a tensor of them such as `tf.shape(x)`.
        dtype: type of the numbers.
        seed: the op's own seed.
        first: a number or tensor.
        second: a number or tensor.

    Raises:
        DrawsInCode: in a graph for a call on data.
    """
    if for_data():
        fed = _FED.get()
        if fed is None:
            raise DrawsInCode
        return fed.number(kind, shape, dtype, seed, first, second)
    sizes = _sizes(shape)
    if isinstance(sizes, tuple) and not sizes:
        return Tensor(K.sum(payload(draw_in_graph(kind, (1,), dtype, seed, first, second)), axis=0))
    draw = K.random_normal if kind == "normal" else K.random_uniform
    out = _scaled(kind, draw(sizes, dtype="float32", seed=seed), first, second)
    if kind == "uniform" and dtype.is_integer:
        out = K.minimum(_floor(out), (1 if second is None else payload(second)) - 1)
    return Tensor(out if dtype.name == "float32" else K.cast(out, dtype.name))


def _scaled(kind: str, out: Any, first: Any, second: Any) -> Any:
    if kind == "normal":
        return out * payload(second) + payload(first)
    low, high = payload(first), 1 if second is None else payload(second)
    return out * (high - low) + low


class FedDraws:
    """What a layer draws in its call, drawn on the host with each call of its function and fed to it: TensorFlow's own numbers.

    Args:
        inputs: the placeholders of the function.
        arrays: what it is made for, with sizes that tell how much is drawn.
    """

    def __init__(self, inputs: list, arrays: list) -> None:
        self._inputs, self._arrays = list(inputs), list(arrays)
        self._draws: list[Callable[[], Tensor]] = []
        self.placeholders: list[Any] = []

    @contextlib.contextmanager
    def feeding(self) -> Iterator[None]:
        """What is drawn in the block is fed."""
        token = _FED.set(self)
        try:
            yield
        finally:
            _FED.reset(token)
            self._arrays.clear()  # the draws are kept as long as the function

    def number(self, kind: str, shape: Any, dtype: DType, seed: int | None, first: Any, second: Any) -> Tensor:
        """As `draw_in_graph`.

        Raises:
            PlacementError: whole numbers between bounds that the graph computes.
        """
        sizes = [int(n) for n in np.ravel(self._value(shape))]
        within = is_symbolic(first) or is_symbolic(second)
        if within and dtype.is_integer:
            raise PlacementError("tf.random.uniform", "its bounds get their values when the model runs", "Draw floats, and round them")
        bounds = () if within else (first, second)
        draw = random.normal if kind == "normal" else random.uniform
        self._draws.append(lambda: draw(sizes, *bounds, dtype=dtype.name, seed=seed))
        out = K.placeholder(shape=tuple(sizes), dtype=dtype.name) if sizes else K.placeholder(ndim=0, dtype=dtype.name)
        self.placeholders.append(out)
        return Tensor(_scaled(kind, out, first, second) if within else out)

    def _value(self, shape: Any) -> Any:
        shape = unwrap(shape)
        if is_symbolic(shape):
            return K.function(self._inputs, [shape])(self._arrays)[0]
        return [self._value(v) for v in shape] if isinstance(shape, (list, tuple)) else as_array(shape)

    def draw(self) -> list[Any]:
        """Arrays for the placeholders, drawn now."""
        return [as_array(draw()) for draw in self._draws]


_FED: contextvars.ContextVar[Optional[FedDraws]] = contextvars.ContextVar("plaidml_compat_fed_draws", default=None)


def _sizes(shape: Any) -> Any:
    shape = unwrap(shape)
    if is_symbolic(shape):
        return shape
    return tuple(d if is_symbolic(d) else int(d) for d in (unwrap(v) for v in shape))


def _floor(x: Any) -> Any:
    from plaidml import op

    return op.floor(x)
