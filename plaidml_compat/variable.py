"""tf.Variable: a tensor whose value is set by `assign`, outside models."""

from __future__ import annotations

import functools
from typing import Any, Callable

import numpy as np

from .dtypes import as_dtype
from .errors import InvalidArgumentError
from .random.traces import changes_state, reads_state
from .registry import export
from .tensor import Tensor, array_text, as_array, is_symbolic
from .tensor_shape import TensorShape


@export("tf.Variable")
class Variable(Tensor):
    """A value that a program keeps and changes, such as the number of a step. The weights of models are made by their layers.

    It is an eager tensor everywhere; what was computed from it does not change when it does.

    Args:
        initial_value: tensor, array, number, text, nested sequences of them, or a function that returns one.
        trainable: noted only: what trains is the weights of models.
        validate_shape: false lets values of any shape be assigned.
        caching_device: ignored.
        name: its name; `:0` is added.
        variable_def: refused.
        dtype: its element type; that of the value by default.
        import_scope: ignored.
        constraint: noted only.
        synchronization: ignored.
        aggregation: ignored.
        shape: the shapes that it takes; that of the value by default.
        experimental_enable_variable_lifting: ignored.

    Raises:
        ValueError: there is no value, it is a symbolic tensor, it has another shape or cannot be converted.
        NotImplementedError: a `variable_def`.
    """

    __slots__ = ("_name", "_takes", "constraint", "trainable")
    _TF_NAME = "tf.Variable"

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
        experimental_enable_variable_lifting: bool = True,
    ) -> None:
        if variable_def is not None:
            raise NotImplementedError("tf.Variable: variable_def belongs to graphs of TensorFlow 1; give initial_value")
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are not providing a `variable_def`."
            )
        value = initial_value() if callable(initial_value) else initial_value
        if is_symbolic(value):
            raise ValueError(
                "tf.Variable: the value of a symbolic tensor is known when the model runs only. Give an array, or make a weight with "
                f"Layer.add_weight; received {value!r}"
            )
        array = as_array(value, dtype)
        self._takes = TensorShape(shape) if shape is not None else TensorShape(array.shape if validate_shape else None)
        if not self._takes.is_compatible_with(array.shape):
            raise ValueError(
                f"The initial value's shape ({array.shape}) is not compatible with the explicitly supplied `shape` argument ({shape})."
            )
        super().__init__(array.copy())
        self._name = "Variable" if name is None else str(name)
        self.trainable = True if trainable is None else bool(trainable)
        self.constraint: Callable[[Any], Any] | None = constraint

    # -- what it is
    @property
    def name(self) -> str:
        """Its name, with `:0`."""
        return f"{self._name}:0"

    @property
    def shape(self) -> TensorShape:
        """The shape of the values that it takes."""
        return self._takes

    @property
    def device(self) -> str:
        """Where it lives: the host."""
        return "/job:localhost/replica:0/task:0/device:CPU:0"

    def numpy(self) -> Any:
        """A copy of its value: an array, or a scalar for rank 0."""
        a = self._array()
        return a.copy() if a.ndim else a[()]

    def value(self) -> Tensor:
        """Its value now, a tensor that does not change any more."""
        return Tensor(self._array().copy())

    def unchanging(self) -> Tensor:
        """Same as `value`."""
        return self.value()

    def read_value(self) -> Tensor:
        """Same as `value`."""
        return self.value()

    def initialized_value(self) -> Tensor:
        """Same as `value`."""
        return self.value()

    def _array(self) -> np.ndarray:
        reads_state()
        return self._payload

    def takes_over(self, op: Any, values: dict[str, Any]) -> Any:
        """A call of an op on it: nothing but that it was read."""
        reads_state()
        return NotImplemented

    def set_shape(self, shape: Any) -> None:
        """Take values of this shape only.

        Raises:
            ValueError: it contradicts the shape so far.
        """
        super().set_shape(shape)
        self._takes = TensorShape(shape)

    # -- setting it
    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Variable:
        """Set it.

        Args:
            value: tensor, array, number or nested sequences of them, of its dtype and shape.
            use_locking: ignored.
            name: ignored.
            read_value: ignored.

        Returns:
            The variable itself.

        Raises:
            ValueError, TypeError: another shape, or a value that its dtype does not hold.
        """
        new = as_array(value, self._payload.dtype)
        if not self._takes.is_compatible_with(new.shape):
            raise ValueError(
                f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable shape {self._takes}, "
                f"and the assigned value shape {new.shape} are incompatible."
            )
        changes_state(functools.partial(self._put, self._payload))
        # A new array: who has the old one keeps the old value.
        self._put(new.copy())
        return self

    def _put(self, array: np.ndarray) -> None:
        self._payload = array

    def assign_add(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Variable:
        """Add to it; the parameters, the result and the errors are those of `assign`."""
        return self.assign(self._payload + self._like(delta))

    def assign_sub(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Variable:
        """Subtract from it; the parameters, the result and the errors are those of `assign`."""
        return self.assign(self._payload - self._like(delta))

    def _like(self, delta: Any) -> np.ndarray:
        a = as_array(delta, self._payload.dtype)
        if a.shape != self._payload.shape:
            raise InvalidArgumentError(
                None,
                None,
                f"Cannot update variable with shape {list(self._payload.shape)} using a Tensor with shape {list(a.shape)}, "
                "shapes must be equal.",
            )
        return a

    # -- Python's protocols
    def __copy__(self) -> Variable:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict) -> Variable:
        new = Variable(self._payload, self.trainable, name=self._name, constraint=self.constraint, shape=self._takes)
        memo[id(self)] = new
        return new

    def __reduce__(self) -> tuple:
        return _made_again, (self._payload, self.trainable, self._name, self._takes.as_list() if self._takes.rank is not None else None)

    def __repr__(self) -> str:
        text = array_text(self._payload)
        line = "\n" if "\n" in text else ""
        return f"<tf.Variable '{self.name}' shape={self._takes} dtype={as_dtype(self._payload.dtype).name}, numpy={line}{text}>"

    __str__ = __repr__


def _made_again(array: np.ndarray, trainable: bool, name: str, shape: Any) -> Variable:
    return Variable(array, trainable, name=name, shape=TensorShape(shape))
