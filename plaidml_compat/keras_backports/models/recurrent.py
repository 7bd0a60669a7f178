"""Defaults of the recurrent layers that tf.keras changed: LSTM and GRU gate with a sigmoid, GRU resets after the matrix product."""

from __future__ import annotations

from typing import Any

import keras.layers as layers

from ..patching import backport, wrapping


@backport
def recurrent_defaults() -> None:
    """Symptom: an LSTM or GRU with the same weights gives other numbers, since Keras 2.2.4 gates with a hard sigmoid by default."""
    for cls in (layers.LSTM, layers.LSTMCell, layers.GRU, layers.GRUCell):
        _with_defaults(cls, {"recurrent_activation": "sigmoid", **({"reset_after": True} if "GRU" in cls.__name__ else {})})


def _with_defaults(cls: type, defaults: dict[str, Any]) -> None:
    @wrapping(cls, "__init__")
    def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        # `recurrent_activation` is the third positional parameter; nobody passes the later ones by position.
        for name, value in defaults.items():
            if name != "recurrent_activation" or len(args) < 3:
                kwargs.setdefault(name, value)
        original(self, *args, **kwargs)
