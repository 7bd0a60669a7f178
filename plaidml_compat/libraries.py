"""Libraries that are imported when they are first needed: how long that takes is no time of the op that needs them."""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any

from . import observe


def library(name: str) -> Any:
    """The module of that name."""
    if name in sys.modules:
        return importlib.import_module(name)  # waits for another thread that is importing it
    start = time.perf_counter()
    try:
        return importlib.import_module(name)
    finally:
        if observe.is_wanted("import"):
            observe.emit(observe.took("import", name, "host", start))
