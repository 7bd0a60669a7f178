"""Calls the registry's samples through the facade, as the recorder calls them in TensorFlow; run as a program, lists them or lifts limits.

python golden_calls.py list                                   entries, samples, device kernels and limits as JSON
python golden_calls.py lift DEVICE NAME KERNEL SAMPLE         exit code 0 when the kernel is right without its limits
                                                              (KERNEL -1: without those of every kernel)
python golden_calls.py scenario DEVICE NAME FOLDER FUNCTION...   runs them with the device asked for, each in a folder of its name;
                                                              the one that fails ends the process
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import golden

from plaidml_compat import goldens
from plaidml_compat.goldens import find, flat, ops_of  # noqa: F401  (tests find them here)

EVERY_KERNEL = -1
"""In place of a kernel's index: the limits that all device kernels share."""

ran_on_device: set[str] = set()
"""Names of ops and layers that ran on the device and were compared with a golden, in this session."""


def compare(entry: Any, sample: Any, got: dict[str, np.ndarray], engine: str | None = None) -> None:
    """Compare a sample's results with its golden; drawn numbers must be the very same.

    On a device (`engine`) a kernel may have a tolerance of its own.

    Raises:
        AssertionError: they differ, or the golden is stale.
    """
    tolerance = goldens.allowed(entry, sample)
    kernel = entry.find_kernel("device", engine) if engine and entry.kind == "op" else None
    if kernel is not None and kernel.tolerance is not None:
        tolerance = max(tolerance, kernel.tolerance)
    for key, is_, should_be in goldens.side_by_side(entry, sample, got, golden.GOLDENS):
        golden.assert_same(is_, should_be, 0.0 if goldens.is_draw(key) else tolerance, f"{entry.name}, {sample.id}, {key}")


# ----------------------------------------------------------------------------------------------------- as a program
@functools.lru_cache(None)
def listing() -> list[dict]:
    """What there is to test, found in a process of its own: collecting tests must not install anything."""
    return json.loads(subprocess.run([sys.executable, __file__, "list"], check=True, stdout=subprocess.PIPE).stdout)


def _list() -> list[dict]:
    import plaidml_compat
    from plaidml_compat import registry

    plaidml_compat.install("llvm_cpu.0")
    rows = []
    for entry in registry.entries():
        if entry.kind not in ("op", "layer"):
            continue
        ops = ops_of(entry)
        kernels = [(k, kernel) for k, kernel in enumerate(getattr(entry, "kernels", ())) if kernel.placement == "device"]
        rows.append(
            {
                "name": entry.name,
                "kind": entry.kind,
                "ops": [o.name for o in ops],
                "samples": [s.id for s in entry.samples()],
                "goldens": sorted({golden.golden_name(entry, s) for s in entry.samples()}),
                "device": bool(ops) and all(any(k.placement == "device" for k in op.kernels) for op in ops),
                "limits": [
                    [k, i, limit.kind, limit.reason, [kernel.on, limit.seen_on]]
                    for k, kernel in kernels
                    for i, limit in enumerate(kernel.limits)
                ],
            }
        )
    return rows


def _lift(device: str, name: str, kernel_index: int, sample_id: str) -> int:
    import plaidml_compat
    from plaidml_compat import OPS, dispatch
    from plaidml_compat.device import engine_of

    plaidml_compat.install(device, fallback="error")
    tf: Any = importlib.import_module("tensorflow")
    entry: Any = OPS[name]
    if kernel_index == EVERY_KERNEL:
        dispatch.general_limits = lambda engine: ()
    else:
        kernel = entry.kernels[kernel_index]
        entry.kernels[kernel_index] = dataclasses.replace(kernel, limits=())
    sample = next(s for s in entry.samples() if s.id == sample_id)
    goldens.expected_of(entry, sample, golden.GOLDENS)
    print("ready", flush=True)
    with plaidml_compat.device_scope("device"):
        compare(entry, sample, goldens.run(tf, entry, sample), engine_of(device))
    return 0


def forget_seeds() -> None:
    """Have the generators begin as in a new process."""
    from plaidml_compat import random as tf_random
    from plaidml_compat.random import keras_seeds

    tf_random.set_seed(None)
    keras_seeds._LayerSeeds.generator = None


def _scenarios(device: str, name: str, folder: Path, functions: list[str]) -> int:
    import plaidml_compat

    plaidml_compat.install(device, fallback="allow")
    tf: Any = importlib.import_module("tensorflow")
    module = golden.load_scenario(name)
    for function in functions:
        forget_seeds()
        own = folder / function
        (own / "files").mkdir(parents=True)
        with plaidml_compat.Summary() as summary, plaidml_compat.device_scope("device"):
            got = golden.scenario_functions(module)[function](tf, own / "files")
        with plaidml_compat.device_scope("host"):
            golden.write_npz(own / "got.npz", {str(k): golden.plain(v) for k, v in got.items()})
        (own / "ran.json").write_text(json.dumps([op for op, placement in summary.runs if placement == "device"]))  # the last: it is done
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "list":
        print(json.dumps(_list()))
    elif sys.argv[1] == "scenario":
        sys.exit(_scenarios(sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5:]))
    else:
        sys.exit(_lift(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]))
