"""Lets the engine's errors through."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.registry import replace, shim


@shim("S8", "plaidml.tile")
def error_messages(tile: ModuleType) -> None:
    """Symptom: every error of the engine appears as `AttributeError: ... has no attribute 'message'` (Python 3).

    Cause: `Operation.bind` formats it with Python 2's `e.message`. The engine's own error is raised instead.
    """
    bind = tile.Operation.bind

    def transparent_bind(self: Any, bindings: Any) -> Any:
        try:
            return bind(self, bindings)
        except AttributeError as error:
            engine_error = error.__context__
            if engine_error is None or "'message'" not in str(error):
                raise
            if engine_error.args:
                engine_error.args = (f"{engine_error.args[0]} (operation {self.name!r})", *engine_error.args[1:])
            raise engine_error from None

    replace(tile.Operation, "bind", transparent_bind)
