"""The functions of keras.backend take Tensors and give Tensors back; eager ones are computed at once."""

from __future__ import annotations

import functools
import sys
import types
from typing import Any, Callable

import keras.backend as K
import plaidml.tile

from plaidml_compat.shims.engine.sizes import NoNumbersError
from plaidml_compat.tensor import Tensor, is_symbolic

from ..patching import backport, patch
from . import symbolic
from .contagion import has_tensor, inside_layer, unwrap, wrap
from .no_numbers import of_function

_VALUES_OF = ("get_value", "eval", "batch_get_value")
_OPERATORS = (
    *(
        [
            "add",
            "radd",
            "sub",
            "rsub",
            "mul",
            "rmul",
            "div",
            "rdiv",
            "truediv",
            "rtruediv",
            "floordiv",
            "rfloordiv",
            "pow",
            "rpow",
            "matmul",
        ]
    ),
    *(["lt", "le", "gt", "ge", "mod", "rmod", "and", "or", "xor", "rand", "ror", "rxor"]),
)


def _contagious(name: str, function: Callable) -> Callable:
    """`function`, with Tensors taken off its arguments and put back on its results."""

    def contagious(*args: Any, **kwargs: Any) -> Any:
        if not (has_tensor(args) or (kwargs and has_tensor(kwargs))):
            return function(*args, **kwargs)
        if has_tensor(args, True) or has_tensor(kwargs, True):
            if not inside_layer.get() and symbolic.has_history((args, kwargs)) and symbolic.makes_layer(name):
                return symbolic.as_layer(f"keras.backend.{name}", args, kwargs)
            return wrap(function(*unwrap(args), **unwrap(kwargs)))
        if name in _VALUES_OF:
            return unwrap(args[0])
        out = function(*_as_constants(args), **_as_constants(kwargs))
        return _computed(out)

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        try:
            return contagious(*args, **kwargs)
        except NoNumbersError as e:
            raise (e if _called_by(wrapper) else of_function(name, e)) from None

    wrapper.__wrapped__ = function
    return wrapper


def _called_by(wrapper: Any) -> bool:
    """Whether the caller of this was called by another function of the backend, which the program called."""
    frame: types.FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code is not wrapper.__code__:
        frame = frame.f_back
    return frame is not None


def _as_constants(value: Any) -> Any:
    if isinstance(value, Tensor):
        return K.constant(value._payload, dtype=value.dtype.name) if value.ndim else value._payload.item()
    if type(value) in (list, tuple):
        return type(value)(_as_constants(v) for v in value)
    if type(value) is dict:
        return {k: _as_constants(v) for k, v in value.items()}
    return value


def _computed(value: Any) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_computed(v) for v in value)
    return Tensor(K.get_value(value)) if is_symbolic(value) else value


def _defer(original: Any) -> Any:
    """A graph value's operator that leaves the work to the Tensor on its right."""

    @functools.wraps(original)
    def operator(self: Any, other: Any) -> Any:
        return NotImplemented if isinstance(other, Tensor) else original(self, other)

    return operator


@backport
def backend_functions() -> None:
    """Symptom: K.* functions know neither tf.Tensor nor arrays."""
    plaidml_backend = sys.modules["plaidml.keras.backend"]
    for name in sorted({*vars(K), *vars(plaidml_backend)}):
        function = getattr(K, name, None) or getattr(plaidml_backend, name, None)
        if name.startswith("_") or isinstance(function, (type, types.ModuleType)) or not callable(function):
            continue
        if getattr(function, "__module__", "").startswith("six") or name in ("defaultdict", "iteritems", "contextmanager"):
            continue
        wrapper = _contagious(name, function)
        for module in (K, plaidml_backend):
            if hasattr(module, name):
                patch(module, name, wrapper)


@backport
def operators() -> None:
    """Symptom: `variable * tensor` raises a TypeError where `tensor * variable` works."""
    for short in _OPERATORS:
        name = f"__{short}__"
        original = vars(plaidml.tile.Value).get(name)
        if original is not None:
            patch(plaidml.tile.Value, name, _defer(original))


@backport
def logits_of_activations() -> None:
    """Symptom: crossentropies after a softmax or sigmoid lose what rounds to 0 or 1.

    TensorFlow takes the logits that went in; they are noted on the result.
    """
    import keras.activations

    for module, name, kind in ((K, "sigmoid", "Sigmoid"), (K, "softmax", "Softmax"), (keras.activations, "softmax", "Softmax")):
        _note_logits(module, name, kind)


def _note_logits(module: Any, name: str, kind: str) -> None:
    original = getattr(module, name)

    @functools.wraps(original)
    def noting(x: Any, *args: Any, **kwargs: Any) -> Any:
        out = original(x, *args, **kwargs)
        raw = unwrap(out)
        axis = kwargs.get("axis", args[0] if args else -1)
        if is_symbolic(raw) and is_symbolic(x) and axis in (-1, K.ndim(x) - 1):
            raw._keras_logits, raw._keras_activation = unwrap(x), kind
        return out

    patch(module, name, noting)
    if module is K:
        patch(sys.modules["plaidml.keras.backend"], name, noting)
