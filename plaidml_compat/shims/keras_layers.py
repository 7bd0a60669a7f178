"""Mends Keras layers that fail only with PlaidML's tensors."""

from __future__ import annotations

from types import ModuleType

from plaidml_compat.shims.registry import replace, shim


@shim("S23", "keras.layers.wrappers")
def time_distributed_global(module: ModuleType) -> None:
    """Symptom: NameError `uses_learning_phase` in `TimeDistributed` with a fixed batch size.

    Cause: `global uses_learning_phase` names a variable that the module never defines. TensorFlow's tensors lack the
    attribute that leads to this line, PlaidML's always have it.
    """
    replace(module, "uses_learning_phase", False)
