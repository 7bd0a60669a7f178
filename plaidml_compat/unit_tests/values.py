"""Values that assertions look at: tensors and nests of them as arrays, and assertions on made-up values, which hold."""

from __future__ import annotations

import functools
import unittest
from typing import Any, Callable, NamedTuple, TypeVar, cast

import numpy as np

from .. import nesting
from ..data.ragged import RaggedBatch
from ..errors import as_op_error
from ..exceptions import UnsupportedOpError
from ..random.traces import has_effect, is_tracing
from ..sparse_tensor import SparseTensor
from ..tensor import Tensor, is_symbolic
from ..trial_flag import in_trial

__tracebackhide__ = True  # what pytest shows ends at the user's line
__unittest = True  # and what unittest shows

_F = TypeVar("_F", bound=Callable[..., Any])


class SparseTensorValue(NamedTuple):
    """What a sparse tensor is evaluated to."""

    indices: np.ndarray
    values: np.ndarray
    dense_shape: np.ndarray


def assertion(method: _F) -> _F:
    """An assertion on the values of tensors: in a function of a dataset it is one for each element, and none on the made-up ones.

    What it raises there is, as in TensorFlow, an error of a Python function within.
    """

    @functools.wraps(method)
    def asserted(*args: Any, **kwargs: Any) -> Any:
        has_effect()
        if in_trial():
            return None
        try:
            return method(*args, **kwargs)
        except Exception as e:
            if is_tracing():
                raise as_op_error(e) from e
            raise

    return cast(_F, asserted)


def is_tensor(value: Any) -> bool:
    """True for tensors, variables, weights and sparse tensors: what has a value that is no array yet."""
    return isinstance(value, (Tensor, SparseTensor)) or is_symbolic(value)


class Values(unittest.TestCase):
    """The part of a test case that evaluates."""

    # absl's, which the test case derives from too
    assertLen: Callable[..., None]
    assertSameElements: Callable[..., None]

    def _eval_tensor(self, tensor: Any) -> Any:
        if tensor is None:
            return None
        if isinstance(tensor, SparseTensor):
            return SparseTensorValue(tensor.indices.numpy(), tensor.values.numpy(), tensor.dense_shape.numpy())
        if isinstance(tensor, RaggedBatch):
            raise UnsupportedOpError(
                "tf.test.TestCase.evaluate",
                "it would return a tf.compat.v1.ragged.RaggedTensorValue, which there is none of",
                "Evaluate its rows, list(batch), or compare it as it is: assertAllEqual and assertAllClose take it",
            )
        if callable(tensor):
            return self._eval_helper(tensor())
        if is_symbolic(tensor) or callable(getattr(tensor, "numpy", None)):
            return tensor.numpy()
        raise ValueError(f"Unsupported type {type(tensor).__name__!r}.")

    def _eval_helper(self, tensors: Any) -> Any:
        return None if tensors is None else nesting.map_structure(self._eval_tensor, tensors)

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors as arrays.

        Args:
            tensors: a tensor, a nest of them, or functions that return these.

        Raises:
            ValueError: something else is among them.
            UnsupportedOpError: a ragged batch is among them.
        """
        return self._eval_helper(tensors)

    def evaluate_if_both_tensors(self, a: Any, b: Any) -> tuple[Any, Any]:
        """Both, evaluated if both are tensors that are not eager."""
        if is_tensor(a) and is_tensor(b) and not _is_eager(a) and not _is_eager(b):
            return self.evaluate((a, b))
        return a, b

    def _GetNdArray(self, a: Any) -> np.ndarray:
        if is_tensor(a):
            a = self.evaluate(a)
        if isinstance(a, np.ndarray):
            return a
        try:
            return np.array(a)
        except ValueError as e:
            if "inhomogeneous shape" in str(e):
                return np.array(a, dtype=object)
            raise

    def _GetPyList(self, a: Any) -> Any:
        if isinstance(a, RaggedBatch):
            return a.to_list()
        if isinstance(a, (Tensor, np.ndarray)):
            return self._GetNdArray(a).tolist()
        return np.array(a, dtype=object).tolist()


def _is_eager(value: Any) -> bool:
    return isinstance(value, Tensor) and value.is_eager
