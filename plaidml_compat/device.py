"""Talks to PlaidML: lists, chooses and opens devices, and makes values of its graphs, by Tile code too."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import opencl
from .errors import FailedPreconditionError

log = logging.getLogger("plaidml_compat")

EMBEDDED = "llvm_cpu.0"
ENGINES = ("llvm_cpu", "opencl", "metal")
"""Code generators of PlaidML's: its ids begin with one."""
graph_lock = threading.RLock()
"""Held while a graph is built or a function made: PlaidML and Keras keep global state then."""


# ------------------------------------------------------------------------------------------------ list and choose
@dataclass(frozen=True)
class DeviceInfo:
    """A device PlaidML knows of.

    Attributes:
        id: PlaidML's id, such as `llvm_cpu.0`.
        description: what it calls itself.
        usable: whether PlaidML can run on it as things stand.
        reason: why not, where it is not usable.
        advice: how to mend that.
    """

    id: str
    description: str
    usable: bool = True
    reason: str = ""
    advice: str = ""

    @property
    def engine(self) -> str:
        """The code generator behind it: `llvm_cpu`, `opencl` or `metal`."""
        return engine_of(self.id)


def engine_of(device_id: str) -> str:
    """`llvm_cpu`, `opencl` or `metal`."""
    return "llvm_cpu" if device_id.startswith("llvm_cpu") else device_id.partition("_")[0]


class _Noise(logging.Filter):
    """Drops the line that PlaidML logs at every start where an OpenCL platform has no device of the kind it asks for."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "CL_INVALID_DEVICE" not in record.getMessage()


@functools.lru_cache(None)
def plaidml() -> Any:
    """The plaidml package, configured: no settings file is needed, and it logs warnings only.

    Raises:
        ImportError: plaidml is not installed.
    """
    _set_environment()
    import plaidml as pml
    import plaidml.exceptions
    import plaidml.tile

    pml._lib()  # loading the library sets the log level
    pml.quiet()
    noise = _Noise()
    pml.DEFAULT_LOG_HANDLER.addFilter(noise)
    for handler in logging.getLogger("plaidml").handlers:
        handler.addFilter(noise)
    return pml


def _set_environment() -> None:
    # Any PLAIDML_* setting stops "PlaidML is not configured"; the experimental configurations know the most hardware.
    if not os.path.exists(os.environ.get("PLAIDML_SETTINGS", "")) and not os.path.exists(os.path.expanduser("~/.plaidml")):
        os.environ.setdefault("PLAIDML_EXPERIMENTAL", "1")
    # PlaidML looks below sys.prefix only; `pip install --user` and `--target` put the files elsewhere.
    for variable, name in (("PLAIDML_EXPERIMENTAL_CONFIG", "experimental.json"), ("PLAIDML_DEFAULT_CONFIG", "config.json")):
        if variable not in os.environ:
            path = _installed_file(f"share/plaidml/{name}")
            if path:
                os.environ[variable] = path


def _installed_file(ending: str) -> str | None:
    try:
        files = importlib.metadata.files("plaidml") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = (str(f.locate()) for f in files if str(f).endswith(ending))
    return next((os.path.normpath(p) for p in found if os.path.exists(p)), None)


@contextlib.contextmanager
def _without_device_ids() -> Iterator[None]:
    before = os.environ.pop("PLAIDML_DEVICE_IDS", None)
    os.environ.setdefault("PLAIDML_EXPERIMENTAL", "1")
    try:
        yield
    finally:
        if before is not None:
            os.environ["PLAIDML_DEVICE_IDS"] = before


@functools.lru_cache(None)
def list_devices() -> tuple[DeviceInfo, ...]:
    """Every device PlaidML finds, usable ones first; found once a process."""
    pml = plaidml()
    with _without_device_ids(), opencl.without_empty_drivers(), graph_lock:
        usable, rest = pml.devices(pml.Context(), limit=100, return_all=True)
        found = [DeviceInfo(d.id.decode(), d.description.decode()) for d in usable]
        for d in rest:
            details = json.loads(d.details or b"{}")
            found.append(
                DeviceInfo(
                    d.id.decode(),
                    d.description.decode(),
                    False,
                    f"no hardware configuration of PlaidML matches this device (vendor {details.get('vendor', 'unknown')})",
                    "Write one and name its file in PLAIDML_CONFIG_FILE; `plaidml-compat devices --config` prints one to start from",
                )
            )
    return tuple(found)


def choose(requested: str | None = None) -> str:
    """The id of the device to use: the one requested, else PLAIDML_DEVICE_IDS, the saved settings, the best GPU, llvm_cpu.0.

    Raises:
        ValueError: there is no usable device of that id; the message lists those there are.
    """
    pml = plaidml()
    wanted = requested or " ".join(pml.settings.device_ids)
    if wanted:
        if wanted == EMBEDDED and wanted not in _listed_ids():
            raise ValueError(f"device {wanted!r} is not available in this build of PlaidML")
        for d in list_devices():
            if d.id == wanted:
                if not d.usable:
                    raise ValueError(f"device {wanted!r} cannot be used: {d.reason}. {d.advice}")
                return wanted
        raise ValueError(
            f"there is no device {wanted!r}. Usable here: {', '.join(_listed_ids())}. "
            "Run `plaidml-compat devices` to see why others are not"
        )
    gpus = [d for d in list_devices() if d.usable and d.engine != "llvm_cpu" and not _is_software(d)]
    if gpus:
        return max(gpus, key=_preference).id
    return EMBEDDED


def _listed_ids() -> list[str]:
    return [d.id for d in list_devices() if d.usable]


def _is_software(d: DeviceInfo) -> bool:
    """True for an OpenCL or Metal device that is a program on the processor: llvm_cpu is faster."""
    return any(w in d.id.lower() for w in ("llvmpipe", "swrast", "pocl"))


def _preference(d: DeviceInfo) -> tuple:
    # Discrete before integrated, the native API before OpenCL.
    return (any(w in d.id.lower() for w in ("nvidia", "amd", "radeon", "geforce")), d.engine == "metal")


def select(requested: str | None = None) -> str:
    """Choose a device and make it the one PlaidML opens. Returns its id.

    Raises:
        ValueError: it does not exist or is not usable.
        RuntimeError: another device is open already: a process has one.
    """

    device_id = choose(requested)
    backend_module = sys.modules.get("plaidml.keras.backend")
    opened = getattr(backend_module, "_dev", None) and os.environ.get("PLAIDML_DEVICE_IDS")
    if opened and opened != device_id:
        raise RuntimeError(f"PlaidML has opened {opened} in this process and cannot change to {device_id}; start a new process")
    plaidml().settings.device_ids = [device_id]
    current.cache_clear()
    return device_id


@functools.lru_cache(None)
def current() -> str:
    """The id of the device in use (chosen now where none was)."""
    ids = plaidml().settings.device_ids
    return ids[0] if ids else select()


def current_engine() -> str:
    """`llvm_cpu`, `opencl` or `metal`."""
    return engine_of(current())


# --------------------------------------------------------------------------------------------------------- after fork
def _refuse_after_fork() -> Any:
    raise FailedPreconditionError(
        None,
        None,
        f"The device {current()} was opened before this process was forked off, and its threads and memory stayed with the parent. Use "
        "models and the device in the parent alone, or start processes by multiprocessing.get_context('spawn'). Datasets and ops on the "
        "host work here",
    )


def _after_fork() -> None:
    """In a child process: an open device is out of reach; freeing what is on it would be using it."""
    graph_lock._at_fork_reinit()  # type: ignore[attr-defined]
    pml = sys.modules.get("plaidml")
    if pml is None or getattr(sys.modules.get("plaidml.keras.backend"), "_dev", None) is None:
        return
    pml._lib = _refuse_after_fork  # type: ignore[attr-defined]
    for cls in (*vars(pml).values(), pml.context.Context):
        if isinstance(cls, type) and "__del__" in vars(cls):
            cls.__del__ = lambda self: None  # type: ignore[attr-defined]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


# ------------------------------------------------------------------------------------------------- values of a graph
def backend() -> Any:
    """plaidml.keras.backend, as Keras uses it."""
    import keras.backend as K

    return K


def dtype_name(value: Any) -> str:
    """NumPy's name of a graph value's element type."""
    return plaidml().tile.convert_pml_dtype_to_np(value.shape.dtype)


def static_shape(value: Any) -> tuple:
    """The sizes of a graph value, `None` where they are only known when it runs."""
    dims = getattr(value, "_keras_shape", None) or value.shape.dims
    return tuple(int(d) if isinstance(d, (int, np.integer)) else None for d in dims)


def constant(array: Any) -> Any:
    """An array as a value of the graph."""
    a = np.require(array, requirements="C")  # ascontiguousarray would give a number an axis, which then counts images
    return backend().variable(a, dtype=a.dtype.name)


def tile(code: str, inputs: Sequence[tuple[str, Any]], dims: Sequence[Any], dtype: str, name: str = "Op") -> Any:
    """The output `O` of a Tile function.

    Args:
        code: `function (...) -> (O) { ... }`.
        inputs: names and values.
        dims: sizes of `O`, numbers or the sizes of an input (`value.shape.dims`).
        dtype: NumPy's name of its element type.
        name: for PlaidML's traces.
    """
    t = plaidml().tile
    out = t.Operation(code, list(inputs), [("O", t.Shape(t.convert_np_dtype_to_pml(dtype), tuple(dims)))], name=name).sole_output()
    if any(getattr(v, "_uses_learning_phase", False) for _, v in inputs):
        out._uses_learning_phase = True
    return out


def literal(number: float) -> str:
    """A number as Tile writes it: always with a point, so that it is a float."""
    text = repr(float(np.float32(number)))
    return text if "." in text or "e" in text else text + ".0"
