"""Processes for other devices: they leave files to the process that the user has started, pose as workers, may end, and tell faults."""

from __future__ import annotations

import importlib.util
import json
import sys
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from _sample_project import ARGUMENTS
from made_up_device import SECOND, python_path

from plaidml_compat.testing import posing
from plaidml_compat.testing.children import Children, _Child, _torn_down
from plaidml_compat.testing.guarding import Guard

OWN = "llvm_cpu.0"
CONFTEST = """
import os, pathlib, pytest
from plaidml_compat.testing import devices

def pytest_sessionstart(session):
    if not hasattr(session.config, "workerinput"):
        session.config.cache.set("mine/kept", "still here")

@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["port"] = node.config.getoption("maxfail") + len(node.gateway.id)

def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        with open("written", "a") as f:
            f.write(session.config.cache.get("mine/kept", "cleared"))

def pytest_runtest_logfinish(nodeid):
    if devices.child() and "test_before_the_end" in nodeid:
        os._exit(3)
"""
TESTS = f"""
import logging, os, pytest
from plaidml_compat.testing import judging

def test_poses_as_a_worker(plaidml_device, request):
    told = getattr(request.config, "workerinput", None)
    if plaidml_device == "{OWN}":
        assert told is None
    else:
        assert (told["workerid"], told["maxfail"], told.get("port", 9 + len("{SECOND}"))) == ("{SECOND}", 9, 9 + len("{SECOND}"))
    logging.warning("logged on " + plaidml_device)
def test_before_the_end(plaidml_device): pass
def test_after_the_end(plaidml_device): pass
def test_fault(plaidml_device, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("made up")
    if plaidml_device == "{SECOND}":
        monkeypatch.setattr(judging, "error_of", fail)
@pytest.mark.plaidml(device="{SECOND}")
def test_crashes(): os._exit(7)
"""
INI = """
[pytest]
addopts = --cache-clear --debug=debug.log --log-file=log.txt --junitxml=x.xml --basetemp=kept --maxfail=9 --trace-config
"""


def test_another_process_leaves_files_alone_and_tells_its_faults(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", python_path())
    monkeypatch.setenv("PYTEST_ADDOPTS", "--plaidml-report=r.json")
    pytester.makeini(INI)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=TESTS)
    arguments = [
        "-p",
        "made_up_device",
        "-p",
        "no:hypothesispytest",
        "-p",
        "no:randomly",
        "--plaidml",
        "--plaidml-device=all",
        "-k",
        "not opencl",
    ]
    result = pytester.run(sys.executable, "-m", "pytest", *ARGUMENTS, *arguments)
    text = result.stdout.str()
    # The process that ended between two tests has failed neither.
    result.assert_outcomes(passed=8, failed=1, deselected=4)
    assert text.count("please report it") == text.count("ZeroDivisionError: made up") == 1, "a fault of the process that crashes later"

    assert (pytester.path / "written").read_text() == "still here"
    assert (pytester.path / "log.txt").read_text().count("logged on") == 1
    assert "PytestAssertRewriteWarning" not in (pytester.path / "debug.log").read_text().partition("\n\n")[0], "its own arguments"
    names = [case.get("name") for case in ET.parse(pytester.path / "x.xml").findall(".//testcase")]
    assert len(names) == 9 and not (pytester.path / "r.json").exists(), "as ever after a fault"


def config(**attributes):
    """As much of pytest's as is asked for."""
    option = SimpleNamespace(seed=7, parser=object())
    return SimpleNamespace(option=option, hook=SimpleNamespace(), **attributes)


def test_a_worker_of_a_worker():
    """What the controller has told this one is passed on, but for its name; of options what JSON has."""
    told = posing.workerinput(config(workerinput={"workerid": "gw1", "workercount": 2, "testrunuid": "u", "port": 1}), SECOND)
    assert (told["workerid"], told["workercount"], told["testrunuid"], told["port"]) == (f"gw1-{SECOND}", 2, "u", 1)
    assert told["seed"] == 7 and "parser" not in told and json.loads(json.dumps(told)) == told


def test_a_plugin_without_a_controller_has_nothing_to_tell():
    def fails(node):
        raise AttributeError("no controller")

    def tells(node):
        node.workerinput["told"] = node.config.option.seed

    hook = SimpleNamespace(get_hookimpls=lambda: [implementation(fails), implementation(tells), implementation(fails, hookwrapper=True)])

    def implementation(function, hookwrapper=False):
        return SimpleNamespace(function=function, hookwrapper=hookwrapper, argnames=("node",))

    asked = config()
    asked.hook.pytest_configure_node = hook
    assert posing.workerinput(asked, SECOND)["told"] == 7


@pytest.mark.parametrize(
    ("seen", "phases"),
    [
        (None, ["setup", "teardown"]),
        (("setup", "passed"), ["call", "teardown"]),
        (("call", "failed"), ["teardown"]),
        (("call", "rerun"), ["setup", "teardown"]),  # pytest-rerunfailures'
    ],
)
def test_reports_in_place_of_those_that_did_not_come(seen, phases, monkeypatch):
    children = Children(config(), Guard())
    children._failed[SECOND] = "made up"
    item = SimpleNamespace(nodeid="test_it.py::test", location=("test_it.py", 1, "test"), keywords={})
    last = SimpleNamespace(when=seen[0], outcome=seen[1]) if seen else None
    lost = children._lost(item, last, SECOND)
    assert [r.when for r in lost] == phases and lost[0].outcome == "failed" and "made up" in lost[0].longrepr


@pytest.mark.parametrize("error", [KeyboardInterrupt(), pytest.exit.Exception("enough", 7)], ids=["ctrl-C", "exit"])
def test_what_ends_the_run_in_a_teardown_ends_it(error):
    """It is no failure of the test whose teardown it is."""

    def teardown_exact(nextitem):
        raise error

    item = SimpleNamespace(session=SimpleNamespace(_setupstate=SimpleNamespace(teardown_exact=teardown_exact)), ihook=None)
    with pytest.raises(type(error)):
        _torn_down(item, None, SimpleNamespace(failed=False))


def test_a_process_that_has_ended_says_so_however_often_it_is_asked(monkeypatch, tmp_path):
    monkeypatch.setattr("plaidml_compat.testing.processes.command", lambda *args: [sys.executable, "-c", "print('{}')"])
    monkeypatch.setattr("plaidml_compat.testing.children._arguments", lambda config: [])
    child = _Child(config(invocation_params=SimpleNamespace(dir=tmp_path)), SECOND)
    assert [child.next_answer() for _ in range(3)] == [{}, None, None]
    child.end()


COMPANIONS = "pytest_cov pytest_html pytest_randomly pytest_reportlog pytest_rerunfailures pytest_timeout".split()


@pytest.mark.skipif(not all(map(importlib.util.find_spec, COMPANIONS)), reason="needs " + ", ".join(COMPANIONS))
def test_companions(pytester, monkeypatch):
    """Other plugins' files tell of all processes, as if they were one."""
    monkeypatch.setenv("PYTHONPATH", python_path())
    pytester.makepyfile(
        measured=f"def which(device):\n    if device == '{SECOND}':\n        return 'second'\n    return 'own'\n",
        test_it=f"""
        import pytest, time, measured
        ran = []
        def test_again(plaidml_device):
            ran.append(1)
            assert len(ran) == 2
        def test_measured(plaidml_device): assert measured.which(plaidml_device)
        @pytest.mark.flaky(reruns=0)
        def test_waits(plaidml_device):
            if plaidml_device == "{SECOND}":
                time.sleep(60)
        """,
    )
    files = ["--cov=measured", "--cov-report=json:cov.json", "--html=r.html", "--report-log=r.jsonl", "--junitxml=x.xml"]
    arguments = ["-p", "made_up_device", "--plaidml", "--plaidml-device=all", "-rA", "-k", "not opencl", "--reruns=1", "--timeout=2"]
    result = pytester.run(sys.executable, "-m", "pytest", *ARGUMENTS, *arguments, "-p", "no:hypothesispytest", *files)
    text = result.stdout.str()
    assert result.parseoutcomes() == {"passed": 5, "failed": 1, "deselected": 3, "rerun": 2}, text
    assert "Timeout (>2.0s) from pytest-timeout." in text and "time.sleep(60)" in text, "with its own lines"
    assert json.loads((pytester.path / "cov.json").read_text())["totals"]["percent_covered"] == 100
    told = [json.loads(line) for line in (pytester.path / "r.jsonl").read_text().splitlines()]
    last = {r["nodeid"]: r["outcome"] for r in told if r.get("when") == "call"}
    assert len(last) == 6 and sorted(last.values()) == ["failed"] + ["passed"] * 5
    for name in ("r.html", "x.xml"):
        page = (pytester.path / name).read_text()
        assert f"test_measured[{SECOND}]" in page and f"test_measured[{OWN}]" in page
