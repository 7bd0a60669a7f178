"""Seconds per call of every op with a device kernel, on the host and on the device in use, into plaidml_compat/costs.json.

    python benchmarks/ops.py [--device ID]

A call works on a float32 batch of 32x224x224x3; on the device, copies there and back are included. Software OpenCL is not written: it
is no GPU.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np

SHAPE = (32, 224, 224, 3)
COSTS = Path(__file__).parent.parent / "plaidml_compat" / "costs.json"
SOFTWARE = ("llvmpipe", "swrast", "pocl")
_HALF = np.arange(SHAPE[0]) % 2 == 0
ARGUMENTS: dict[str, dict[str, Any]] = {
    "plaidml_compat.flip_images": {"horizontal": _HALF.astype(np.float32), "vertical": (~_HALF).astype(np.float32)},
    "plaidml_compat.rescale": {"scale": 2.0, "offset": -1.0},
    "tf.__operators__.getitem": {"key": (slice(None), slice(16, 208), slice(16, 208))},
    "tf.cast": {"dtype": "int32"},
    "tf.clip_by_value": {"clip_value_min": 0.2, "clip_value_max": 0.8},
    "tf.concat": {"axis": 3},
    "tf.expand_dims": {"axis": 0},
    "tf.image.adjust_brightness": {"delta": 0.1},
    "tf.image.adjust_contrast": {"contrast_factor": 1.5},
    "tf.linalg.matmul": {"b": np.eye(SHAPE[-1], dtype=np.float32)},
    "tf.reshape": {"shape": (SHAPE[0], -1)},
    "tf.reverse": {"axis": [2]},
    "tf.stack": {"axis": 0},
    "tf.tile": {"multiples": (1, 1, 1, 2)},
    "tf.where": {"condition": np.ones(SHAPE, bool)},
}
"""Arguments other than the tensors, for ops that need some."""


def seconds(call: Callable[[], Any], repeats: int) -> float:
    """Median of several calls, after two to warm up (on the device the first one compiles)."""
    call()
    call()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def arguments(op: Any, images: np.ndarray) -> dict[str, Any] | None:
    """Arguments of a typical call, in which each tensor is a batch of images; `None` where ARGUMENTS lacks one that is needed."""
    found: dict[str, Any] = dict(ARGUMENTS.get(op.name, {}))
    for name, parameter in op.signature.parameters.items():
        if name in found:
            continue
        if name in op.tensor_args:
            if "Sequence" in str(parameter.annotation):
                found[name] = [images, images]
            else:
                found[name] = images
        elif parameter.default is parameter.empty:
            return None
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", metavar="ID")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--dry-run", action="store_true", help="print, write nothing")
    options = parser.parse_args()

    import plaidml_compat
    from plaidml_compat import device, dispatch
    from plaidml_compat.registry import Op, entries

    print(plaidml_compat.install(options.device, fallback="error"))
    engine = device.current_engine()
    if any(word in device.current() for word in SOFTWARE):
        options.dry_run = True
        print(f"{device.current()} is software: nothing will be written")
    table = json.loads(COSTS.read_text())
    images = np.random.RandomState(0).rand(*SHAPE).astype(np.float32)
    for op in entries():
        if not isinstance(op, Op) or op.find_kernel("device", engine) is None:
            continue
        values = arguments(op, images)
        if values is None:
            print(f"{op.name:<36} left out: benchmarks/ops.py has no arguments for it")
            continue
        measured = {}
        try:
            for placement in ("host", "device"):
                with dispatch.device_scope(placement):
                    measured[placement] = seconds(lambda op=op, values=values: op(**values).numpy(), options.repeats)
        except Exception as e:  # an op that does not take such tensors must not end the others' measurement
            print(f"{op.name:<36} left out: {type(e).__name__}: {str(e)[:100]}")
            continue
        table["seconds"].setdefault(op.name, {})[engine] = {k: round(v, 5) for k, v in measured.items()}
        print(f"{op.name:<36} " + "  ".join(f"{k} {v * 1e3:8.2f} ms" for k, v in measured.items()), flush=True)
    if not options.dry_run:
        COSTS.write_text(json.dumps({"about": table["about"], "seconds": dict(sorted(table["seconds"].items()))}, indent=1) + "\n")


if __name__ == "__main__":
    main()
