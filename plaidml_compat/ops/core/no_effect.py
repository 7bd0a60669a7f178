"""What TensorFlow's programs call around their computations, and what has little or no effect here: tf.group, tf.timestamp, ..."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...registry import export
from ...tensor import Tensor


class _Functions:
    """Whether functions shall run eagerly."""

    eagerly = False


@export("tf.config.run_functions_eagerly")
def run_functions_eagerly(run_eagerly: bool) -> None:
    """True: `tf.function` gives the function as it is; False: tensors for arrays, and a graph's random numbers. Both run Python code."""
    _Functions.eagerly = bool(run_eagerly)


@export("tf.config.functions_run_eagerly")
def functions_run_eagerly() -> bool:
    """What `tf.config.run_functions_eagerly` was given last."""
    return _Functions.eagerly


@export("tf.no_op")
def no_op(name: str | None = None) -> None:
    """Nothing."""


@export("tf.group")
def group(*inputs: Any, **kwargs: Any) -> None:
    """Nothing: what `inputs` stand for has run."""


@export("tf.timestamp")
def timestamp(name: str | None = None) -> Tensor:
    """Seconds since 1970, a float64 scalar."""
    return Tensor(np.array(time.time()))


@export("tf.control_dependencies")
def control_dependencies(control_inputs: Iterable[Any] | None) -> contextlib.AbstractContextManager[None]:
    """A block that changes nothing: functions on tensors run in the program's order. What of `control_inputs` can be called is called."""
    for control in control_inputs or ():
        if callable(control):
            control()
    return contextlib.nullcontext()


@export(
    *(f"tf.compat.v1.enable_{what}" for what in ("eager_execution", "v2_behavior", "v2_tensorshape", "tensor_equality", "control_flow_v2")),
    "tf.compat.v1.enable_resource_variables",
)
def enable_what_is_on(*args: Any, **kwargs: Any) -> None:
    """Nothing: it switches on what TensorFlow 2 does anyhow."""
