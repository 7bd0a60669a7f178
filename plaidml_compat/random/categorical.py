"""tf.random.categorical and stateless_categorical: numbers of classes, drawn by their logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import DType, as_dtype
from ..errors import InvalidArgumentError, NotFoundError
from ..exceptions import PlacementError
from ..registry import export
from ..tensor import Tensor, as_array, is_symbolic
from ._arguments import FLOATS, seed_pair
from .distributions import RESERVED, sample
from .eager import advance
from .philox import scramble

_PARITY = "bit-equal up to where TensorFlow divides a batch among threads, from about 10,000 / (50 * samples * log2(classes)) rows on"


def _arguments(name: str, logits: Any, num_samples: Any, dtype: Any) -> tuple[np.ndarray, int, DType]:
    """The logits, how many numbers are drawn from each row, and their dtype.

    Raises:
        ValueError: a dtype other than int32 and int64.
        NotFoundError: the logits are no floats.
        InvalidArgumentError: the logits are no matrix, there is no class, or the number is negative.
    """
    if is_symbolic(logits):
        raise PlacementError(name, "classes are drawn on the host", "Draw in Dataset.map, before the batch reaches the model")
    wanted = as_dtype(dtype or "int64")
    if wanted.name not in ("int32", "int64"):
        raise ValueError(f"{name}: `dtype` must be int32 or int64; received {wanted.name}")
    a, n = as_array(logits), as_array(num_samples)
    if a.dtype.name not in FLOATS:  # TensorFlow finds no kernel for them
        raise NotFoundError(None, None, f"{name}: logits may be {', '.join(FLOATS)}, use tf.cast; received {a.dtype}")
    if a.ndim != 2 or not a.shape[1]:
        raise InvalidArgumentError(None, None, f"{name}: logits should be a matrix with a column for each class; received shape {a.shape}")
    if n.ndim or n.dtype.kind not in "iu" or n < 0:
        raise InvalidArgumentError(None, None, f"{name}: num_samples should be a scalar of 0 or more; received {num_samples!r}")
    return a, int(n), wanted


def _drawn(logits: np.ndarray, n: int, dtype: DType, at: tuple[int, int]) -> Tensor:
    uniform = sample("uniform", len(logits) * n, np.dtype(np.float64), *at).reshape(len(logits), n)
    out = np.empty(uniform.shape, dtype.np_type)
    finite = np.isfinite(logits)
    for row, good, numbers, found in zip(logits, finite, uniform, out):
        top = row[good].max(initial=np.finfo(row.dtype).min)
        with np.errstate(all="ignore"):
            weights = np.where(good, np.exp(row.astype(np.float64) - np.float64(top)), 0)
        total = np.cumsum(weights)
        found[:] = np.searchsorted(total, numbers * total[-1], "right")
    return Tensor(out)


@export("tf.random.categorical", draws=True, parity=_PARITY)
def categorical(logits: Any, num_samples: Any, dtype: Any = None, seed: int | None = None, name: str | None = None) -> Tensor:
    """Numbers of classes, drawn from each row: TensorFlow's own, once a seed is set.

    Args:
        logits: (batch, classes), floats: unnormalized logarithms of probabilities.
        num_samples: how many are drawn from each row.
        dtype: int64 or int32.
        seed: the op's own seed, or `None`.
        name: ignored.

    Returns:
        Shape (batch, num_samples).

    Raises:
        ValueError: another dtype.
        NotFoundError: the logits are no floats.
        InvalidArgumentError: no such logits or number.
        PlacementError: the logits are symbolic.
    """
    a, n, wanted = _arguments("tf.random.categorical", logits, num_samples, dtype)
    blocks = RESERVED * len(a) * (-(-n // 4) * 4) * 2
    return _drawn(a, n, wanted, advance(("categorical", a.dtype.name, wanted.name), seed, blocks))


@export("tf.random.stateless_categorical", draws=True, parity=_PARITY)
def stateless_categorical(logits: Any, num_samples: Any, seed: Any, dtype: Any = "int64", name: str | None = None) -> Tensor:
    """`tf.random.categorical` with numbers that depend on the seed, two integers, alone.

    Raises:
        ValueError: another dtype.
        NotFoundError: the logits are no floats.
        InvalidArgumentError: no such logits or number, or a seed that is no pair.
    """
    a, n, wanted = _arguments("tf.random.stateless_categorical", logits, num_samples, dtype)
    return _drawn(a, n, wanted, scramble(seed_pair(seed)))
