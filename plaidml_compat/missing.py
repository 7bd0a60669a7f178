"""What is said of a name that TensorFlow has and nobody has built here."""

from __future__ import annotations

import difflib
import sys
from typing import Any

from . import observe
from .exceptions import UnsupportedOpError
from .registry import OPS
from .surface import tensorflow_names, version_of


def not_built(name: str) -> tuple[str, str]:
    """Why a name of TensorFlow's that nobody has built is not here, and what there is."""
    return f"TensorFlow {version_of(name)} has it, this version of plaidml_compat does not have it yet", _alternative(name)


def _alternative(name: str) -> str:
    """The nearest of what there is in the same part of TensorFlow, or where that is listed."""
    parent, _, own = name.rpartition(".")
    have = sorted(n.rpartition(".")[2] for n, e in OPS.items() if n.rpartition(".")[0] == parent and e.kind != "unsupported")
    if not have:
        return ""
    if len(have) <= 12:
        return f"Of {parent} there are: {', '.join(have)}"
    near = difflib.get_close_matches(own, have, 3, 0.75)
    nearest = f"The nearest that there are: {', '.join(f'{parent}.{n}' for n in near)}. " if near else ""
    return f"{nearest}`plaidml-compat matrix --family {parent}` lists all of {parent}"


def no_attribute(obj: Any, owner: str, name: str) -> AttributeError:
    """The error for an attribute that an object lacks: it says so where TensorFlow's has it and the program itself asks for it.

    For the use of `__getattr__` alone: who asks is the caller of its caller.

    Args:
        obj: the object.
        owner: TensorFlow's name of its class.
        name: of the attribute.
    """
    full = f"{owner}.{name}"
    if full in tensorflow_names() and not observe.is_library(sys._getframe(2).f_code.co_filename):
        return UnsupportedOpError(full, *not_built(full))
    return AttributeError(f"{type(obj).__name__!r} object has no attribute {name!r}")
