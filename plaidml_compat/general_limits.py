"""Limits of every device kernel: what PlaidML's devices cannot do, whatever the op."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .arguments import Spec
from .registry import Limit

DEVICE_DTYPES = frozenset(["float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"])


def _tensors(arguments: dict[str, Any]) -> Iterator[Spec]:
    for value in arguments.values():
        for v in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(v, Spec):
                yield v


EVERY_DEVICE = (
    Limit(
        "PlaidML cannot run on tensors without elements",
        lambda **arguments: any(0 in t.shape for t in _tensors(arguments)),
        "crash",
        "Leave out empty batches, or run them on the host",
        seen_on="llvm_cpu",
    ),
    Limit(
        "PlaidML's devices compute with integers, bools, float32 and float64 only",
        lambda **arguments: any(t.dtype not in DEVICE_DTYPES for t in _tensors(arguments)),
        "wrong",
        "Cast to tf.float32 first",
    ),
)
"""Limits of every device kernel. float16 is left out: it is computed with fewer bits than it has, and functions of it abort."""
_OPENCL = (
    Limit(
        "PlaidML has no 64-bit floating point on OpenCL devices",
        lambda **arguments: any(t.dtype == "float64" for t in _tensors(arguments)),
        "crash",
        "Cast to tf.float32 first",
    ),
)


def general_limits(engine: str) -> tuple[Limit, ...]:
    """The limits that every device kernel has on an engine."""
    return EVERY_DEVICE if engine == "llvm_cpu" else EVERY_DEVICE + _OPENCL
