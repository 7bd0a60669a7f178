"""Forms of calls that TensorFlow takes and this package refuses: what is declared of them, and whether a call meets it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Callable

from .declarations import Limit, RegistrationError
from .exceptions import UnsupportedArgumentError

_CALLS: dict[str, tuple[Limit, ...]] = {}
CALLS: Mapping[str, tuple[Limit, ...]] = MappingProxyType(_CALLS)
"""Forms of calls that are refused, read-only: TensorFlow name -> limits; none where arguments are declared that change nothing."""


class _Form:
    """A limit, and what its condition looks at: found once, since calls are checked often.

    Attributes:
        limit: the limit.
        module: that declared it.
        defaults: argument -> default, `Parameter.empty` for one that must have been given.
    """

    def __init__(self, limit: Limit, module: str) -> None:
        self.limit, self.module = limit, module
        signature = inspect.signature(limit.when)
        if any(p.kind not in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) for p in signature.parameters.values()):
            raise RegistrationError(
                f"limit_calls: `when` of the limit {limit.reason!r} is called with arguments by name; received {signature}"
            )
        self.defaults = {n: p.default for n, p in signature.parameters.items()}

    def is_met(self, given: Mapping[str, Any], unknown: Iterable[str] | None) -> bool:
        """Whether it is certain."""
        left = [n for n in self.defaults if n not in given]
        if any(self.defaults[n] is inspect.Parameter.empty or unknown is None or n in unknown for n in left):
            return False
        return bool(self.limit.when(**{n: given[n] for n in self.defaults if n in given}))


@dataclass(frozen=True, eq=False)
class Declared:
    """What is declared of the calls of a name.

    Attributes:
        forms: limits.
        parameters: those that TensorFlow takes by position, in its order; `None`: ours are the same.
        ours: parameter -> what it is called here, where that differs.
        without_effect: arguments that are taken and change nothing.
        module: that declared the parameters.
    """

    forms: tuple[_Form, ...] = ()
    parameters: tuple[str, ...] | None = None
    ours: Mapping[str, str] = field(default_factory=dict)
    without_effect: frozenset[str] = frozenset()
    module: str = ""

    @property
    def arguments(self) -> frozenset[str]:
        """All that limits look at, or that changes nothing."""
        return self.without_effect.union(*(form.defaults for form in self.forms))

    def default(self, argument: str) -> Any:
        """What an argument is where it is not given: as its limit has it, else `None`."""
        return next((form.defaults[argument] for form in self.forms if argument in form.defaults), None)

    def joined(self, other: Declared) -> Declared:
        """Both; what the other's modules had declared of the same arguments before is replaced, as an entry declared anew is.

        Raises:
            RegistrationError: they contradict each other.
        """
        anew = {(form.module, frozenset(form.defaults)) for form in other.forms}
        kept = tuple(f for f in self.forms if (f.module, frozenset(f.defaults)) not in anew)
        if other.parameters is not None and self.parameters not in (None, other.parameters) and self.module != other.module:
            raise RegistrationError(f"its parameters are declared twice: in {self.module} and in {other.module}")
        order = self if other.parameters is None else other
        both = Declared((*kept, *other.forms), order.parameters, order.ours, self.without_effect | other.without_effect, order.module)
        both.check()
        return both

    def check(self) -> None:
        """Refuse declarations that contradict themselves.

        Raises:
            RegistrationError: these do.
        """
        twice = sorted(n for n in self.without_effect if any(n in form.defaults for form in self.forms))
        if twice:
            raise RegistrationError(f"{', '.join(twice)} cannot be without effect: a limit looks at it")
        if self.parameters is not None and len(set(self.parameters)) < len(self.parameters):
            raise RegistrationError(f"a parameter is named twice; received {' '.join(self.parameters)}")


_NOTHING = Declared()
_declared: dict[str, Declared] = {}
_listeners: list[Callable[[Iterable[str]], None]] = []


def on_change(listener: Callable[[Iterable[str]], None]) -> Callable[[], None]:
    """Call `listener` with the names of which something is declared, or forgotten, from now on; what it raises refuses the declaration.

    Returns:
        A function that ends it.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener) if listener in _listeners else None


def declare(names: Iterable[str], limits: Iterable[Limit], parameters: str | None, without_effect: Iterable[str], module: str) -> None:
    """What `registry.limit_calls` does, for names that stand for one object each.

    Args:
        names: TensorFlow's.
        limits: see there, as are the next two.
        parameters: see there.
        without_effect: see there.
        module: that declares it.

    Raises:
        RegistrationError: it says nothing, contradicts what is declared, or cannot be enforced.
    """
    words = None if parameters is None else [word.partition("=") for word in parameters.split()]
    new = Declared(
        tuple(_Form(limit, module) for limit in limits),
        None if words is None else tuple(word[0] for word in words),
        {theirs: ours for theirs, sign, ours in words or () if sign},
        frozenset((without_effect,) if isinstance(without_effect, str) else without_effect),
        module,
    )
    names = tuple(names)
    if not names or not (new.forms or new.parameters or new.without_effect):
        raise RegistrationError(f"limit_calls: a name, and limits, parameters or arguments without effect; received {', '.join(names)}")
    joined = {}
    for name in names:
        if not name.startswith(("tf.", "keras.", "plaidml_compat.")):
            raise RegistrationError(f"limit_calls: names are TensorFlow's in full, such as 'tf.gather'; received {name!r}")
        try:
            joined[name] = _declared.get(name, _NOTHING).joined(new)
        except RegistrationError as e:
            raise RegistrationError(f"limit_calls: {name}: {e}") from None
    _store(joined)


def share(names: Iterable[str]) -> None:
    """What is declared of one of the names of an object holds for all."""
    names = tuple(names)
    found = [_declared[n] for n in names if n in _declared]
    if found:
        both = found[0]
        for other in found[1:]:
            both = both if other is both else both.joined(other)
        _store(dict.fromkeys(names, both))


def _store(changed: Mapping[str, Declared]) -> None:
    restore = snapshot()
    for name, declared in changed.items():
        _declared[name], _CALLS[name] = declared, tuple(form.limit for form in declared.forms)
    try:
        for listener in tuple(_listeners):
            listener(changed)
    except BaseException:
        restore()
        raise


def snapshot() -> Callable[[], None]:
    """A function that brings back what is declared now."""
    were, limits = dict(_declared), dict(_CALLS)

    def restore() -> None:
        changed = [n for n in {**_declared, **were} if _declared.get(n) is not were.get(n)]
        _declared.clear()
        _declared.update(were)
        _CALLS.clear()
        _CALLS.update(limits)
        for listener in tuple(_listeners):
            listener(changed)

    return restore


def declared(name: str) -> Declared | None:
    """What is declared of the calls of a name, or `None`."""
    return _declared.get(name)


def call_parameters(name: str) -> tuple[str, ...] | None:
    """The parameters that TensorFlow takes by position, in its order, as declared; `None`: the same as those of what is served."""
    return _declared.get(name, _NOTHING).parameters


def declared_arguments(name: str) -> frozenset[str]:
    """The arguments that the limits of a call look at, and those that change nothing."""
    return _declared.get(name, _NOTHING).arguments


def call_limit(name: str, given: Mapping[str, Any], unknown: Iterable[str] | None = ()) -> Limit | None:
    """The first limit that a call of a name certainly meets, or `None`.

    Args:
        name: TensorFlow's.
        given: arguments of the call.
        unknown: arguments that are given too, with values that are not known; `None`: any others may be.
    """
    form = _met(name, given, unknown)
    return None if form is None else form.limit


def _met(name: str, given: Mapping[str, Any], unknown: Iterable[str] | None = ()) -> _Form | None:
    return next((form for form in _declared.get(name, _NOTHING).forms if form.is_met(given, unknown)), None)


def check_call(name: str, given: Mapping[str, Any], spoken: Callable[[], str]) -> None:
    """Refuse a call that TensorFlow takes, as `limit_calls` declared it.

    Args:
        name: under which it is declared.
        given: arguments of the call.
        spoken: tells the name for messages: a layer's for what is declared of its base class.

    Raises:
        UnsupportedArgumentError: it meets a limit.
    """
    __tracebackhide__ = True
    form = _met(name, given)
    if form is not None:
        received = ", ".join(f"{n}={_shown(given[n])}" for n in form.defaults if n in given)
        raise UnsupportedArgumentError(spoken(), f"{form.limit.reason}; received {received}", form.limit.advice)


def _shown(value: Any) -> str:
    try:
        return f"{value!r:.80}"
    except Exception:  # a class of the program's own
        return f"a {type(value).__name__}"
