"""Processes of the plugin's own: they find the modules that this one finds, whatever folder they are started in."""

from __future__ import annotations

import sys


def command(module: str, call: str, *arguments: str) -> list[str]:
    """The command of a process that imports a module and exits with what a call gives.

    Python would put the current folder first, where a file of the project may have the name of a module of Python's.

    Args:
        module: in full.
        call: an expression, in which the module's last name stands for it.
        arguments: what `sys.argv[1:]` holds.
    """
    package, _, name = module.rpartition(".")
    code = f"import sys; sys.path[:] = sys.argv.pop(1).split('\\n'); from {package} import {name}; sys.exit({name}.{call})"
    return [sys.executable, "-c", code, "\n".join(sys.path), *arguments]
