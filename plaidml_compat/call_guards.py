"""Has every function, class and method of which limits of calls are declared refuse what they say, from install() on."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable
from types import FunctionType
from typing import Any

from . import call_limits, registry, served
from .call_binding import Binder
from .declarations import RegistrationError
from .entries import Entry, ExportOnUse, Op, Unsupported
from .facade.modules import keras_place
from .facade.names import canonical
from .journal import Journal
from .surface import tensorflow_names

_undo = Journal()
_NAME = "__plaidml_compat_guards__"


def install() -> None:
    """Enforce what is declared, and what will be.

    Raises:
        RegistrationError: something cannot be enforced.
    """
    _enforce(call_limits.CALLS)
    _undo.add(call_limits.on_change(_enforce))


def uninstall() -> None:
    """Take every guard out again."""
    _undo.undo()


def _enforce(names: Iterable[str]) -> None:
    for name in [n for n in names if n in call_limits.CALLS]:
        entry = registry.OPS.get(name)
        if entry is None:
            _guard(name)
        else:
            _guard_entry(name, entry)


def _guard(name: str) -> None:
    """Guard what no entry of the registry is: a function or class of Keras, a method."""
    owner, attribute = _place(name)
    found = inspect.getattr_static(owner, attribute, None)
    if isinstance(found, (classmethod, staticmethod)):
        _undo.set(owner, attribute, type(found)(_guarded(name, found.__func__, isinstance(found, classmethod))))
    elif isinstance(found, type):
        _guard_class(name, found)
    elif not isinstance(found, FunctionType):
        raise _refused(name, "what is served under it is no function, class or method" if found else "nothing is served under it")
    elif isinstance(owner, type):
        _undo.set(owner, attribute, _guarded(name, found, True))
    else:
        _replace(_names_by_attribute().get(attribute, ()), found, _guarded(name, found))


def _guard_entry(name: str, entry: Entry) -> None:
    if isinstance(entry, Op):
        return  # dispatch binds the arguments of ops
    found = None if isinstance(entry, Unsupported) else entry.obj
    if isinstance(found, type):
        _guard_class(entry.name, found)
    elif not isinstance(found, FunctionType):
        raise _refused(name, "what is served under it is no function, class or method" if found else "it is not supported at all")
    else:
        # A function declared below a class is its method; one that makes a dataset from nothing takes none.
        owner = registry.OPS.get(name.rpartition(".")[0])
        is_method = owner is not None and isinstance(owner.obj, type) and not getattr(found, "makes_dataset", False)
        guarded = _guarded(entry.name, found, is_method)
        _undo.set(entry, "_made" if isinstance(entry, ExportOnUse) else "obj", guarded)
        _replace([n if n.startswith("tf.") else f"tf.{n}" for n in entry.names], found, guarded)


def _guard_class(name: str, cls: type) -> None:
    init = inspect.getattr_static(cls, "__init__")
    if not isinstance(init, FunctionType):
        raise _refused(name, "its class has no __init__ in Python")
    _undo.set(cls, "__init__", _guarded(name, init, True, cls))


def _place(name: str) -> tuple[Any, str]:
    """The module or class in which a name is looked up, and the attribute there."""
    parent, _, attribute = canonical(name).rpartition(".")
    entry = registry.OPS.get(parent)
    if entry is not None:
        return entry.obj, attribute
    owner = _in_keras(parent)
    if isinstance(owner, type):
        return owner, attribute
    return keras_place(canonical(name)) or (None, attribute)


def _in_keras(name: str) -> Any:
    """What Keras has under a name of TensorFlow's, or `None`."""
    place = keras_place(name)
    return None if place is None else getattr(*place, None)


def _refused(name: str, why: str) -> RegistrationError:
    return RegistrationError(
        f"limit_calls: {name}: {why}, so its calls cannot be limited. Give the name of a function, class or method that is served, after "
        "what declares it"
    )


def _replace(names: Iterable[str], old: Any, new: Any) -> None:
    """Put one function for another in the modules of Keras where it is found under some of these names."""
    for name in names:
        found = keras_place(name)
        if found is not None and getattr(*found, None) is old:
            _undo.set(*found, new)


@functools.lru_cache(None)
def _names_by_attribute() -> dict[str, list[str]]:
    """What TensorFlow has below `tf.keras`, by the last part: it has some functions at several places."""
    found: dict[str, list[str]] = {}
    for name in tensorflow_names():
        if name.startswith("tf.keras."):
            found.setdefault(name.rpartition(".")[2], []).append(name)
    return found


def _guarded(name: str, function: Any, is_method: bool = False, cls: type | None = None) -> Any:
    """A function that refuses what is declared of a name, and gives the plain one what is left.

    Args:
        name: of the declaration.
        function: the plain one.
        is_method: its first argument is the object or class.
        cls: it is the constructor of this class, perhaps called for a derived one.
    """
    if _NAME in vars(function) and vars(function)[_NAME][0] == name:  # declared anew
        function = vars(function)[_NAME][1]
    signature = inspect.signature(function)
    first = list(signature.parameters.values())[: int(is_method)]
    signature = signature.replace(parameters=list(signature.parameters.values())[int(is_method) :])

    @functools.lru_cache(1)
    def binder(declared: call_limits.Declared) -> Binder:
        return Binder(name, declared, signature, _of_bases(cls))

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        declared = call_limits.declared(name)
        if declared is None:  # forgotten
            return function(*args, **kwargs)
        spoken = None if cls is None or type(args[0]) is cls else functools.partial(_spoken, type(args[0]), cls, name)
        left, kwargs = binder(declared).bind(args[int(is_method) :], kwargs, spoken)
        return function(*args[: int(is_method)], *left, **kwargs)

    now = call_limits.declared(name)
    assert now is not None
    as_theirs = binder(now).signature()
    as_theirs = as_theirs.replace(parameters=[*first, *as_theirs.parameters.values()])
    guarded.__signature__ = as_theirs  # type: ignore[attr-defined]
    setattr(guarded, _NAME, (name, function))
    return guarded


served.stands_around(_guarded.__code__.co_filename)


def _of_bases(cls: type | None) -> frozenset[str]:
    """What constructors of the bases of a class take by name, where its own hands them on."""
    found: set[str] = set()
    for c in cls.__mro__ if cls is not None else ():
        init = vars(c).get("__init__")
        if isinstance(init, FunctionType):
            parameters = inspect.signature(init).parameters
            found.update(parameters if c is not cls else ())
            if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
                break
    return frozenset(found)


def _spoken(cls: type, base: type, name: str) -> str:
    """What the class of an object is called that refuses what is declared of a base: the nearest that is served."""
    parent = name.rpartition(".")[0]
    for c in cls.__mro__[: cls.__mro__.index(base)]:
        declared = (e.name for e in registry.entries() if not isinstance(e, ExportOnUse) and e.obj is c)
        in_keras = f"{parent}.{c.__name__}"
        own = next(declared, in_keras if _in_keras(in_keras) is c else None)
        if own is not None:
            return own
    return name
