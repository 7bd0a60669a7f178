"""What TensorFlow has at its top besides ops: version, configuration, `tf.function`, `tf.device`, logging."""

from __future__ import annotations

import contextlib
import functools
import logging
import sys
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from .. import device
from ..nesting import map_structure
from ..ops.core.no_effect import functions_run_eagerly
from ..random.traced_functions import TracedFunction
from ..random.traces import has_effect
from ..registry import export
from ..tensor import Tensor, as_array
from ..trial_flag import in_trial

VERSION = "2.15.1+plaidml"
export("tf.__version__", "tf.version.VERSION")(VERSION)
export("tf.newaxis")(None)


class PhysicalDevice:
    """A device as `tf.config.list_physical_devices` lists it.

    Attributes:
        name: `/physical_device:` + type + number, then PlaidML's id.
        device_type: `"CPU"` or `"GPU"`.
    """

    def __init__(self, plaidml_id: str, device_type: str, number: int) -> None:
        self.plaidml_id, self.device_type = plaidml_id, device_type
        self.name = f"/physical_device:{device_type}:{number} (PlaidML {plaidml_id})"

    def __repr__(self) -> str:
        return f"PhysicalDevice(name={self.name!r}, device_type={self.device_type!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhysicalDevice) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


@export("tf.config.list_physical_devices", "tf.config.experimental.list_physical_devices", "tf.config.get_visible_devices")
def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The device that PlaidML uses: one of type `"CPU"` for llvm_cpu, else one of type `"GPU"`.

    Args:
        device_type: only those of this type.
    """
    plaidml_id = device.current()
    found = [PhysicalDevice(plaidml_id, "CPU" if device.engine_of(plaidml_id) == "llvm_cpu" else "GPU", 0)]
    if found[0].device_type == "GPU":
        found.insert(0, PhysicalDevice("host", "CPU", 0))
    return [d for d in found if device_type in (None, d.device_type)]


@export("tf.config.list_logical_devices", "tf.config.experimental.list_logical_devices")
def list_logical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The same as `tf.config.list_physical_devices`."""
    return list_physical_devices(device_type)


@export("tf.config.experimental.set_memory_growth")
def set_memory_growth(device: Any, enable: bool) -> None:
    """Nothing to do: PlaidML takes memory as it needs it."""


@export("tf.config.set_visible_devices")
def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Nothing to do: PlaidML uses one device, chosen by `plaidml_compat.install(device=...)`."""


@export("tf.executing_eagerly", "tf.compat.v1.executing_eagerly", "tf.compat.v1.executing_eagerly_outside_functions")
def executing_eagerly() -> bool:
    """True: functions on tensors run at once."""
    return True


@export("tf.function")
def function(func: Callable | None = None, **options: Any) -> Any:
    """The function, run eagerly, with the same results; its random calls are numbered as in TensorFlow's graphs of it.

    A decorator, with or without options. As there, NumPy's arrays become tensors, and so does what is returned: numbers, arrays and text.
    """
    if func is None:
        return lambda f: function(f, **options)
    traced = TracedFunction(func, options.get("input_signature") is not None)

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        if functions_run_eagerly():
            return func(*args, **kwargs)
        args, kwargs = _with_tensors(_ARRAYS, (args, kwargs))
        return _with_tensors(_VALUES, traced(*args, **kwargs))

    call.python_function = func  # type: ignore[attr-defined]
    return call


_ARRAYS = (np.ndarray, np.generic)
_VALUES = (*_ARRAYS, bool, int, float, complex, str, bytes)


def _with_tensors(kinds: tuple[type, ...], nest: Any) -> Any:
    """A nest with tensors in place of its values of these kinds."""
    return map_structure(lambda v: Tensor(as_array(v)) if isinstance(v, kinds) else v, nest)


@export("tf.device")
@contextlib.contextmanager
def device_block(device_name: Any) -> Iterator[None]:
    """A block that changes nothing: where ops run is decided by placement, see `plaidml_compat.device_scope`."""
    yield


@export("tf.name_scope")
@contextlib.contextmanager
def name_scope(name: str) -> Iterator[str]:
    """A block that changes nothing: there are no graph names."""
    yield name + "/"


@export("tf.get_logger")
def get_logger() -> logging.Logger:
    """The logger of plaidml_compat."""
    return logging.getLogger("plaidml_compat")


@export("tf.print")
def print_(*inputs: Any, output_stream: Any = None, sep: str = " ", end: str = "\n", **kwargs: Any) -> None:
    """Print values, tensors as their arrays, to standard error as TensorFlow does."""
    has_effect()
    if in_trial():
        return
    text = sep.join(str(np.asarray(v)) if hasattr(v, "numpy") else str(v) for v in inputs)
    stream = output_stream if hasattr(output_stream, "write") else sys.stderr
    stream.write(text + end)


@export("tf.autograph.experimental.do_not_convert")
def do_not_convert(func: Callable | None = None) -> Any:
    """The function itself: nothing is converted."""
    return (lambda f: f) if func is None else func
