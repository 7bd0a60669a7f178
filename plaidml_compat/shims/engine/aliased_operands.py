"""Makes products of a tensor with itself right."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.engine.graph import same_expression
from plaidml_compat.shims.registry import shim


@shim("S19", BACKEND)
def product_with_itself(backend: ModuleType) -> None:
    """Symptom: wrong numbers from `dot(x, x)` and `batch_dot(x, x)` (any version, llvm_cpu only).

    Cause: a contraction reads one tensor through two index expressions. The second operand becomes an alias.
    """
    tile = backend.ptile
    numbers = (tile.plaidml.Integer, tile.plaidml.Real)
    for name in ("dot", "batch_dot"):
        original = getattr(backend, name)

        def product(x: Any, y: Any, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
            if isinstance(x, tile.Value) and isinstance(y, tile.Value) and y.shape.dims and same_expression(x, y, numbers):
                y = _alias(tile, y)
            return _original(x, y, *args, **kwargs)

        patch_backend(name, functools.wraps(original)(product))


def _alias(tile: ModuleType, value: Any) -> Any:
    """`value` as a node of its own: reshaped and back, which costs nothing on the device."""
    names = ", ".join(f"N{i}" for i in range(value.shape.ndims))
    code = f"function (I[{names}]) -> (O) {{ T = reshape(I, 1, {names}); O = reshape(T, {names}); }}"
    return tile.Operation(code, [("I", value)], [("O", value.shape)], name="Alias").sole_output()
