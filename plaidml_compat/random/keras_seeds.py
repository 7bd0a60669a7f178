"""tf.keras.utils.set_random_seed, and the generator that a Keras 2.15 random layer holds."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..registry import export
from ._arguments import scaled
from .eager import set_seed
from .generator import Generator

_LARGEST = 10**9


class _LayerSeeds:
    generator: random.Random | None = None
    lock = threading.Lock()


@export("tf.keras.utils.set_random_seed")
def set_random_seed(seed: int) -> None:
    """Seed Python, NumPy, and all random numbers here; layers without a seed of their own take theirs from it too.

    Raises:
        ValueError: it is no integer.
    """
    if not isinstance(seed, int):
        raise ValueError(f"Expected `seed` argument to be an integer. Received: seed={seed} (of type {type(seed)})")
    random.seed(seed)
    np.random.seed(seed)
    set_seed(seed)
    with _LayerSeeds.lock:
        _LayerSeeds.generator = random.Random(seed)


def new_layer_seed() -> int:
    """The seed that a layer or initializer without one takes now: the order of these calls is the order of TensorFlow's."""
    with _LayerSeeds.lock:
        return (_LayerSeeds.generator or random).randint(1, _LARGEST)


@contextlib.contextmanager
def layer_seeds_kept() -> Iterator[None]:
    """Put the generator of layers' seeds back, at the end of the block, to where it was."""
    generator = _LayerSeeds.generator
    state = None if generator is None else generator.getstate()
    try:
        yield
    finally:
        with _LayerSeeds.lock:
            _LayerSeeds.generator = generator
            if generator is not None and state is not None:
                generator.setstate(state)


class LayerGenerator:
    """The generator of a random layer. An unseeded one takes its seed when the layer is built, not when it is made.

    Attributes:
        seed: as given.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed
        self._generator: Generator | None = None
        self._lock = threading.Lock()

    def build(self) -> None:
        """Take the seed, unless that has happened: a layer calls it in its `build`, in the order TensorFlow's layers do."""
        with self._lock:
            if self._generator is None:
                self._generator = Generator.from_seed(new_layer_seed() if self.seed is None else self.seed)

    @property
    def generator(self) -> Generator:
        """The `tf.random.Generator` behind it, built if need be."""
        self.build()
        assert self._generator is not None
        return self._generator

    @property
    def is_built(self) -> bool:
        """True once the seed has been taken."""
        return self._generator is not None

    @property
    def counter(self) -> int:
        """Where it stands: the 128-bit counter. Setting it rewinds or forwards it."""
        return self.generator.peek()[0]

    @counter.setter
    def counter(self, value: int) -> None:
        self.generator.advance(lambda s: (int(value), s[1]))

    def uniform(self, shape: Any, low: float = 0.0, high: float = 1.0, dtype: str = "float32") -> np.ndarray:
        """float32 numbers, or integers of another type, in [low, high)."""
        if dtype != "float32":
            return self.generator._sample("int", shape, np.dtype(dtype), int(low), int(high))
        low, high = np.float32(low), np.float32(high)
        return scaled(self.generator._sample("uniform", shape, np.float32), high - low, low)

    def normal(self, shape: Any, mean: float = 0.0, stddev: float = 1.0) -> np.ndarray:
        """float32 normal numbers."""
        return scaled(self.generator._sample("normal", shape, np.float32), stddev, mean)

    def truncated_normal(self, shape: Any, mean: float = 0.0, stddev: float = 1.0) -> np.ndarray:
        """float32 normal numbers within two deviations of the mean."""
        return scaled(self.generator._sample("truncated_normal", shape, np.float32), stddev, mean)

    def make_seed(self) -> tuple[int, int]:
        """A seed pair for a stateless function."""
        return self.generator._integer(), 0


def layer_generator(seed: int | None = None) -> LayerGenerator:
    """The generator of a random layer with this `seed` argument."""
    return LayerGenerator(seed)
