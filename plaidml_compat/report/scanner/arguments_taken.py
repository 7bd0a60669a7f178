"""Which keyword arguments of a call are not taken here: only those of which that is certain."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from ...registry import Op
from .. import refusals
from . import plain_keras


def refused(name: str, served: Any, keyword: str) -> bool:
    """True where a call raises an error for the keyword, whatever its value.

    Args:
        name: TensorFlow's, of what is called.
        served: what stands under it.
        keyword: the argument's.
    """
    return _not_taken(served, keyword) and not refusals.takes(name, served, keyword)


@functools.lru_cache(None)
def _not_taken(served: Any, keyword: str) -> bool:
    """The same of this function or class itself; more may be declared of its calls."""
    if isinstance(served, Op):
        return not _has_rest(served.signature) and keyword not in served.signature.parameters
    if isinstance(served, type):
        return _refused_by_class(served, keyword)
    if not isinstance(served, FunctionType):
        return False
    return _verdict(served, keyword) is False


def _refused_by_class(cls: type, keyword: str) -> bool:
    """Each `__init__` takes its own parameters and hands `**kwargs` on to the next; that of Keras' `Layer` refuses what is left."""
    if type(cls).__call__ is not type.__call__ or any("__new__" in vars(c) for c in cls.__mro__[:-1]):
        return False
    for c in cls.__mro__[:-1]:
        function = vars(c).get("__init__")
        if function is not None:
            verdict = _verdict(function, keyword)
            if verdict is not None:
                return not verdict
            if c is plain_keras.reached("keras.layers.Layer"):
                return True
            if not isinstance(function, FunctionType) or not any("__init__" in f.__code__.co_names for f in _behind(function)):
                return False  # what becomes of the rest is not known
    return False


def _verdict(function: Any, keyword: str) -> bool | None:
    """Whether a function takes a keyword; `None`: it may hand it on."""
    if not isinstance(function, FunctionType):
        return None
    has_rest, words = _about(function)
    return True if keyword in words else None if has_rest else False


@functools.lru_cache(None)
def _about(function: FunctionType) -> tuple[bool, frozenset[str]]:
    """Whether there is `**kwargs`, and every word that may be a keyword: parameters, and texts as in `kwargs.pop("groups")`."""
    functions = list(_behind(function))
    words = {w for f in functions for w in (*strings(f.__code__), *f.__code__.co_varnames[: _parameter_count(f.__code__)])}
    words |= {w for f in functions for cell in _cells(f) for w in strings(cell)}
    signature = inspect.signature(function)
    return _has_rest(signature), frozenset(words | set(signature.parameters))


def _has_rest(signature: inspect.Signature) -> bool:
    """Whether there is a parameter `**kwargs`."""
    return any(p.kind == p.VAR_KEYWORD for p in signature.parameters.values())


def _parameter_count(code: CodeType) -> int:
    return code.co_argcount + code.co_kwonlyargcount


def _cells(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue


def _behind(function: FunctionType) -> Iterator[FunctionType]:
    """A function and those that it wraps."""
    waiting: list[Any] = [function]
    seen: set[int] = set()
    while waiting:
        f = waiting.pop()
        if isinstance(f, FunctionType) and id(f) not in seen:
            seen.add(id(f))
            yield f
            waiting += [*_cells(f), getattr(f, "__wrapped__", None)]


def strings(value: Any) -> Iterator[str]:
    """The texts in constants, as deep as they lie."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list, set, frozenset)):
        for part in value:
            yield from strings(part)
    elif isinstance(value, dict):
        yield from strings((*value.keys(), *value.values()))
    elif isinstance(value, CodeType):
        yield from strings(value.co_consts)
