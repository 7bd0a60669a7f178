"""`plaidml_device` and `--plaidml-device all`: each test on each device, in processes that may crash, as if it were one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from _sample_project import ARGUMENTS
from made_up_device import SECOND, THIRD, python_path

OWN = "llvm_cpu.0"
TESTS = f'''
import logging
import os
import warnings
import numpy as np
import pytest
import tensorflow as tf

X = np.zeros((2, 4, 4, 3), "float32")
other_device = pytest.mark.plaidml(device="{SECOND}")
opened = []

@pytest.fixture(scope="module")
def shared():
    opened.append(os.getpid())
    yield os.getpid()
    assert opened == [os.getpid()]
    if os.environ.get("SHARED"):
        with open(os.environ["SHARED"], "a") as f:
            f.write(f"{{os.getpid()}}\\n")

def test_without(tmp_path):
    (tmp_path / "left").touch()
    logging.warning("kept by this one")
def test_first(plaidml_device, shared): print("pid", os.getpid())
def test_second(plaidml_device, shared): print("pid", os.getpid())
def test_ops(plaidml_device, plaidml_ops):
    tf.abs(X)
    warnings.warn("careful on " + plaidml_device)
    assert [e.op for e in plaidml_ops] == ["tf.math.abs"]
def test_falls_back(plaidml_device):
    import plaidml_compat
    with plaidml_compat.device_scope("device"):
        tf.image.rot90(X)
def test_fails(plaidml_device):
    print("printed on", plaidml_device)
    assert plaidml_device == "{OWN}"
def test_crashes(plaidml_device):
    if plaidml_device == "{SECOND}":
        os.abort()
def test_skips(plaidml_device): pytest.skip("for its own reason")
@pytest.fixture
def crashing(plaidml_device):
    yield
    if plaidml_device == "{SECOND}":
        os._exit(7)
def test_crashes_late(crashing): pass
@other_device
def test_marked(): assert tf.config.list_physical_devices() is not None
@other_device
def test_marked_and_taken(plaidml_device): assert plaidml_device == "{SECOND}"
@pytest.mark.plaidml(device="nowhere.0")
def test_nowhere(): pass
def test_last(plaidml_device, shared): pass
'''


@pytest.fixture
def both(outside, pytester, monkeypatch):
    """Runs the tests with the made-up devices."""
    pytester.makepyfile(test_it=TESTS)
    monkeypatch.setenv("PYTHONPATH", python_path())

    def run(*arguments):
        return outside("-p", "made_up_device", "--plaidml", *arguments)

    return run


def outcomes(result):
    words = re.findall(r"^\S+::(\S+) (?:printed on \S+\n)?(PASSED|FAILED|ERROR|SKIPPED)", result.stdout.str(), re.M)
    found = {}
    for name, word in words:
        found[name] = f"{found[name]} {word.lower()}" if name in found else word.lower()
    return found


@pytest.fixture
def each(both, pytester, monkeypatch):
    monkeypatch.setenv("SHARED", str(pytester.path / "shared"))
    files = "--junitxml=x.xml", "--plaidml-report=r.json", "--basetemp=kept", "--log-file=log.txt"
    return both("--plaidml-device", "all", "-vv", "-rA", *files)


def test_each_test_on_each_device(each, pytester):
    found = outcomes(each)
    on_both = ["test_first", "test_second", "test_ops", "test_falls_back", "test_last"]
    assert found == {
        "test_without": "passed",
        **{f"{name}[{d}]": "passed" for name in on_both for d in (OWN, SECOND)},
        **{f"{name}[{d}]": "skipped" for name in ("test_skips",) for d in (OWN, SECOND)},
        **{f"{name}[{OWN}]": "passed" for name in ("test_fails", "test_crashes", "test_crashes_late")},
        **{f"{name}[{SECOND}]": "failed" for name in ("test_fails", "test_crashes")},
        f"test_crashes_late[{SECOND}]": "passed error",
        f"test_marked_and_taken[{OWN}]": "skipped",
        f"test_marked_and_taken[{SECOND}]": "passed",
        "test_marked": "passed",
        "test_nowhere": "skipped",
        **{f"{name}[{THIRD}]": "skipped" for name in [*on_both, "test_skips", "test_fails", "test_crashes", "test_crashes_late"]},
        f"test_marked_and_taken[{THIRD}]": "skipped",
    }
    text = each.stdout.str()
    assert f"plaidml: it is for {THIRD}: it is made up. Buy one" in text
    assert f"plaidml: it is for {SECOND} alone" in text
    assert f"plaidml: it is for nowhere.0, and there are {OWN}, {SECOND}, {THIRD}" in text
    assert "for its own reason" in text
    # Its own text, not that of a process that ended: an assertion is explained as ever.
    assert re.search(rf"E +AssertionError: assert '{re.escape(SECOND)}' == '{re.escape(OWN)}'", text)
    assert re.search(rf"process for {re.escape(SECOND)} ended .*\n.*SIGABRT.*\n(.*\n)*?.*Fatal Python error: Aborted", text)
    assert re.search(rf"process for {re.escape(SECOND)} ended .*\nexit code 7$", text, re.M)
    # Warnings of the other process are told beside those of this one.
    assert f"UserWarning: careful on {SECOND}" in text and f"UserWarning: careful on {OWN}" in text

    # One process for a device, but for those that crashed; fixtures live as long as they do in one process.
    pids = re.findall(r"^pid (\d+)$", text, re.M)
    assert len(pids) == 4 and len(set(pids)) == 2
    torn_down = (pytester.path / "shared").read_text().split()
    assert len(torn_down) == 2 and len(set(torn_down)) == 2, "those of the child that crashed were lost with it"

    assert list((pytester.path / "kept").glob("*/left")), "the other process has a folder of its own for temporary files"
    assert "kept by this one" in (pytester.path / "log.txt").read_text(), "and none for its log"

    # Records came back: counts, flags, properties.
    data = json.loads((pytester.path / "r.json").read_text())
    assert data["placements"]["host"] == 4 and data["exit_code"] == 1
    (flag,) = data["flags"]
    assert flag["tests"] == [f"test_it.py::test_falls_back[{d}]" for d in (OWN, SECOND)]
    cases = ET.parse(pytester.path / "x.xml").findall(".//testcase")
    properties = {c.get("name"): {p.get("name"): json.loads(p.get("value")) for p in c.findall(".//property")} for c in cases}
    for d in (OWN, SECOND):
        assert [op[:3] for op in properties[f"test_ops[{d}]"]["plaidml_compat_record"]["ops"]] == [["tf.math.abs", "host", 1]]


def test_first_failure_ends_it(both):
    """-x, also where the failure is another process's; what follows is not run there either."""
    result = both("--plaidml-device", "all", "-v", "-x", "-s")
    found = outcomes(result)
    assert list(found)[-1] == f"test_fails[{SECOND}]" and found[f"test_fails[{SECOND}]"] == "failed"
    assert f"printed on {SECOND}" in result.stdout.str(), "-s cannot show it at once, but it is not lost"
    assert "stopping after 1 failures" in result.stdout.str() and "Aborted" not in result.stdout.str()


def test_one_device(both, pytester):
    """Given by its id, it is that of every test; what is for another one is skipped."""
    more = f"""
    import pytest
    @pytest.mark.plaidml(device="{OWN}")
    def test_first_one(): pass
    @pytest.mark.plaidml(device="{THIRD}")
    def test_unusable(): pass
    """
    pytester.makepyfile(test_more=more)
    result = both("--plaidml-device", SECOND, "-v", "-rs", "-k", "second or marked or nowhere or more")
    assert outcomes(result) == {
        "test_second": "passed",
        "test_marked": "passed",
        "test_marked_and_taken": "passed",
        "test_nowhere": "skipped",
        "test_first_one": "skipped",
        "test_unusable": "skipped",
    }
    text = result.stdout.str()
    assert f"it is for nowhere.0, and there are {OWN}, {SECOND}, {THIRD}" in text
    assert f"it is for {THIRD}: it is made up. Buy one" in text
    hint = f"it is for {OWN}, and this process has {SECOND}, its only one; --plaidml-device all runs it where it belongs"
    assert hint in text and text.count("--plaidml-device all") == 1, "where that helps"


def test_a_process_that_cannot_start(both, pytester):
    """Its tests fail with what it said; those of this process go on."""
    pytester.makeconftest(
        "import os\nfrom plaidml_compat.testing import devices\nif devices.child():\n    raise RuntimeError('no such luck')\n"
    )
    result = both("--plaidml-device", "all", "-v", "-k", "first or second or without")
    found = outcomes(result)
    assert found["test_without"] == found[f"test_first[{OWN}]"] == "passed"
    assert found[f"test_first[{SECOND}]"] == found[f"test_second[{SECOND}]"] == "error"
    assert "no process for" in result.stdout.str() and "no such luck" in result.stdout.str()


def test_ctrl_c(pytester, monkeypatch, heeds_ctrl_c):
    """Both processes are told; pytest says so as ever, the report is written, and nothing is left running."""
    monkeypatch.setenv("PYTHONPATH", python_path())
    pytester.makepyfile(
        test_it=f"""
        import os, pathlib, time
        def test_first(plaidml_device): pass
        def test_waits(plaidml_device):
            if plaidml_device == "{SECOND}":
                pathlib.Path("pid").write_text(str(os.getpid()))
                time.sleep(60)
        def test_never(plaidml_device): pass
        """
    )
    arguments = ["-p", "made_up_device", "-v", "--plaidml", "--plaidml-device=all", "--plaidml-report=r.json", *ARGUMENTS]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        told = pytester.path / "pid"
        end = time.monotonic() + 60
        while not (told.exists() and told.read_text()) and time.monotonic() < end:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        text = process.communicate(timeout=60)[0]
    assert process.returncode == 2, text
    assert "KeyboardInterrupt" in text and "test_never" not in text
    assert json.loads((pytester.path / "r.json").read_text())["exit_code"] == 2
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def test_for_real(outside, pytester, device_id):
    """Where there is a second device: its op runs there, in a process of its own."""
    from plaidml_compat import device

    others = [d.id for d in device.list_devices() if d.usable and d.id != OWN]
    if not others:
        pytest.skip("llvm_cpu.0 is the only device here: CI has another one, see CONTRIBUTING.md")
    pytester.makepyfile(
        test_it="""
        import numpy as np, tensorflow as tf, plaidml_compat
        def test_on_it(plaidml_device, plaidml_ops):
            from plaidml_compat import device
            assert plaidml_device == device.current()
            with plaidml_compat.device_scope("device"):
                found = tf.image.flip_left_right(np.arange(12.0, dtype="float32").reshape(1, 2, 2, 3))
            assert np.array_equal(found, np.arange(12.0).reshape(1, 2, 2, 3)[:, :, ::-1])
            assert ("tf.image.flip_left_right", "device") in [(e.op, e.placement) for e in plaidml_ops]
        """
    )
    result = outside("--plaidml", "--plaidml-device", "all", "-v")
    assert outcomes(result) == {f"test_on_it[{d}]": "passed" for d in (OWN, *others)}, result.stdout.str()


def test_wider_fixtures_end_where_the_last_test_runs_elsewhere(both, pytester):
    """The next module begins as ever; an error in a fixture that was left open has a report of its own."""
    Path("test_it.py").unlink()
    pytester.makepyfile(
        test_a="def test_a(plaidml_device): pass\n",
        test_b=f"""
        import pytest
        def test_b(): pass
        @pytest.mark.parametrize("plaidml_device", ["{OWN}"], indirect=True)
        def test_own_parameters(plaidml_device): pass
        """,
        test_c="""
        import pytest
        @pytest.fixture(scope="module")
        def wide():
            yield
            raise ValueError("at the end")
        def test_c(plaidml_device, wide): pass
        """,
    )
    # The other process has this package imported before pytest can rewrite it, which is no error there.
    result = both("--plaidml-device", "all", "-v", "-W", "error::pytest.PytestWarning", "-k", "not opencl", "--", ".")
    found = outcomes(result)
    assert found["test_b"] == "passed" and found[f"test_own_parameters[{OWN}]"] == "passed"
    assert found[f"test_a[{OWN}]"] == found[f"test_a[{SECOND}]"] == "passed"
    assert found[f"test_c[{OWN}]"] == "passed" and found[f"test_c[{SECOND}]"] == "passed error error", "one of each process"
    assert "INTERNALERROR" not in result.stdout.str() and "Traceback" not in result.stderr.str()
