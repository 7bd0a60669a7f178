"""Layers and models called on batches without elements: PlaidML has no arrays without numbers, and ends the process over them."""

from __future__ import annotations

from typing import Any

import numpy as np

from plaidml_compat.nesting import map_structure
from plaidml_compat.tensor import Tensor, as_array

from .no_numbers import refusal


def are_empty(layer: Any, arrays: list[np.ndarray]) -> bool:
    """Whether there is no element to compute.

    Raises:
        UnsupportedArgumentError: elements without numbers.
    """
    if all(a.size for a in arrays):
        return False
    if all(a.ndim and not a.shape[0] and 0 not in a.shape[1:] for a in arrays):
        return True
    shapes = ", ".join(str(a.shape) for a in arrays)
    why = f"PlaidML computes nothing without numbers, and an axis of an input has size 0; received shapes {shapes}"
    raise refusal(layer, why, "Leave such elements out")


def one_of_each(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """An element for each input, from which the shapes of results are seen."""
    return [np.zeros((1, *a.shape[1:]), a.dtype) for a in arrays]


def of_none(outs: Any) -> Any:
    """The results for no elements, as TensorFlow gives them, from those for one."""

    def none(out: Any) -> Any:
        array = as_array(out)
        return Tensor(array[:0]) if array.ndim else out

    return map_structure(none, outs)
