"""Layers whose weights or results would have no numbers are refused by name: TensorFlow computes nothing from them too, and goes on."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

from keras.engine.base_layer import Layer

from plaidml_compat.exceptions import UnsupportedArgumentError
from plaidml_compat.shims.engine.sizes import NoNumbersError, check_sizes
from plaidml_compat.surface import tensorflow_names

from ..patching import backport, wrapping

_ADVICE = "Leave such layers out, or give them sizes and inputs of which numbers are left"
_in_a_layer: contextvars.ContextVar[bool] = contextvars.ContextVar("plaidml_compat_no_numbers_in_a_layer", default=False)


def refusal(layer: Any, why: str, advice: str) -> UnsupportedArgumentError:
    """The error that names a layer by its class and its name."""
    return UnsupportedArgumentError(f"tf.keras.layers.{type(layer).__name__}", f"{layer.name}: {why}", advice)


@contextlib.contextmanager
def by_name(layer: Any) -> Iterator[None]:
    """What ends in a tensor without numbers in the block is the layer's.

    Raises:
        UnsupportedArgumentError: it did.
    """
    __tracebackhide__ = True
    token = _in_a_layer.set(True)
    try:
        yield
    except NoNumbersError as e:
        raise refusal(layer, str(e), _ADVICE) from None
    finally:
        _in_a_layer.reset(token)


def of_function(name: str, error: NoNumbersError) -> Exception:
    """What a function of `tf.keras.backend` raises for the error, which inside a layer is the layer's to tell."""
    full = f"tf.keras.backend.{name}"
    if _in_a_layer.get() or full not in tensorflow_names():
        return error
    return UnsupportedArgumentError(full, str(error), "Leave such calls out")


@backport
def weights_without_numbers() -> None:
    """Symptom: `Dense(0)` ends the process, `add_weight(shape=(-1, 3))` is "Out of memory"."""

    @wrapping(Layer, "add_weight")
    def add_weight(original: Any, self: Any, name: str, shape: Any, *args: Any, **kwargs: Any) -> Any:
        with by_name(self):
            check_sizes(tuple(shape))
            return original(self, name, shape, *args, **kwargs)
