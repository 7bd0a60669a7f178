"""Declares one case a symptom: what the cured program gives, checked with and without its shim.

`shim_worker.py` evaluates all of them in one process, since the shims can be taken out and
put back while Keras is loaded. A case returns numbers or a string; an exception counts as the string "raises TypeName".
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple


class Case(NamedTuple):
    """A symptom and the value that shows it is cured."""

    name: str
    shim: str
    run: Callable[[], Any]
    expected: Any
    absent: Callable[[], str | None]
    tolerance: float
    unsafe: bool


CASES: dict[str, Case] = {}


def case(
    shim: str,
    expected: Any,
    *,
    absent: Callable[[], str | None] = lambda: None,
    tolerance: float = 1e-5,
    unsafe: bool = False,
) -> Callable[[Any], Any]:
    """Declares a case.

    Args:
        shim: The id of the shim under test.
        expected: The right value: from NumPy, a closed form or finite differences.
        absent: Says why the symptom does not exist on this Python or NumPy, or None.
        tolerance: Largest allowed difference, relative or absolute.
        unsafe: Without the shim it reads or writes foreign memory: such cases run last.
    """

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        CASES[function.__name__] = Case(function.__name__, shim, function, expected, absent, tolerance, unsafe)
        return function

    return register


def before_python(*version: int) -> Callable[[], str | None]:
    """The symptom came with this Python."""
    text = ".".join(map(str, version))
    return lambda: f"appeared in Python {text}" if sys.version_info < version else None


def before(package: str, version: str) -> Callable[[], str | None]:
    """The symptom came with this version of a package."""

    def absent() -> str | None:
        from importlib.metadata import version as installed

        have, want = ([int(p) for p in v.split(".")[:2]] for v in (installed(package), version))
        return f"appeared in {package} {version}" if have < want else None

    return absent


def numeric_gradient(function: Callable[[Any], float], at: Any, step: float = 1e-4) -> Any:
    """The gradient of a NumPy function by central differences."""
    import numpy as np

    at = np.asarray(at, "float64")
    gradient = np.zeros_like(at)
    for index in np.ndindex(*at.shape):
        shift = np.zeros_like(at)
        shift[index] = step
        gradient[index] = (function(at + shift) - function(at - shift)) / (2 * step)
    return gradient


def gradient(function: Callable[[Any], Any], at: Any) -> Any:
    """The gradient of a function of a backend tensor, as the engine computes it."""
    import keras.backend as K

    variable = K.variable(at)
    return K.get_value(K.gradients(function(variable), [variable])[0])
