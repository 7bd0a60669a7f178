"""When the plugin itself fails, the run goes on with pytest's own outcomes and says so once."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import pytest

from plaidml_compat import event_warnings, observe
from plaidml_compat.exceptions import PlacementError, UnsupportedOpError
from plaidml_compat.testing import counting, findings, guarding, judging, policies, recorder, recording, session, settings, summary
from plaidml_compat.testing.guarding import Guard, Teller
from plaidml_compat.testing.workers import Workers

SOURCE = """
import numpy as np, pytest
import tensorflow as tf
import plaidml_compat

def test_fallback():
    with plaidml_compat.device_scope("device"):
        tf.image.rot90(np.zeros((1, 2, 2, 1), "float32"))

def test_lacking():
    tf.GradientTape()

@pytest.mark.xfail
def test_xfail():
    assert tf.math.abs(-1) == 2

def test_clean():
    assert tf.math.abs(-1) == 1
"""
PYTESTS_OWN = {"test_fallback": "passed", "test_lacking": "failed", "test_xfail": "xfailed", "test_clean": "passed"}
PLACES = {
    "session": (session, "Findings"),
    "settings of a run": (settings, "of_run"),
    "settings of a test": (settings, "of_test"),
    "recorder's beginning": (recorder.Recorder, "begin"),
    "recorder's reading": (recorder.Recorder, "taken"),
    "an event": (recorder, "Flag"),
    "policies": (policies.Policies, "enforce"),
    "scopes": (counting, "closing"),
    "judging": (judging, "error_of"),
    "explaining": (judging, "explain"),
    "skipping": (judging, "refusal_in"),
    "the property": (recording.Record, "to_dict"),
    "gathering": (findings.Findings, "take"),
    "noting": (findings.Findings, "note"),
    "the summary": (summary, "write"),
}


@pytest.fixture
def broken(monkeypatch):
    """Has something within the plugin raise."""

    def breaks(place):
        def fail(*args, **kwargs):
            calls.append(place)
            raise ZeroDivisionError("made up")

        calls: list[str] = []
        monkeypatch.setattr(*PLACES[place], fail)
        return calls

    return breaks


@pytest.mark.parametrize("place", PLACES)
def test_the_run_goes_on_and_says_so_once(inside, broken, place):
    calls = broken(place)
    source = SOURCE + ("\nhasattr(tf, 'Graph')\n" if place == "noting" else "")
    arguments = ["--plaidml-unsupported=skip"] if place == "skipping" else []
    run = inside(source, "--plaidml", *arguments, "-W", "error::pytest.PytestWarning")
    assert calls
    assert run.outcomes == PYTESTS_OWN and run.exit_code == 1
    assert run.text.count("please report it") == run.text.count("ZeroDivisionError: made up") == 1


@pytest.mark.parametrize(
    "arguments", [["-q"], ["-qq"], ["-W", "error", "--plaidml-fallback=allow"], ["--no-summary"], ["-p", "no:terminal"]]
)
def test_it_is_said_whatever_is_shown(inside, broken, arguments):
    broken("the property")
    run = inside(SOURCE, "--plaidml", *arguments)
    assert run.text.count("please report it") == 1
    if "no:terminal" not in arguments:  # of which pytester reads nothing else
        assert run.outcomes == PYTESTS_OWN
    assert run.exit_code == 1


def test_a_run_without_a_fault_says_nothing(inside):
    assert "please report it" not in inside(SOURCE, "--plaidml").text


def test_fixtures_skip_after_a_fault(inside, broken):
    broken("recorder's beginning")
    run = inside("def test_ops(plaidml_ops): pass\ndef test_device(plaidml_device): pass\n", "--plaidml", "-rs")
    assert run.outcomes == {"test_ops": "skipped", "test_device": "skipped"}
    run.result.stdout.fnmatch_lines_random(["SKIPPED*: plaidml_ops: plaidml_compat's pytest plugin failed; see the end of the run"])


def test_a_fault_of_a_worker_is_told_by_the_controller():
    class Config:
        def __init__(self):
            self.workeroutput = {}

    class Terminal:
        def __init__(self):
            self.said = []

        def write_sep(self, sep, title):
            pass

        def write_line(self, line):
            self.said.append(line)

        write = write_line

    worker = Teller(Guard(), Config())
    worker.guard.note(ZeroDivisionError("made up"))
    worker.pytest_sessionfinish()
    controller, terminal = Teller(Guard(), object()), Terminal()
    for _ in range(2):
        controller.pytest_testnodedown(worker._config)
    controller.pytest_terminal_summary(terminal)
    controller.pytest_terminal_summary(terminal)
    assert len(terminal.said) == 2 and "ZeroDivisionError: made up" in terminal.said[1]


def test_a_fault_while_a_worker_tells_its_controller_decides_nothing():
    guard, found, worker = Guard(), findings.Findings(""), SimpleNamespace(workeroutput={})
    found.imports.add("test_it.py")  # of which it has no record
    Workers(worker, found, guard).pytest_sessionfinish()
    assert "KeyError: 'test_it.py'" in guard.fault and worker.workeroutput == {}


def test_the_first_fault_is_told():
    """The next ones may be what it led to."""
    guard = guarding.Guard()
    for error in (ZeroDivisionError("first"), ValueError("second")):
        guard.note(error)
    assert "first" in guard.fault and "second" not in guard.fault


def test_exceptions_pickle():
    flag = recording.Flag("fallback", "tf.image.rot90", "no kernel", "use another", __file__, 3)
    error = judging.error_of([flag], settings.Settings(fallback="error"), "")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is judging.PlaidMLFlag and str(again) == str(error) and (again.file, again.line) == (__file__, 3)
    record = recording.Record()
    record.flags[flag] += 2
    record.count("run", "tf.math.abs", "host", 1, 0.5)
    record.count("step", "train_function", "device")
    assert recording.Record.from_dict(pickle.loads(pickle.dumps(record.to_dict()))) == record
    events = []
    end = observe.subscribe(events.append)
    try:
        for cls in (UnsupportedOpError, PlacementError):
            error = cls("tf.op", "reason", "advice")
            count = len(events)
            again = pickle.loads(pickle.dumps(error))
            assert (type(again), str(again), again.op, again.reason, again.advice) == (cls, str(error), "tf.op", "reason", "advice")
            assert len(events) == count  # it did not happen again
    finally:
        end()


def test_every_reader_hears_of_an_event_though_its_warning_is_an_error():
    import warnings

    from plaidml_compat import FallbackWarning

    heard = []
    ends = [observe.subscribe(event_warnings.warn_once), observe.subscribe(heard.append)]
    event_warnings.forget_warnings()
    try:
        with warnings.catch_warnings(), pytest.raises(FallbackWarning):
            warnings.simplefilter("error")
            observe.emit(observe.Event("fallback", "tf.op", "host", 0.0, "no kernel", "", (__file__, 1)))
    finally:
        for end in ends:
            end()
    assert [e.op for e in heard] == ["tf.op"]
