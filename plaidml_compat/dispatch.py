"""Chooses a kernel for a call of an op, runs it, and tells the observers."""

from __future__ import annotations

import contextlib
import contextvars
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import cost, observe, registry
from .exceptions import PlacementError
from .registry import Kernel, Limit, Op
from .tensor import DType, Tensor, as_array, as_dtype, is_symbolic, payload

POLICIES = ("allow", "warn", "error")
PLACEMENTS = ("auto", "host", "device")

_label: contextvars.ContextVar[str | None] = contextvars.ContextVar("plaidml_compat_label", default=None)
_scope: contextvars.ContextVar[str | None] = contextvars.ContextVar("plaidml_compat_placement", default=None)


@dataclass
class _Defaults:
    placement: str = "auto"
    fallback: str = "warn"


defaults = _Defaults()
"""What install() set: the placement outside of any `device_scope`, and what to do about fallbacks."""


@dataclass(frozen=True)
class Spec:
    """What a limit sees of a tensor: its shape (sizes may be `None`) and the name of its dtype."""

    shape: tuple
    dtype: str

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)


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
def on_behalf_of(name: str) -> Iterator[None]:
    """Report the ops of this block under another name: a layer's, which the user wrote, not its op's."""
    token = _label.set(name)
    try:
        yield
    finally:
        _label.reset(token)


def _name(op: Op) -> str:
    return _label.get() or op.name


def check_placement(placement: str) -> str:
    """The placement itself.

    Raises:
        ValueError: it is none.
    """
    if placement not in PLACEMENTS:
        raise ValueError(f"placement must be one of {', '.join(map(repr, PLACEMENTS))}; received {placement!r}")
    return placement


def current_placement() -> str:
    """The placement asked for here: the innermost scope's, or else install()'s."""
    return _scope.get() or defaults.placement


def spec(value: Any) -> Spec:
    """Shape and dtype of an array, a Tensor or a PlaidML value."""
    if not isinstance(value, (np.ndarray, Tensor)):
        value = Tensor(value)
    if isinstance(value, Tensor):
        return Spec(tuple(value.shape), value.dtype.name)
    return Spec(value.shape, value.dtype.name)


def refusal(kernel: Kernel, bound: dict[str, Any], tensor_args: tuple[str, ...]) -> Limit | None:
    """The first of the kernel's limits that this call meets, or `None`."""
    if not kernel.limits:
        return None
    seen = {}
    for name, value in bound.items():
        if name in tensor_args and value is not None:
            value = [spec(v) for v in value] if isinstance(value, (list, tuple)) else spec(value)
        seen[name] = value
    return next((limit for limit in kernel.limits if limit.when(**seen)), None)


def device_kernel(op: Op, bound: dict[str, Any], engine: str) -> tuple[Kernel | None, Limit | None]:
    """The device kernel for a call and, when it may not run, the limit that forbids it (both `None`: there is none)."""
    kernel = op.find_kernel("device", engine)
    return kernel, None if kernel is None else refusal(kernel, bound, op.tensor_args)


def call(op: Op, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Run an op: on symbolic values as part of the graph, on arrays where the placement says.

    Raises:
        PlacementError: a symbolic value reached an op, or a form of one, that has no device kernel; or the device was
            asked for, could not, and fallbacks are errors.
    """
    bound = op.signature.bind(*args, **kwargs)
    bound.apply_defaults()
    values = bound.arguments
    tensors = [values[n] for n in op.tensor_args]
    if any(_any_symbolic(t) for t in tensors):
        return _in_graph(op, values)
    _to_arrays(op, values)
    if current_placement() == "device":
        out = _on_device(op, values)
        if out is not _NO_DEVICE:
            return _wrap(out)
    start = time.perf_counter()
    out = _invoke(op.host, op, values)
    observe.emit(observe.Event("run", _name(op), "host", time.perf_counter() - start))
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
    from . import device

    engine = device.current_engine()
    kernel, limit = device_kernel(op, values, engine)
    if kernel is None or limit is not None:
        reason = limit.reason if limit else "it has no device kernel"
        advice = (limit.advice if limit else "") or "Leave it out of device_scope('device'), or pass fallback='allow' to install()"
        fall_back(_name(op), reason, advice)
        return _NO_DEVICE
    slow = cost.slower_on_device(op.name, engine)
    if slow:
        observe.emit(observe.Event("slow", _name(op), "device", 0.0, slow.reason, slow.advice, observe.user_site()))
    start = time.perf_counter()
    out = device.run_kernel(op, kernel, values)
    observe.emit(observe.Event("run", _name(op), "device", time.perf_counter() - start))
    return out


def _in_graph(op: Op, values: dict[str, Any]) -> Any:
    from . import device

    kernel, limit = device_kernel(op, values, device.current_engine())
    if kernel is None or limit is not None:
        reason = limit.reason if limit else "it has no device kernel, and a PlaidML graph cannot call back to the host"
        advice = (
            limit.advice if limit else ""
        ) or "Apply it in Dataset.map, or put it at the head of the model, before any layer with weights"
        raise PlacementError(_name(op), reason, advice)
    with device.graph_lock:
        hint = _hint(op, {n: Tensor(v) if is_symbolic(v) and not isinstance(v, Tensor) else v for n, v in values.items()})
        for name in op.tensor_args:
            v = values[name]
            if v is not None:
                values[name] = (
                    [_graph_value(x, None) for x in v] if isinstance(v, (list, tuple)) and _any_symbolic(v) else _graph_value(v, hint)
                )
        out = _invoke(kernel.function, op, values)
    observe.emit(observe.Event("run", _name(op), "device"))
    return _wrap(out)


def _invoke(function: Any, op: Op, values: dict[str, Any]) -> Any:
    """Call with the op's parameters as they are declared: positional ones, `*args`, keyword ones."""
    args, kwargs = [], {}
    for name, p in op.signature.parameters.items():
        if p.kind is p.VAR_POSITIONAL:
            args.extend(values[name])
        elif p.kind is p.VAR_KEYWORD:
            kwargs.update(values[name])
        elif p.kind is p.KEYWORD_ONLY:
            kwargs[name] = values[name]
        else:
            args.append(values[name])
    return function(*args, **kwargs)


def _any_symbolic(value: Any) -> bool:
    return any(is_symbolic(v) for v in value) if isinstance(value, (list, tuple)) else is_symbolic(value)


def _to_arrays(op: Op, values: dict[str, Any]) -> None:
    """Tensor arguments become arrays; those that must agree in dtype take each other's, as TensorFlow's operators have it."""
    hint = _hint(op, values)
    for name in op.tensor_args:
        v = values[name]
        if v is None:
            continue
        if "Sequence" in str(op.signature.parameters[name].annotation) and isinstance(v, (list, tuple)):
            inner = next((x.dtype for x in v if isinstance(x, (Tensor, np.ndarray))), None)
            values[name] = [as_array(x, hint=inner) for x in v]
        elif isinstance(v, Tensor):
            values[name] = v._payload
        else:
            values[name] = as_array(v, hint=hint if name in op.agree else None)
    _check_agreement(op, values, hint)


def _hint(op: Op, values: dict[str, Any]) -> DType | None:
    """The dtype that numbers and arrays take: that of the first tensor they must agree with, else of the first argument."""
    among = [values[n] for n in op.agree if values[n] is not None]
    found = next((v for v in among if isinstance(v, Tensor)), among[0] if among else None)
    return None if found is None else as_dtype(found.dtype if isinstance(found, Tensor) else as_array(found).dtype)


def _check_agreement(op: Op, values: dict[str, Any], hint: DType | None) -> None:
    kinds = {n: values[n].dtype for n in op.agree if values[n] is not None}
    if len(set(kinds.values())) < 2:
        return
    from .errors import InvalidArgumentError

    raise InvalidArgumentError(
        None, None, f"{op.name}: {' and '.join(op.agree)} must have one dtype, use tf.cast; received {', '.join(map(str, kinds.values()))}"
    )


def _graph_value(v: Any, hint: DType | None) -> Any:
    """What a device kernel gets inside a graph: graph values as they are, numbers as Python's, arrays as constants."""
    from . import device

    if is_symbolic(v):
        return payload(v)
    if isinstance(v, (bool, int, float)) and hint is not None:
        return float(v) if hint.is_floating else v
    return device.constant(as_array(v, hint=hint))


def _wrap(out: Any) -> Any:
    if isinstance(out, (tuple, list)):
        return type(out)(_wrap(o) for o in out)
    return out if isinstance(out, Tensor) else Tensor(np.asarray(out) if isinstance(out, np.generic) else out)


registry.bind_dispatcher(call)
