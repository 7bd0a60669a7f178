"""What is otherwise in workers of pytest-xdist: they tell what modules did when they were imported, and wrong markers in time."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

import pytest

from . import settings
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

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, Any, None]:
        """In a worker a wrong marker is an error of collecting: one of usage, raised later, would end the controller with an assertion."""
        outcome = yield
        if hasattr(self._config, "workerinput") and outcome.excinfo is None:
            self._refuse_markers(outcome.get_result())

    @guarded
    def _refuse_markers(self, report: Any) -> None:
        wrong: dict[str, None] = {}
        for node in report.result or ():
            if isinstance(node, pytest.Item):
                wrong.update((fault, None) for _, faults in settings.wrong_markers(node) for fault in faults)
        if wrong:
            report.outcome, report.result, report.longrepr = "failed", [], "\n".join(wrong)

    def pytest_sessionfinish(self) -> None:
        """A worker tells its controller."""
        self._say()

    @guarded
    def _say(self) -> None:
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
