"""Whose a flag is: a setup's that several tests share is each test's; a thread's that outlives its test is nobody's."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from _outcome_sample import ERRORS, HEAD

from plaidml_compat import observe
from plaidml_compat.testing.findings import OUTSIDE, Findings, Found
from plaidml_compat.testing.guarding import Guard
from plaidml_compat.testing.recorder import Recorder
from plaidml_compat.testing.recording import Record

SHARED = (
    HEAD
    + """
@pytest.fixture(scope="session", autouse=True)
def everywhere():
    tf.math.abs(1)

@pytest.fixture(scope="module", params=["falls", "clean"])
def sometimes(request):
    if request.param == "falls":
        fall_back()

@pytest.fixture
def through(sometimes): pass

def test_a(sometimes): pass
def test_b(through): pass
def test_none(): pass

@pytest.fixture(scope="session")
def far():
    be_slow()

@pytest.fixture(scope="module")
def near(): pass

def test_d(far, near): pass
def test_e(near): pass

class TestClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        probe()

    def test_c1(self): pass

    @pytest.mark.plaidml(unsupported="ok")
    def test_c2(self): pass

    def test_c3(self): pass
"""
)


def test_what_a_shared_setup_does_counts_for_every_test_that_needs_it(inside):
    """As with a setup that raises: what fails depends neither on the order of tests nor on who else runs."""
    run = inside(SHARED, "--plaidml", *ERRORS, "--plaidml-report=r.json")
    assert run.outcomes == {
        **{"test_a[falls]": "error", "test_b[falls]": "error", "test_a[clean]": "passed", "test_b[clean]": "passed"},
        **{"test_d": "error", "test_e": "passed"},
        **{"test_none": "passed", "test_c1": "error", "test_c2": "passed", "test_c3": "error"},
    }
    tests = json.loads(Path("r.json").read_text())["tests"]
    times = {nodeid.rpartition("::")[2]: [flag[-1] for flag in test["flags"]] for nodeid, test in tests.items() if test["flags"]}
    assert times == {"test_a[falls]": [1], "test_b[falls]": [0], "test_d": [1], "test_c1": [1], "test_c2": [0], "test_c3": [0]}, (
        "it happened once"
    )
    assert "not built: 1 op in 2 tests" in run.result.stdout.lines
    alone = inside(None, "--plaidml", *ERRORS, "-k", "test_b or test_c3")
    assert alone.outcomes == {name: run.outcomes[name] for name in ("test_b[falls]", "test_b[clean]", "test_c3")}


ASKED_FOR = (
    HEAD
    + """
@pytest.fixture(scope="module")
def far():
    fall_back()

@pytest.fixture
def backend(request): return request.getfixturevalue("far")

@pytest.fixture(scope="module")
def nearer(request): return request.getfixturevalue("far")

def test_a(backend): pass
def test_b(request): request.getfixturevalue("far")
def test_c(nearer): pass
def test_d(nearer): pass
def test_none(request): pass
"""
)


def test_a_shared_setup_that_is_asked_for_by_name(inside):
    run = inside(ASKED_FOR, "--plaidml", *ERRORS)
    assert run.outcomes == {"test_a": "error", "test_b": "failed", "test_c": "error", "test_d": "error", "test_none": "passed"}
    alone = inside(None, "--plaidml", *ERRORS, "-k", "test_b or test_d")
    assert alone.outcomes == {"test_b": "failed", "test_d": "error"}


SKIPPED = (
    HEAD
    + """
def setup_module(): fall_back()
def test_before(): pass
@pytest.mark.plaidml(device="other.0")
def test_elsewhere(): pass
@pytest.mark.skip(reason="of its own")
def test_skipped(): pass
@pytest.mark.skipif("True", reason="of its own")
class TestSkipped(unittest.TestCase):
    def test_unit(self): pass
@pytest.fixture
def gives_up(): pytest.skip("of its own")
def test_gives_up(gives_up): pass
"""
)


def test_a_skipped_test_needs_no_setup(inside):
    """Whichever runs first; one that is skipped after its setup has needed that."""
    named = [f"test_it.py::{name}" for name in ("test_elsewhere", "test_before", "test_skipped", "TestSkipped")]
    for chosen in ([], named, [named[1], named[0]], [*named, "test_it.py::test_gives_up"]):
        run = inside(SKIPPED, "--plaidml", "--plaidml-report=r.json", *chosen)
        assert {name for name, outcome in run.outcomes.items() if outcome != "skipped"} == {"test_before"}
        (flag,) = json.loads(Path("r.json").read_text())["flags"]
        expected = {"test_it.py::test_before", *(["test_it.py::test_gives_up"] if len(chosen) in (0, 5) else [])}
        assert set(flag["tests"]) == expected, chosen


LEFT = (
    HEAD
    + """
import concurrent.futures

stop, done = threading.Event(), threading.Event()
pool = concurrent.futures.ThreadPoolExecutor(1)

def leave():
    stop.wait(10)
    hasattr(tf, "Graph")
    tf.math.abs(1)
    done.set()

def test_leaves():
    threading.Thread(target=leave, daemon=True).start()
    pool.submit(tf.math.abs, 1).result()

def test_innocent(plaidml_ops):
    stop.set()
    assert done.wait(10)
    assert len(plaidml_ops) == 0

def test_pool(plaidml_ops):
    assert pool.submit(hasattr, tf, "Module").result() is False
    assert [e.op for e in plaidml_ops] == ["tf.Module"]

def test_own_thread():
    thread = threading.Thread(target=hasattr, args=(tf, "GradientTape"))
    thread.start()
    thread.join()
"""
)


def test_threads_that_outlive_their_test_fail_no_other(inside, pytester):
    """A worker that an earlier test has left waiting for work does the work of the test that gives it some."""
    pytester.makeconftest("import tensorflow as tf\ndef pytest_runtest_logfinish(nodeid):\n    'test_own' in nodeid and tf.math.abs(1)\n")
    run = inside(LEFT, "--plaidml", "--plaidml-unsupported=error", "--plaidml-report=r.json")
    assert run.outcomes == {"test_leaves": "passed", "test_innocent": "passed", "test_pool": "failed", "test_own_thread": "failed"}
    lines = run.result.stdout.lines
    assert "3 op calls on the host, 0 on the device, in 1 test and outside of tests" in lines
    assert "not built: 3 ops in 2 tests and outside of tests" in lines
    assert [line for line in lines if line.startswith("    tf.Graph ") and line.endswith("(outside of tests)")]
    found = json.loads(Path("r.json").read_text())["tests"]["outside of tests"]
    assert found["ops"][0][:3] == ["tf.math.abs", "host", 2], "in the thread, and after the last test"


def test_what_happened_outside_of_tests_in_several_processes_adds_up():
    """Modules are imported in each, alike."""
    found = Findings("")
    record = Record()
    record.count("run", "tf.math.abs", "host")
    data = Found(record, {}).to_dict()
    for nodeid in ("test_it.py", OUTSIDE, "test_it.py", OUTSIDE):
        found.take_import(nodeid, data)
    assert {nodeid: f.record.counts["run", "tf.math.abs", "host"] for nodeid, f in found.tests.items()} == {"test_it.py": 1, OUTSIDE: 2}


def test_what_was_held_back_has_the_line_where_it_happened():
    recorder, held = Recorder(Guard()), observe.Held()
    try:
        with held.running():
            observe.emit(observe.Event("refused", "tf.op", "host"))
            line = sys._getframe().f_lineno - 1
        held.release()
        (flag,) = recorder.flags()
    finally:
        recorder.end()
    assert (flag.file, flag.line) == (__file__, line)


def test_the_line_is_the_programs(inside, pytester):
    """Behind what tests it, and behind code that was made in memory, as that of a doctest is."""
    source = (
        HEAD
        + """
def documented():
    '''
    >>> import tensorflow as tf
    >>> hasattr(tf, "Graph")
    False
    '''

def test_monkeypatch(monkeypatch):
    monkeypatch.setattr("tensorflow.image.psnr", len, raising=False)

def test_mock():
    from unittest import mock
    with mock.patch("tensorflow.image.ssim", create=True): pass

def test_exec():
    exec("hasattr(tf, 'Module')", globals())
"""
    )
    run = inside(source, "--plaidml", "--doctest-modules", "--plaidml-report=r.json")
    assert set(run.outcomes.values()) == {"passed"} and len(run.outcomes) == 4, run.text
    flags = {f["op"]: f for f in json.loads(Path("r.json").read_text())["flags"]}
    lines = (pytester.path / "test_it.py").read_text().splitlines()
    assert {f["file"] for f in flags.values()} == {str(pytester.path / "test_it.py")}
    quoted = {op: lines[f["line"] - 1].strip() for op, f in flags.items()}
    assert quoted["tf.Graph"] == '>>> hasattr(tf, "Graph")' and quoted["tf.image.psnr"].startswith("monkeypatch.setattr(")
    assert quoted["tf.image.ssim"].startswith("with mock.patch(") and quoted["tf.Module"].startswith("exec(")
