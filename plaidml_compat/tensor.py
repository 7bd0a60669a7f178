"""tf.Tensor: one class, whose payload is a NumPy array or a PlaidML value; and what converts to it by TensorFlow's rules."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from .choice_hook import chosen, gone_through
from .conversion import array_of
from .dtypes import DType, as_dtype, boolean
from .registry import OPS, export
from .tensor_shape import TensorShape

TensorLike = Annotated[Any, "Tensor"]
"""A tensor argument of an op: callers may pass tensors, arrays, numbers or sequences; kernels get arrays or graph values."""


def _delegate(name: str, swap: bool = False) -> Any:
    """A Tensor operator that calls the op of that TensorFlow name."""

    def operator(self: Tensor, other: Any) -> Any:
        if isinstance(other, Sequence) and not isinstance(other, (str, bytes)) and len(other) == 0:
            return NotImplemented
        if not swap:
            return OPS[name].obj(self, other)
        # On the left of a tensor everything takes its dtype, also where the op itself would not have it so.
        return OPS[name].obj(Tensor(as_array(other, self.dtype)) if self.is_eager and not is_symbolic(other) else other, self)

    return operator


def _equality(name: str, none: bool) -> Any:
    """`==` and `!=`: unlike the ops, tensors whose shapes do not fit are simply not equal."""

    def operator(self: Tensor, other: Any) -> Any:
        if other is None:
            return none
        if self.is_eager and not is_symbolic(other):
            if not isinstance(other, Tensor):
                other = Tensor(as_array(other, self.dtype))
            a, b = (t.shape if t.takes_over is not None else t._payload.shape for t in (self, other))
            if a != b and not broadcasts(a, b):
                return Tensor(np.asarray(none))
        return OPS[name].obj(self, other)

    return operator


def _logic(of_bools: str, of_bits: str, swap: bool = False) -> Any:
    """An operator that is logical on bools and works bit by bit on integers."""
    logical, bitwise = _delegate(of_bools, swap), _delegate(of_bits, swap)

    def operator(self: Tensor, other: Any) -> Any:
        return (logical if self.dtype == boolean else bitwise)(self, other)

    return operator


@export("tf.Tensor")
class Tensor:
    """A tensor: eager, holding a NumPy array, or symbolic, holding a value of a PlaidML graph.

    Eager tensors cannot be changed in place; `numpy()` and `np.asarray` give their array without a copy.
    """

    __slots__ = ("__weakref__", "_payload")
    _TF_NAME = "tf.Tensor"
    __array_priority__ = 100
    takes_over: Any = None
    """In a subclass, a method `(op, values) -> result` that is asked first about calls of ops on it; or NotImplemented."""

    def __init__(self, payload: Any) -> None:
        self._payload = payload

    # -- what it is
    @property
    def is_eager(self) -> bool:
        """True when it holds an array."""
        return isinstance(self._payload, np.ndarray)

    @property
    def shape(self) -> TensorShape:
        """Its shape; sizes of a symbolic tensor may be `None`."""
        if self.is_eager:
            return TensorShape(self._payload.shape)
        return TensorShape(_device().static_shape(self._payload))

    @property
    def dtype(self) -> DType:
        """Its element type."""
        return as_dtype(self._payload.dtype if self.is_eager else _device().dtype_name(self._payload))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def device(self) -> str:
        """Where it lives, in TensorFlow's notation."""
        return "/job:localhost/replica:0/task:0/device:" + ("CPU:0" if self.is_eager else "GPU:0")

    def get_shape(self) -> TensorShape:
        """Same as `shape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Check that the shape is compatible with `shape`.

        Raises:
            ValueError: it is not.
        """
        if not self.shape.is_compatible_with(shape):
            raise ValueError(f"Tensor's shape {self.shape} is not compatible with supplied shape {TensorShape(shape)}.")

    def unchanging(self) -> Tensor:
        """The tensor itself; of one that can be assigned to, its value now."""
        return self

    def numpy(self) -> Any:
        """Its array (a scalar for rank 0), not copied.

        Raises:
            AttributeError: it is symbolic: it has no value yet.
        """
        if not self.is_eager:
            if self._is_variable():
                return self._payload.numpy()
            raise AttributeError(
                "numpy() is not available on a symbolic tensor: it gets its value when the model runs. "
                "Call the model or layer on data, or use tf.* functions here"
            )
        return self._payload if self._payload.ndim else self._payload[()]

    # -- conversions
    def _is_variable(self) -> bool:
        """True for a weight: symbolic, with a value on the device all the same."""
        return type(getattr(self._payload, "var", None)).__name__ == "Tensor" and hasattr(self._payload, "assign")

    def _array(self) -> np.ndarray:
        if not self.is_eager:
            if self._is_variable():
                return self._payload.numpy()
            raise NotImplementedError(
                f"Cannot convert a symbolic tf.Tensor ({self!r}) to a NumPy array: it gets its value when the model runs"
            )
        return self._payload

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        a = self._array()
        if dtype is not None and a.dtype != dtype:
            return a.astype(dtype)
        return a.copy() if copy else a

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("Scalar tensor has no `len()`")
        n = self.shape[0]
        if n is None:
            raise TypeError("len() of a symbolic tensor whose first size is not known; use tf.shape(x)[0]")
        return n

    def __iter__(self) -> Any:
        if self.is_eager:
            if self._payload.ndim == 0:
                raise TypeError("Cannot iterate over a scalar tensor.")
            return gone_through(Tensor(np.asarray(a, self._payload.dtype)) for a in self._payload)
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return chosen(bool(self._array()))

    def _number(self) -> Any:
        """The one element, whatever the rank: NumPy converts rank 0 alone since 2.4."""
        a = self._array()
        return a.reshape(())[()] if a.size == 1 else a

    def __int__(self) -> int:
        return int(self._number())

    def __float__(self) -> float:
        return float(self._number())

    def __complex__(self) -> complex:
        return complex(self._array())

    def __index__(self) -> int:
        return self._array().__index__()

    def __format__(self, spec: str) -> str:
        return self._array().__format__(spec) if self.is_eager else format(str(self), spec)

    def __getitem__(self, key: Any) -> Tensor:
        return OPS["tf.__operators__.getitem"].obj(self, key)

    def __hash__(self) -> int:
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    def ref(self) -> Reference:
        """A hashable reference, for use as a key."""
        return Reference(self)

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: dict) -> Tensor:
        return self

    def __reduce__(self) -> tuple:
        return Tensor, (self._array(),)

    def __repr__(self) -> str:
        if self.is_eager:
            text = array_text(self._payload)
            return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={chr(10) if chr(10) in text else ''}{text}>"
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, symbolic>"

    def __str__(self) -> str:
        if self.is_eager:
            text = str(self._payload) if self._payload.ndim else array_text(self._payload)
            return f"tf.Tensor({chr(10) if chr(10) in text else ''}{text}, shape={self.shape}, dtype={self.dtype.name})"
        return repr(self)

    # Keras marks the tensors of a model with attributes that start with "_keras".
    def __getattr__(self, name: str) -> Any:
        if name.startswith("_keras") or name == "_uses_learning_phase":
            return getattr(self._payload, name)
        if (name == "name" and not self.is_eager) or (name in ("assign", "assign_add", "assign_sub") and self._is_variable()):
            return getattr(self._payload, name)
        from .missing import no_attribute  # it knows the registry, which knows tensors

        __tracebackhide__ = True
        raise no_attribute(self, self._TF_NAME, name)

    # -- operators
    __add__, __radd__ = _delegate("tf.math.add"), _delegate("tf.math.add", True)
    __sub__, __rsub__ = _delegate("tf.math.subtract"), _delegate("tf.math.subtract", True)
    __mul__, __rmul__ = _delegate("tf.math.multiply"), _delegate("tf.math.multiply", True)
    __truediv__, __rtruediv__ = _delegate("tf.math.truediv"), _delegate("tf.math.truediv", True)
    __floordiv__, __rfloordiv__ = _delegate("tf.math.floordiv"), _delegate("tf.math.floordiv", True)
    __mod__, __rmod__ = _delegate("tf.math.floormod"), _delegate("tf.math.floormod", True)
    __pow__, __rpow__ = _delegate("tf.math.pow"), _delegate("tf.math.pow", True)
    __matmul__, __rmatmul__ = _delegate("tf.linalg.matmul"), _delegate("tf.linalg.matmul", True)
    __lt__, __le__ = _delegate("tf.math.less"), _delegate("tf.math.less_equal")
    __gt__, __ge__ = _delegate("tf.math.greater"), _delegate("tf.math.greater_equal")
    __and__ = _logic("tf.math.logical_and", "tf.bitwise.bitwise_and")
    __rand__ = _logic("tf.math.logical_and", "tf.bitwise.bitwise_and", True)
    __or__ = _logic("tf.math.logical_or", "tf.bitwise.bitwise_or")
    __ror__ = _logic("tf.math.logical_or", "tf.bitwise.bitwise_or", True)
    __xor__ = _logic("tf.math.logical_xor", "tf.bitwise.bitwise_xor")
    __rxor__ = _logic("tf.math.logical_xor", "tf.bitwise.bitwise_xor", True)
    __eq__, __ne__ = _equality("tf.math.equal", False), _equality("tf.math.not_equal", True)

    def __neg__(self) -> Tensor:
        return OPS["tf.math.negative"].obj(self)

    def __abs__(self) -> Tensor:
        return OPS["tf.math.abs"].obj(self)

    def __invert__(self) -> Tensor:
        return OPS["tf.math.logical_not" if self.dtype == boolean else "tf.bitwise.invert"].obj(self)


class Reference:
    """A hashable stand-in for a tensor: equal when it refers to the same object."""

    def __init__(self, tensor: Tensor) -> None:
        self._tensor = tensor

    def deref(self) -> Tensor:
        """The tensor."""
        return self._tensor

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other._tensor is self._tensor

    def __hash__(self) -> int:
        return id(self._tensor)


@functools.lru_cache(None)
def _device() -> Any:
    from . import device

    return device


# ------------------------------------------------------------------------------------------------------ conversion
def as_array(value: Any, dtype: Any = None, hint: Any = None) -> np.ndarray:
    """An array by TensorFlow's rules: Python floats are float32, integers int32, text is bytes; arrays keep their type.

    Args:
        value: tensor, array, number, text, or nested sequences of them.
        dtype: the type it must have, or `None`.
        hint: the type that arrays take, and Python numbers where it loses nothing, or `None`.

    Raises:
        TypeError, ValueError: it cannot be converted, as in `tf.convert_to_tensor`.
    """
    want = None if dtype is None else as_dtype(dtype)
    if isinstance(value, Tensor):
        a = value._array()
        if want is not None and as_dtype(a.dtype) != want:
            raise ValueError(f"Tensor conversion requested dtype {want.name} for Tensor with dtype {value.dtype.name}: {value!r}")
        return a
    if isinstance(value, (list, tuple)):
        inner = _dtype_inside(value)
        if inner is not None:
            value = np.array([as_array(v, None if isinstance(v, Tensor) else inner) for v in value])
    return array_of(value, want, hint)


def _dtype_inside(values: Any) -> DType | None:
    """The dtype of the first tensor within nested sequences, or `None`."""
    for v in values:
        found = v.dtype if isinstance(v, Tensor) else _dtype_inside(v) if isinstance(v, (list, tuple)) else None
        if found is not None:
            return found
    return None


@export("tf.convert_to_tensor")
def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Tensor:
    """A tensor from a tensor, array, number, text or nested sequences of them (symbolic values stay symbolic).

    Raises:
        TypeError, ValueError: as TensorFlow does, for what is no tensor or another type than asked for.
    """
    if isinstance(value, Tensor) and (dtype is None or value.dtype == dtype):
        return value.unchanging()
    if is_symbolic(value):
        t = value if isinstance(value, Tensor) else Tensor(value)
        if dtype is not None and t.dtype != dtype:
            raise ValueError(f"Tensor conversion requested dtype {as_dtype(dtype).name} for Tensor with dtype {t.dtype.name}")
        return t
    return Tensor(as_array(value, dtype, dtype_hint))


def is_symbolic(value: Any) -> bool:
    """True for a symbolic Tensor and for a PlaidML value."""
    if isinstance(value, Tensor):
        return not value.is_eager
    # By name: a program without a model must not load PlaidML to find this out.
    return type(value).__module__.startswith("plaidml") and hasattr(value, "source")


def payload(value: Any) -> Any:
    """What a Tensor holds; anything else as it is."""
    return value._payload if isinstance(value, Tensor) else value


def array_text(array: np.ndarray) -> str:
    """An array as TensorFlow's tensors and variables show it: a number as short as its type allows, as NumPy 1 wrote it."""
    if array.ndim or array.dtype.kind != "f" or array.dtype == np.float64:
        return repr(array if array.ndim else array.item())
    number: Any = array[()]
    size = abs(float(array))
    if not size or not np.isfinite(size) or 1e-4 <= size < 1e16:
        return np.format_float_positional(number, trim="0")
    return np.format_float_scientific(number, trim="-", exp_digits=2)


def broadcasts(*shapes: Sequence[int | None]) -> bool:
    """True when tensors of these shapes can be combined element by element; unknown sizes fit."""
    for i in range(1, max(map(len, shapes), default=0) + 1):
        sizes = {s[-i] for s in shapes if len(s) >= i and s[-i] not in (1, None)}
        if len(sizes) > 1:
            return False
    return True


@export("tf.is_tensor")
def is_tensor(x: Any) -> bool:
    """True for tensors, eager or symbolic, sparse or ragged; false for arrays."""
    return isinstance(x, Tensor) or is_symbolic(x) or hasattr(type(x), "component_spec")
