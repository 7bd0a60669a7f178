"""Runs Python in a process of its own, where PlaidML and Keras are loaded with the shims under test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "PLAIDML_EXPERIMENTAL": "1",
    "PLAIDML_DEVICE_IDS": "llvm_cpu.0",
    "KERAS_BACKEND": "plaidml.keras.backend",
    # An OpenCL driver without a device makes PlaidML's search for devices read a size that is not there, and ask for
    # gigabytes of memory.
    "OCL_ICD_VENDORS": os.devnull,
}


def run_python(*arguments: str, timeout: int = 120, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `python ARGUMENTS` with the repository on its path."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=ROOT,
    )


def run_code(code: str, **environment: str) -> str:
    """Runs code; returns what it printed, fails with its traceback."""
    process = run_python("-c", code, **environment)
    assert process.returncode == 0, process.stderr[-3000:]
    return process.stdout
