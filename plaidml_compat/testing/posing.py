"""What a process for another device is told, as a worker of pytest-xdist would be: other plugins look for it in `config.workerinput`."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from types import SimpleNamespace
from typing import Any

import pytest


def workerinput(config: pytest.Config, device: str) -> dict[str, Any]:
    """The values, fit for JSON.

    Args:
        config: of the process that starts it, which may be a worker itself.
        device: of the process; its worker's id.
    """
    above = getattr(config, "workerinput", {})
    name = "-".join(filter(None, [above.get("workerid"), device]))
    values = {
        **_plain(vars(config.option)),  # what a plugin has decided here (a seed) is in its option
        "cov_master_host": socket.gethostname(),  # pytest-cov combines the data of those that ran in the same place
        "cov_master_topdir": os.getcwd(),
        **above,
        "workerid": name,
        "workercount": above.get("workercount", 1),
        "testrunuid": above.get("testrunuid", str(os.getpid())),
        "mainargv": above.get("mainargv", sys.argv),
    }
    node = SimpleNamespace(config=config, workerinput=values, gateway=SimpleNamespace(id=name, spec=name))
    hook = getattr(config.hook, "pytest_configure_node", None)  # it is pytest-xdist's
    for implementation in hook.get_hookimpls() if hook is not None else ():
        if not (implementation.hookwrapper or getattr(implementation, "wrapper", False)):
            with contextlib.suppress(Exception):  # a plugin that does not find a controller in this process has nothing to tell
                implementation.function(*[node for _ in implementation.argnames])
    return _plain(values)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Those that JSON has too."""
    return {name: value for name, value in values.items() if isinstance(value, (str, int, float, list)) or value is None}
