"""What declarations are made of: limits, kernels, how dtypes agree, samples, classes that are only asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from .exceptions import UnsupportedNameError

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


class AbsentClass(type):
    """The type of what stands in for a class that is not served: isinstance and annotations may name it, all else is refused."""

    _about: tuple[str, str, str]
    _instances: tuple[type, ...]

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        for base in bases:
            if isinstance(base, AbsentClass):
                raise UnsupportedNameError(*base._about)
        return super().__new__(mcs, name, bases, namespace)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        raise UnsupportedNameError(*cls._about)

    def __getattr__(cls, attribute: str) -> Any:
        __tracebackhide__ = True
        name, reason, instead = cls._about
        if attribute.startswith("_"):  # Python's own, which libraries look for
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {attribute!r}")
        raise UnsupportedNameError(f"{name}.{attribute}", reason, instead)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls._instances)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return subclass is cls or issubclass(subclass, cls._instances)


def absent_class(name: str, reason: str, instead: str, instances: tuple[type, ...]) -> AbsentClass:
    """What stands in for a class of TensorFlow's.

    Args:
        name: the class's.
        reason: why it is not served.
        instead: what to use.
        instances: classes whose objects are what its objects would be.
    """
    module, _, own = name.rpartition(".")
    about = {"_about": (name, reason, instead), "_instances": instances}
    namespace = {"__module__": f"tensorflow{module[len('tf') :]}", "__doc__": f"Not served: {reason}.", **about}
    return AbsentClass(own, (), namespace)
