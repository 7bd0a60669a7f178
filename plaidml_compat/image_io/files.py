"""tf.io.read_file: a file's bytes, and which file a tensor's bytes came from."""

from __future__ import annotations

import os
import time
import weakref
from typing import Any

import numpy as np

from .. import observe
from ..errors import InvalidArgumentError, file_error
from ..registry import export
from ..tensor import Tensor, as_array, payload
from ..trial_flag import in_trial

_ORIGINS: dict[int, tuple[weakref.ref, str]] = {}


def note_origin(contents: np.ndarray, path: str) -> None:
    """Remember which file an array's text came from, as long as the array lives."""
    key = id(contents)
    _ORIGINS[key] = weakref.ref(contents, lambda _: _ORIGINS.pop(key, None)), path


def origin(contents: Any) -> str:
    """The file that a tensor's or array's text came from, or an empty text."""
    found = _ORIGINS.get(id(payload(contents)))
    return found[1] if found is not None and found[0]() is payload(contents) else ""


def scalar_bytes(op: str, value: Any) -> bytes:
    """The one text in a scalar string tensor.

    Raises:
        TypeError: it is no text.
        InvalidArgumentError: it has another shape.
    """
    if isinstance(value, bytes):
        return value
    a = as_array(value)
    if a.dtype != object:
        raise TypeError(f"{op}: a scalar string is needed; received {value!r:.200}")
    if a.ndim:
        raise InvalidArgumentError(None, None, f"{op}: a scalar string is needed; received shape {list(a.shape)}")
    return bytes(a[()])


def read(path: str | bytes) -> bytes:
    """A file's contents.

    Raises:
        NotFoundError, FailedPreconditionError, PermissionDeniedError: it cannot be read.
    """
    name = os.fsdecode(path)
    try:
        with open(name, "rb", buffering=0) as f:
            return f.read()
    except OSError as e:
        raise file_error(name, e) from e


@export("tf.io.read_file", traits=["reads"])
def read_file(filename: Any, name: str | None = None) -> Tensor:
    """The contents of a file, as a scalar string.

    Raises:
        NotFoundError: there is none of that name.
        FailedPreconditionError: it is a directory.
    """
    path = scalar_bytes("tf.io.read_file", filename)
    out = np.empty((), object)
    start = time.perf_counter()
    out[()] = b"" if in_trial() else read(path)
    observe.emit(observe.took("load", "tf.io.read_file", "host", start))
    note_origin(out, os.fsdecode(path))
    return Tensor(out)
