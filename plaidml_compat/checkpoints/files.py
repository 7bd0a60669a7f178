"""One checkpoint, one file: `PREFIX.index` holds what is saved as arrays and JSON, written whole or not at all."""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import DataLossError, FailedPreconditionError, NotFoundError, as_op_error, file_error
from ..exceptions import UnsupportedOpError

ENDING = ".index"
"""What follows the prefix, as in the name that TensorFlow gives the table of contents: programs look whether it is there."""

_OUTLINE, _VERSION = "checkpoint.json", 1
_MAGIC = b"PK\x03\x04"


@contextlib.contextmanager
def replacing(path: str) -> Iterator[io.BufferedWriter]:
    """A file to write, which takes the place of `path` once it is whole and on the disk.

    A program that ends before leaves `path` as it was.
    """
    folder = os.path.dirname(path) or "."
    os.makedirs(folder, exist_ok=True)
    partial = f"{path}.{os.getpid()}-{secrets.token_hex(4)}.part"
    try:
        with open(partial, "xb") as f:
            yield f
            f.flush()
            os.fsync(f.fileno())
        os.replace(partial, path)
        _name_on_disk(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(partial)
        raise


def _name_on_disk(folder: str) -> None:
    """Have the folder's names on the disk, too, where the system can do that."""
    with contextlib.suppress(OSError):  # Windows, and some file systems, have no such thing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write(prefix: str, outline: Any, arrays: dict[str, np.ndarray]) -> None:
    """Write a checkpoint.

    Args:
        prefix: its name without the ending; folders that are missing are made.
        outline: what is saved beside the arrays, fit for JSON.
        arrays: what is saved, by name.

    Raises:
        OpError: it cannot be written.
    """
    try:
        with replacing(prefix + ENDING) as f, zipfile.ZipFile(f, "w", zipfile.ZIP_STORED) as z:
            z.writestr(_OUTLINE, json.dumps({"version": _VERSION, "outline": outline, "names": list(arrays)}))
            for i, a in enumerate(arrays.values()):
                with z.open(f"{i}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, np.asanyarray(a), allow_pickle=False)
    except OSError as e:
        raise file_error(prefix + ENDING, e) from e


def exists(prefix: str) -> bool:
    """True where there is a checkpoint of this name."""
    return os.path.isfile(prefix + ENDING)


def read(prefix: str) -> tuple[Any, dict[str, np.ndarray]]:
    """The outline and the arrays of a checkpoint; checksums are compared.

    Raises:
        NotFoundError: there is none.
        FailedPreconditionError: it is TensorFlow's.
        DataLossError: it is damaged.
    """
    path = prefix + ENDING
    try:
        with open(path, "rb") as f:
            return _content(f, prefix)
    except FileNotFoundError as e:
        if any(os.path.isfile(prefix + ending) for ending in (".data-00000-of-00001", ".h5", "")):
            raise _foreign(prefix) from e
        raise NotFoundError(
            None, None, f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {prefix}"
        ) from e
    except OSError as e:
        raise file_error(path, e) from e


def _content(f: io.BufferedReader, prefix: str) -> tuple[Any, dict[str, np.ndarray]]:
    path = prefix + ENDING
    if f.read(len(_MAGIC)) != _MAGIC:
        raise _foreign(prefix)
    try:
        with zipfile.ZipFile(f) as z:
            head = json.loads(z.read(_OUTLINE))
            version = head["version"]
            if version == _VERSION:
                return head["outline"], {n: _array(z, f"{i}.npy") for i, n in enumerate(head["names"])}
    except Exception as e:  # damage shows in many ways
        raise DataLossError(None, None, f"{path}: the checkpoint is damaged ({e}). Restore an earlier one") from e
    raise FailedPreconditionError(None, None, f"{path}: the checkpoint has version {version}, this plaidml_compat reads version {_VERSION}")


def _array(z: zipfile.ZipFile, name: str) -> np.ndarray:
    """A member, without another copy of its bytes. It is read to its end, where its checksum is compared."""
    with z.open(name) as member:
        array = np.lib.format.read_array(member, allow_pickle=False)
        if member.read():
            raise ValueError(f"{name} goes on after the array")
        return array


def _foreign(prefix: str) -> BaseException:
    return as_op_error(
        UnsupportedOpError(
            "tf.train.Checkpoint.restore",
            f"{prefix}: this is no checkpoint of plaidml_compat's tf.train.Checkpoint; those that TensorFlow wrote cannot be read here",
            "In TensorFlow, save the weights of the model as HDF5, model.save_weights('name.h5'), and here call "
            "model.load_weights('name.h5')",
        ),
        FailedPreconditionError,
    )


def remove(prefix: str) -> None:
    """Delete a checkpoint; harmless where there is none."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(prefix + ENDING)
