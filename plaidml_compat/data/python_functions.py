"""tf.py_function and tf.numpy_function: Python in a dataset's function, on tensors or arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import numpy as np

from ..dtypes import DType, as_dtype
from ..errors import InvalidArgumentError, as_op_error
from ..random import in_graph
from ..registry import export
from ..tensor import Tensor, as_array
from ..tensor_shape import TensorShape
from .node import SpecUnknown
from .spec import TensorSpec
from .trial import in_trial


class _Unmade(Tensor):
    """In a trial run, what a Python function will return: of a known dtype, and of the shape that `set_shape` gives it."""

    __slots__ = ("_known_dtype", "_known_shape")

    def __init__(self, dtype: DType) -> None:
        self._known_dtype, self._known_shape = dtype, TensorShape(None)

    @property
    def _payload(self) -> np.ndarray:
        if not self._known_shape.is_fully_defined():
            raise SpecUnknown
        return np.zeros(tuple(self._known_shape), self._known_dtype.np_type)

    @property
    def is_eager(self) -> bool:
        return True

    @property
    def dtype(self) -> DType:
        return self._known_dtype

    @property
    def shape(self) -> TensorShape:
        return self._known_shape

    @property
    def component_spec(self) -> TensorSpec:
        """Its spec."""
        return TensorSpec(self._known_shape, self._known_dtype)

    def set_shape(self, shape: Any) -> None:
        super().set_shape(shape)
        self._known_shape = TensorShape(shape)


def _call(op: str, function: Callable[..., Any], inputs: list[Any], types: Any) -> Any:
    if in_trial():
        # TensorFlow does not call it to trace what is around it, and knows no shapes of its results.
        if isinstance(types, (list, tuple)):
            return [_Unmade(as_dtype(t)) for t in types]
        return _Unmade(as_dtype(types))
    try:
        result = function(*inputs)
    except Exception as e:
        if op == "tf.py_function" or in_graph():  # called eagerly, numpy_function is nothing but the call
            raise as_op_error(e) from e
        raise
    if not isinstance(types, (list, tuple)):
        return _converted(op, result, as_dtype(types))
    if not types:
        return []
    results = list(result) if isinstance(result, (list, tuple)) else [result]
    if len(results) != len(types):
        raise InvalidArgumentError(None, None, f"{op}: the function returned {len(results)} values, expects {len(types)} (`Tout`)")
    return [_converted(op, r, as_dtype(t)) for r, t in zip(results, types)]


def _converted(op: str, value: Any, to: DType) -> Tensor:
    a = as_array(value) if isinstance(value, (Tensor, np.ndarray, np.generic)) else as_array(value, to)
    if as_dtype(a.dtype) != to and in_graph():  # called eagerly, TensorFlow does not look
        got = as_dtype(a.dtype).name
        raise InvalidArgumentError(None, None, f"{op}: the function returned {got}, but `Tout` says {to.name}; use tf.cast")
    return Tensor(a)


@export("tf.py_function", traits=["calls_python"])
def py_function(func: Callable[..., Any], inp: Sequence[Any] | None = None, Tout: Any = None, name: str | None = None) -> Any:
    """`func(*inp)`, on eager tensors.

    Args:
        func: returns what becomes one tensor for each dtype of `Tout`.
        inp: tensors.
        Tout: a dtype, or a list of dtypes: then a list of tensors is returned; empty or `None`: the function returns nothing.
        name: ignored.

    Raises:
        InvalidArgumentError: the function returned another number of values; or, in a dataset or a `tf.function`, other dtypes.
    """
    return _call("tf.py_function", func, [Tensor(as_array(v)) for v in inp or ()], [] if Tout is None else Tout)


@export("tf.numpy_function", traits=["calls_python"])
def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Sequence[Any] | None = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """`func(*inp)`, on NumPy arrays, scalars of NumPy, and bytes; arguments as in `tf.py_function`.

    Raises:
        InvalidArgumentError: the function returned another number of values, or other dtypes.
        ValueError: there is no function.
    """
    if func is None:
        raise ValueError("tf.numpy_function: `func` must be given")
    arrays = [as_array(v) for v in inp or ()]
    return _call("tf.numpy_function", func, [a if a.ndim else a[()] for a in arrays], [] if Tout is None else Tout)
