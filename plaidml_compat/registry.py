"""The registry: every TensorFlow name in scope, declared once, with its kernels, limits and samples."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Container, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Callable

from .declarations import ENGINES, TRAITS, Agreement, Kernel, Limit, RegistrationError, Sample
from .entries import Entry, Export, ExportOnUse, LayerEntry, Op, Unsupported, bind_dispatcher
from .exceptions import UnsupportedArgumentError

__all__ = [
    "CALLS",
    "ENGINES",
    "OPS",
    "TRAITS",
    "Agreement",
    "Entry",
    "Export",
    "ExportOnUse",
    "Kernel",
    "LayerEntry",
    "Limit",
    "Op",
    "RegistrationError",
    "Sample",
    "Unsupported",
    "all_or_nothing",
    "bind_dispatcher",
    "call_limit",
    "check_call",
    "declared_arguments",
    "entries",
    "export",
    "export_on_use",
    "layer",
    "limit_calls",
    "on_declare",
    "op",
    "taken",
    "temporary",
    "unsupported",
]

_ENTRIES: dict[str, Entry] = {}
OPS: Mapping[str, Entry] = MappingProxyType(_ENTRIES)
"""Every name, read-only: TensorFlow name -> entry."""
_CALLS: dict[str, tuple[Limit, ...]] = {}
CALLS: Mapping[str, tuple[Limit, ...]] = MappingProxyType(_CALLS)
"""Forms of calls that are refused, read-only: TensorFlow name -> limits."""


_listeners: list[Callable[[Entry], None]] = []


def on_declare(listener: Callable[[Entry], None]) -> Callable[[], None]:
    """Call `listener` with every entry declared from now on; what it raises refuses the entry. Returns a function that ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener) if listener in _listeners else None


def _is_same(old: Entry, new: Entry) -> bool:
    """True for the same function or class declared again: its module's import failed half-way, or a notebook cell ran twice."""
    before, now = (getattr(inspect.unwrap(e.obj), "__qualname__", None) for e in (old, new))
    return now is not None and old.module == new.module and before == now


def _add(entry: Entry) -> None:
    for name in entry.names:
        if name in _ENTRIES and not _is_same(_ENTRIES[name], entry):
            raise RegistrationError(f"{name} is declared twice: in {_ENTRIES[name].module} and in {entry.module}")
    for listener in tuple(_listeners):
        listener(entry)
    for name in entry.names:
        _ENTRIES[name] = entry


def op(
    *names: str,
    agree: Agreement | tuple[str, ...] = (),
    accepts: str | Mapping[str, str] = "",
    check: Callable[..., None] | None = None,
    samples: Callable[[], Iterable[Sample]] | None = None,
    parity: str = "",
    tolerance: float = 0.0,
    elementwise: bool | Callable[..., bool] = False,
    traits: Iterable[str] = (),
) -> Callable[[Callable], Op]:
    """Declare an op: the decorated host function is its host kernel, its signature and its documentation.

    Parameters annotated `Tensor` receive NumPy arrays (or sequences of them), all others what the caller gave.

    Args:
        *names: TensorFlow names, e.g. `"tf.image.rot90"`.
        agree: tensor arguments that must have one dtype; numbers, lists and arrays among them take it.
        accepts: dtypes that the arguments that agree (else the first tensor) may have, or argument -> dtypes: names of dtypes and the
            words float, int, uint, complex, in one text; empty: any. Others raise InvalidArgumentError. To the name of one dtype numbers,
            lists and arrays are converted.
        check: called with the op's arguments by name before any kernel runs, to refuse what TensorFlow refuses. It may look at the
            shapes of tensors (sizes may be `None`), never at their data; it raises, and returns nothing.
        samples: makes the calls from which goldens are recorded.
        parity: the measured agreement with TensorFlow, in a sentence.
        tolerance: largest absolute difference from TensorFlow allowed in a sample.
        elementwise: each number of the result comes from those at the same place of the tensor arguments, broadcast, bit for bit the
            same whatever the size of the arrays, and no number is refused: `Dataset.map` then applies it to many elements at once. Or
            a function of the arguments that says so, with `None` for those that differ from element to element.
        traits: of `TRAITS`.

    Raises:
        RegistrationError: one of the names is declared already.
    """

    def add(host: Callable) -> Op:
        about: dict[str, Any] = {"samples": samples, "parity": parity, "tolerance": tolerance, "traits": traits}
        entry = Op(names, host, agree, accepts, check, elementwise, **about)
        _add(entry)
        return entry

    return add


def layer(
    *names: str,
    ops: Iterable[Op] = (),
    samples: Callable[[], Iterable[Sample]] | None = None,
    parity: str = "",
    tolerance: float = 0.0,
    traits: Iterable[str] = (),
) -> Callable[[type], type]:
    """Declare a Keras layer class under its TensorFlow names, with the ops that it applies, and `TRAITS` that its class does not tell.

    Raises:
        RegistrationError: one of the names is declared already.
    """

    def add(cls: type) -> type:
        _add(LayerEntry(names, cls, ops=ops, samples=samples, parity=parity, tolerance=tolerance, traits=traits))
        return cls

    return add


def export(*names: str, placement: str = "host", draws: bool = False, parity: str = "", traits: Iterable[str] = ()) -> Callable[[Any], Any]:
    """Declare any other object under its TensorFlow names; a name below `tf.data.Dataset` becomes a method of datasets.

    Args:
        *names: TensorFlow names.
        placement: `"device"` for a part of a model's graph (a loss, an optimizer), else `"host"`.
        draws: whether it draws random numbers.
        parity: the measured agreement with TensorFlow, in a sentence.
        traits: of `TRAITS`.

    Raises:
        RegistrationError: one of the names is declared already, or another placement.
    """

    def add(obj: Any) -> Any:
        _add(Export(names, obj, placement=placement, draws=draws, parity=parity, traits=traits))
        return obj

    return add


def export_on_use(*names: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Declare an object that the decorated function makes when a program first asks for it, under its TensorFlow names.

    Raises:
        RegistrationError: one of the names is declared already.
    """

    def add(make: Callable[[], Any]) -> Callable[[], Any]:
        _add(ExportOnUse(names, make))
        return make

    return add


def unsupported(*names: str, reason: str, instead: str) -> None:
    """Declare TensorFlow names that will not come, with the reason and what to use instead.

    Raises:
        RegistrationError: one of the names is declared already.
    """
    _add(Unsupported(names, reason, instead))


def limit_calls(*names: str, limits: Iterable[Limit]) -> None:
    """Declare forms of a call that TensorFlow takes and this package does not: `check_call` refuses them, and the scanner foresees them.

    Args:
        *names: TensorFlow names of functions, classes or methods.
        limits: `when` is called with arguments of the call by name, those that it has parameters for. One without a default must have
            been given.
    """
    for name in names:
        _CALLS[name] = (*_CALLS.get(name, ()), *limits)


def call_limit(name: str, given: Mapping[str, Any], unknown: Iterable[str] | None = ()) -> Limit | None:
    """The first limit that a call of a name certainly meets, or `None`.

    Args:
        name: TensorFlow's.
        given: arguments of the call.
        unknown: arguments that are given too, with values that are not known; `None`: any others may be.
    """
    for limit in CALLS.get(name, ()):
        wanted = inspect.signature(limit.when).parameters
        left = [n for n in wanted if n not in given]
        if any(wanted[n].default is inspect.Parameter.empty or unknown is None or n in unknown for n in left):
            continue
        if limit.when(**{n: given[n] for n in wanted if n in given}):
            return limit
    return None


def check_call(name: str, /, **given: Any) -> None:
    """Refuse a call that TensorFlow takes, as `limit_calls` declared it.

    Raises:
        UnsupportedArgumentError: it meets a limit.
    """
    __tracebackhide__ = True
    limit = call_limit(name, given)
    if limit is not None:
        received = ", ".join(f"{n}={given[n]!r:.80}" for n in inspect.signature(limit.when).parameters if n in given)
        raise UnsupportedArgumentError(name, f"{limit.reason}; received {received}", limit.advice)


def declared_arguments(name: str) -> frozenset[str]:
    """The arguments that the limits of a call look at."""
    return frozenset(n for limit in CALLS.get(name, ()) for n in inspect.signature(limit.when).parameters)


def taken(name: str, given: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    """The keyword arguments of a call for a function that knows some: without those that only `limit_calls` tells of.

    Raises:
        UnsupportedArgumentError: the call meets a limit.
    """
    __tracebackhide__ = True
    declared = declared_arguments(name)
    check_call(name, **{n: given[n] for n in declared if n in given})
    return {n: value for n, value in given.items() if n in known or n not in declared}


def entries() -> list[Entry]:
    """Every entry once, by name."""
    return sorted({id(e): e for e in _ENTRIES.values()}.values(), key=lambda e: e.name)


@contextlib.contextmanager
def temporary() -> Iterator[None]:
    """Forget, at the end of the block, what was declared inside it: for tests and notebooks."""
    restore = _snapshot()
    try:
        yield
    finally:
        restore()


@contextlib.contextmanager
def all_or_nothing() -> Iterator[None]:
    """Forget what was declared inside the block if it raises: for packages that fail half-way."""
    restore = _snapshot()
    try:
        yield
    except BaseException:
        restore()
        raise


def _snapshot() -> Callable[[], None]:
    """A function that brings back today's names, the kernels of today's ops and the limits of calls."""
    known, calls = dict(_ENTRIES), dict(_CALLS)
    kernels = {e: list(e.kernels) for e in known.values() if isinstance(e, Op)}

    def restore() -> None:
        _ENTRIES.clear()
        _ENTRIES.update(known)
        _CALLS.clear()
        _CALLS.update(calls)
        for entry, were in kernels.items():
            entry.kernels[:] = were

    return restore
