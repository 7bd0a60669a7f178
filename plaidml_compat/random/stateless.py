"""tf.random.stateless_*: numbers that depend on their seed pair alone."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidArgumentError
from ..registry import Limit, export, limit_calls
from ..tensor import Tensor, as_array
from ._arguments import FLOATS, between, check_dtype, count_of, scaled, seed_pair, shape_of
from .distributions import sample
from .philox import scramble

UNIFORM_DTYPES = (*FLOATS, "int32", "int64", "uint32", "uint64")
limit_calls(
    *(f"tf.random.stateless_{kind}" for kind in ("uniform", "normal", "truncated_normal")),
    "tf.random.Generator",
    *(f"tf.random.Generator.from_{what}" for what in ("seed", "state", "key_counter", "non_deterministic_state")),
    limits=[
        Limit(
            "the Philox algorithm is the only one here",
            lambda alg=None: alg is not None and str(getattr(alg, "value", alg)).lower() not in ("philox", "auto_select", "1", "3"),
            advice="Use alg='philox'",
        )
    ],
)


def _sample(kind: str, shape: Any, seed: Any, dtype: Any, low: Any = None, high: Any = None) -> Any:
    shape = shape_of(shape)
    return sample(kind, count_of(shape), dtype.np_type, *scramble(seed_pair(seed)), low, high).reshape(shape)


@export("tf.random.stateless_uniform", draws=True)
def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Tensor:
    """Uniform numbers in [minval, maxval) from a seed pair: TensorFlow's own, bit for bit.

    Args:
        shape: shape of the result.
        seed: two integers.
        minval: lower bound; `None` with `maxval=None` and an integer type: any integer of that type.
        maxval: upper bound, not included; 1 for floats by default.
        dtype: float16, float32, float64, int32, int64, uint32 or uint64.
        name: ignored.
        alg: `"philox"` or `"auto_select"`, which is the same.

    Raises:
        ValueError: integers without `maxval`, another type or algorithm.
        InvalidArgumentError: a seed that is no pair.
    """
    dt = check_dtype("tf.random.stateless_uniform", dtype, *UNIFORM_DTYPES)
    if dt.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer `dtype` argument {dt.name}, argument `minval` and `maxval` must be both None or not None. "
                f"Got `minval`={minval} and `maxval`={maxval}."
            )
        if minval is None:
            return Tensor(_sample("full_int", shape, seed, dt))
        return Tensor(_sample("int", shape, seed, dt, *check_bounds("tf.random.stateless_uniform", minval, maxval)))
    return Tensor(between(_sample("uniform", shape, seed, dt), minval, maxval, dt))


@export("tf.random.stateless_normal", draws=True)
def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Tensor:
    """Normal numbers from a seed pair (float32 bit for bit, float64 to an ulp); arguments as in `tf.random.stateless_uniform`."""
    dt = check_dtype("tf.random.stateless_normal", dtype, *FLOATS)
    return Tensor(scaled(_sample("normal", shape, seed, dt), stddev, mean))


@export("tf.random.stateless_truncated_normal", draws=True)
def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Tensor:
    """Normal numbers within two deviations of the mean, from a seed pair; arguments as in `tf.random.stateless_uniform`."""
    dt = check_dtype("tf.random.stateless_truncated_normal", dtype, *FLOATS)
    return Tensor(scaled(_sample("truncated_normal", shape, seed, dt), stddev, mean))


def check_bounds(op: str, low: Any, high: Any) -> tuple[int, int]:
    """Both bounds as integers.

    Raises:
        InvalidArgumentError: there is no integer between them.
    """
    low, high = int(as_array(low)), int(as_array(high))
    if low >= high:
        raise InvalidArgumentError(None, None, f"{op}: Need minval < maxval, got {low} >= {high}")
    return low, high
