"""What is served below `tf.test`; the test case itself, which needs absl, is imported when it is first asked for."""

from __future__ import annotations

import functools
import platform
import sys
from collections.abc import Sequence
from typing import Any, Callable

from ..facade.core import list_physical_devices
from ..libraries import library
from ..registry import export, export_on_use, unsupported

_MACHINES = {
    "x86": ("x86", "i386", "i686", "amd64"),
    "aarch64": ("aarch64", "arm64"),
    "arm": ("armv",),
    "ppc": ("ppc",),
    "s390x": ("s390x",),
}
"""What TensorFlow calls a processor -> how names of such machines begin."""


@export_on_use("tf.test.TestCase")
def _test_case() -> type:
    from .test_case import TestCase

    return TestCase


@export("tf.test.main")
def main(argv: Sequence[str] | None = None) -> None:
    """Run the tests of the program, and end it with their exit code.

    Args:
        argv: the command line with the program's name in front; that of the process by default.
    """
    app, absltest = library("absl.app"), library("absl.testing.absltest")
    app.run(main=lambda args: absltest.main(argv=args), argv=list(sys.argv if argv is None else argv))


@export("tf.test.is_gpu_available")
def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """True when PlaidML runs on a GPU (and `cuda_only` is not asked for)."""
    return not cuda_only and bool(list_physical_devices("GPU"))


@export("tf.test.gpu_device_name")
def gpu_device_name() -> str:
    """`"/device:GPU:0"` when PlaidML runs on a GPU, else an empty text."""
    return "/device:GPU:0" if is_gpu_available() else ""


@export("tf.test.is_built_with_gpu_support")
def is_built_with_gpu_support() -> bool:
    """True when PlaidML runs on a GPU: what a test skips itself without is there."""
    return is_gpu_available()


@export("tf.test.is_built_with_cuda")
def is_built_with_cuda() -> bool:
    """False: PlaidML uses OpenCL."""
    return False


@export("tf.test.is_built_with_rocm")
def is_built_with_rocm() -> bool:
    """False: PlaidML uses OpenCL."""
    return False


@export("tf.test.is_built_with_xla")
def is_built_with_xla() -> bool:
    """False: PlaidML has a compiler of its own."""
    return False


@export("tf.test.is_cpu_target_available")
def is_cpu_target_available(target: str) -> bool:
    """True for the processor of this machine, `"x86"`, `"aarch64"`, `"arm"`, `"ppc"` or `"s390x"`: PlaidML compiles for no other.

    Raises:
        AssertionError: a processor that TensorFlow does not know either.
    """
    name = "ppc" if target.startswith("powerpc") else target
    begins = next((names for kind, names in _MACHINES.items() if name.startswith(kind)), None)
    if begins is None:
        raise AssertionError(f"Unknown CPU target: {target}")
    return platform.machine().lower().startswith(begins)


@export("tf.test.disable_with_predicate")
def disable_with_predicate(pred: Callable[[], bool], skip_message: str) -> Callable[[Callable], Callable]:
    """A decorator of test methods that skips them when `pred()`, asked at that time, is true.

    Args:
        pred: whether to skip.
        skip_message: why.
    """

    def decorate(func: Callable) -> Callable:
        @functools.wraps(func)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            if pred():
                self.skipTest(skip_message)
            return func(self, *args, **kwargs)

        return method

    return decorate


@export("tf.test.with_eager_op_as_function")
def with_eager_op_as_function(cls: type | None = None, only_as_function: bool = False) -> Any:
    """The class itself, as in TensorFlow; a decorator, with or without options."""
    return (lambda decorated: decorated) if cls is None else cls


@export("tf.test.experimental.sync_devices")
def sync_devices() -> None:
    """Nothing to do: what a function on tensors returns is computed, on the device too."""


unsupported(
    "tf.test.Benchmark",
    "tf.test.benchmark_config",
    reason="it measures graphs in sessions of TensorFlow 1, which there are none of",
    instead="Measure calls with time.perf_counter after a first one, or the whole program with `python -m plaidml_compat --profile`",
)
unsupported(
    "tf.test.assert_equal_graph_def",
    reason="it compares graphs of TensorFlow, which there are none of",
    instead="Compare what two models give, with assertAllClose, or their get_config()",
)
unsupported(
    "tf.test.create_local_cluster",
    reason="it starts servers of TensorFlow's distributed runtime, which there is none of",
    instead="Start processes of your own with multiprocessing",
)
