"""tf.io.serialize_tensor, parse_tensor, decode_raw and decode_compressed: tensors from bytes and back."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from ..dtypes import DTYPES, as_dtype
from ..errors import DataLossError, InvalidArgumentError
from ..ops.strings import _each
from ..registry import export
from ..tensor import Tensor, as_array
from ..trial_flag import made_up_length
from .messages import TensorProto
from .streams import WINDOWS

_NUMBERS = {
    "float32": 1,
    "float64": 2,
    "int32": 3,
    "uint8": 4,
    "int16": 5,
    "int8": 6,
    "string": 7,
    "complex64": 8,
    "int64": 9,
    "bool": 10,
    "uint16": 17,
    "complex128": 18,
    "float16": 19,
    "uint32": 22,
    "uint64": 23,
}
"""TensorFlow's numbers of dtypes in messages."""
_NAMES = {number: name for name, number in _NUMBERS.items()}

_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "string": "string_val",
    "complex64": "scomplex_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "complex128": "dcomplex_val",
    "float16": "half_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
}
"""Where values stand that are not stored as bytes; those of small integers in `int_val`."""

_RAW = ("float16", "float32", "float64", "int32", "uint16", "uint8", "int16", "int8", "int64", "complex64", "complex128", "bool")
_RAW_PADDED = _RAW[:9]


@export("tf.io.serialize_tensor")
def serialize_tensor(tensor: Any, name: str | None = None) -> Tensor:
    """A tensor as a scalar string, which `tf.io.parse_tensor` and TensorFlow read: dtype, shape and values.

    Args:
        tensor: of any dtype.
        name: ignored.
    """
    a = as_array(tensor)
    message = TensorProto(dtype=_NUMBERS[as_dtype(a.dtype).name])
    message.tensor_shape.SetInParent()
    for size in a.shape:
        message.tensor_shape.dim.add(size=size)
    if a.dtype == object:
        message.string_val.extend(a.ravel().tolist())
    else:
        message.tensor_content = a.astype(a.dtype.newbyteorder("<"), copy=False).tobytes()
    return Tensor(np.array(message.SerializeToString(), object))


@export("tf.io.parse_tensor")
def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Tensor:
    """The tensor in a scalar string that `tf.io.serialize_tensor` or TensorFlow made.

    Args:
        serialized: scalar string.
        out_type: the tensor's dtype.
        name: ignored.

    Raises:
        TypeError: `serialized` is no string.
        InvalidArgumentError: it holds no tensor, or one of another dtype.
    """
    what, wanted = "tf.io.parse_tensor", as_dtype(out_type)
    data = as_array(serialized, "string")
    if data.ndim:
        raise InvalidArgumentError(None, None, f"{what}: Expected `serialized` to be a scalar, got shape: {list(data.shape)}")
    try:
        message = TensorProto.FromString(data[()])
    except DecodeError as e:
        raise InvalidArgumentError(None, None, f"{what}: Could not parse `serialized` as TensorProto: {data[()]!r:.100}") from e
    kind = _NAMES.get(message.dtype)
    shape = [d.size for d in message.tensor_shape.dim]
    if kind is None or any(s < 0 for s in shape):
        raise InvalidArgumentError(None, None, f"{what}: Cannot parse tensor from proto: {data[()]!r:.100}")
    if kind != wanted.name:
        raise InvalidArgumentError(None, None, f"{what}: Type mismatch between parsed tensor ({kind}) and dtype ({wanted.name})")
    values = _values(message, kind, int(np.prod(shape)))
    if values is None:
        raise InvalidArgumentError(None, None, f"{what}: Cannot parse tensor from proto: its values do not fill the shape {shape}")
    return Tensor(values.reshape(shape))


def _values(message: Any, kind: str, count: int) -> np.ndarray | None:
    dtype: Any = DTYPES[kind].np_type
    content = message.tensor_content
    if content and kind != "string":
        if len(content) != count * dtype.itemsize:
            return None
        return np.frombuffer(content, dtype.newbyteorder("<")).astype(dtype)
    held = list(getattr(message, _FIELDS.get(kind, "int_val")))
    out = np.zeros(count, dtype) if kind != "string" else np.full(count, b"", object)
    if kind == "float16":
        found = np.array(held, np.uint16).view(np.float16)
    elif kind in ("complex64", "complex128"):
        found = np.array(held, dtype.type(0).real.dtype).view(dtype)
    else:
        found = np.array(held, dtype) if kind != "string" else _each.texts(held)
    found = found[:count]
    out[: len(found)] = found
    if len(found):  # the last one stands for all behind it
        out[len(found) :] = found[-1]
    return out


@export("tf.io.decode_raw")
def decode_raw(
    input_bytes: Any, out_type: Any, little_endian: bool = True, fixed_length: int | None = None, name: str | None = None
) -> Tensor:
    """The bytes of strings as numbers, along a new last axis.

    Args:
        input_bytes: strings of one length.
        out_type: dtype of the numbers.
        little_endian: the order of a number's bytes.
        fixed_length: bytes that are read of each string; longer ones are cut, shorter ones filled with zeros.
        name: ignored.

    Raises:
        TypeError: `input_bytes` are no strings.
        InvalidArgumentError: their lengths differ or do not fit `out_type`, or there are no such numbers.
        UnsupportedArgumentError: `out_type` is bfloat16.
    """
    what, dt = "tf.io.decode_raw", as_dtype(out_type)
    texts = as_array(input_bytes, "string")
    allowed = _RAW if fixed_length is None else _RAW_PADDED
    itemsize = dt.np_type.itemsize  # refuses bfloat16, which TensorFlow reads, before the next lines call it wrong
    if dt.name not in allowed:
        raise InvalidArgumentError(None, None, f"{what}: `out_type` must be one of {', '.join(allowed)}; received {dt.name}")
    if fixed_length is not None:
        length = int(as_array(fixed_length)[()])
        if length < 1 or length % itemsize:
            raise InvalidArgumentError(
                None,
                None,
                f"{what}: fixed_length ({length}) must be greater than zero and a multiple of the size of {dt.name} ({itemsize})",
            )
        joined = b"".join(t[:length].ljust(length, b"\0") for t in texts.ravel().tolist())
    else:
        made_up = made_up_length()
        if made_up is not None:
            return Tensor(np.zeros((*texts.shape, made_up), dt.np_type))
        joined, length = _of_one_length(what, texts, dt.name, itemsize)
    out = np.frombuffer(joined, dt.np_type.newbyteorder("<" if little_endian else ">"))
    if dt.name == "bool":
        out = np.frombuffer(joined, np.uint8) != 0
    return Tensor(out.astype(dt.np_type).reshape((*texts.shape, length // itemsize)))


def _of_one_length(what: str, texts: np.ndarray, dtype: str, itemsize: int) -> tuple[bytes, int]:
    parts = texts.ravel().tolist()
    length = len(parts[0]) if parts else 0
    for i, part in enumerate(parts):
        if len(part) != length:
            raise InvalidArgumentError(
                None, None, f"{what}: input strings must all be the same size, but element {i} has size {len(part)}, the first {length}"
            )
    if length % itemsize:
        raise InvalidArgumentError(
            None, None, f"{what}: the input has length {length} that is not a multiple of {itemsize}, the size of {dtype}"
        )
    return parts[0] if len(parts) == 1 else b"".join(parts), length


@export("tf.io.decode_compressed")
def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Tensor:
    """Strings decompressed.

    Args:
        bytes: compressed strings.
        compression_type: `""`, `"ZLIB"` or `"GZIP"`.
        name: ignored.

    Raises:
        TypeError: `bytes` are no strings.
        InvalidArgumentError: there is no such compression.
        DataLossError: a string is damaged; one that is cut off gives what is there, as in TensorFlow.
    """
    texts = as_array(bytes, "string")
    if compression_type not in ("", *WINDOWS):
        raise InvalidArgumentError(
            None, None, f"tf.io.decode_compressed: Only ZLIB, GZIP or '' are supported compressions; received {compression_type!r}"
        )
    if not compression_type:
        return Tensor(texts)
    return Tensor(_each.each(lambda t: _inflated(t, WINDOWS[compression_type], compression_type == "GZIP"), texts))


def _inflated(data: bytes, window: int, members: bool) -> bytes:
    parts = []
    try:
        while data:
            inflating = zlib.decompressobj(window)
            parts.append(inflating.decompress(data))
            data = inflating.unused_data if members else b""
    except zlib.error as e:
        raise DataLossError(None, None, f"tf.io.decode_compressed: inflate() failed: {e}") from e
    return b"".join(parts)
