"""Keeps seeded layers away from the program's own random numbers."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


def _generator(seed: Any) -> Any:
    """A generator of its own for a seed, NumPy's global one without: `np.random.seed` makes unseeded layers repeat."""
    import numpy as np

    if seed is None:
        return np.random
    return seed if isinstance(seed, np.random.RandomState) else np.random.RandomState(seed)


@shim("S13", BACKEND)
def device_seeds(backend: ModuleType) -> None:
    """Symptom: `K.dropout(x, 0.5, seed=1)` resets NumPy's generator; seed 0 is no seed (any version).

    Cause: `if seed: np.random.seed(seed)`. The numbers for a seed stay the ones PlaidML gave.
    """
    import numpy as np

    def _make_rng_state(seed: Any = None) -> Any:
        generator = _generator(seed)
        state = np.empty((3, backend._k_rng_size), dtype=np.uint32)
        for row, low in enumerate((1, 7, 15)):
            state[row] = generator.randint(low, 2**32, backend._k_rng_size, dtype=np.uint32)
        return backend.variable(state, dtype="uint32")

    random_normal_unseeded = backend.random_normal

    def random_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        """Normally distributed values; the same ones for the same seed."""
        if seed is None:
            return random_normal_unseeded(shape, mean, stddev, dtype)
        generator = _generator(seed)
        uniform_1, uniform_2 = (backend.random_uniform(shape, dtype="float32", seed=generator) for _ in range(2))
        radius = backend.sqrt(-2.0 * backend.log(uniform_1 + 2.0**-33))
        values = radius * backend.cos(2.0 * np.pi * uniform_2) * stddev + mean
        return backend.cast(values, dtype or backend.floatx())

    patch_backend("_make_rng_state", _make_rng_state)
    patch_backend("random_normal", random_normal)


@shim("S13", BACKEND)
def host_seeds(backend: ModuleType) -> None:
    """The same symptom in the functions that draw on the host."""

    def truncated_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        """Normally distributed values within two standard deviations."""
        from scipy.special import ndtr, ndtri

        # The numbers of SciPy's truncnorm, which takes most of a second to import.
        values = ndtri(_generator(seed).uniform(ndtr(-2.0), ndtr(2.0), shape))
        return backend.variable(values * stddev + mean, dtype or backend.floatx())

    def random_normal_variable(shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: Any = None) -> Any:
        """A variable of normally distributed values."""
        return backend.variable(_generator(seed).normal(mean, scale, shape), dtype, name)

    def random_uniform_variable(shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: Any = None) -> Any:
        """A variable of uniformly distributed values."""
        return backend.variable(_generator(seed).uniform(low, high, shape), dtype, name)

    for function in (truncated_normal, random_normal_variable, random_uniform_variable):
        patch_backend(function.__name__, function)


@shim("S16.random_uniform", BACKEND)
def whole_uniform_numbers(backend: ModuleType) -> None:
    """Symptom: `random_uniform(..., dtype='int32')` is always 0 (any version).

    Cause: the number between 0 and 1 is cast before it is scaled.
    """
    random_uniform_float = backend.random_uniform

    def random_uniform(shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        """Uniformly distributed values from `minval` to below `maxval`."""
        if dtype is None or "int" not in str(dtype):
            return random_uniform_float(shape, minval, maxval, dtype, seed)
        return backend.cast(backend.floor(random_uniform_float(shape, float(minval), float(maxval), None, seed)), dtype)

    patch_backend("random_uniform", random_uniform)
