"""Chooses a kernel for a call of an op, runs it, and tells the observers."""

from __future__ import annotations

import contextlib
import contextvars
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from . import cost, errors, observe, registry
from .arguments import any_symbolic, bind, check_dtypes, common_dtype, specs, split, to_arrays
from .dtypes import DType
from .exceptions import PlacementError
from .general_limits import general_limits
from .registry import Kernel, Limit, Op
from .tensor import Tensor, as_array, is_symbolic, payload

POLICIES = ("allow", "warn", "error")
PLACEMENTS = ("auto", "host", "device")

_label: contextvars.ContextVar[str | None] = contextvars.ContextVar("plaidml_compat_label", default=None)
_host_only: contextvars.ContextVar[bool] = contextvars.ContextVar("plaidml_compat_host_only", default=False)
_scope: contextvars.ContextVar[str | None] = contextvars.ContextVar("plaidml_compat_placement", default=None)


@dataclass
class _Defaults:
    placement: str = "auto"
    fallback: str = "warn"


defaults = _Defaults()
"""What install() set: the placement outside of any `device_scope`, and what to do about fallbacks."""


@contextlib.contextmanager
def device_scope(placement: str) -> Iterator[None]:
    """Ask for a placement within a block: `"device"`, `"host"` or `"auto"`. Also reaches workers started in it.

    Raises:
        ValueError: another word.
    """
    check_placement(placement)
    token = _scope.set(placement)
    try:
        yield
    finally:
        _scope.reset(token)


@contextlib.contextmanager
def placement_of(placement: str | None) -> Iterator[None]:
    """`device_scope` for a placement that may be `None`: then nothing changes."""
    if placement is None:
        yield
        return
    with device_scope(placement):
        yield


@contextlib.contextmanager
def scopes_closed() -> Iterator[None]:
    """After the block the scope is in force that was before it, even if one was left open in it."""
    scope = _scope.get()
    try:
        yield
    finally:
        _scope.set(scope)


@contextlib.contextmanager
def on_behalf_of(name: str) -> Iterator[None]:
    """Report the ops of this block, and what they refuse, under another name: a layer's, which the user wrote, not its op's."""
    token = _label.set(name)
    try:
        yield
    except Exception as e:
        errors.speak_for(e, name)
        raise
    finally:
        _label.reset(token)


def spoken_of(name: str) -> str:
    """The name under which an op, or its kernel, is reported here: a layer's within `on_behalf_of`."""
    return _label.get() or name


def check_placement(placement: str) -> str:
    """The placement itself.

    Raises:
        ValueError: it is none.
    """
    if placement not in PLACEMENTS:
        raise ValueError(f"placement must be one of {', '.join(map(repr, PLACEMENTS))}; received {placement!r}")
    return placement


def current_placement() -> str:
    """The placement asked for here: the innermost scope's, or else install()'s; the host alone within `only_on_host`."""
    return "host" if _host_only.get() else asked_placement()


def asked_placement() -> str:
    """The same, as if nothing were bound to the host: what is asked for in a trial run."""
    return _scope.get() or defaults.placement


@contextlib.contextmanager
def only_on_host() -> Iterator[None]:
    """Run everything in the block on the host, whatever scopes and layers in it ask for: for trial runs."""
    token = _host_only.set(True)
    try:
        yield
    finally:
        _host_only.reset(token)


_interceptors: list[Callable[[Op, dict[str, Any]], Any]] = []


def intercept_symbolic(function: Callable[[Op, dict[str, Any]], Any]) -> Callable[[], None]:
    """Let `function(op, values)` take over calls of ops on symbolic values; it returns NotImplemented for those it leaves alone.

    Returns:
        A function that ends it.
    """
    _interceptors.append(function)
    return lambda: _interceptors.remove(function) if function in _interceptors else None


_taken: contextvars.ContextVar[tuple[Op, Callable[[dict[str, Any]], Any]] | None] = contextvars.ContextVar(
    "plaidml_compat_taken", default=None
)


@contextlib.contextmanager
def intercepted(op: Op, function: Callable[[dict[str, Any]], Any]) -> Iterator[None]:
    """Within the block, and nowhere else, calls of an op on arrays run `function(values)` in place of a kernel."""
    token = _taken.set((op, function))
    try:
        yield
    finally:
        _taken.reset(token)


def refusal(op: Op, limits: Iterable[Limit], values: dict[str, Any]) -> Limit | None:
    """The first of some limits that a call meets, or `None`."""
    seen = specs(op, values)
    return next((limit for limit in limits if limit.when(**seen)), None)


def device_kernel(op: Op, values: dict[str, Any], engine: str) -> tuple[Kernel | None, Limit | None]:
    """The device kernel for a call and, when it may not run, the limit that forbids it (both `None`: there is none)."""
    kernel = op.find_kernel("device", engine)
    return kernel, None if kernel is None else refusal(op, general_limits(engine) + kernel.limits, values)


def call(op: Op, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Run an op: on symbolic values as part of the graph, on arrays where the placement says.

    Raises:
        PlacementError: a symbolic value reached an op, or a form of one, that has no device kernel; or the device was
            asked for, could not, and fallbacks are errors.
    """
    values = bind(op, args, kwargs)
    symbolic = False
    for name in op.tensor_args:
        value = values[name]
        if isinstance(value, Tensor) and value.takes_over is not None:
            out = value.takes_over(op, values)
            if out is not NotImplemented:
                return out
        symbolic = symbolic or any_symbolic(value)
    if symbolic:
        for intercept in _interceptors:
            out = intercept(op, values)
            if out is not NotImplemented:
                return out
        return _in_graph(op, values)
    to_arrays(op, values)
    check_dtypes(op, values)
    if op.check is not None:
        op.check(**values)
    taken = _taken.get()
    if taken is not None and taken[0] is op:
        return taken[1](values)
    if current_placement() == "device":
        out = _on_device(op, values)
        if out is not _NO_DEVICE:
            return _wrap(out)
    start = time.perf_counter()
    with np.errstate(all="ignore"):  # overflow and NaN are results, as in TensorFlow
        out = _invoke(op.host, op, values)
    observe.emit(observe.took("run", spoken_of(op.name), "host", start))
    return _wrap(out)


_NO_DEVICE = object()


def fall_back(name: str, reason: str, advice: str, site: observe.CallSite | None = None) -> None:
    """Say that an op will run on the host although the device was asked for.

    Raises:
        PlacementError: install(fallback="error") was asked for.
    """
    if defaults.fallback == "error":
        raise PlacementError(name, reason, advice)
    if defaults.fallback == "warn" and site is None:
        site = observe.user_site()
    observe.emit(observe.Event("fallback", name, "host", 0.0, reason, advice, site))


def _on_device(op: Op, values: dict[str, Any]) -> Any:
    from . import device, device_kernels

    engine = device.current_engine()
    kernel, limit = device_kernel(op, values, engine)
    if kernel is None or limit is not None:
        reason = limit.reason if limit else "it has no device kernel"
        advice = (limit.advice if limit else "") or "Leave it out of device_scope('device'), or pass fallback='allow' to install()"
        fall_back(spoken_of(op.name), reason, advice)
        return _NO_DEVICE
    slow = cost.slower_on_device(op.name, engine)
    if slow:
        observe.emit(observe.Event("slow", spoken_of(op.name), "device", 0.0, slow.reason, slow.advice, observe.user_site()))
    start = time.perf_counter()
    out = device_kernels.run_kernel(op, kernel, values)
    observe.emit(observe.took("run", spoken_of(op.name), "device", start))
    return out


def _in_graph(op: Op, values: dict[str, Any]) -> Any:
    from . import device

    seen = specs(op, values)
    check_dtypes(op, seen)
    if op.check is not None:
        op.check(**seen)
    kernel, limit = device_kernel(op, values, device.current_engine())
    if kernel is None or limit is not None:
        reason = limit.reason if limit else "it has no device kernel, and a PlaidML graph cannot call back to the host"
        advice = (limit.advice if limit else "") or _way_out()
        raise PlacementError(spoken_of(op.name), reason, advice)
    with device.graph_lock:
        hint = common_dtype(op, values)
        for name in op.tensor_args:
            v = values[name]
            if v is not None:
                values[name] = (
                    [_graph_value(x, None) for x in v] if isinstance(v, (list, tuple)) and any_symbolic(v) else _graph_value(v, hint)
                )
        out = _invoke(kernel.function, op, values)
    observe.emit(observe.Event("build", spoken_of(op.name), "device"))
    return _wrap(out)


def _way_out() -> str:
    if _label.get():
        return "Apply it in Dataset.map, or put it at the head of the model, before any layer with weights"
    return "Apply it in Dataset.map, before the batch reaches the model"


def _invoke(function: Any, op: Op, values: dict[str, Any]) -> Any:
    args, kwargs = split(op, values)
    return function(*args, **kwargs)


def _graph_value(v: Any, hint: DType | None) -> Any:
    """What a device kernel gets inside a graph: graph values as they are, numbers as Python's, arrays as constants."""
    from . import device

    if is_symbolic(v):
        return payload(v)
    if isinstance(v, (bool, int, float)) and hint is not None:
        if hint.name == "float32":
            return float(as_array(v, hint))
        if hint.name == "int32":
            return int(as_array(v, hint))
        # Numbers in code are float32 or int32: others live in device memory.
        return device.constant(as_array(v, hint).reshape(1))
    return device.constant(as_array(v, hint=hint))


def _wrap(out: Any) -> Any:
    if isinstance(out, (tuple, list)):
        parts = [_wrap(o) for o in out]
        return type(out)(*parts) if hasattr(out, "_fields") else type(out)(parts)
    if isinstance(out, bytes):  # what NumPy makes of text without axes
        out = np.array(out, object)
    return out if isinstance(out, Tensor) else Tensor(np.asarray(out) if isinstance(out, np.generic) else out)


registry.bind_dispatcher(call)
