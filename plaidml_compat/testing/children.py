"""Runs tests on another device: in a process each, test by test, as if all of them ran in this one."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from ..pytest_plugin import ENTRY_POINT
from . import posing, processes
from .devices import device_of
from .guarding import Guard

_LAST_LINES = 40
_SECONDS_TO_END = 10.0


class Children:
    """The processes, one for each device.

    Args:
        config: pytest's.
        guard: is told of the plugin's faults there.
    """

    def __init__(self, config: pytest.Config, guard: Guard) -> None:
        self._config, self._guard = config, guard
        self._running: dict[str, _Child] = {}
        self._failed: dict[str, str] = {}

    def run(self, item: pytest.Item, nextitem: pytest.Item | None, device: str) -> None:
        """Hand pytest the reports of a test that runs on another device."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        after = self._after(item, nextitem, device)
        seen: pytest.TestReport | None = None
        for report in self._reports(item.nodeid, after, device):
            seen = report
            if report.when != "teardown":  # kept, as this process may have something to tear down too
                item.ihook.pytest_runtest_logreport(report=report)
        *lost, ended = [seen] if seen is not None and seen.when == "teardown" else self._lost(item, seen, device)
        for report in [*lost, *_torn_down(item, nextitem, ended)]:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def end(self) -> None:
        """No more tests."""
        for running in self._running.values():
            running.end()
        self._running.clear()

    def _reports(self, nodeid: str, after: str | None, device: str) -> Iterator[pytest.TestReport]:
        for answer in self._answers(nodeid, after, device):
            if "warning" in answer:
                self._warned(answer["warning"])
            else:
                yield self._config.hook.pytest_report_from_serializable(config=self._config, data=_with_tuples(answer["report"]))

    def _answers(self, nodeid: str, after: str | None, device: str) -> Iterator[dict[str, Any]]:
        if device in self._failed:
            return
        if device in self._running and self._running[device].has_ended():  # between two tests
            self._running.pop(device).last_words()
        if device not in self._running:
            self._running[device] = _Child(self._config, device)
            ready = self._running[device].next_answer()
            if ready is None:  # it would not start the next time either
                self._failed[device] = self._running.pop(device).last_words()
                return
            self._guard.take(ready["fault"])
        running = self._running[device]
        running.tell({"run": nodeid, "next": after})
        while True:
            answer = running.next_answer()
            if answer is None or "done" in answer:
                self._guard.take(answer["fault"] if answer is not None else "")
                return
            yield answer

    def _after(self, item: pytest.Item, nextitem: pytest.Item | None, device: str) -> str | None:
        """The test that the child runs next, for which it keeps fixtures: as far as is known."""
        if hasattr(self._config, "workerinput"):  # pytest-xdist tells a worker no more than the next test
            return nextitem.nodeid if nextitem is not None and device_of(nextitem) == device else None
        items = item.session.items
        return next((i.nodeid for i in items[items.index(item) + 1 :] if device_of(i) == device), None)

    def _lost(self, item: pytest.Item, seen: pytest.TestReport | None, device: str) -> list[pytest.TestReport]:
        """Reports in place of those that did not come after the last one."""
        if device in self._failed:
            why = f"plaidml: no process for {device} could be started:\n{self._failed[device]}"
        elif self._running[device].has_ended():
            why = f"plaidml: the process for {device} ended before this test did:\n{self._running.pop(device).last_words()}"
        else:
            why = f"plaidml: the process for {device} did not find this test: collecting it again gave other tests"
        next_to = {"setup": "call", "call": "teardown"}
        # Another plugin that runs a test anew has an outcome of its own for what it ran.
        when = next_to[str(seen.when)] if seen is not None and seen.outcome in ("passed", "failed", "skipped") else "setup"
        lost = [_report(item, when, "failed", why)]
        return lost if when == "teardown" else [*lost, _report(item, "teardown", "passed", None)]

    def _warned(self, about: dict[str, Any]) -> None:
        category = getattr(sys.modules.get(about["module"]), about["category"], Warning)
        message = warnings.WarningMessage(about["message"], category, about["filename"], about["lineno"])
        place = tuple(about["location"]) if about["location"] else None
        arguments = {"warning_message": message, "when": about["when"], "nodeid": about["nodeid"], "location": place}
        self._config.hook.pytest_warning_recorded.call_historic(kwargs=arguments)


class _Child:
    """One process, and what it says."""

    def __init__(self, config: pytest.Config, device: str) -> None:
        self._output = tempfile.TemporaryFile("w+b")  # noqa: SIM115  closed with the pipes
        self._process = subprocess.Popen(
            processes.command("plaidml_compat.testing.child", "main()"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._output,
            text=True,
            encoding="utf-8",
            cwd=config.invocation_params.dir,
        )
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        # A process that a test has left behind may hold the pipe open for ever: the end of the child itself counts.
        threading.Thread(target=self._wait, daemon=True).start()
        self.tell({"device": device, "args": _arguments(config), "worker": posing.workerinput(config, device)})

    def _read(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):  # closed; or killed while it wrote
            for line in self._process.stdout:
                self._answers.put(json.loads(line))

    def _wait(self) -> None:
        self._process.wait()
        self._reader.join(timeout=1)
        self._answers.put(None)

    def tell(self, what: dict[str, Any]) -> None:
        """Send it a line."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended, which its missing answer will say
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()

    def next_answer(self) -> dict[str, Any] | None:
        """What it says next; `None`: it has ended, whoever asks again."""
        answer = self._answers.get()
        if answer is None:
            self._answers.put(None)
        return answer

    def has_ended(self) -> bool:
        """True where no answer will come any more."""
        return self._process.poll() is not None

    def last_words(self) -> str:
        """How it ended, and what it wrote last."""
        code = self._process.wait()
        self._output.seek(0)
        lines = self._output.read().decode(errors="replace").splitlines()[-_LAST_LINES:]
        self._close()
        return "\n".join([_ending(code), *lines])

    def end(self) -> None:
        """Let it tear down its fixtures, and wait for that, not for ever."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    def _close(self) -> None:
        self._reader.join(timeout=1)
        with contextlib.suppress(OSError):
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
        self._output.close()


def _arguments(config: pytest.Config) -> list[str]:
    """The command line of this process, with what a child needs beside; options end where `--` says so."""
    given = [str(a) for a in config.invocation_params.args]
    end = given.index("--") if "--" in given else len(given)
    own = [] if config.pluginmanager.has_plugin(ENTRY_POINT) else ["-p", "plaidml_compat.pytest_plugin"]
    more = ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]  # this package is, when pytest begins there
    more += ["--capture=fd"] if config.option.capture == "no" else []  # what tests print can only travel in their reports
    return [*own, *given[:end], *more, *given[end:]]


def _ending(code: int) -> str:
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"exit code {code}"


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    """A serialized report as it was before JSON, whose lists pytest tells from tuples."""
    if data.get("outcome") == "skipped" and isinstance(data.get("longrepr"), list):
        data["longrepr"] = tuple(data["longrepr"])
    for name in ("sections", "user_properties"):
        data[name] = [tuple(pair) for pair in data.get(name, ())]
    data["location"] = tuple(data["location"])
    return data


def _torn_down(item: pytest.Item, nextitem: pytest.Item | None, ended: pytest.TestReport) -> list[pytest.TestReport]:
    """End what this process's own tests before it have left to this one; a test has one teardown, unless both fail."""
    state: Any = item.session._setupstate
    leave = (pytest.exit.Exception, KeyboardInterrupt)
    call = pytest.CallInfo.from_call(lambda: state.teardown_exact(nextitem), when="teardown", reraise=leave)
    if call.excinfo is None:
        return [ended]
    own: Any = item.ihook.pytest_runtest_makereport(item=item, call=call)
    if ended.failed:
        return [ended, own]
    own.user_properties, own.sections = ended.user_properties, ended.sections
    return [own]


def _report(item: pytest.Item, when: Any, outcome: Any, why: str | None) -> pytest.TestReport:
    return pytest.TestReport(item.nodeid, item.location, {k: 1 for k in item.keywords}, outcome, why, when)
