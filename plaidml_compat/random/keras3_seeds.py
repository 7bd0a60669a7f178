"""The generator that a Keras 3 random layer holds: a seed and a count, one stateless draw for each count."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ..tensor import as_array
from . import gamma_distribution, stateless
from .turnstile import Source

_LARGEST = 10**9
_MODULUS = 2**31 - 2
"""Keras 3 on TensorFlow takes its 64-bit seeds modulo this, to have them in 32 bits."""


class SeedGenerator(Source):
    """Keras 3's `SeedGenerator`: each draw uses the pair (seed, count), and count goes up by one.

    Without a seed it takes one when it is made, from Python's `random`: after `tf.keras.utils.set_random_seed` always the same.

    Attributes:
        seed: as given.
    """

    def __init__(self, seed: int | None = None) -> None:
        """Start at count 0.

        Raises:
            ValueError: the seed is no integer.
        """
        if seed is not None and not isinstance(seed, int):
            raise ValueError(f"Argument `seed` must be an integer. Received: seed={seed} (of type {type(seed)})")
        self.seed = seed
        super().__init__((random.randint(1, _LARGEST) if seed is None else seed, 0))

    def build(self) -> None:
        """Nothing: the seed was taken when the layer was made."""

    @property
    def counter(self) -> int:
        """The count. Setting it rewinds or forwards the generator."""
        return self.peek()[1]

    @counter.setter
    def counter(self, value: int) -> None:
        self.advance(lambda s: (s[0], int(value)))

    def make_seed(self) -> tuple[int, int]:
        """The seed pair of one draw."""
        seed, count = self.advance(lambda s: (s[0], s[1] + 1))
        return seed % _MODULUS, count % _MODULUS

    def uniform(self, shape: Any, low: Any = 0.0, high: Any = 1.0, dtype: str = "float32") -> np.ndarray:
        """Numbers in [low, high)."""
        bounds = [np.asarray(as_array(b)).astype(dtype) for b in (low, high)]
        return np.asarray(stateless.stateless_uniform(shape, self.make_seed(), *bounds, dtype=dtype))

    def normal(self, shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: str = "float32") -> np.ndarray:
        """Normal numbers."""
        return np.asarray(stateless.stateless_normal(shape, self.make_seed(), mean, stddev, dtype=dtype))

    def randint(self, shape: Any, low: int, high: int, dtype: str = "int32") -> np.ndarray:
        """Integers in [low, high)."""
        drawn = dtype if dtype in ("int32", "int64") else "int64"
        return np.asarray(stateless.stateless_uniform(shape, self.make_seed(), low, high, dtype=drawn)).astype(dtype)

    def gamma(self, shape: Any, alpha: Any, dtype: str = "float32") -> np.ndarray:
        """Numbers of gamma distributions."""
        return np.asarray(gamma_distribution.stateless_gamma(shape, self.make_seed(), alpha, dtype=dtype))

    def beta(self, shape: Any, alpha: Any, beta: Any, dtype: str = "float32") -> np.ndarray:
        """Numbers of beta distributions, made of two gamma numbers each as Keras 3 does it: one draw, two seeds."""
        first = self.make_seed()
        # Keras adds 12 in 32 bits, which may wrap.
        second = tuple((s + 12 + 2**31) % 2**32 - 2**31 for s in first)
        pairs = zip((first, second), (alpha, beta))
        a, b = (np.asarray(gamma_distribution.stateless_gamma(shape, seed, np.broadcast_to(p, shape), dtype=dtype)) for seed, p in pairs)
        return np.asarray(a / (a + b))

    def permutation(self, n: int) -> np.ndarray:
        """The order in which Keras 3's `shuffle` puts `n` things, int64."""
        return np.argsort(np.asarray(stateless.stateless_uniform((n,), self.make_seed())), kind="stable")
