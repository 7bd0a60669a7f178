"""The plugin leaves a program its own properties, policies, failures and options, and what happens outside of tests out of them."""

from __future__ import annotations

from _outcome_sample import HEAD

from plaidml_compat import UnsupportedOpError, event_warnings
from plaidml_compat.observe import Event
from plaidml_compat.testing import judging, policies
from plaidml_compat.testing.guarding import Guard, undoing
from plaidml_compat.testing.recorder import Events

PROPERTIES = """
@pytest.mark.parametrize("name", ["plaidml", "plaidml_static", "plaidml_compat_record", "plaidml_compat_static"])
def test_it(record_property, name):
    record_property(name, "0.7.0")
    record_property(name, "7")
"""


def test_properties_of_a_program(inside, scans):
    run = inside(HEAD + PROPERTIES, "--plaidml", "--plaidml-static")
    assert len(run.outcomes) == 5 and set(run.outcomes.values()) == {"passed"} and "please report it" not in run.text


OWN_POLICY = """
import pytest
from plaidml_compat import dispatch, install

@pytest.fixture(autouse=True, scope="module")
def own():
    before = dispatch.defaults.fallback
    install(fallback="error")
    yield
    install(fallback=before)

def test_one(): assert dispatch.defaults.fallback == "error"
@pytest.mark.plaidml(fallback="allow")
def test_asked(): assert dispatch.defaults.fallback == "allow"
def test_three(): assert dispatch.defaults.fallback == "error"
def test_installs(): install(fallback="allow")
def test_last(): assert dispatch.defaults.fallback == "error"
"""


def test_a_programs_own_policy_stays_where_nothing_is_asked(inside):
    run = inside(OWN_POLICY, "--plaidml")
    assert set(run.outcomes.values()) == {"passed"}, run.outcomes


def test_what_happens_outside_of_tests_counts_for_none(inside, pytester):
    pytester.makeconftest("import tensorflow as tf\ndef pytest_collection_modifyitems():\n    hasattr(tf, 'Graph')\n")
    run = inside(HEAD + "def test_it(): pass\n", "--plaidml", "--plaidml-unsupported=error")
    assert run.outcomes == {"test_it": "passed"}
    assert "tf.Graph" in run.text.partition("= plaidml =")[2], "and it is told"


LACKING = """
import tensorflow as tf

def own_failure():
    try:
        tf.image.psnr
    except AttributeError:
        assert 3 == 4

def test_own(): own_failure()
def test_from_none():
    try:
        tf.image.psnr
    except AttributeError:
        raise ValueError("mine") from None
def test_cause():
    try:
        tf.image.psnr
    except AttributeError as e:
        raise ValueError("mine") from e
def test_import():
    from tensorflow.image import psnr
def test_lacks(): tf.image.psnr
"""


def test_skip_leaves_failures_of_the_programs_own(inside):
    run = inside(LACKING, "--plaidml", "--plaidml-unsupported=skip")
    assert run.outcomes == {
        "test_own": "failed",
        "test_from_none": "failed",
        "test_cause": "skipped",
        "test_import": "skipped",
        "test_lacks": "skipped",
    }


def test_a_group_is_skipped_where_all_of_it_lacked_something():
    class Group(Exception):
        def __init__(self, *exceptions):
            self.exceptions = exceptions

    lacking = UnsupportedOpError("tf.op", "reason", "advice")
    assert judging.refusal_in(Group(lacking, Group(lacking))) is lacking
    assert judging.refusal_in(Group(lacking, ValueError())) is None


def test_pluggy_1_0():
    """Its results have no `force_exception`."""

    class Result:
        _result, _excinfo = [1], None

    outcome, error = Result(), ValueError("made up")
    judging.fail(outcome, error)
    assert (outcome._result, outcome._excinfo) == (None, (ValueError, error, None))


def test_a_policy_ends_with_its_test_after_a_fault(inside, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("made up")

    monkeypatch.setattr(judging, "error_of", fail)
    marked = "import pytest\nfrom plaidml_compat import dispatch, event_warnings\n@pytest.mark.plaidml(fallback='allow', slow='allow')\n"
    run = inside(
        f"{marked}def test_it(): pass\ndef test_next(): assert dispatch.defaults.fallback == 'warn' and not event_warnings.silenced\n",
        "--plaidml",
    )
    assert "ZeroDivisionError: made up" in run.text and run.outcomes == {"test_it": "passed", "test_next": "passed"}


def test_the_first_fault_is_the_one_that_is_told():
    guard = Guard()
    guard.note(ValueError("first"))
    guard.note(ValueError("last"))
    assert "first" in guard.fault and "last" not in guard.fault

    class Owner:
        def __init__(self):
            self.guard = guard

        undone = undoing(lambda self: "undone")

    assert Owner().undone() == "undone"


SUBTEST = """
import unittest
import pytest
from plaidml_compat import device_scope
import numpy as np, tensorflow as tf

@pytest.fixture(autouse=True)
def falls_back():
    with device_scope("device"):
        tf.image.rot90(np.zeros((1, 2, 2, 1), "float32"))

class TestSub(unittest.TestCase):
    def test_sub(self):
        with self.subTest(i=1):
            self.fail("mine")
"""


def test_a_subtest_says_nothing_of_setup(inside):
    run = inside(SUBTEST, "--plaidml")
    failed = [r for r in run.reports if r.failed and r.when == "call"]
    assert failed and not any("rot90 ran on the host" in str(r.longrepr) for r in failed)


def test_events_are_like_a_list():
    events, event = Events(), Event("run", "tf.op", "host", 0.0, "", "", None)
    assert events == [] and events == Events()
    events.append(event)
    assert events == [event] and events != [] and events != "tf.op"


def test_options_of_other_plugins(inside, pytester):
    pytester.makepyfile(
        colours="def pytest_addoption(parser):\n    parser.addoption('--plaidml-colour', dest='plaidml_colour', default='red')\n"
    )
    pytester.syspathinsert()
    run = inside("def test_it(): pass\n", "-p", "colours")
    assert run.outcomes == {"test_it": "passed"}


def test_a_report_in_capitals(inside, pytester):
    assert inside("def test_it(): pass\n", "--plaidml", "--plaidml-report=X.JSON").exit_code == 0
    assert (pytester.path / "X.JSON").read_text().startswith("{")


def test_between_tests_the_runs_policy_is_in_force(inside, monkeypatch):
    """That is when other plugins and hooks run."""
    enforced = []
    real = policies.Policies.enforce
    monkeypatch.setattr(policies.Policies, "enforce", lambda self, own: enforced.append(own.slow) or real(self, own))
    inside("import pytest\n@pytest.mark.plaidml(slow='allow')\ndef test_it(): pass\n", "--plaidml")
    assert enforced[-2:] == ["allow", "warn"] and "slow" not in event_warnings.silenced
