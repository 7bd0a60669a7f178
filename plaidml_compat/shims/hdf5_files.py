"""Lets Keras save and load models with h5py 3 and with paths of any kind."""

from __future__ import annotations

import functools
import os
from types import ModuleType
from typing import Any

from plaidml_compat.shims.registry import replace, shim


class _Text(str):
    """Text with the `decode` of bytes."""

    __slots__ = ()

    def decode(self, *args: Any) -> str:
        return str(self)


def _decodable(value: Any) -> Any:
    """The value of an attribute as Keras expects it: text that can be decoded, in lists instead of arrays."""
    if isinstance(value, str):
        return _Text(value)
    if getattr(value, "size", 1) == 0 or (getattr(value, "ndim", 0) == 1 and value.dtype.kind in "OSU"):
        return [_Text(item) if isinstance(item, str) else item for item in value.tolist()]
    return value


class _Attributes:
    """The attributes of an HDF5 group, with decodable text."""

    def __init__(self, attributes: Any) -> None:
        self._attributes = attributes

    def __getitem__(self, name: str) -> Any:
        return _decodable(self._attributes[name])

    def __contains__(self, name: str) -> bool:
        return name in self._attributes


class _Group:
    """An HDF5 group to read from, whose attributes are decodable."""

    def __init__(self, group: Any) -> None:
        self._group = group
        self.attrs = _Attributes(group.attrs)

    def __getitem__(self, name: str) -> Any:
        item = self._group[name]
        return _Group(item) if hasattr(item, "keys") else item

    def __contains__(self, name: str) -> bool:
        return name in self._group

    def __iter__(self) -> Any:
        return iter(self._group)

    def __len__(self) -> int:
        return len(self._group)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._group, name)


@shim("S5", "keras.utils.io_utils")
def attributes_of_models(module: ModuleType) -> None:
    """Symptom: `'str' object has no attribute 'decode'` in `load_model`; `truth value of an empty array`.

    Cause: h5py 3 returns text as str; NumPy 2.2 refuses `if array:` for an empty array.
    """
    original = module.H5Dict.__getitem__

    def __getitem__(self: Any, name: str) -> Any:
        if not isinstance(self.data, dict) and name in self.data.attrs:
            return _decodable(self.data.attrs[name])
        return original(self, name)

    replace(module.H5Dict, "__getitem__", __getitem__)


@shim("S5", "keras.engine.saving")
def attributes_of_weights(module: ModuleType) -> None:
    """Symptom: `'str' object has no attribute 'decode'` in `load_weights` (h5py 3)."""
    for name in ("load_weights_from_hdf5_group", "load_weights_from_hdf5_group_by_name"):
        original = getattr(module, name)

        def load(group: Any, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
            return _original(_Group(group), *args, **kwargs)

        replace(module, name, functools.wraps(original)(load))


@shim("S10", "keras.engine.saving")
def paths_of_models(module: ModuleType) -> None:
    """Symptom: `save_model` and `load_model` refuse a `pathlib.Path`: `Required Group, str or dict` (any version)."""
    h5dict = module.h5dict

    def open_file(path: Any, mode: str = "a") -> Any:
        return h5dict(os.fspath(path) if isinstance(path, os.PathLike) else path, mode)

    replace(module, "h5dict", open_file)
