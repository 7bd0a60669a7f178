"""What `limit_calls` declared of calls of a name: of the name, of classes that it derives from, of methods that it has from these."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..missing import COMPILE
from ..registry import CALLS, OPS, call_parameters, declared_arguments
from . import names
from .about import CallLimit


@dataclass(frozen=True)
class Declaration:
    """A name of which limits of calls are declared that hold for a call.

    Attributes:
        of: the name.
        called: the class that is called; `None`: no class.
        declared: the class that `of` names, which `called` is or derives from.
    """

    of: str
    called: type | None = None
    declared: type | None = None

    @property
    def inherited(self) -> bool:
        """Whether it is declared of a class that the one that is called derives from."""
        return self.called is not self.declared

    def reaches(self, argument: str) -> bool:
        """Whether an argument of the call gets as far as the class that `of` names, and is not one of those on the way."""
        return not self.inherited or _handed_on(self.called, self.declared, argument)


def limits(name: str) -> tuple[CallLimit, ...]:
    """The forms of a call of a name that are refused, each once."""
    canonical = names.about(name).canonical
    served = names.find(canonical)
    found: dict[tuple[str, str], CallLimit] = {}
    for declaration in () if served is None else declarations(canonical, served):
        for limit in CALLS.get(declaration.of, ()):
            if any(map(declaration.reaches, inspect.signature(limit.when).parameters)):
                told = CallLimit(declaration.of, limit.reason, limit.advice, declaration.inherited)
                found.setdefault((limit.reason, limit.advice), told)
    return tuple(found.values())


def takes(name: str, served: Any, keyword: str) -> bool:
    """Whether a keyword argument is declared of calls of a name: it is refused for some values at most."""
    for declaration in declarations(name, served):
        known = (*declared_arguments(declaration.of), *(call_parameters(declaration.of) or ()))
        if keyword in known and declaration.reaches(keyword):
            return True
    return False


def declarations(name: str, served: Any) -> Iterator[Declaration]:
    """All that is declared of calls of a name, the nearest first.

    Args:
        name: TensorFlow's.
        served: what stands under it.
    """
    objects = _declared().objects
    if isinstance(served, type):
        for cls in served.__mro__:
            if id(cls) in objects:
                yield Declaration(name if cls is served and name in CALLS else objects[id(cls)][0], served, cls)
        return
    of = name if name in CALLS else objects[id(served)][0] if id(served) in objects else _of_method(name)
    if of:
        yield Declaration(of)


def method_of(cls: type, attribute: str) -> str:
    """The name of which limits are declared that hold for a method of a class; empty: there is none, or a class of its own replaces it."""
    for name, owner in _declared().methods.get(attribute, ()):
        if issubclass(cls, owner) and inspect.getattr_static(cls, attribute, None) is inspect.getattr_static(owner, attribute, None):
            return name
    return ""


def is_method(name: str) -> bool:
    """Whether limits are declared of a method under this name."""
    return any(name == known for known, _ in _declared().methods.get(name.rpartition(".")[2], ()))


def _of_method(name: str) -> str:
    owner, _, attribute = name.rpartition(".")
    cls = names.find(owner)
    return method_of(cls, attribute) if isinstance(cls, type) else ""


class _Index:
    """What limits are declared of, as objects.

    Attributes:
        objects: id -> name and object, which keeps the id its own; methods are not among them.
        methods: what a method is called -> its names in full, with their classes.
    """

    def __init__(self, declared: tuple[str, ...]) -> None:
        self.objects: dict[int, tuple[str, Any]] = {}
        self.methods: dict[str, list[tuple[str, type]]] = {}
        for name in declared:
            if not names.about(name).works:
                continue
            owner, _, attribute = name.rpartition(".")
            cls = names.served(owner)
            if isinstance(cls, type):
                self.methods.setdefault(attribute, []).append((name, cls))
            else:
                served = names.served(name)
                self.objects.setdefault(id(served), (name, served))


def _declared() -> _Index:
    """Of `COMPILE` too: what is refused of it is texts, see `missing`."""
    declared = (*CALLS, COMPILE)
    return _index(declared, tuple(map(OPS.get, declared)))


@functools.lru_cache(1)
def _index(declared: tuple[str, ...], entries: tuple[Any, ...]) -> _Index:
    """Made anew where anything was declared, or declared again."""
    return _Index(declared)


@functools.lru_cache(None)
def _handed_on(called: type, declared: type, argument: str) -> bool:
    """Whether each `__init__` before that of `declared` has `**kwargs` and no parameter of this name."""
    for cls in called.__mro__[: called.__mro__.index(declared)]:
        if "__init__" in vars(cls):
            parameters = inspect.signature(vars(cls)["__init__"]).parameters
            if argument in parameters or not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
                return False
    return True
