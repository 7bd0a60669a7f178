"""Limits that several device kernels share."""

from __future__ import annotations

from typing import Any

from ...dtypes import as_dtype
from ...general_limits import DEVICE_DTYPES
from ...registry import Limit

FLOATS = ("float32", "float64")
_ON_HOST = "or leave it out of device_scope('device')"


def only(tensor: str, *dtypes: str, reason: str, kind: str = "wrong", seen_on: str | None = None) -> Limit:
    """A limit: the tensor has one of these dtypes.

    Args:
        tensor: name of the argument.
        *dtypes: those the kernel is right for.
        reason: why it is not for others.
        kind: what happens without the limit.
        seen_on: the only engine where that was seen.
    """

    def refuses(**arguments: Any) -> bool:
        return arguments[tensor].dtype not in dtypes

    return Limit(reason, refuses, kind, f"Cast to tf.float32 first, {_ON_HOST}", seen_on)


def _asked_for(arguments: dict[str, Any]) -> str | None:
    return None if arguments["dtype"] is None else as_dtype(arguments["dtype"]).name


RESULT_DTYPE = Limit(
    "PlaidML cannot make tensors of this dtype",
    lambda **arguments: _asked_for(arguments) not in (None, *DEVICE_DTYPES),
    "crash",
    f"Use tf.float32, {_ON_HOST}",
    seen_on="llvm_cpu",
)
"""A limit of kernels with an argument `dtype`, which says what the result is."""
NO_FLOAT64 = Limit(
    "PlaidML has no 64-bit floating point on OpenCL devices",
    lambda **arguments: _asked_for(arguments) == "float64",
    "crash",
    f"Use tf.float32, {_ON_HOST}",
)
"""Another one, for OpenCL alone."""


def empty_result(when: Any) -> Limit:
    """A limit: the result would have no elements."""
    return Limit(
        "PlaidML cannot make tensors without elements", when, "crash", "Leave it out of device_scope('device')", seen_on="llvm_cpu"
    )
