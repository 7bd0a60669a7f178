"""The plugin's part in every run that asks for it: checks markers, and tells at the end what was found."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from . import settings
from .findings import Findings
from .guarding import Guard, guarded
from .settings import Settings
from .static import Scans


class Session:
    """One run.

    Attributes:
        run: what it asks for.
        guard: the plugin's own faults.
        findings: what was found so far, by test.
        scans: of the files, without running them; `None`: nobody asked for them.
        serves: whether the facade is installed, and fixtures have something to ask here; see `counting.Counting`.
    """

    serves = False

    def __init__(self, config: pytest.Config, run: Settings, guard: Guard) -> None:
        self.config, self.run, self.guard = config, run, guard
        self.findings = Findings(str(config.rootpath))
        self.scans = Scans(run, config, guard) if run.static else None

    def ends_early(self, error: BaseException) -> None:
        """A conftest.py cannot be imported: pytest ends before there is a summary to tell in."""
        self._tell_of(error)

    @guarded
    def _tell_of(self, error: BaseException) -> None:
        file = getattr(error, "path", None)
        if self.scans is not None and file is not None:
            print(self.scans.instead_of_running(str(file), error.__cause__, self.serves), file=sys.stderr)

    def pytest_configure(self) -> None:
        """Have the report written, once it is known whether this process is a worker, who writes none."""
        self._report()

    @guarded
    def _report(self) -> None:
        if self.run.report and not hasattr(self.config, "workerinput"):
            from .reporting import Reporter

            self.config.pluginmanager.register(Reporter(self.run, self.findings, self.scans, self.guard), "plaidml_compat_reporter")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse wrong markers."""
        self._check_markers(items)

    @guarded
    def _check_markers(self, items: list[pytest.Item]) -> None:
        wrong: dict[int, list[str]] = {}
        for item in items:
            for mark, faults in settings.wrong_markers(item):
                wrong.setdefault(id(mark), faults)  # a class's marker is each of its tests', and a test's that of all its parameters
        if wrong:
            raise pytest.UsageError(*(fault for faults in wrong.values() for fault in faults))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """What ran where, and the flags."""
        self._tell(terminalreporter)

    @guarded
    def _tell(self, terminalreporter: Any) -> None:
        if self.config.option.verbose < 0:  # it says nothing with -q, and reads no file for that
            return
        from . import summary

        scanned = self.scans.all() if self.scans is not None else []
        summary.write(terminalreporter, self.run, self.findings, scanned, self.config.option.verbose)
