"""Gives backend functions their names back, and ends name scopes."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import replace, shim


@shim("S21", BACKEND, first=True)
def function_names(backend: types.ModuleType) -> None:
    """Symptom: `activations.serialize(K.relu)` is 'wrapper' or 'function' (any version).

    Cause: PlaidML's decorator and `Operation.function` hide the names, which saved models need.
    """
    for name, function in list(vars(backend).items()):
        if name.startswith("_") or getattr(function, "__name__", name) == name:
            continue
        if isinstance(function, types.FunctionType) and function.__module__ == backend.__name__:
            replace(function, "__name__", name)
        elif isinstance(function, types.MethodType):
            patch_backend(name, _named(function, name, backend.__name__))


def _named(method: Any, name: str, module: str) -> Any:
    def function(*args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    function.__module__ = module
    function.__doc__ = method.__self__.__doc__
    return function


@shim("S30", BACKEND)
def name_scopes_end(backend: types.ModuleType) -> None:
    """Symptom: after a layer's call raised, every later weight has that layer's name before its own (any version).

    Cause: `name_scope` leaves its name on the stack when the block raises.
    """

    @contextlib.contextmanager
    def name_scope(name: str) -> Iterator[None]:
        backend._NAME_SCOPE_STACK.append(name)
        try:
            yield
        finally:
            backend._NAME_SCOPE_STACK.pop()

    patch_backend("name_scope", name_scope)
