"""The process that runs tests on another device than its parent's: those that it is told to, one at a time.

To other plugins it is a worker of pytest-xdist, with `config.workerinput`: they leave files, caches and reports to the process that
the user has started.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Generator
from typing import Any, TextIO

import pytest

from ..pytest_plugin import SESSION
from . import devices

_OFF: dict[str, Any] = {
    "basetemp": None,  # it is emptied at the start, and the parent's
    "cacheclear": False,
    "debug": None,
    "dist": "no",
    "log_file": os.devnull,  # whatever the ini file says
    "looponfail": False,
    "no_summary": True,
    "numprocesses": None,
    "pastebin": None,
    "trace": False,
    "tx": [],
    "usepdb": False,
}
"""Options of pytest and pytest-xdist that are for the process which the user has started, and that a worker would heed."""


def main() -> int:
    """Run the tests that are named on standard input, and answer on standard output; both are then something else for tests."""
    commands, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    told = json.loads(commands.readline())
    devices.become_child(told["device"])
    # pytest's assertions need the terminal's plugin, though nobody reads what it writes.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        return pytest.main(told["args"], plugins=[Serving(commands, answers, told["worker"])])


class Serving:
    """A plugin of pytest's: its loop over tests takes them from the parent."""

    def __init__(self, commands: TextIO, answers: TextIO, worker: dict[str, Any]) -> None:
        self._commands, self._answers, self._worker = commands, answers, worker

    def _say(self, **what: Any) -> None:
        self._answers.write(json.dumps(what, default=str) + "\n")
        self._answers.flush()

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_cmdline_parse(self) -> Generator[None, Any, None]:
        """Leave to the parent what is the parent's, before any plugin acts on what it has parsed."""
        outcome = yield
        if outcome.excinfo is None:
            config = outcome.get_result()
            self._off(config)
            config.workerinput, config.workeroutput = self._worker, {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """The same once pytest-xdist has seen the options."""
        self._off(config)

    def _off(self, config: pytest.Config) -> None:
        for name, value in _OFF.items():
            if hasattr(config.option, name):
                setattr(config.option, name, value)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run tests until the parent has no more."""
        items = {item.nodeid: item for item in session.items}
        self._say(ready=len(items), fault=self._fault())
        for line in self._commands:
            told = json.loads(line)
            item = items.get(told["run"])
            if item is not None:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=items.get(told["next"]))
            self._say(done=told["run"], fault=self._fault())
        return True

    def _fault(self) -> str:
        """Of the plugin, in this process."""
        session = self._config.pluginmanager.get_plugin(SESSION)
        return session.guard.fault if session is not None else ""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, Any, None]:
        """Send a report, once every plugin has seen it."""
        yield
        self._say(report=self._config.hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_configure(self, config: pytest.Config) -> None:
        """Whose reports these are."""
        self._config = config

    def pytest_warning_recorded(self, warning_message: Any, when: str, nodeid: str, location: Any) -> None:
        """Send a test's warning; those of collecting the parent has seen itself."""
        if when == "runtest":
            category = warning_message.category
            self._say(
                warning={
                    "message": str(warning_message.message),
                    "module": category.__module__,
                    "category": category.__qualname__,
                    "filename": warning_message.filename,
                    "lineno": warning_message.lineno,
                    "when": when,
                    "nodeid": nodeid,
                    "location": location,
                }
            )
