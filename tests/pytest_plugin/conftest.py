"""Runs of pytest with the plugin, within this process and as one of their own."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from _sample_project import ARGUMENTS, Sample, all_told, copy, is_installed

from plaidml_compat import cli, installation, pytest_plugin
from plaidml_compat.testing import static

_WITHOUT = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")  # the latter takes seconds to import


@dataclass
class Run:
    """A run of pytest that is over.

    Attributes:
        result: pytester's.
        outcomes: name of a test -> `"passed"`, `"failed"`, `"error"`, `"skipped"`, `"xfailed"`, `"xpassed"`, or two of them.
        reports: of all phases, in order.
    """

    result: pytest.RunResult
    outcomes: dict[str, str]
    reports: list[Any]

    @property
    def text(self) -> str:
        return self.result.stdout.str() + self.result.stderr.str()

    @property
    def exit_code(self) -> int:
        return int(self.result.ret)

    def report(self, name: str, when: str = "call") -> Any:
        return next(r for r in self.reports if r.nodeid.endswith(f"::{name}") and r.when == when)


def _outcomes(reports: list[Any]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for report in reports:
        words = found.setdefault(report.nodeid.rpartition("::")[2], [])
        if hasattr(report, "wasxfail"):
            words.append("xfailed" if report.skipped else "xpassed")
        elif report.failed:
            words.append("failed" if report.when == "call" else "error")
        elif report.skipped or report.when == "call":
            words.append(report.outcome)
    return {name: " ".join(words) for name, words in found.items()}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample project as it is, run once for all tests that look at that."""
    return all_told(copy(tmp_path_factory.mktemp("sample")))


@pytest.fixture(scope="session")
def loaded(device_id: str) -> None:
    """Keras, PlaidML and the plugin, before pytester notes which modules to keep: PlaidML loads once in a process."""
    import plaidml_compat
    import plaidml_compat.testing.counting

    plaidml_compat.install(device_id)


@pytest.fixture(autouse=True)  # so it is there before pytester, and ends after it
def same_facade(loaded: None) -> Iterator[None]:
    """Where a run has installed anew, modules and finders that pytester puts back are nobody's: the next test installs anew too."""
    before = installation._installed
    yield
    if installation._installed is not before:
        installation.uninstall()
        for name in [name for name in sys.modules if name.partition(".")[0] == "tensorflow"]:
            del sys.modules[name]
        sys.meta_path[:] = [finder for finder in sys.meta_path if not type(finder).__module__.startswith("plaidml_compat")]


@pytest.fixture
def inside(tf: Any, pytester: pytest.Pytester) -> Callable[..., Run]:
    """Runs pytest with the plugin in this process, where the facade is installed already; first the text of the test file, if any."""
    plugins = [] if is_installed() else [pytest_plugin]
    pytester.makeini("[pytest]\nfilterwarnings = default\n")  # those of this run are in force otherwise

    def run(source: str | None, *arguments: str) -> Run:
        if source is not None:
            pytester.makepyfile(test_it=source)
        result = pytester.runpytest_inprocess(*_WITHOUT, *arguments, plugins=plugins)
        recorded = getattr(result, "reprec", None)  # not where pytest refused to run
        reports = recorded.getreports("pytest_runtest_logreport") if hasattr(recorded, "getreports") else []
        return Run(result, _outcomes(reports), reports)

    return run


@pytest.fixture
def outside(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Runs pytest with the plugin in a process of its own."""

    def run(*arguments: str, python: tuple[str, ...] = ()) -> pytest.RunResult:
        return pytester.run(sys.executable, *python, "-m", "pytest", *ARGUMENTS, *_WITHOUT, *arguments)

    return run


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The files of each scan, as seen from the root; the scanner works in this process, as starting one takes long."""
    calls: list[list[str]] = []
    real = static.Scans._run

    def here(command: list[str], **how: Any) -> Any:
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            code = cli.main(["scan", *command[command.index("--format") :]])
        return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())

    def run(self: static.Scans, files: list[str]) -> Any:
        calls.append([os.path.relpath(f, self._root) for f in files])
        return real(self, files)

    monkeypatch.setattr(static, "subprocess", SimpleNamespace(run=here))
    monkeypatch.setattr(static.Scans, "_run", run)
    return calls
