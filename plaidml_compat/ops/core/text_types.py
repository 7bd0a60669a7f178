"""tf.compat.as_bytes, as_text, as_str, as_str_any, path_to_str: Python's text, bytes and paths as one another."""

from __future__ import annotations

import codecs
from typing import Any

from ...registry import export


def _refused(name: str, value: Any) -> TypeError:
    return TypeError(f"{name}: Expected binary or unicode string, got {value!r}")


@export("tf.compat.as_bytes")
def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Text, bytes or a bytearray as bytes.

    Raises:
        TypeError: none of those.
        LookupError: there is no such encoding.
    """
    encoding = codecs.lookup(encoding).name
    if isinstance(bytes_or_text, bytearray):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise _refused("tf.compat.as_bytes", bytes_or_text)


@export("tf.compat.as_text", "tf.compat.as_str")
def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Text or bytes as text.

    Raises:
        TypeError: neither.
        UnicodeDecodeError: the bytes are not of this encoding.
        LookupError: there is no such encoding.
    """
    encoding = codecs.lookup(encoding).name
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise _refused("tf.compat.as_text", bytes_or_text)


@export("tf.compat.as_str_any")
def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Bytes as text, of anything else `str(value)`.

    Raises:
        UnicodeDecodeError: the bytes are not of this encoding.
        LookupError: there is no such encoding.
    """
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


@export("tf.compat.path_to_str")
def path_to_str(path: Any) -> Any:
    """A path object as text; anything else as it is."""
    return as_str_any(path.__fspath__()) if hasattr(path, "__fspath__") else path
