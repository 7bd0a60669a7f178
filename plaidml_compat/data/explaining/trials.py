"""Functions of a dataset tried on a few elements, without a trace: what they do there decides on advice."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..function import Calls, UserFunction
from ..nest import leaves, map_nest
from ..node import SpecUnknown
from ..spec import TensorSpec
from .aside import aside

ELEMENTS = 8
"""In a trial; a power of two, as batching wants it."""
_MOST_BYTES = 1 << 26
_LONGEST = 0.1
"""Seconds of one call from which a function is not tried: several would be needed."""


def elements_of(function: UserFunction, given: Sequence[Any]) -> list[Any]:
    """Elements to try a function with: the first that it got when the pipeline was measured, else made-up ones; none where neither is."""
    return _real(given) or _made_up(function)


def is_quick(function: UserFunction, element: Any) -> bool:
    """Whether a call does not take so long that several are too many."""
    begun = time.perf_counter()
    result_of(function, element)
    return time.perf_counter() - begun <= _LONGEST


def result_of(function: UserFunction, element: Any) -> Any:
    """Its result for an element of its own; draws are those of every other call here."""
    with aside():
        return function.aside().run(map_nest(np.copy, element), Calls())


def _real(elements: Sequence[Any]) -> list[Any]:
    """The first elements that the function got when the pipeline was measured, if there are enough, and batches of them."""
    found = list(elements[:ELEMENTS])
    shapes = {tuple((leaf.shape, leaf.dtype) if isinstance(leaf, np.ndarray) else None for leaf in leaves(e)) for e in found}
    return found if len(found) == ELEMENTS and len(shapes) == 1 and None not in next(iter(shapes)) else []


def _made_up(function: UserFunction) -> list[Any]:
    """Elements as the specs say, dark and bright ones; none where that is not known, or too much."""
    try:
        spec = function.given()
    except SpecUnknown:
        return []
    parts = leaves(spec)
    if not all(isinstance(s, TensorSpec) and s.shape.is_fully_defined() and s.dtype != "string" for s in parts):
        return []
    if sum(int(np.prod(s.shape)) * s.dtype.size for s in parts) * ELEMENTS > _MOST_BYTES:
        return []
    numbers = np.random.RandomState(0)

    def leaf(s: TensorSpec, brightness: float) -> np.ndarray:
        most = 256 * brightness if s.dtype.name in ("uint8", "float16", "float32", "float64") else 2
        return np.asarray(numbers.uniform(0, most, tuple(s.shape))).astype(s.dtype.np_type)

    return [map_nest(functools.partial(leaf, brightness=(i + 1) / ELEMENTS), spec) for i in range(ELEMENTS)]
