"""Notices which calls of a function of the device compile, and says so."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from . import device, observe

log = logging.getLogger("plaidml_compat")

COMPILE_NOTICE_SECONDS = 1.0


class CompileWatch:
    """Notices the calls of one function that compile: the first with each combination of shapes.

    Attributes:
        shapes: the combinations seen so far.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.shapes: set[tuple] = set()

    @contextlib.contextmanager
    def call(self, inputs: Sequence[Any], spoken_of: str = "") -> Iterator[None]:
        """Wrap one call. The first of a shape says "compiling ..." when it takes over a second, and is counted.

        Args:
            inputs: arrays.
            spoken_of: the name under which it is counted; empty: the function's own.
        """
        shapes = tuple(getattr(i, "shape", ()) for i in inputs)
        if shapes in self.shapes:
            yield
            return
        what = f"{self.name} for {', '.join(str(tuple(s)) for s in shapes if s) or 'no input'} on {device.current()}"
        timer = threading.Timer(COMPILE_NOTICE_SECONDS, log.warning, (f"compiling {what} (once per shape; this can take seconds)",))
        timer.daemon = True
        timer.start()
        start = time.perf_counter()
        try:
            yield
        finally:
            timer.cancel()
        self.shapes.add(shapes)
        observe.emit(observe.Event("compile", spoken_of or self.name, "device", time.perf_counter() - start, what))
        if len(self.shapes) == 3:
            log.warning(
                f"{self.name} has compiled for 3 different shapes; each costs seconds and memory that stays. "
                "Keep shapes equal: batch(..., drop_remainder=True), one image size"
            )
