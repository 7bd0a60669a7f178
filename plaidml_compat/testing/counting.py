"""What the plugin does where the facade is installed: counts each test's ops, and fails or skips tests as the settings say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from . import judging, properties, settings
from .findings import CONFTEST, OUTSIDE, Found
from .guarding import Guard, guarded, undoing
from .policies import Policies, closing
from .recorder import Events, Recorder
from .recording import Flag, Record
from .session import Session
from .settings import Settings
from .shared_setups import SharedSetups, taken

PROPERTY = "plaidml_compat_record"
"""Name of the user property in which a test's record travels, as JSON: between processes, and into JUnit XML."""
_RECORD = pytest.StashKey[Record]()
_PHASE = pytest.StashKey[Record]()
_SETTINGS = pytest.StashKey[Settings]()
_IN_A_MODULE = "pytestmark = {marker} in the module allows it"
_IN_A_CONFTEST = "no marker applies to a conftest.py: leave the op out, or do it in a fixture, which the tests that need it may allow"


class Counting(Session):
    """One run with the facade."""

    serves = True

    def __init__(self, config: pytest.Config, run: Settings, guard: Guard) -> None:
        super().__init__(config, run, guard)
        self._recorder, self._policies, self._shared = Recorder(guard), Policies(), SharedSetups()
        self._last: pytest.Item | None = None
        config.add_cleanup(self._recorder.end)
        config.add_cleanup(self._policies.restore)
        self._policies.enforce(run)

    # ------------------------------------------------------------------------------------------------- for fixtures
    @guarded
    def events_of_test(self) -> Events:
        """The events of the test that is running, which grow; `None` after a fault."""
        return self._recorder.kept()

    @guarded
    def device_of_test(self, wanted: str | None) -> str:
        """The device of this process, which is the one that a test's parameter names; `None` after a fault."""
        from .. import device

        if wanted not in (None, device.current()):
            pytest.skip(f"plaidml: it is for {wanted}, and this process has {device.current()}, its only one")
        return device.current()

    # -------------------------------------------------------------------------------------------------- collecting
    def pytest_sessionstart(self) -> None:
        """What conftest.py files did when they were imported counts for them."""
        self._conftests()

    @guarded
    def _conftests(self) -> None:
        record = self._recorder.taken()
        if record:
            self.findings.note(CONFTEST, record, self.run)
        error = judging.error_of(record.flags, self.run, self.findings.folder, _IN_A_CONFTEST)
        if error is not None:
            raise pytest.UsageError(f"in conftest.py:\n{error}")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, None]:
        """What a module does when it is imported counts for the module; one that fails of a missing name may be skipped."""
        outcome = yield
        self._collected(collector, outcome)

    @guarded
    def _collected(self, collector: pytest.Collector, outcome: Any) -> None:
        if outcome.excinfo is not None:
            return
        record, report = self._recorder.taken(), outcome.get_result()
        try:
            own = settings.of_test(collector, self.run)
        except pytest.UsageError:  # `pytest_collection_modifyitems` says so
            own = self.run
        if record:
            self.findings.note(collector.nodeid, record, own)
        self._change(report, getattr(report, "call", None), list(record.flags), own)
        # That of a folder has imported the conftest.py in it.
        way_out = _IN_A_MODULE if isinstance(collector, pytest.Module) else _IN_A_CONFTEST
        error = judging.error_of(record.flags, own, self.findings.folder, way_out) if report.passed else None
        if error is not None:
            report.outcome, report.result = "failed", []
            report.longrepr = judging.as_text(error)

    # ----------------------------------------------------------------------------------------------------- one test
    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, None]:
        """Begin to count."""
        self._begin(item)
        outcome = yield
        self._judge(item, outcome, "setup")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, None]:
        """Put back what only a fixture may leave changed."""
        opened = self._open(item)
        outcome = yield
        self._close(opened)
        self._judge(item, outcome, "call")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, None]:
        """The run's policies are in force again after it."""
        outcome = yield
        self._judge(item, outcome, "teardown")
        self._between()

    @guarded
    def _outside(self) -> None:
        """Note what happened since the last test, and what threads did that an earlier one has left."""
        for record in (self._recorder.taken(), self._recorder.taken_aside()):
            if record:
                self.findings.note(OUTSIDE, record, self.run)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Generator[None, Any, None]:
        """What a fixture of wider scope does counts for every test that needs it."""
        if fixturedef.scope == "function":
            yield
            return
        flags, before = self._recorder.flags(), taken(request)
        yield
        self._set_up(fixturedef, flags, set(taken(request)).difference(before))

    @guarded
    def _set_up(self, fixture: Any, before: Counter[Flag], asked_for: set[Any]) -> None:
        self._shared.note(fixture, self._recorder.flags() - before, asked_for)

    @guarded
    def _begin(self, item: pytest.Item) -> None:
        self._outside()
        item.stash[_RECORD], item.stash[_PHASE], item.stash[_SETTINGS] = Record(), Record(), settings.of_test(item, self.run)
        self._last = item
        self._recorder.begin("plaidml_ops" in getattr(item, "fixturenames", ()))
        self._policies.enforce(item.stash[_SETTINGS])

    @guarded
    def _open(self, item: pytest.Item) -> ExitStack:
        item.stash[_PHASE] = Record()  # a part of the test has a report before this phase is over
        opened = ExitStack()
        opened.enter_context(closing())
        return opened

    @undoing
    def _close(self, opened: ExitStack | None) -> None:
        if opened is not None:
            opened.close()

    @undoing
    def _between(self) -> None:
        if self.guard.fault:
            self._policies.restore()
        else:
            self._policies.enforce(self.run)

    @guarded
    def _judge(self, item: pytest.Item, outcome: Any, when: str) -> None:
        """Count what happened in a phase, which fails if that is an error here and nothing else failed it."""
        if _RECORD not in item.stash:
            return
        item.stash[_PHASE] = now = self._recorder.taken()
        if when != "teardown" and _has_begun(item):
            shared = (flag for flag in self._shared.of(item) if flag not in item.stash[_RECORD].flags)
            now.flags.update(dict.fromkeys(shared, 0))
        item.stash[_RECORD].add(now)
        error: BaseException | None = None
        if when != "teardown":  # a fixture may have added a marker
            try:
                item.stash[_SETTINGS] = settings.of_test(item, self.run)
            except pytest.UsageError as e:
                error = pytest.fail.Exception(str(e), pytrace=False)
        error = error or judging.error_of(now.flags, item.stash[_SETTINGS], self.findings.folder)
        if error is not None and outcome.excinfo is None:
            judging.fail(outcome, error)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Generator[None, Any, None]:
        """Say what belongs to a failure, or make it a skip; the last report carries the record."""
        outcome = yield
        self._finish(item, call, outcome)

    @guarded
    def _finish(self, item: pytest.Item, call: Any, outcome: Any) -> None:
        if _RECORD not in item.stash or outcome.excinfo is not None:
            return
        report, own = outcome.get_result(), item.stash[_SETTINGS]
        flags = [*item.stash[_PHASE].flags, *self._recorder.flags()]  # the latter: a part of a test has a report of its own
        self._change(report, call, flags, own)
        if call.when == "teardown" and item.stash[_RECORD]:
            report.user_properties.append((PROPERTY, json.dumps(_found(item).to_dict())))

    def _change(self, report: Any, call: Any, flags: Sequence[Flag], own: Settings) -> None:
        """Have a failed report say what was flagged, or that something missing skips it."""
        if not report.failed:
            return
        error = getattr(getattr(call, "excinfo", None), "value", None)
        refusal = judging.refusal_in(error) if own.unsupported == "skip" else None
        told = [flag for flag in flags if own.policy(flag.kind) != "allow"]
        if refusal is not None:
            judging.skip(report, self._recorder.refused(refusal))
        elif isinstance(error, judging.PlaidMLFlag):
            judging.locate(report, error)
        elif told:
            judging.explain(report, told, self.findings.folder)

    # ------------------------------------------------------------------------------------------------------ the end
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Before a worker tells its controller, and a report is written."""
        self._interrupted()
        self._outside()

    @guarded
    def _interrupted(self) -> None:
        """What the last test did, whose report may not have come: it was interrupted."""
        if self._last is not None and self._last.stash[_RECORD]:
            self.findings.tests[self._last.nodeid] = _found(self._last)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the records of tests, also of those that ran in other processes."""
        self._gather(report)

    @guarded
    def _gather(self, report: pytest.TestReport) -> None:
        for data in properties.read(report, PROPERTY, dict):
            self.findings.take(report.nodeid, data)


def _found(item: pytest.Item) -> Found:
    own = item.stash[_SETTINGS]
    return Found(item.stash[_RECORD], own.policies(), own.reason)


def _has_begun(item: Any) -> bool:
    """Whether pytest has begun to set up a test. One that is skipped before that, by a marker, needs no setup."""
    return item in item.session._setupstate.stack
