"""tf.random.Generator: a counter and a key; each number drawn moves the counter on by 256."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..registry import export
from ..tensor import Tensor, as_array
from ._arguments import FLOATS, between, check_dtype, count_of, scaled, shape_of
from .distributions import RESERVED, sample
from .philox import MASK64, MASK128, block
from .stateless import UNIFORM_DTYPES, check_bounds
from .turnstile import Source


def _signed(word: int) -> int:
    word &= MASK64
    return word - (1 << 64) if word >> 63 else word


def _integers(values: Any) -> list[int]:
    # Python integers may need 64 unsigned bits, which no conversion to a tensor would keep.
    return [int(v) for v in (values if isinstance(values, (list, tuple)) else np.ravel(as_array(values)))]


def _state_from_seed(seed: Any) -> tuple[int, int]:
    """(counter, key): an integer fills the state from its low end, a vector from the key's end."""
    if isinstance(seed, (int, np.integer)):
        seed = int(seed)
        return seed & MASK128, seed >> 128 & MASK64
    parts = _integers(seed)[:3]
    return _state_from_vector([0] * (3 - len(parts)) + parts)


def _state_from_vector(state: Any) -> tuple[int, int]:
    parts = [s & MASK64 for s in _integers(state)]
    if len(parts) != 3:
        raise ValueError(f"tf.random.Generator: a Philox state has 3 integers; received {state!r}")
    return parts[0] | parts[1] << 64, parts[2]


@export("tf.random.Generator", "tf.random.experimental.Generator", draws=True)
class Generator(Source):
    """A generator of random numbers with a state of its own: TensorFlow's numbers, bit for bit. Safe to share between threads."""

    def __init__(self, copy_from: Generator | None = None, state: Any = None, alg: Any = None) -> None:
        """Copy another generator, or start from a state of three integers.

        Raises:
            ValueError: neither was given, or the state does not have three integers.
        """
        if copy_from is None and state is None:
            raise ValueError("tf.random.Generator: give `copy_from` or `state`, or use tf.random.Generator.from_seed; received neither")
        super().__init__(copy_from.peek() if copy_from is not None else _state_from_vector(state))

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """A generator whose numbers follow from an integer, or a vector of integers."""
        counter, key = _state_from_seed(seed)
        return cls(state=_vector(counter, key), alg=alg)

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> Generator:
        """A generator with this state (three integers)."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> Generator:
        """A generator with this key (an integer) and counter (two integers)."""
        return cls(state=[*_integers(counter), int(as_array(key))], alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A generator that starts anywhere."""
        raw = int.from_bytes(os.urandom(24), "little")
        return cls(state=_vector(raw & MASK128, raw >> 128), alg=alg)

    # -- state
    @property
    def state(self) -> Tensor:
        """Its state: the counter's low and high half and the key, int64, shape (3,)."""
        return Tensor(_vector(*self.peek()))

    @property
    def key(self) -> Tensor:
        """Its key, an int64 scalar."""
        return Tensor(_vector(*self.peek())[2:].reshape(()))

    @property
    def algorithm(self) -> int:
        """1, which is Philox."""
        return 1

    def reset(self, state: Any) -> None:
        """Go on from another state (three integers)."""
        new = _state_from_vector(state)
        self.advance(lambda _: new)

    def reset_from_seed(self, seed: Any) -> None:
        """Go on as a generator made from this seed."""
        new = _state_from_seed(seed)
        self.advance(lambda _: new)

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Go on from this key (an integer) and counter (two integers)."""
        self.reset([*_integers(counter), int(as_array(key))])

    def skip(self, delta: Any) -> Tensor:
        """Move the counter on as if `delta` numbers had been drawn; returns the state before."""
        return Tensor(_vector(*self._skip(int(as_array(delta)))))

    def _skip(self, n: int) -> tuple[int, int]:
        return self.advance(lambda s: ((s[0] + RESERVED * n) & MASK128, s[1]))

    def _sample(self, kind: str, shape: Any, dtype: Any, low: Any = None, high: Any = None) -> np.ndarray:
        shape = shape_of(shape)
        n = count_of(shape)
        return sample(kind, n, np.dtype(dtype), *self._skip(n), low, high).reshape(shape)

    def _integer(self) -> int:
        """One integer of all int64."""
        low, high, _, _ = block(*self._skip(1))
        return _signed(low | high << 32)

    # -- numbers
    def uniform(self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", name: str | None = None) -> Tensor:
        """Uniform numbers in [minval, maxval); floats in [0, 1) by default.

        Raises:
            ValueError: integers with only one of the bounds, or a type it does not draw.
        """
        dt = check_dtype("tf.random.Generator.uniform", dtype, *UNIFORM_DTYPES)
        if dt.is_integer:
            if (minval is None) != (maxval is None):
                raise ValueError(
                    f"For integer dtype {dt.name}, minval and maxval must be both `None` or both non-`None`; "
                    f"got minval={minval} and maxval={maxval}"
                )
            if minval is None:
                return Tensor(self._sample("full_int", shape, dt.np_type))
            return Tensor(self._sample("int", shape, dt.np_type, *check_bounds("tf.random.Generator.uniform", minval, maxval)))
        return Tensor(between(self._sample("uniform", shape, dt.np_type), minval, maxval, dt))

    def uniform_full_int(self, shape: Any, dtype: Any = "uint64", name: str | None = None) -> Tensor:
        """Integers from the whole range of their type (int32, int64, uint32, uint64)."""
        dt = check_dtype("tf.random.Generator.uniform_full_int", dtype, "int32", "int64", "uint32", "uint64")
        return Tensor(self._sample("full_int", shape, dt.np_type))

    def normal(self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = "float32", name: str | None = None) -> Tensor:
        """Normal numbers."""
        dt = check_dtype("tf.random.Generator.normal", dtype, *FLOATS)
        return Tensor(scaled(self._sample("normal", shape, dt.np_type), stddev, mean))

    def truncated_normal(self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = "float32", name: str | None = None) -> Tensor:
        """Normal numbers within two deviations of the mean."""
        dt = check_dtype("tf.random.Generator.truncated_normal", dtype, *FLOATS)
        return Tensor(scaled(self._sample("truncated_normal", shape, dt.np_type), stddev, mean))

    def make_seeds(self, count: int = 1) -> Tensor:
        """Seed pairs for stateless functions, int64, shape (2, count)."""
        keys = self._sample("full_int", (int(count),), np.int64)
        return Tensor(np.stack([keys, np.zeros_like(keys)]))

    def split(self, count: int = 1) -> list[Generator]:
        """Independent new generators."""
        keys = self._sample("full_int", (int(count),), np.int64)
        return [Generator(state=[0, 0, int(k)], alg="philox") for k in keys]


def _vector(counter: int, key: int) -> np.ndarray:
    return np.array([_signed(counter), _signed(counter >> 64), _signed(key)], np.int64)


class _Global:
    generator: Generator | None = None


@export("tf.random.get_global_generator", "tf.random.experimental.get_global_generator")
def get_global_generator() -> Generator:
    """The generator that the whole program shares; made when first asked for."""
    if _Global.generator is None:
        _Global.generator = Generator.from_non_deterministic_state()
    return _Global.generator


@export("tf.random.set_global_generator", "tf.random.experimental.set_global_generator")
def set_global_generator(generator: Generator) -> None:
    """Replace the generator that the whole program shares."""
    _Global.generator = generator
