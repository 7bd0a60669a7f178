"""The command line: picks a sub-command, or else runs a program."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "run": "run a program on PlaidML (what happens without a sub-command)",
    "demo": "augment pictures and train a small network on them, within a minute",
    "doctor": "check Python, packages and devices; say how to mend what is broken",
    "matrix": "every TensorFlow name: whether it is here, where it runs, how exact and how fast",
    "scan": "list what programs use of TensorFlow, and what of it is slow or missing here, without running them",
    "devices": "list PlaidML's devices, and why some cannot be used",
}
"""Sub-command, which is also the name of its module here -> what it does."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; a program's SystemExit or exception passes through.

    Args:
        argv: the arguments, without the program's name; `None`: those of the process.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    prog = program_name()
    name = "run"
    if arguments and arguments[0] in COMMANDS:
        name = arguments.pop(0)
        prog = f"{prog} {name}"
    command = importlib.import_module(f"{__name__}.{name}")
    if name == "run":  # the program decides how it ends
        return command.main(arguments, prog)
    from .endings import quietly

    return quietly(lambda: command.main(arguments, prog))


def program_name() -> str:
    """How the user called us."""
    return "python -m plaidml_compat" if sys.argv[0].endswith("__main__.py") else "plaidml-compat"
