"""Evaluates cases with or without their shims, all in one process, and prints the values as JSON."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import os
import resource
import sys
from typing import Any

from shim_cases import CASES

MODULES = ["python_cases", "engine_cases", "backend_cases"]


def load() -> dict[str, Any]:
    """Imports the modules that declare cases."""
    for name in MODULES:
        importlib.import_module(name)
    return CASES


def evaluate(run: Any) -> Any:
    """The value of a case as JSON can hold it."""
    import numpy as np

    try:
        with contextlib.redirect_stderr(io.StringIO()):
            value = run()
    except Exception as error:
        return f"raises {type(error).__name__}"
    return value if isinstance(value, str) else np.asarray(value, "float64").tolist()


def main(mode: str, names: list[str]) -> None:
    """Prints a line [name, value] for each case, "with" its shim or "without"."""
    from plaidml_compat import shims

    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))  # a wrong program may ask for all memory there is
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the engine prints to stdout
    logging.disable(logging.CRITICAL)
    cases = load()
    shims.install()
    import keras  # noqa: F401

    for name in names:
        if mode == "without":
            shims.uninstall()
            shims._install(skip={cases[name].shim})
        print(json.dumps([name, evaluate(cases[name].run)]), file=output, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
