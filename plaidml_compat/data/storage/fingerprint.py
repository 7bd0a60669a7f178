"""A number for a pipeline, the same in every process: whether a snapshot belongs to it. TensorFlow hashes its graph.

It sees the steps, their arguments, the arrays in memory, and of functions their code with what it refers to. Of other objects it sees the
class alone: a changed file, or another model of the same class, it does not notice.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ...random.turnstile import Source
from ...tensor import Tensor
from ..dataset import Dataset
from ..function import UserFunction
from ..node import Node

_DEPTH = 12
_OWN = __name__.partition(".")[0]
_OF_NODE = {"parents", "site", "made_by", "call", "is_inner", "is_made_up"}


class _Hash:
    """Takes in values one after the other."""

    def __init__(self) -> None:
        self.sum = hashlib.sha256()
        self._seen: dict[int, int] = {}
        self._held: list[Any] = []

    def text(self, *parts: Any) -> None:
        self.sum.update(repr(parts).encode())

    def value(self, v: Any, depth: int = 0) -> None:
        if v is None or isinstance(v, (bool, int, float, complex, str, bytes, np.generic, range, slice)):
            self.text(type(v).__name__, v)
        elif isinstance(v, np.ndarray):
            self._array(v)
        elif depth > _DEPTH or id(v) in self._seen:
            self.text("again", self._seen.get(id(v), -1))
        else:
            self._seen[id(v)] = len(self._seen)
            self._held.append(v)  # or another object could get its id
            self._compound(v, depth + 1)

    def _array(self, a: np.ndarray) -> None:
        self.text("array", a.dtype.str, a.shape)
        self.sum.update(repr(a.tolist()).encode() if a.dtype == object else np.ascontiguousarray(a).reshape(-1).view(np.uint8).data)

    def _compound(self, v: Any, depth: int) -> None:
        if isinstance(v, Mapping):
            self.text("mapping", len(v))
            self._all((part for item in v.items() for part in item), depth)
        elif isinstance(v, (tuple, list)):
            self.text("sequence", len(v))
            self._all(v, depth)
        elif isinstance(v, (set, frozenset)):
            self.text("set", sorted(map(repr, v)))
        elif isinstance(v, Dataset):
            self.value(v._node, depth)
        elif isinstance(v, Node):
            self.text("step", type(v).__name__)
            self._all(v.parents, depth)
            self._own(v, depth)
        elif isinstance(v, UserFunction):
            self.value(v.function, depth)
        elif isinstance(v, Tensor):
            self.text("tensor", v.dtype.name)
            self.value(v._payload, depth)
        elif isinstance(v, (types.FunctionType, types.MethodType)):
            self._function(v, depth)
        elif isinstance(v, types.CodeType):
            self._code(v, depth)
        else:
            self._object(v, depth)

    def _all(self, values: Iterable[Any], depth: int) -> None:
        for v in values:
            self.value(v, depth)

    def _parts(self, parts: Mapping[str, Any], depth: int) -> None:
        for k in sorted(parts):
            self.text(k)
            self.value(parts[k], depth)

    def _function(self, f: Any, depth: int) -> None:
        if isinstance(f, types.MethodType):
            self.value(f.__self__, depth)
            f = f.__func__
        self.text("function", f.__name__)
        if not isinstance(f, types.FunctionType) or f.__module__.partition(".")[0] == _OWN:
            self.text(getattr(f, "__module__", ""))
            return
        self._code(f.__code__, depth)
        self.value(f.__defaults__, depth)
        self.value(f.__kwdefaults__, depth)
        for cell in f.__closure__ or ():
            try:
                self.value(cell.cell_contents, depth)
            except ValueError:  # it is not bound yet
                self.text("unbound")
        for name in sorted(_names(f.__code__)):
            if name in f.__globals__:
                self.text(name)
                self.value(f.__globals__[name], depth)

    def _code(self, code: types.CodeType, depth: int) -> None:
        self.text("code", code.co_code, code.co_names, code.co_varnames)
        self._all(code.co_consts, depth)

    def _object(self, v: Any, depth: int) -> None:
        kind = v if isinstance(v, type) else type(v)
        self.text("object", getattr(kind, "__module__", ""), getattr(kind, "__qualname__", ""))
        if isinstance(v, types.ModuleType):
            self.text(v.__name__)
        elif isinstance(v, Source):
            # Seeds that were drawn differ from process to process, and where a generator is depends on who used it.
            if getattr(v, "given", False):
                self.value(getattr(v, "_pair", None), depth)
        elif not isinstance(v, type) and kind.__module__.partition(".")[0] == _OWN:
            self._own(v, depth)

    def _own(self, v: Any, depth: int) -> None:
        """An object of this package: what it says itself tells it from others, its configuration, or its attributes."""
        if hasattr(v, "identity"):
            self.value(v.identity, depth)
            return
        config = _config(v)
        if config is not None:
            config = {k: x for k, x in config.items() if k != "name"}  # there is a number in it
        parts = {**_slots(v), **getattr(v, "__dict__", {})} if config is None else config
        # What has a default in its class is found out while it is used.
        found_out = {k for kind in type(v).__mro__ for k, x in vars(kind).items() if not isinstance(x, types.MemberDescriptorType)}
        self._parts({k: x for k, x in parts.items() if k not in _OF_NODE | found_out and not k.startswith("_known_")}, depth)


def _config(v: Any) -> dict[str, Any] | None:
    try:
        return v.get_config()
    except Exception:  # there is none
        return None


def _slots(v: Any) -> dict[str, Any]:
    return {name: getattr(v, name, None) for kind in type(v).__mro__ for name in getattr(kind, "__slots__", ()) if isinstance(name, str)}


def _names(code: types.CodeType) -> set[str]:
    inner = (c for c in code.co_consts if isinstance(c, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def fingerprint(node: Node, more: Any = None) -> str:
    """The number, as twenty digits.

    Args:
        node: the last step.
        more: what else decides.
    """
    found = _Hash()
    found.value(more)
    found.value(node)
    return f"{int.from_bytes(found.sum.digest()[:8], 'little'):020d}"
