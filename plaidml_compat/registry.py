"""The registry: every TensorFlow name in scope, declared once, with its kernels, limits and samples."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Callable

from . import call_limits
from .call_limits import CALLS, call_limit, call_parameters, declared_arguments
from .declarations import ENGINES, TRAITS, Agreement, Kernel, Limit, RegistrationError, Sample
from .entries import Entry, Export, ExportOnUse, LayerEntry, Op, Unsupported, bind_dispatcher

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
    "call_parameters",
    "declared_arguments",
    "entries",
    "export",
    "export_on_use",
    "layer",
    "limit_calls",
    "on_declare",
    "op",
    "temporary",
    "unsupported",
]

_ENTRIES: dict[str, Entry] = {}
OPS: Mapping[str, Entry] = MappingProxyType(_ENTRIES)
"""Every name, read-only: TensorFlow name -> entry."""
_listeners: list[Callable[[Entry], None]] = []


def on_declare(listener: Callable[[Entry], None]) -> Callable[[], None]:
    """Call `listener` with every entry declared from now on; what it raises refuses the entry. Returns a function that ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener) if listener in _listeners else None


def _is_same(old: Entry, new: Entry) -> bool:
    """True for the same function or class declared again: its module's import failed half-way, or a notebook cell ran twice."""
    before, now = (getattr(inspect.unwrap(e.obj), "__qualname__", None) for e in (old, new))
    return now is not None and not isinstance(new, Unsupported) and old.module == new.module and before == now


def _add(entry: Entry) -> None:
    for name in entry.names:
        if name in _ENTRIES and not _is_same(_ENTRIES[name], entry):
            raise RegistrationError(f"{name} is declared twice: in {_ENTRIES[name].module} and in {entry.module}")
    before, forget_limits = dict(_ENTRIES), call_limits.snapshot()
    _ENTRIES.update(dict.fromkeys(entry.names, entry))
    try:
        call_limits.share(entry.names)  # before others hear of the entry: this may refuse it, and guards its object
        for listener in tuple(_listeners):
            listener(entry)
    except BaseException:
        _ENTRIES.clear()
        _ENTRIES.update(before)
        forget_limits()
        raise


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


def unsupported(*names: str, reason: str, instead: str, instances: Iterable[type] | None = None) -> None:
    """Declare TensorFlow names that will not come, with the reason and what to use instead.

    Args:
        *names: TensorFlow names.
        reason: why, as a clause that can follow a colon.
        instead: what the user can do.
        instances: the names are classes that programs ask about, in isinstance and annotations: that they may, and objects of these
            classes, often none, are instances of them. Calls, attributes and derived classes are refused.

    Raises:
        RegistrationError: one of the names is declared already.
    """
    with all_or_nothing():
        for name in names:  # each is itself: told of by another's, a program would not find it in its text
            _add(Unsupported((name,), reason, instead, None if instances is None else tuple(instances)))


def limit_calls(*names: str, limits: Iterable[Limit] = (), parameters: str | None = None, without_effect: Iterable[str] = ()) -> None:
    """Declare of calls what TensorFlow has and this package has not: a call that meets a limit is refused, and the scanner foresees it.

    It is enforced for every name, whoever declared that: an op, a layer, an export, a method of a class, a function of Keras. A module
    that runs again replaces its own limits of the same arguments.

    Args:
        *names: TensorFlow names of functions, classes or methods (`"tf.keras.Model.save"`).
        limits: forms that are refused. `when` is called with arguments of the call by name, those that it has parameters for; one without
            a default must have been given.
        parameters: all that TensorFlow takes by position, in its order, in one text, where the function here has others:
            `"params indices validate_indices axis"`. One that has another name here is written `theirs=ours`.
        without_effect: arguments that TensorFlow takes and that change nothing here: they are accepted, whatever they are.

    Raises:
        RegistrationError: it says nothing, contradicts what is declared, or cannot be enforced: nothing that can be called is served
            under the name. What `install()` does not find yet it refuses.
    """
    all_names = {n: None for name in names for n in (_ENTRIES[name].names if name in _ENTRIES else (name,))}
    call_limits.declare(all_names, limits, parameters, without_effect, sys._getframe(1).f_globals.get("__name__", ""))


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
    known, forget_limits = dict(_ENTRIES), call_limits.snapshot()
    kernels = {e: list(e.kernels) for e in known.values() if isinstance(e, Op)}

    def restore() -> None:
        _ENTRIES.clear()
        _ENTRIES.update(known)
        for entry, were in kernels.items():
            entry.kernels[:] = were
        forget_limits()

    return restore
