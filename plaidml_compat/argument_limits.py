"""Limits of one argument each, for `limit_calls`: of flags that must be off, and of arguments of which the default alone is served."""

from __future__ import annotations

import inspect
from typing import Any, Callable

from .declarations import Limit


def flag(name: str, reason: str, advice: str = "Leave it out") -> Limit:
    """A limit of an argument that is off unless it is given, and refused where it is on.

    Args:
        name: of the argument.
        reason: why, as what follows the name.
        advice: what to do instead.
    """
    return Limit(f"`{name}` {reason}", _given(name, False, bool), advice=advice)


def only(name: str, default: Any, reason: str, advice: str = "Leave it out") -> Limit:
    """A limit of an argument of which the default alone is served.

    Args:
        name: of the argument.
        default: its default.
        reason: why, as what follows the name.
        advice: what to do instead.
    """
    return Limit(f"`{name}` {reason}", _given(name, default, lambda value: not _is_same(value, default)), advice=advice)


def _given(name: str, default: Any, when: Callable[[Any], bool]) -> Callable[..., bool]:
    def limit(**given: Any) -> bool:
        return bool(when(given.get(name, default)))

    limit.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)]
    )
    return limit


def _is_same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    try:
        return bool(value == default)
    except Exception:  # an array, or of a class of the program's own
        return False
