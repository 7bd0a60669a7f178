"""The folder of a test program's files, and what was written to a stream in a block."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from typing import Any


@functools.lru_cache(None)
def folder_of_program() -> str:
    """A folder that is there until the program ends: it begins with `TEST_TMPDIR`, or is in the machine's temporary folder."""
    program = os.path.splitext(os.path.basename(sys.argv[0] or "tests"))[0]
    made = tempfile.mkdtemp(prefix=os.environ.get("TEST_TMPDIR") or os.path.join(tempfile.gettempdir(), program))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


class CapturedWrites:
    """What was written to a stream.

    Args:
        capture_location: the file that holds it.
    """

    def __init__(self, capture_location: str) -> None:
        self.capture_location = capture_location

    def contents(self) -> str:
        """All of it."""
        with open(self.capture_location) as file:
            return file.read()


@contextlib.contextmanager
def captured(stream: Any, folder: str) -> Iterator[CapturedWrites]:
    """A block whose writes to a stream, from other languages too, go to a file.

    Args:
        stream: has a file descriptor and `flush`.
        folder: for the file.
    """
    stream.flush()
    descriptor = stream.fileno()
    file, path = tempfile.mkstemp(dir=folder)
    before = os.dup(descriptor)
    os.dup2(file, descriptor)
    try:
        yield CapturedWrites(path)
    finally:
        stream.flush()
        os.dup2(before, descriptor)
        os.close(before)
        os.close(file)
