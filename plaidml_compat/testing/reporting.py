"""`--plaidml-report FILE`: writes what a run found, in the form that the file's name ends with."""

from __future__ import annotations

import pytest

from ..writing_files import writing
from . import forms
from .findings import Findings
from .guarding import Guard, guarded
from .reports import Report
from .settings import Settings
from .static import Scans


class Reporter:
    """A plugin of pytest's: writes the report when the run ends, however it ends.

    Attributes:
        guard: the plugin's own faults.
    """

    def __init__(self, run: Settings, findings: Findings, scans: Scans | None, guard: Guard) -> None:
        self._run, self._findings, self._scans, self.guard = run, findings, scans, guard

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """All results are here."""
        self._write(int(exitstatus))

    @guarded
    def _write(self, exit_code: int) -> None:
        scanned = self._scans.all(ignored=True) if self._scans is not None else []
        write(str(self._run.report), Report(self._run, self._findings, scanned, exit_code))


def write(path: str, report: Report) -> None:
    """Write a report whole, or not at all.

    Args:
        path: the end of its name is one of `pytest_plugin.FORMS`.
        report: what to write.

    Raises:
        OSError: the folder is missing or read-only.
    """
    text = forms.render(forms.form_of(path), report)
    with writing(path) as f:
        f.write(text.encode("utf-8", "backslashreplace"))
