"""pytest-xdist: counts, flags and the report are those of a run in one process, also where a worker crashes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest
from _sample_project import copy, outcomes, report
from made_up_device import SECOND, python_path

pytest.importorskip("xdist", reason="pytest-xdist is not installed")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """With a test more, a module that does something when it is imported, and a conftest.py that does too."""
    made = copy(tmp_path_factory.mktemp("xdist"))
    (made / "tests" / "test_imports.py").write_text("import tensorflow as tf\nprobe = hasattr(tf, 'Module')\ndef test_nothing(): pass\n")
    conftest = made / "tests" / "conftest.py"
    conftest.write_text(conftest.read_text() + "\nprobe = hasattr(tf, 'Graph')\n")
    return made


@pytest.fixture(scope="module")
def alone(project):
    return report(project, "-rA", "--plaidml-static")


def without_times(data):
    for test in data["tests"].values():
        for op in test["ops"]:
            op[3] = None
    data["tests"] = dict(sorted(data["tests"].items()))
    for flag in data["flags"]:
        flag["tests"].sort()
    return data


def section(text):
    """The plugin's; which of several tests with as many flags come first depends on who is done first."""
    return re.sub(r"most flags:.*?\n\n", "", text.partition("= plaidml =")[2].partition("\n=")[0], flags=re.S)


def test_all_is_as_in_one_process(project, alone):
    done, data = report(project, "-rA", "--plaidml-static", "-n", "2", "--junitxml=x.xml")
    assert without_times(data) == without_times(alone[1])
    assert outcomes(done) == outcomes(alone[0]) and done.returncode == alone[0].returncode == 0
    assert section(done.stdout) == section(alone[0].stdout) and section(done.stdout).count("\n") > 10
    assert done.stdout.count("= plaidml =") == 1, "the controller alone writes it"
    assert {"tests/test_imports.py", "conftest.py"} < set(data["tests"]), "what happened at import, which no report of a test carries"
    found = ET.parse(project / "x.xml").findall(".//testcase/properties/property[@name='plaidml_compat_record']")
    assert sum(len(json.loads(p.get("value"))["ops"]) for p in found) == sum(len(t["ops"]) for t in data["tests"].values())


def test_a_worker_crashes(project, alone):
    (project / "tests" / "test_zz_crash.py").write_text("import os\ndef test_crash(): os.abort()\n")
    try:
        done, data = report(project, "-rA", "-n", "2")
    finally:
        (project / "tests" / "test_zz_crash.py").unlink()
    assert outcomes(done)["failed"] == {"tests/test_zz_crash.py::test_crash"} and data["exit_code"] == done.returncode == 1
    for name in ("placements", "tests", "flags"):
        assert without_times(data)[name] == without_times(alone[1])[name]


def test_settings_and_devices_reach_workers(project):
    """Errors are errors there, and a worker has tests for another device run in a process of its own."""
    settings = ["--plaidml-device", "all", "--plaidml-fallback", "error", "-k", "turned or has_a_name", "-p", "made_up_device"]
    done, data = report(project, "-rA", "-n", "1", *settings, PYTHONPATH=python_path())
    found = outcomes(done)
    assert found["failed"] == {f"tests/test_on_device.py::{name}" for name in ("test_turned", "test_turned_back")}
    named = "tests/test_fixtures.py::test_the_device_has_a_name"
    assert found["passed"] == {*(f"{named}[{d}]" for d in ("llvm_cpu.0", SECOND)), "tests/test_allowed.py::test_turned_on_the_host"}
    assert {test["policy"]["fallback"] for nodeid, test in data["tests"].items() if "test_on_device.py::" in nodeid} == {"error"}
