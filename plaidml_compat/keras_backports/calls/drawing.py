"""tf.random.normal and the like in the `call` of layers and models: each run of the graph draws anew, on the device.

The numbers are those of PlaidML's generator: distributed as TensorFlow's, not the same ones.
"""

from __future__ import annotations

from typing import Any

import keras.backend as K

from plaidml_compat.dtypes import DType
from plaidml_compat.tensor import Tensor, is_symbolic, payload

from .contagion import unwrap


def draw_in_graph(kind: str, shape: Any, dtype: DType, seed: int | None, first: Any, second: Any) -> Tensor:
    """Random numbers as a value of the graph.

    Args:
        kind: `"normal"` (mean `first`, deviation `second`) or `"uniform"` (from `first` to `second`, which may be `None`).
        shape: sizes, or a tensor of them such as `tf.shape(x)`.
        dtype: type of the numbers.
        seed: the op's own seed.
        first: a number or tensor.
        second: a number or tensor.
    """
    sizes = _sizes(shape)
    if isinstance(sizes, tuple) and not sizes:
        return Tensor(K.sum(payload(draw_in_graph(kind, (1,), dtype, seed, first, second)), axis=0))
    if kind == "normal":
        out = K.random_normal(sizes, dtype="float32", seed=seed) * payload(second) + payload(first)
    else:
        low, high = payload(first), 1 if second is None else payload(second)
        out = K.random_uniform(sizes, dtype="float32", seed=seed)
        out = out * (high - low) + low
        if dtype.is_integer:
            out = K.minimum(_floor(out), high - 1)
    return Tensor(out if dtype.name == "float32" else K.cast(out, dtype.name))


def _sizes(shape: Any) -> Any:
    shape = unwrap(shape)
    if is_symbolic(shape):
        return shape
    return tuple(d if is_symbolic(d) else int(d) for d in (unwrap(v) for v in shape))


def _floor(x: Any) -> Any:
    from plaidml import op

    return op.floor(x)
