"""How a command ends that somebody stops: quietly, when the reader of its pipe goes and on ctrl-C."""

from __future__ import annotations

import os
import sys
from typing import Callable

STOPPED, READER_GONE = 130, 141
"""As of a process that SIGINT or SIGPIPE ended."""


def quietly(command: Callable[[], int]) -> int:
    """The exit code of `command()`, which may write to standard output; STOPPED on ctrl-C, READER_GONE where the pipe is closed."""
    try:
        code = command()
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        forget_output()
        return READER_GONE
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return STOPPED


def forget_output() -> None:
    """Nothing more goes to standard output: Python writes what is left for it when it ends, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
