"""Which calls certainly meet what is declared as refused: limits of calls, and texts that TensorFlow knows and this package does not."""

from __future__ import annotations

import ast
import functools
import inspect
from typing import Any

from ... import missing
from ...registry import CALLS, OPS, Op, call_limit
from .. import names
from . import plain_keras
from .known import is_a_layer, tf_path
from .rules import of_status
from .uses import Use

_MODEL = "tf.keras.Model"
_BY_TEXT = {
    "activation": "activations",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
}
"""How the names of layers' arguments end whose values may be texts, and where TensorFlow looks for these."""
_OF_COMPILE = {"optimizer": "optimizers", "loss": "losses", "metrics": "metrics", "weighted_metrics": "metrics"}


def literals(call: ast.Call) -> tuple[tuple[str | int, Any], ...]:
    """Arguments of a call that are written out, by name or place."""
    found: list[tuple[str | int, Any]] = []
    written: list[tuple[str | int, ast.expr]] = [*enumerate(call.args)]
    written += [(k.arg, k.value) for k in call.keywords if k.arg is not None]
    for key, node in written:
        if isinstance(node, ast.Starred):
            break
        try:
            found.append((key, ast.literal_eval(node)))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
    return tuple(found)


def is_checked(method: str) -> bool:
    """Whether calls of a method of models are looked at for what is refused alone."""
    return method.startswith(f"{_MODEL}.") and (method in CALLS or method == f"{_MODEL}.compile")


def refusal(use: Use) -> tuple[str, str, str] | None:
    """The rule, the reason and the advice where a call is certain to be refused, else `None`."""
    if not use.literals:
        return None
    name = tf_path(use.name)
    served = _served(use.name)
    if served is None:
        return None
    given, unknown = _by_name(use, served)
    limit = call_limit(_declared(name, served), given, unknown)
    if limit is not None:
        return "unsupported", limit.reason, limit.advice
    return _by_text(name, given)


def _served(name: str) -> Any:
    if name == "keras" or name.startswith("keras."):
        return plain_keras.reached(name)
    return names.served(name) if names.about(name).works else None


@functools.lru_cache(None)
def _declared(name: str, served: Any) -> str:
    """The name under which limits of a call are declared, where it has several."""
    if name in CALLS:
        return name
    if isinstance(served, Op):
        return served.name
    own = getattr(served, "__name__", "")
    same = (n for n in CALLS if n.rpartition(".")[2] == own and n not in OPS and names.about(n).works and names.served(n) is served)
    return next(same, name)


def _by_name(use: Use, served: Any) -> tuple[dict[str, Any], tuple[str, ...] | None]:
    """The arguments that are known, by name, and the names of the others; `None`: any may have been given."""
    parameters = _parameters(served, is_checked(use.name))
    given = {parameters[k] if isinstance(k, int) else k: v for k, v in use.literals if isinstance(k, str) or k < len(parameters)}
    if use.keywords is None or use.positional is None:
        return given, None
    return given, tuple(n for n in (*parameters[: use.positional], *use.keywords) if n not in given)


@functools.lru_cache(None)
def _parameters(served: Any, is_method: bool) -> tuple[str, ...]:
    """The parameters of a function or class that can be given by position, in order."""
    try:
        signature = served.signature if isinstance(served, Op) else inspect.signature(served)
    except (TypeError, ValueError):
        return ()
    found = tuple(n for n, p in signature.parameters.items() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))
    return found[1:] if is_method else found


def _by_text(name: str, given: dict[str, Any]) -> tuple[str, str, str] | None:
    """What is said of a text for something that is not here, as in `compile("ftrl")`."""
    for argument, value in given.items():
        if name == f"{_MODEL}.compile":
            family = _OF_COMPILE.get(argument)
        else:
            family = _BY_TEXT.get(argument.rpartition("_")[2]) if is_a_layer(name) else None
        for text in value if isinstance(value, (list, tuple)) else (value,):
            lacking = missing.named(f"tf.keras.{family}", text) if family and isinstance(text, str) else None
            if lacking is not None:
                full, reason, advice = lacking
                rule = of_status(names.about(full).status)
                return rule, f"{argument}={text!r} means {full}: {reason}", advice
    return None
