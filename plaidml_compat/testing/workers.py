"""What workers of pytest-xdist know and reports of tests do not carry: what modules did when they were imported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .findings import Findings
from .guarding import Guard, guarded

_OUTPUT = "plaidml_imports"


class Workers:
    """A plugin of pytest's, in workers and their controller.

    Attributes:
        guard: the plugin's own faults.
    """

    def __init__(self, config: pytest.Config, findings: Findings, guard: Guard) -> None:
        self._config, self._findings, self.guard = config, findings, guard

    def pytest_sessionfinish(self) -> None:
        """A worker tells its controller."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = json.dumps({nodeid: self._findings.tests[nodeid].to_dict() for nodeid in self._findings.imports})

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended."""
        self._take(getattr(node, "workeroutput", {}).get(_OUTPUT, "{}"))

    @guarded
    def _take(self, told: str) -> None:
        for nodeid, data in json.loads(told).items():
            self._findings.take_import(nodeid, data)
