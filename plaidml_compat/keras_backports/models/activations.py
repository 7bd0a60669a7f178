"""Activations that Keras 2.2.4 lacks: swish (silu) and gelu."""

from __future__ import annotations

import math
from typing import Any

import keras.activations
import keras.backend as K

from ..patching import backport, patch

# Abramowitz and Stegun, 7.1.26: erfc to 1.5e-7.
_P, _A = 0.3275911, (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)


def swish(x: Any) -> Any:
    """`x * sigmoid(x)`."""
    return x * K.sigmoid(x)


def gelu(x: Any, approximate: bool = False) -> Any:
    """`x` times the probability that a normal number is less than `x`; by tanh if `approximate`."""
    if approximate:
        return 0.5 * x * (1.0 + K.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    z = K.abs(x) * math.sqrt(0.5)
    t = 1.0 / (1.0 + _P * z)
    series = t * _A[4]
    for a in reversed(_A[:4]):
        series = t * (series + a)
    beyond = 0.5 * series * K.exp(-(z * z))
    return x * K.switch(K.greater(x, 0.0), 1.0 - beyond, beyond)


@backport
def more_activations() -> None:
    """Symptom: "Unknown activation function: swish"."""
    for name, function in (("swish", swish), ("silu", swish), ("gelu", gelu)):
        patch(keras.activations, name, function)
