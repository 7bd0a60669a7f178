"""tf.DType and its instances: the element types of tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .exceptions import UnsupportedArgumentError
from .registry import export


@export("tf.DType", "tf.dtypes.DType")
class DType:
    """An element type. Compares equal to its name, its NumPy type and itself."""

    __slots__ = ("_np_type", "name")

    def __init__(self, name: str, np_type: Any) -> None:
        self.name = name
        self._np_type: Any = None if np_type is None else np.dtype(np_type)

    @property
    def np_type(self) -> Any:
        """The NumPy dtype (`object` for strings).

        Raises:
            UnsupportedArgumentError: NumPy has none.
        """
        if self._np_type is None:
            raise UnsupportedArgumentError(
                f"tf.{self.name}", "NumPy, which holds the values here, has no such type", "Use tf.float16 or tf.float32"
            )
        return self._np_type

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type (`object` for strings)."""
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
        return self._np_type is not None and self._np_type.kind in "iu"

    @property
    def is_unsigned(self) -> bool:
        """True for unsigned integers."""
        return self._np_type is not None and self._np_type.kind == "u"

    @property
    def is_complex(self) -> bool:
        """True for complex64 and complex128."""
        return self._np_type is not None and self._np_type.kind == "c"

    @property
    def is_bool(self) -> bool:
        """True for bool."""
        return self.name == "bool"

    @property
    def size(self) -> int:
        """Bytes an element takes."""
        return 2 if self._np_type is None else self._np_type.itemsize

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
DTYPES = {n: DType(n, n) for n in _NUMPY_NAMES}
_BY_NUMPY_TYPE = {d.np_type: d for d in DTYPES.values()}
DTYPES["string"] = DType("string", object)
DTYPES["bfloat16"] = DType("bfloat16", None)
for _name, _dtype in DTYPES.items():
    export(f"tf.{_name}", f"tf.dtypes.{_name}")(_dtype)
export("tf.half", "tf.dtypes.half")(DTYPES["float16"])
export("tf.double", "tf.dtypes.double")(DTYPES["float64"])

float32, int32, string, boolean = DTYPES["float32"], DTYPES["int32"], DTYPES["string"], DTYPES["bool"]
_PYTHON = {float: "float32", int: "int32", bool: "bool", str: "string", bytes: "string", complex: "complex128"}


def without_policy(dtype: Any) -> Any:
    """The dtype that a layer computes in: for a policy, `"mixed_float16"` or a policy's object or configuration, that of the policy."""
    if isinstance(dtype, Mapping):
        dtype = dtype.get("config", {}).get("name", dtype)
    dtype = getattr(dtype, "compute_dtype", dtype)
    if isinstance(dtype, str) and dtype.startswith("mixed_"):
        dtype = dtype[len("mixed_") :]
    return dtype


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
    if isinstance(type_value, str) and type_value in DTYPES:
        return DTYPES[type_value]
    if isinstance(type_value, type) and type_value in _PYTHON:
        return DTYPES[_PYTHON[type_value]]
    try:
        dt = np.dtype(type_value)
    except TypeError:
        raise TypeError(f"Cannot convert value {type_value!r} to a TensorFlow DType") from None
    if dt.kind in "OSU":
        return string
    if dt.name not in DTYPES:
        raise TypeError(f"Cannot convert value {type_value!r} to a TensorFlow DType")
    return DTYPES[dt.name]
