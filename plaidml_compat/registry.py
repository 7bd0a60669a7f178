"""The registry: every TensorFlow name in scope, declared once, with its kernels, limits and samples."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Callable

from . import served

PLACEMENTS = ("host", "device")
ENGINES = (None, "llvm_cpu", "opencl")
TRAITS = ("keeps_size", "resizes", "reads", "calls_python")
"""What may be declared of an entry, for advice: its cost grows with the pixels of images whose size it leaves as it is, and no argument
counts pixels (a crop's or a pad's do); it makes whole images another size; it reads or decodes files; it calls any Python function."""


class RegistrationError(Exception):
    """A declaration that contradicts another one: raised when the module that makes it is imported."""


@dataclass(frozen=True)
class Limit:
    """A condition under which a kernel refuses.

    Attributes:
        reason: why, as a clause that can follow a colon.
        when: called with the op's arguments by name, each tensor replaced by a `Spec` (shape and dtype, never data); true: refuse.
        kind: what would happen without it: `"wrong"`, `"crash"` or `"slow"`.
        advice: what the user can do.
        seen_on: the only engine where it was seen to be needed, and where a test lifts it; it holds on others too. `None`: all.
    """

    reason: str
    when: Callable[..., bool]
    kind: str = "wrong"
    advice: str = ""
    seen_on: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("wrong", "crash", "slow"):
            raise RegistrationError(f"Limit: `kind` is 'wrong', 'crash' or 'slow'; received {self.kind!r}")


@dataclass(frozen=True)
class Kernel:
    """One implementation of an op for one placement (and, on the device, perhaps one engine)."""

    function: Callable[..., Any]
    placement: str
    on: str | None = None
    limits: tuple[Limit, ...] = ()
    tolerance: float | None = None


@dataclass(frozen=True)
class Agreement:
    """How tensor arguments of an op come to one dtype.

    By default numbers, lists and arrays take the dtype of the first tensor among them (without one: of the first argument), and a
    number that would lose its fraction is a TypeError.

    Attributes:
        names: the arguments.
        in_turn: the first argument keeps its own dtype, and a number that does not fit the first's keeps its own too.
        error: class of the error when dtypes differ or are not accepted, `None`: InvalidArgumentError.
    """

    names: tuple[str, ...] = ()
    in_turn: bool = False
    error: type[Exception] | None = None


@dataclass(frozen=True)
class Sample:
    """One call of an op or layer from which goldens are recorded and tests are made.

    Attributes:
        id: unique within the entry; becomes part of the golden's key.
        args: positional arguments of the op (arrays are tensors), or the inputs of a layer, one call each.
        kwargs: keyword arguments of the op, or of the layer's constructor.
        tolerance: largest absolute difference from TensorFlow allowed; `None`: the entry's.
        oracle: version of the TensorFlow that decides, `"2.15"` or `"2.21"`; `None`: the first that has the name. A layer's draws are
            compared with the entry's own oracle alone.
    """

    id: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float | None = None
    oracle: str | None = None


class Entry:
    """What the registry holds for a group of names: the object that is served, and what is known about it.

    Attributes:
        names: TensorFlow names, the first is the one used in messages.
        kind: `"op"`, `"layer"`, `"export"` or `"unsupported"`.
        obj: the object served under these names.
        parity: what was found when it was compared with TensorFlow, in a sentence.
        tolerance: largest absolute difference from TensorFlow its samples may have.
        traits: of `TRAITS`.
    """

    kind = "export"

    def __init__(
        self,
        names: tuple[str, ...],
        obj: Any,
        *,
        parity: str = "",
        samples: Callable[[], Iterable[Sample]] | None = None,
        tolerance: float = 0.0,
        traits: Iterable[str] = (),
    ) -> None:
        if not names or not all(isinstance(n, str) and n.startswith(("tf.", "keras.", "plaidml_compat.")) for n in names):
            raise RegistrationError(
                "names must be TensorFlow's, such as 'tf.image.rot90', or begin with 'plaidml_compat.' or 'keras.' for what TensorFlow "
                f"lacks; received {names!r}"
            )
        self.names, self.obj, self.parity, self.tolerance = names, obj, parity, tolerance
        self.traits = frozenset(traits)
        if not self.traits <= set(TRAITS):
            raise RegistrationError(f"{names[0]}: traits are among {', '.join(TRAITS)}; received {sorted(self.traits)}")
        self._samples = samples
        self.module = getattr(obj, "__module__", None)

    @property
    def name(self) -> str:
        """The name used in messages and reports."""
        return self.names[0]

    @property
    def summary(self) -> str:
        """First line of the documentation."""
        return (inspect.getdoc(self.obj) or "").partition("\n")[0]

    def samples(self) -> list[Sample]:
        """The calls from which goldens are recorded."""
        found = list(self._samples()) if self._samples else []
        ids = [s.id for s in found]
        if len(set(ids)) != len(ids):
            raise RegistrationError(f"{self.name}: two samples have the same id")
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


_dispatcher: Callable[..., Any] | None = None


def bind_dispatcher(function: Callable[..., Any]) -> None:
    """Tell the registry who runs an op when it is called: `function(op, args, kwargs)`. Called by `dispatch` alone."""
    global _dispatcher
    _dispatcher = function


class Op(Entry):
    """A deterministic function on tensors. Calling it chooses a kernel and runs it.

    Attributes:
        agreement: the tensor arguments that must have one dtype.
        accepts: tensor argument -> the dtypes it may have, in words (see `op`).
        check: refuses arguments before any kernel runs (see `op`), or `None`.
        elementwise: whether it may be applied to several elements of a dataset at once (see `op`).
    """

    kind = "op"

    def __init__(
        self,
        names: tuple[str, ...],
        host: Callable[..., Any],
        agree: Agreement | tuple[str, ...] = (),
        accepts: str | Mapping[str, str] = "",
        check: Callable[..., None] | None = None,
        elementwise: bool | Callable[..., bool] = False,
        **about: Any,
    ) -> None:
        super().__init__(names, host, **about)
        self.obj = self
        self.elementwise = elementwise
        self.agreement = agree if isinstance(agree, Agreement) else Agreement(agree)
        self.check = check
        self.signature = inspect.signature(host)
        # Annotations are text: nothing else says which arguments are tensors, and nothing else needs to.
        self.tensor_args = tuple(n for n, p in self.signature.parameters.items() if "Tensor" in str(p.annotation))
        if not self.tensor_args:
            raise RegistrationError(
                f"{names[0]}: an op needs a parameter annotated TensorLike (or Sequence[TensorLike]), which tells its tensors from other "
                f"arguments; received {self.signature}. Use @export for a function without tensors"
            )
        self.accepts = {n: accepts for n in self.agree or self.tensor_args[:1]} if isinstance(accepts, str) else dict(accepts)
        self.accepts = {n: words for n, words in self.accepts.items() if words}
        self.kernels: list[Kernel] = [Kernel(host, "host")]
        functools.update_wrapper(self, host)

    @property
    def agree(self) -> tuple[str, ...]:
        """The tensor arguments that must have one dtype."""
        return self.agreement.names

    @property
    def host(self) -> Callable[..., Any]:
        """The host kernel: NumPy arrays in, NumPy arrays out."""
        return self.kernels[0].function

    def kernel(
        self, placement: str, *, on: str | None = None, limits: Iterable[Limit] = (), tolerance: float | None = None
    ) -> Callable[[Callable], Callable]:
        """Declare another kernel; the decorated function takes the same parameters as the op.

        Args:
            placement: `"device"` (the host kernel is the op itself).
            on: only for this engine, `"llvm_cpu"` or `"opencl"`.
            limits: conditions under which it refuses.
            tolerance: largest absolute difference from TensorFlow allowed in its samples; `None`: the op's.

        Raises:
            RegistrationError: a second kernel for the same place, or other parameters than the op's.
        """
        if placement not in PLACEMENTS or on not in ENGINES:
            raise RegistrationError(f"{self.name}: no such place for a kernel: {placement!r} on {on!r}")

        limits = tuple(limits)
        for limit in limits:
            _check_limit(self, limit)

        def add(function: Callable) -> Callable:
            for k in self.kernels:
                if k.placement == placement and k.on == on:
                    raise RegistrationError(f"{self.name} has a kernel for {placement} on {on or 'every engine'} already: {k.function!r}")
            if list(inspect.signature(function).parameters) != list(self.signature.parameters):
                raise RegistrationError(
                    f"{self.name}: a kernel must take the op's parameters {list(self.signature.parameters)}; "
                    f"received {list(inspect.signature(function).parameters)}"
                )
            self.kernels.append(Kernel(function, placement, on, limits, tolerance))
            return function

        return add

    def find_kernel(self, placement: str, engine: str | None = None) -> Kernel | None:
        """The kernel for a placement, one made for `engine` before a general one."""
        found = None
        for k in self.kernels:
            if k.placement == placement and k.on in (engine, None) and (found is None or k.on is not None):
                found = k
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        assert _dispatcher is not None, "plaidml_compat.dispatch was not imported"
        return _dispatcher(self, args, kwargs)


def _check_limit(op: Op, limit: Limit) -> None:
    try:
        inspect.signature(limit.when).bind(**dict.fromkeys(op.signature.parameters))
    except TypeError as e:
        raise RegistrationError(
            f"{op.name}: `when` of the limit {limit.reason!r} is called with the arguments {list(op.signature.parameters)} by name: {e}"
        ) from None


class LayerEntry(Entry):
    """A Keras layer: draws or weights, then its ops.

    Attributes:
        ops: that it applies.
        draws: whether it draws random numbers; its class says so.
    """

    kind = "layer"

    def __init__(self, names: tuple[str, ...], cls: type, *, ops: Iterable[Op] = (), **about: Any) -> None:
        super().__init__(names, cls, **about)
        self.ops = tuple(ops)
        if self.ops and _says(cls, "keeps_image_size"):
            self.traits |= {"keeps_size"}
        self.draws = _says(cls, "draws_numbers")


def _says(cls: type, what: str) -> bool:
    """What a class method of a layer tells; a layer that has none says no."""
    method = getattr(cls, what, None)
    return method is not None and bool(method())


class Export(Entry):
    """Anything else that is served under a TensorFlow name: loaders, `Dataset` methods, constants, classes.

    Attributes:
        placement: where what it does is computed, `"host"` or, as a part of a model's graph, `"device"`.
        draws: whether it draws random numbers.
        is_counted: whether a call of it is an event, for readers that ask for these (see `served`).
    """

    def __init__(self, names: tuple[str, ...], obj: Any, *, placement: str = "host", draws: bool = False, **about: Any) -> None:
        if placement not in PLACEMENTS:
            raise RegistrationError(f"{names[0]}: placement is one of {', '.join(PLACEMENTS)}; received {placement!r}")
        super().__init__(names, obj, **about)
        self.placement, self.draws = placement, draws
        self.is_counted = served.is_counted(names[0], obj, placement)
        if self.is_counted:
            self.obj = served.counted(names[0], obj)


class Unsupported(Entry):
    """A TensorFlow name that will not come, with the reason and what to use instead."""

    kind = "unsupported"

    def __init__(self, names: tuple[str, ...], reason: str, instead: str) -> None:
        super().__init__(names, None)
        self.reason, self.instead = reason, instead


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


def unsupported(*names: str, reason: str, instead: str) -> None:
    """Declare TensorFlow names that will not come, with the reason and what to use instead.

    Raises:
        RegistrationError: one of the names is declared already.
    """
    _add(Unsupported(names, reason, instead))


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
    """A function that brings back today's names, and the kernels of today's ops."""
    known = dict(_ENTRIES)
    kernels = {e: list(e.kernels) for e in known.values() if isinstance(e, Op)}

    def restore() -> None:
        _ENTRIES.clear()
        _ENTRIES.update(known)
        for entry, were in kernels.items():
            entry.kernels[:] = were

    return restore
