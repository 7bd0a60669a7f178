"""Paths as TensorFlow takes them: text, bytes and path objects, and URIs of local files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from ..errors import UnimplementedError, as_op_error, file_error
from ..exceptions import UnsupportedOpError

_LOCAL = "file://"
_TENSORFLOWS = ("gs", "ram")
"""File systems that TensorFlow itself knows beside the local one; others come with packages."""


def text(path: Any) -> str:
    """A path as text.

    Raises:
        TypeError: it is none.
    """
    if isinstance(path, (str, bytes, os.PathLike)):
        return os.fsdecode(path)
    raise TypeError(f"Expected binary or unicode string, got {path!r}")


def local(path: Any) -> str:
    """The name of a file or folder for the operating system.

    Raises:
        TypeError: it is no path.
        UnimplementedError: it is a URI of another file system, such as `gs://...`.
    """
    name = text(path)
    if name.startswith(_LOCAL):
        # What stands before the next slash would be a host's name.
        return name[len(_LOCAL) :] if name.startswith(_LOCAL + "/") else os.sep + name[len(_LOCAL) :].partition("/")[2]
    scheme, uri, _ = name.partition("://")
    if uri and scheme and scheme.isalnum():
        message, advice = f"File system scheme '{scheme}' not implemented", "copy the file to a local folder first"
        if scheme in _TENSORFLOWS:
            raise as_op_error(UnsupportedOpError("tf.io.gfile", f"{message} (file: '{name}')", advice.capitalize()))
        raise UnimplementedError(None, None, f"{message}: {advice} (file: '{name}')")
    return name


@contextlib.contextmanager
def errors_of(path: str) -> Iterator[None]:
    """Turn the operating system's errors in the block into TensorFlow's, which name this path."""
    try:
        yield
    except OSError as e:
        raise file_error(path, e) from e
