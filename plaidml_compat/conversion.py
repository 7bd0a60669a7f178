"""Numbers, texts, arrays and nested sequences of them as arrays, by the rules of `tf.convert_to_tensor`; tensors are left to tensor.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from .dtypes import DTYPES, DType, as_dtype, float32, string

_INT32, _INT64 = range(-(2**31), 2**31), range(-(2**63), 2**63)
_FLOAT32, _INT = np.dtype(np.float32), np.dtype(np.int32)


def _plain(value: Any, hint: Any) -> np.ndarray:
    """A Python number, by the same rules in a shorter way: most arguments that are no tensors are one."""
    wanted = None if hint is None else as_dtype(hint).np_type
    if type(value) is float:
        return np.array(value, wanted if wanted is not None and wanted.kind in "fc" else _FLOAT32)
    if wanted is not None and wanted.kind in "iufc":
        return np.array(value, np.int64).astype(wanted)
    if value in _INT32:
        return np.array(value, _INT)
    return np.array(value, np.int64)


_REFUSED = "Cannot convert {0!r:.80} to EagerTensor of dtype {1}"


def array_of(value: Any, want: DType | None, hint: Any) -> np.ndarray:
    """An array of what is no tensor, nor holds one; see `tensor.as_array`."""
    if want is None and (type(value) is float or (type(value) is int and value in _INT64)):
        return _plain(value, hint)
    if isinstance(value, (np.ndarray, np.generic)):
        a = np.asarray(value)
        if a.dtype.kind in "OSU":
            return _text_array(a, want, value)
        if a.dtype.kind in "mM" or a.dtype.type is np.void:
            raise ValueError(f"Failed to convert a NumPy array to a Tensor (Unsupported numpy type: {a.dtype}).")
        if want is None and hint is not None and a.dtype.kind in "biufc" and as_dtype(hint).np_type.kind in "biufc":
            want = as_dtype(hint)  # arrays take the type of the tensor they meet, even if that costs their fraction: so does TensorFlow
        if want is not None and want.np_type.kind == "O":
            raise TypeError(_REFUSED.format(value, want.name))
        return a if want is None or a.dtype == want.np_type else a.astype(want.np_type)
    if hasattr(value, "__array__"):
        return array_of(np.asarray(value), want, hint)
    try:
        a = np.asarray(value)
    except ValueError as e:
        raise ValueError(f"Can't convert non-rectangular Python sequence to Tensor. Received: {value!r:.200}") from e
    if a.dtype.kind in "SU":
        if isinstance(value, (list, tuple)) and not _only_text(value):
            raise ValueError(f"Can't convert Python sequence with mixed types to Tensor. Received: {value!r:.200}")
        return _text_array(np.array(value, object), want, value)  # NumPy's own texts lose zero bytes at their ends
    if a.dtype.kind == "O":
        if a.size and all(isinstance(v, (str, bytes)) for v in a.ravel()):
            return _text_array(a, want, value)
        raise ValueError(_UNSUPPORTED.format(value, type(value)))
    if want is None:
        want = _natural(a, value)
        if hint is not None and _fits(a, as_dtype(hint)):
            want = as_dtype(hint)
    elif a.size and not _fits(a, want):
        raise TypeError(_REFUSED.format(value, want.name))
    return a.astype(want.np_type, copy=False)


_NATURAL = {"f": "float32", "i": "int32", "u": "int32", "b": "bool", "c": "complex128"}
_UNSUPPORTED = "Attempt to convert a value ({0!r:.200}) with an unsupported type ({1}) to a Tensor."


def _natural(a: np.ndarray, value: Any) -> DType:
    """The dtype of a number or a list, of which NumPy made `a`: 32 bits, unless its first number is one of NumPy's of another width."""
    kind = a.dtype.kind
    if kind not in _NATURAL:
        raise ValueError(_UNSUPPORTED.format(value, type(value)))
    if isinstance(value, (list, tuple)):
        if not a.size:
            return float32
        first = _first_number(value)
        if (isinstance(first, (bool, np.bool_)) and kind != "b") or (isinstance(first, (int, np.integer)) and kind == "c"):
            raise ValueError(f"Can't convert Python sequence with mixed types to Tensor. Received: {value!r:.200}")
        if kind == "f" and isinstance(first, np.floating):
            return as_dtype(first.dtype)
    if kind in "iu" and a.size and (a.max() > 2**31 - 1 or a.min() < -(2**31)):
        if a.max() > 2**63 - 1:
            raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
        return DTYPES["int64"]
    return DTYPES[_NATURAL[kind]]


def _first_number(value: Any) -> Any:
    """The first number within nested sequences and arrays, or `None`."""
    if isinstance(value, np.ndarray):
        return value.ravel()[0] if value.size else None
    if isinstance(value, (list, tuple)):
        return next((found for found in map(_first_number, value) if found is not None), None)
    return value


def _fits(a: np.ndarray, to: DType) -> bool:
    """True when values of this kind of number may take a dtype: floats a float one, integers any but bool, bools any."""
    if to == string:
        return False
    if a.dtype.kind in "iu":
        return not to.is_bool
    if a.dtype.kind == "f":
        return to.is_floating or to.is_complex
    return a.dtype.kind == "b" or to.is_complex


def _only_text(values: Any) -> bool:
    """True when nested sequences hold nothing but texts."""
    return all(_only_text(v) if isinstance(v, (list, tuple)) else isinstance(v, (str, bytes)) or _is_text_array(v) for v in values)


def _is_text_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "SUO"


def _text_array(a: np.ndarray, want: DType | None, value: Any) -> np.ndarray:
    if want is not None and want != string:
        raise TypeError(_REFUSED.format(value, want.name))
    out = np.empty(a.shape, object)
    out.ravel()[:] = [v.encode() if isinstance(v, str) else _bytes(v) for v in a.ravel().tolist()]
    return out


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return bytes(value)
    raise ValueError(f"Failed to convert a NumPy array to a Tensor (Unsupported object type {type(value).__name__}).")
