"""tf.Tensor, tf.TensorShape and tf.DType: one tensor class, whose payload is a NumPy array or a PlaidML value."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import numpy as np

from .registry import OPS, export

TensorLike = Annotated[Any, "Tensor"]
"""A tensor argument of an op: callers may pass tensors, arrays, numbers or sequences; kernels get arrays or graph values."""


# --------------------------------------------------------------------------------------------------------- dtypes
@export("tf.DType", "tf.dtypes.DType")
class DType:
    """An element type. Compares equal to its name, its NumPy type and itself."""

    __slots__ = ("name", "np_type")

    def __init__(self, name: str, np_type: Any) -> None:
        self.name = name
        self.np_type = None if np_type is None else np.dtype(np_type)

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type (`object` for strings)."""
        if self.np_type is None:
            raise TypeError(f"{self.name} has no NumPy type")
        return self.np_type.type

    @property
    def base_dtype(self) -> DType:
        """This type itself."""
        return self

    @property
    def is_floating(self) -> bool:
        """True for float16, float32, float64 and bfloat16."""
        return self.name in ("float16", "float32", "float64", "bfloat16")

    @property
    def is_integer(self) -> bool:
        """True for signed and unsigned integers."""
        return self.np_type is not None and self.np_type.kind in "iu"

    @property
    def is_unsigned(self) -> bool:
        """True for unsigned integers."""
        return self.np_type is not None and self.np_type.kind == "u"

    @property
    def is_complex(self) -> bool:
        """True for complex64 and complex128."""
        return self.np_type is not None and self.np_type.kind == "c"

    @property
    def is_bool(self) -> bool:
        """True for bool."""
        return self.name == "bool"

    @property
    def size(self) -> int:
        """Bytes an element takes."""
        return 2 if self.np_type is None else self.np_type.itemsize

    @property
    def _limits(self) -> Any:
        return np.finfo(self.np_type) if self.is_floating else np.iinfo(self.np_type)

    @property
    def max(self) -> Any:
        """Largest finite value."""
        return True if self.is_bool else self._limits.max

    @property
    def min(self) -> Any:
        """Smallest finite value."""
        return False if self.is_bool else self._limits.min

    def __eq__(self, other: object) -> bool:
        if other is None:
            return False
        try:
            return self.name == as_dtype(other).name
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __reduce__(self) -> tuple:
        return as_dtype, (self.name,)


_NUMPY_NAMES = [
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
    "complex64",
    "complex128",
]
_DTYPES = {n: DType(n, n) for n in _NUMPY_NAMES}
_BY_NUMPY_TYPE = {d.np_type: d for d in _DTYPES.values()}
_DTYPES["string"] = DType("string", object)
_DTYPES["bfloat16"] = DType("bfloat16", None)
for _name, _dtype in _DTYPES.items():
    export(f"tf.{_name}", f"tf.dtypes.{_name}")(_dtype)
export("tf.half", "tf.dtypes.half")(_DTYPES["float16"])
export("tf.double", "tf.dtypes.double")(_DTYPES["float64"])

float32, int32, string, boolean = _DTYPES["float32"], _DTYPES["int32"], _DTYPES["string"], _DTYPES["bool"]
_PYTHON = {float: "float32", int: "int32", bool: "bool", str: "string", bytes: "string", complex: "complex128"}


@export("tf.as_dtype", "tf.dtypes.as_dtype")
def as_dtype(type_value: Any) -> DType:
    """The DType for a DType, a name, a NumPy type or a Python type.

    Raises:
        TypeError: there is none.
    """
    if isinstance(type_value, DType):
        return type_value
    if isinstance(type_value, np.dtype) and type_value in _BY_NUMPY_TYPE:
        return _BY_NUMPY_TYPE[type_value]
    if isinstance(type_value, str) and type_value in _DTYPES:
        return _DTYPES[type_value]
    if isinstance(type_value, type) and type_value in _PYTHON:
        return _DTYPES[_PYTHON[type_value]]
    try:
        dt = np.dtype(type_value)
    except TypeError:
        raise TypeError(f"Cannot convert value {type_value!r} to a TensorFlow DType") from None
    if dt.kind in "OSU":
        return string
    if dt.name not in _DTYPES:
        raise TypeError(f"Cannot convert value {type_value!r} to a TensorFlow DType")
    return _DTYPES[dt.name]


# ---------------------------------------------------------------------------------------------------------- shapes
@export("tf.TensorShape")
class TensorShape(tuple):
    """The shape of a tensor: a tuple of sizes, `None` where one is not known; `TensorShape(None)` knows not even the rank."""

    _unknown: bool

    def __new__(cls, dims: Iterable[Any] | int | None = None) -> TensorShape:
        if isinstance(dims, TensorShape):
            return dims
        if isinstance(dims, (int, np.integer)):
            dims = [int(dims)]
        sizes = () if dims is None else tuple(d if d is None else int(d) for d in dims)
        if any(d is not None and d < 0 for d in sizes):
            raise ValueError(f"Dimension {min(d for d in sizes if d is not None)} must be >= 0")
        self = super().__new__(cls, sizes)
        self._unknown = dims is None
        return self

    @property
    def rank(self) -> int | None:
        """Number of axes, or `None`."""
        return None if self._unknown else len(self)

    ndims = rank

    @property
    def dims(self) -> list[int | None] | None:
        """The sizes, or `None` when the rank is not known."""
        return None if self._unknown else list(self)

    def as_list(self) -> list[int | None]:
        """The sizes as a list.

        Raises:
            ValueError: the rank is not known.
        """
        if self._unknown:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self)

    def num_elements(self) -> int | None:
        """Product of the sizes, or `None` when one is not known."""
        if self._unknown or None in self:
            return None
        return int(np.prod(self, dtype=np.int64))

    def is_fully_defined(self) -> bool:
        """True when the rank and all sizes are known."""
        return not self._unknown and None not in self

    def is_compatible_with(self, other: Any) -> bool:
        """True when some shape fits both."""
        other = TensorShape(other)
        if self._unknown or other._unknown:
            return True
        return len(self) == len(other) and all(a is None or b is None or a == b for a, b in zip(self, other))

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise ValueError when `is_compatible_with` is false."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def concatenate(self, other: Any) -> TensorShape:
        """This shape followed by another."""
        other = TensorShape(other)
        return TensorShape(None) if self._unknown or other._unknown else TensorShape(tuple(self) + tuple(other))

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, or `rank` unknown sizes when the rank is not known.

        Raises:
            ValueError: the rank is another one.
        """
        if self._unknown:
            return TensorShape([None] * rank)
        if len(self) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")
        return self

    def __getitem__(self, key: Any) -> Any:
        if self._unknown:
            return TensorShape(None) if isinstance(key, slice) else None
        got = super().__getitem__(key)
        return TensorShape(got) if isinstance(key, slice) else got

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(other).concatenate(self)

    def __eq__(self, other: object) -> bool:
        if other is None:
            return self._unknown
        try:
            other = TensorShape(other)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return False
        return self._unknown == other._unknown and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self._unknown, tuple(self)))

    def __bool__(self) -> bool:
        return not self._unknown

    def __len__(self) -> int:
        if self._unknown:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return tuple.__len__(self)

    def __repr__(self) -> str:
        return f"TensorShape({None if self._unknown else list(self)})"

    def __str__(self) -> str:
        return "<unknown>" if self._unknown else tuple.__repr__(tuple(self))

    def __reduce__(self) -> tuple:
        return TensorShape, (self.dims,)


# --------------------------------------------------------------------------------------------------------- tensors
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
            other = convert_to_tensor(other, None if isinstance(other, Tensor) else self.dtype)
            if not broadcasts(self.shape, other.shape):
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
    __array_priority__ = 100

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
            return (Tensor(np.asarray(a, self._payload.dtype)) for a in self._payload)
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self._array())

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
        return format(self.numpy(), spec) if spec and self.is_eager and not self._payload.ndim else format(str(self), spec)

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
            text = repr(self._payload if self._payload.ndim else self._payload.item())
            return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={chr(10) if chr(10) in text else ''}{text}>"
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, symbolic>"

    def __str__(self) -> str:
        if self.is_eager:
            text = str(self._payload if self._payload.ndim else self._payload[()])
            return f"tf.Tensor({chr(10) if chr(10) in text else ''}{text}, shape={self.shape}, dtype={self.dtype.name})"
        return repr(self)

    # Keras marks the tensors of a model with attributes that start with "_keras".
    def __getattr__(self, name: str) -> Any:
        if name.startswith("_keras") or name == "_uses_learning_phase":
            return getattr(self._payload, name)
        if (name == "name" and not self.is_eager) or (name in ("assign", "assign_add", "assign_sub") and self._is_variable()):
            return getattr(self._payload, name)
        raise AttributeError(f"'Tensor' object has no attribute {name!r}")

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
    if isinstance(value, (np.ndarray, np.generic)):
        a = np.asarray(value)
        if a.dtype.kind in "OSU":
            return _text_array(a, want, value)
        if want is None and hint is not None and a.dtype.kind in "biufc" and as_dtype(hint).np_type.kind in "biufc":
            want = as_dtype(hint)  # arrays take the type of the tensor they meet, even if that costs their fraction: so does TensorFlow
        if want is not None and want.np_type.kind == "O":
            raise TypeError(_REFUSED.format(value, want.name))
        return a if want is None or a.dtype == want.np_type else a.astype(want.np_type)
    if hasattr(value, "__array__"):
        return as_array(np.asarray(value), dtype, hint)
    try:
        a = np.asarray(value)
    except ValueError as e:
        raise ValueError(f"Can't convert non-rectangular Python sequence to Tensor. Received: {value!r:.200}") from e
    if a.dtype.kind in "SU":
        return _text_array(a, want, value)
    if a.dtype.kind == "O":
        if a.size and all(isinstance(v, (str, bytes)) for v in a.ravel()):
            return _text_array(a, want, value)
        raise ValueError(f"Attempt to convert a value ({value!r:.200}) with an unsupported type ({type(value)}) to a Tensor.")
    if want is None:
        want = _DTYPES[{"f": "float32", "i": "int32", "u": "int32", "b": "bool", "c": "complex128"}[a.dtype.kind]]
        if a.dtype.kind == "u":
            raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
        if a.dtype.kind == "i" and a.size and (a.max() > 2**31 - 1 or a.min() < -(2**31)):
            want = _DTYPES["int64"]
        if a.size == 0 and not _has_number(value):
            want = float32
        if hint is not None and _fits(a, as_dtype(hint)):
            want = as_dtype(hint)
    elif a.size and not _fits(a, want):
        raise TypeError(_REFUSED.format(value, want.name))
    return a.astype(want.np_type, copy=False)


_REFUSED = "Cannot convert {0!r:.80} to EagerTensor of dtype {1}"


def _dtype_inside(values: Any) -> DType | None:
    """The dtype of the first tensor within nested sequences, or `None`."""
    for v in values:
        found = v.dtype if isinstance(v, Tensor) else _dtype_inside(v) if isinstance(v, (list, tuple)) else None
        if found is not None:
            return found
    return None


def _has_number(value: Any) -> bool:
    return any(_has_number(v) if isinstance(v, (list, tuple)) else True for v in value) if isinstance(value, (list, tuple)) else True


def _fits(a: np.ndarray, to: DType) -> bool:
    """True when values of this kind of number may take a dtype: floats a float one, integers any but bool, bools any."""
    if to.np_type is None or to == string:
        return False
    if a.dtype.kind in "iu":
        return not to.is_bool
    if a.dtype.kind == "f":
        return to.is_floating or to.is_complex
    return a.dtype.kind == "b" or to.is_complex


def _text_array(a: np.ndarray, want: DType | None, value: Any) -> np.ndarray:
    if want is not None and want != string:
        raise TypeError(_REFUSED.format(value, want.name))
    out = np.empty(a.shape, object)
    out.ravel()[:] = [v.encode() if isinstance(v, str) else bytes(v) for v in a.ravel().tolist()]
    return out


@export("tf.convert_to_tensor")
def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Tensor:
    """A tensor from a tensor, array, number, text or nested sequences of them (symbolic values stay symbolic).

    Raises:
        TypeError, ValueError: as TensorFlow does, for what is no tensor or another type than asked for.
    """
    if isinstance(value, Tensor) and (dtype is None or value.dtype == dtype):
        return value
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


def broadcasts(*shapes: Sequence[int | None]) -> bool:
    """True when tensors of these shapes can be combined element by element; unknown sizes fit."""
    for i in range(1, max(map(len, shapes), default=0) + 1):
        sizes = {s[-i] for s in shapes if len(s) >= i and s[-i] not in (1, None)}
        if len(sizes) > 1:
            return False
    return True


@export("tf.is_tensor")
def is_tensor(x: Any) -> bool:
    """True for tensors, eager or symbolic; false for arrays."""
    return isinstance(x, Tensor) or is_symbolic(x)
