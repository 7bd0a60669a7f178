"""What the registry holds for a name: an op, run by the dispatcher that is bound here, a layer, another object, or why it is not here."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from . import call_limits, served
from .call_binding import Binder
from .declarations import ENGINES, PLACEMENTS, TRAITS, Agreement, Kernel, Limit, RegistrationError, Sample, absent_class


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
    def __signature__(self) -> inspect.Signature:
        """How it is called, as TensorFlow's is, where that was declared: for `inspect.signature`."""
        declared = call_limits.declared(self.name)
        return self.signature if declared is None else Binder(self.name, declared, self.signature).signature()

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


class ExportOnUse(Entry):
    """Another object that is made when it is first asked for: what it imports would make every program start later."""

    def __init__(self, names: tuple[str, ...], make: Callable[[], Any]) -> None:
        super().__init__(names, make)

    @functools.cached_property
    def _made(self) -> Any:
        return self._make()

    @property
    def obj(self) -> Any:
        """The object, made now if it was not."""
        return self._made

    @obj.setter
    def obj(self, make: Callable[[], Any]) -> None:
        self._make = make


class Unsupported(Entry):
    """A TensorFlow name that will not come, with the reason and what to use instead; `obj` stands in for a class, see `AbsentClass`."""

    kind = "unsupported"

    def __init__(self, names: tuple[str, ...], reason: str, instead: str, instances: tuple[type, ...] | None = None) -> None:
        super().__init__(names, None if instances is None else absent_class(names[0], reason, instead, instances))
        self.reason, self.instead = reason, instead
