"""Makes functions of single elements right for all numbers."""

from __future__ import annotations

import functools
import math
from types import ModuleType
from typing import Any

from plaidml_compat.shims.backend_patch import BACKEND, patch_backend
from plaidml_compat.shims.registry import shim


@shim("S16.softplus", BACKEND)
def softplus_of_large_numbers(backend: ModuleType) -> None:
    """Symptom: `softplus(100)` is infinite (any version). Cause: exp overflows; beyond 20 the result is x itself."""
    expression = "(I < 20 ? (I < -15 ? exp(I < -15 ? I : -15) : log(1 + exp(I < 20 ? I : 20))) : I)"

    def softplus(x: Any) -> Any:
        """log(1 + exp(x))."""
        return backend.ptile.unary_op(x, expression, "Softplus")

    patch_backend("softplus", softplus)


@shim("S16.relu", BACKEND)
def relu_at_zero(backend: ModuleType) -> None:
    """Symptom: the gradient of `relu` at 0 is 1; TensorFlow's is 0 (any version).

    Exact zeros are frequent: black pixels under a bias of 0.
    """
    relu_general = backend.relu
    tile = backend.ptile

    def relu(x: Any, alpha: Any = None, max_value: Any = None, threshold: Any = 0.0) -> Any:
        """x where it is positive, `alpha * x` (default 0) elsewhere; at most `max_value`."""
        if isinstance(alpha, tile.Value) or isinstance(threshold, tile.Value) or threshold != 0.0:
            return relu_general(x, alpha, max_value, threshold)
        low = f"{float(alpha)!r} * I" if alpha else "0.0"
        result = tile.unary_op(x, f"(I > 0.0 ? I : {low})", "Relu")
        return result if max_value is None else backend.clip(result, None, max_value)

    patch_backend("relu", relu)


@shim("S16.numbers", BACKEND)
def functions_of_numbers(backend: ModuleType) -> None:
    """Symptom: `K.log(2.0)`: "Unknown op log during constant propagation" (any version).

    Cause: the engine cannot compute functions of constants.
    """
    for name in ("exp", "log", "sqrt", "sin", "cos", "tanh"):
        original = getattr(backend, name)

        def function(x: Any, *args: Any, _original: Any = original, _name: str = name, **kwargs: Any) -> Any:
            if isinstance(x, (int, float)):
                return backend.ptile.Value.from_python_value(getattr(math, _name)(x))
            return _original(x, *args, **kwargs)

        patch_backend(name, _renamed(functools.wraps(original)(function), name))


@shim("S16.stop_gradient", BACKEND)
def stop_gradient_function(backend: ModuleType) -> None:
    """Symptom: `stop_gradient` is not implemented (any version).

    `reverse_grad(x, c)` is x, with the gradient times -c. The zero lives in device memory: a constant would be folded
    into a gradient without axes.
    """
    tile = backend.ptile

    def stop_gradient(variables: Any) -> Any:
        """The same values, through which no gradient flows."""
        if isinstance(variables, (list, tuple)):
            return type(variables)(stop_gradient(v) for v in variables)
        return tile.Operation(
            "function (I, Z) -> (O) { O = reverse_grad(I, Z); }",
            [("I", variables), ("Z", backend.variable(0.0, dtype="float32"))],
            [("O", variables.shape)],
            name="StopGradient",
        ).sole_output()

    patch_backend("stop_gradient", stop_gradient)


def _renamed(function: Any, name: str) -> Any:
    function.__name__ = name
    return function
