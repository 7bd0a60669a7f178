"""Device kernels called on arrays: each is compiled once for the shapes, dtypes and static arguments of a call, and kept."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter, OrderedDict
from typing import Any

import numpy as np

from . import device
from .dtypes import DType, as_dtype
from .registry import Kernel, Op
from .tensor import Tensor

log = logging.getLogger("plaidml_compat")

_FUNCTIONS_KEPT = 256
_MANY_COMPILATIONS = 8
_functions: OrderedDict[tuple, Any] = OrderedDict()
_builds: Counter[str] = Counter()


def static_key(value: Any) -> Any:
    """A hashable stand-in for an argument that is compiled into a function: equal for equal values, never for others.

    Raises:
        TypeError: it has no value to compare, only an identity.
    """
    if isinstance(value, (np.ndarray, Tensor)):
        a = np.asarray(value)
        return "array", a.shape, a.dtype.str, hashlib.sha1(np.ascontiguousarray(a).tobytes()).digest()
    if isinstance(value, (DType, np.dtype)) or (isinstance(value, type) and issubclass(value, np.generic)):
        return "dtype", as_dtype(value).name
    if isinstance(value, dict):
        return "dict", tuple(sorted((str(k), static_key(v)) for k, v in value.items()))
    if isinstance(value, slice):
        return "slice", static_key(value.start), static_key(value.stop), static_key(value.step)
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(map(static_key, value))
    if value is None or value is Ellipsis or isinstance(value, (str, bytes, bool, int, float, complex, np.generic)):
        return type(value).__name__, value
    if callable(value) and getattr(value, "__hash__", None):
        return "object", value
    raise TypeError(f"an argument of type {type(value).__name__} cannot be compiled into a function of the device; received {value!r:.80}")


def run_kernel(op: Op, kernel: Kernel, values: dict[str, Any]) -> Any:
    """Run a device kernel on arrays, compiled once per shapes, dtypes and static arguments. Returns an array or a tuple of them."""
    inputs: list[np.ndarray] = []
    pattern: dict[str, Any] = {}
    for name, v in values.items():
        if name in op.tensor_args and isinstance(v, np.ndarray):
            pattern[name] = (v.shape, v.dtype.name)
            inputs.append(v)
        elif name in op.tensor_args and isinstance(v, (list, tuple)):
            pattern[name] = tuple((a.shape, a.dtype.name) for a in v)
            inputs.extend(v)
        elif name != "name":  # TensorFlow's label of a node: no two functions differ in it alone
            pattern[name] = static_key(v)
    key = (op.name, kernel.function, tuple(pattern.items()))
    with device.graph_lock:
        built = _functions.get(key)
        if built is None:
            built = _functions[key] = _build(op, kernel, values)
            _note_build(op.name)
        _functions.move_to_end(key)
    function, single = built
    out = function(inputs)
    return out[0] if single else tuple(out)


def forget_kernels() -> None:
    """Compile anew what is called next: after clear_session() the device is opened again, and what was compiled for it before is lost."""
    with device.graph_lock:
        _functions.clear()
        _builds.clear()


def _note_build(name: str) -> None:
    """Keep the number of functions bounded, and say so when an op is built again and again."""
    if len(_functions) > _FUNCTIONS_KEPT:
        _functions.popitem(last=False)
    _builds[name] += 1
    if _builds[name] == _MANY_COMPILATIONS:
        log.warning(
            f"{name} has been compiled for {_MANY_COMPILATIONS} combinations of shapes and arguments; each costs time and memory. "
            "Arguments that change from call to call belong on the host: leave it out of device_scope('device')"
        )


def _build(op: Op, kernel: Kernel, values: dict[str, Any]) -> tuple[Any, bool]:
    K = device.backend()
    placeholders: list[Any] = []

    def placeholder(a: np.ndarray) -> Any:
        p = K.placeholder(shape=a.shape, dtype=a.dtype.name)
        placeholders.append(p)
        return p

    arguments = {}
    for name, v in values.items():
        if name in op.tensor_args and isinstance(v, np.ndarray):
            v = placeholder(v)
        elif name in op.tensor_args and isinstance(v, (list, tuple)):
            v = [placeholder(a) for a in v]
        arguments[name] = v
    out = kernel.function(**arguments)
    single = not isinstance(out, (tuple, list))
    return K.function(placeholders, [out] if single else list(out), name=KernelName(op.name)), single


class KernelName(str):
    """Name of a function that is one op's kernel: its calls are the op's, and no steps of a model."""
