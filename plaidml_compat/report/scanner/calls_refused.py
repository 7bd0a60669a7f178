"""Which calls certainly meet what is declared as refused: limits of calls, and texts that TensorFlow knows and this package does not."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

from ... import missing
from ...registry import Op, call_limit, call_parameters
from .. import names, refusals
from .known import DATASET, called, is_a_layer, tf_path
from .rules import of_status
from .uses import Use

_NAMING_TEXTS = ("get_custom_objects", "custom_object_scope", "CustomObjectScope")
"""Functions and classes of `tf.keras.utils` by which a program gives texts a meaning of its own."""


def literals(call: ast.Call) -> tuple[tuple[str | int, Any], ...]:
    """Arguments of a call that are written out, by name or place."""
    found: list[tuple[str | int, Any]] = []
    places = next((i for i, a in enumerate(call.args) if isinstance(a, ast.Starred)), len(call.args))  # behind it no place is certain
    written: list[tuple[str | int, ast.expr]] = [*enumerate(call.args[:places])]
    for key, node in (*written, *((k.arg, k.value) for k in call.keywords if k.arg is not None)):
        try:
            found.append((key, ast.literal_eval(node)))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
    return tuple(found)


def is_checked(method: str) -> bool:
    """Whether a method is looked at for what is refused alone; those of datasets are always told of."""
    return refusals.is_method(method) and not method.startswith(f"{DATASET}.")


def names_texts(name: str) -> bool:
    """Whether a program that uses this gives texts a meaning of its own."""
    return name.rpartition(".")[2] in _NAMING_TEXTS


def refusal(use: Use) -> tuple[str, str, str] | None:
    """The rule, the reason and the advice where a call is certain to be refused, else `None`."""
    if use.keywords is None and not use.literals:
        return None  # no call, or nothing is known of its arguments
    name = tf_path(use.name)
    served = called(use.name)
    if served is None:
        return None
    declared = tuple(refusals.declarations(name, served))
    given, unknown = _by_name(use, _parameters(use, name, served, declared))
    for declaration in declared:
        reaching = {n: v for n, v in given.items() if declaration.reaches(n)}
        hidden = None if unknown is None else tuple(filter(declaration.reaches, unknown))
        limit = call_limit(declaration.of, reaching, hidden)
        if limit is not None:
            return "unsupported", limit.reason, limit.advice
    return None if use.own_texts else _by_text(name, given, unknown)


def _by_name(use: Use, parameters: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...] | None]:
    """The arguments that are known, by name, and the names of the others; `None`: any may have been given."""
    given = {parameters[k] if isinstance(k, int) else k: v for k, v in use.literals if isinstance(k, str) or k < len(parameters)}
    if use.keywords is None or use.positional is None or use.positional > len(parameters):
        return given, None
    return given, tuple(n for n in (*parameters[: use.positional], *use.keywords) if n not in given)


def _parameters(use: Use, name: str, served: Any, declared: Iterable[refusals.Declaration]) -> tuple[str, ...]:
    """What can be given by position, in TensorFlow's order; where a method is given its object, that comes first."""
    takes_object = _takes_object(name, served)
    order = next((call_parameters(d.of) for d in declared if not d.inherited), None)
    if order is None:
        order = _own_parameters(served)
    elif takes_object:
        order = ("self", *order)
    return order[1:] if takes_object and use.of_instance else order


@functools.lru_cache(None)
def _own_parameters(served: Any) -> tuple[str, ...]:
    """The parameters of a function or class that can be given by position, in order."""
    try:
        signature = served.signature if isinstance(served, Op) else inspect.signature(served)
    except (TypeError, ValueError):
        return ()
    return tuple(n for n, p in signature.parameters.items() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))


@functools.lru_cache(None)
def _takes_object(name: str, served: Any) -> bool:
    """Whether this is a function of a class that takes the instance first."""
    owner, _, attribute = name.rpartition(".")
    cls = names.find(owner)
    if not isinstance(cls, type) or not isinstance(served, FunctionType) or getattr(served, "makes_dataset", False):
        return False
    return not isinstance(inspect.getattr_static(cls, attribute, None), staticmethod)


def _by_text(name: str, given: dict[str, Any], unknown: tuple[str, ...] | None) -> tuple[str, str, str] | None:
    """What is said of a text for something that is not here, as in `compile("ftrl")`."""
    for argument, family in _families(name, given, unknown):
        for text in _texts(given[argument]):
            lacking = missing.named(family, text)
            about = None if lacking is None else names.about(lacking[0])
            if about is not None and not about.works:
                return of_status(about.status), f"{argument}={text!r} means {about.name}: {about.reason}", about.instead
    return None


def _families(name: str, given: dict[str, Any], unknown: tuple[str, ...] | None) -> Iterator[tuple[str, str]]:
    """The arguments whose values may be texts, and the module whose names these are."""
    module, _, function = name.rpartition(".")
    if module in missing.FAMILIES and function in ("get", "deserialize"):
        if len(given) == 1 and unknown == ():  # not with objects of the program's own
            yield next(iter(given)), module
        return
    texts = missing.TEXTS_OF_COMPILE if name == missing.COMPILE else missing.TEXTS_OF_LAYERS if is_a_layer(name) else {}
    for argument in given:
        family = texts.get(argument if name == missing.COMPILE else argument.rpartition("_")[2])
        if family is not None:
            yield argument, family


def _texts(value: Any) -> Iterator[str]:
    """The texts in an argument: one, several, one for each output, or that of a configuration."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([value["class_name"]] if "class_name" in value else [*value.values()])
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)
