"""The doctor's checks that run PlaidML, each in a process of its own with a time-out: a driver may hang or crash."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from .check import BROKEN, NOTE, OK, Check

_SHIMS = """
import json, plaidml_compat
plaidml_compat.install({device!r}, shadow_tensorflow=True)
from plaidml_compat import shims
print(json.dumps([id for id, _ in shims.applied()]))
"""
_DEVICES = """
import json
from plaidml_compat.cli.devices import survey
print(json.dumps(survey()))
"""
# Sizes that no block of the device divides, so that its edges are tried too.
_PRODUCT = """
import json, time, numpy as np, plaidml_compat
plaidml_compat.install({device!r}, shadow_tensorflow=True)
from keras import backend as K
numbers = np.random.RandomState(0)
a, b = (numbers.rand(*s).astype("float32") for s in ((67, 131), (131, 45)))
x, y = K.placeholder(a.shape), K.placeholder(b.shape)
product = K.function([x, y], [K.dot(x, y)])
start = time.perf_counter()
got = product([a, b])[0]
print(json.dumps([float(abs(got - a @ b).max()), time.perf_counter() - start]))
"""
_TOLERANCE = 1e-4  # of sums of 131 products of numbers below one, in float32


class _Failed(Exception):
    """A process ended badly; the message says how."""


def shims(timeout: float) -> Check:
    """Whether Keras and PlaidML import and are mended."""
    try:
        applied = _run(_SHIMS.format(device="llvm_cpu.0"), timeout)
    except _Failed as e:
        cure = "pip install --force-reinstall plaidml==0.7.0 plaidml-keras==0.7.0"
        return Check("shims", BROKEN, f"Keras on PlaidML does not start: {e}", cure)
    if not applied:
        return Check("shims", BROKEN, "none was applied", "Reinstall plaidml-compat")
    return Check("shims", OK, f"{len(set(applied))} cures applied to Keras 2.2.4 and PlaidML 0.7.0")


def devices(timeout: float) -> Iterator[Check]:
    """A matrix product on each usable device, and why the others are not usable."""
    try:
        found = _run(_DEVICES, timeout)
    except _Failed as e:
        cure = "Remove the OpenCL driver that it stumbles over: /etc/OpenCL/vendors"
        yield Check("devices", BROKEN, f"PlaidML cannot list its devices: {e}", cure)
        return
    if found["default"] is None:
        p = found["problems"][0]
        yield Check("devices", BROKEN, p["what"], p["cure"])
    for d in found["devices"]:
        if d["usable"]:
            yield product(d["id"], timeout)
        else:
            yield Check(d["id"] or d["description"], NOTE, f"cannot be used: {d['reason']}", d["advice"])


def product(device: str, timeout: float) -> Check:
    """A matrix product on a device, compared with NumPy's."""
    other = "Use another device: PLAIDML_DEVICE_IDS or --device"
    try:
        error, seconds = _run(_PRODUCT.format(device=device), timeout)
    except _Failed as e:
        return Check(device, BROKEN, f"a matrix product fails: {e}", f"Update its driver. {other}")
    if not error < _TOLERANCE:
        return Check(device, BROKEN, f"a matrix product is wrong by {error:.2g}", f"Update its driver. {other}")
    return Check(device, OK, f"a matrix product is right, {seconds:.1f} s with its compilation")


def _run(code: str, timeout: float) -> Any:
    """What a piece of code prints last, as JSON."""
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise _Failed(f"no answer within {timeout:g} s") from None
    if done.returncode < 0:
        raise _Failed(f"the process died of {signal.Signals(-done.returncode).name}")
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        said = done.stderr.strip().splitlines()
        raise _Failed(said[-1] if said else f"exit code {done.returncode}")
    return json.loads(lines[-1])
