"""pytest-xdist: counts, flags and the report are those of a run in one process, also where a worker crashes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from _sample_project import ARGUMENTS, copy, outcomes, report
from made_up_device import SECOND, python_path

pytest.importorskip("xdist", reason="pytest-xdist is not installed")


CRASHES = "tests/test_zz_crash.py::test_crash"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """With a test that crashes, a module that does something when it is imported, and a conftest.py that does too."""
    made = copy(tmp_path_factory.mktemp("xdist"))
    (made / "tests" / "test_imports.py").write_text("import tensorflow as tf\nprobe = hasattr(tf, 'Module')\ndef test_nothing(): pass\n")
    conftest = made / "tests" / "conftest.py"
    conftest.write_text(conftest.read_text() + "\nprobe = hasattr(tf, 'Graph')\n")
    (made / "tests" / "test_zz_crash.py").write_text("import os\ndef test_crash(): os.abort()\n")
    return made


@pytest.fixture(scope="module")
def alone(project):
    return report(project, "-rA", "--plaidml-static", "--deselect", CRASHES)


def without_times(data):
    for test in data["tests"].values():
        for row in (*test["ops"], *test["others"]):
            row[-1] = None
    data["tests"] = dict(sorted(data["tests"].items()))
    for flag in data["flags"]:
        flag["tests"].sort()
    return data


def section(text):
    """The plugin's; which of several tests with as many flags come first depends on who is done first."""
    return re.sub(r"most flags:.*?\n\n", "", text.partition("= plaidml =")[2].partition("\n=")[0], flags=re.S)


def test_all_is_as_in_one_process(project, alone):
    """But for the test that crashes its worker: the other tests of that one, and what it knew, are not lost."""
    done, data = report(project, "-rA", "--plaidml-static", "-n", "2", "--junitxml=x.xml")
    assert (data.pop("exit_code"), alone[1].pop("exit_code")) == (done.returncode, alone[0].returncode) == (1, 0)
    assert without_times(data) == without_times(alone[1])
    assert outcomes(done) == {**outcomes(alone[0]), "failed": {CRASHES}}
    assert section(done.stdout) == section(alone[0].stdout) and section(done.stdout).count("\n") > 10
    assert done.stdout.count("= plaidml =") == 1, "the controller alone writes it"
    assert {"tests/test_imports.py", "conftest.py"} < set(data["tests"]), "what happened at import, which no report of a test carries"
    found = ET.parse(project / "x.xml").findall(".//testcase/properties/property[@name='plaidml_compat_record']")
    assert sum(len(json.loads(p.get("value"))["ops"]) for p in found) == sum(len(t["ops"]) for t in data["tests"].values())


def test_settings_and_devices_reach_workers(project):
    """Errors are errors there, and a worker has tests for another device run in a process of its own."""
    settings = ["--plaidml-device", "all", "--plaidml-fallback", "error", "-k", "turned or has_a_name", "-p", "made_up_device"]
    done, data = report(project, "-rA", "-n", "1", *settings, PYTHONPATH=python_path())
    found = outcomes(done)
    assert found["failed"] == {f"tests/test_on_device.py::{name}" for name in ("test_turned", "test_turned_back")}
    named = "tests/test_fixtures.py::test_the_device_has_a_name"
    assert found["passed"] == {*(f"{named}[{d}]" for d in ("llvm_cpu.0", SECOND)), "tests/test_allowed.py::test_turned_on_the_host"}
    assert {test["policy"]["fallback"] for nodeid, test in data["tests"].items() if "test_on_device.py::" in nodeid} == {"error"}


SHARED = """
import pytest
from plaidml_compat.testing import reporting, static

def pytest_configure(config):
    real, worker = static.Scans._run, getattr(config, "workerinput", {}).get("workerid", "controller")

    def run(self, files):
        with open("scans.txt", "a") as f:
            print(worker, len(files), file=f)
        return real(self, files)

    def write(path, report, real=reporting.write):
        with open("reports.txt", "a") as f:
            print(worker, file=f)
        real(path, report)

    static.Scans._run, reporting.write = run, write
    config.add_cleanup(lambda: setattr(static.Scans, "_run", real))
"""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A project without TensorFlow's facade, which is quick: eight files that import one module."""
    made = tmp_path_factory.mktemp("scanned")
    (made / "conftest.py").write_text(SHARED)
    (made / "library.py").write_text("def lacks(tf):\n    import tensorflow as tf\n    return tf.image.psnr\n")
    for i in range(8):
        (made / f"test_{i}.py").write_text(f"import library\ndef test_{i}(): assert {i} != 5\n")
    return made


def statically(project, *arguments):
    for name in ("scans.txt", "reports.txt"):
        (project / name).unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", *ARGUMENTS, "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--plaidml-static"]
    done = subprocess.run(
        [*command, "--plaidml-report=r.json", "-rA", *arguments], cwd=project, capture_output=True, text=True, timeout=100
    )
    scans, reports = ((project / name).read_text().splitlines() for name in ("scans.txt", "reports.txt"))
    return done, json.loads((project / "r.json").read_text()), scans, reports


@pytest.fixture(scope="module")
def statically_alone(scanned):
    return statically(scanned)


@pytest.mark.parametrize("how", [["-n1", "--dist=loadscope"], ["-n2"], ["-n2", "--dist=loadfile"]], ids=" ".join)
def test_one_process_scans_for_all_and_one_writes_the_report(scanned, statically_alone, how):
    done, data, scans, reports = statically(scanned, *how)
    alone, expected, *_ = statically_alone
    assert data == expected and len(data["static"]) == 1
    assert outcomes(done) == outcomes(alone) and section(done.stdout) == section(alone.stdout) != ""
    assert len(scans) == 1 and scans[0].endswith(" 10") and reports == ["controller"]


def test_what_no_worker_ran_is_told_too(scanned):
    """As without workers, where the first failure ends it."""
    (scanned / "test_0.py").write_text("import library\ndef test_0(): assert 0\n")
    try:
        chosen = ["-x", "test_0.py::test_0", "test_1.py", "-p", "no:randomly", "-o", "python_functions=test_0"]
        alone, expected, *_ = statically(scanned, *chosen)
        done, data, *_ = statically(scanned, *chosen, "-n1", "--maxschedchunk=1")
    finally:
        (scanned / "test_0.py").write_text("import library\ndef test_0(): pass\n")
    assert data["static"] == expected["static"] != [] and section(done.stdout) == section(alone.stdout)


def test_wrong_markers_are_told_by_workers(tmp_path):
    (tmp_path / "test_wrong.py").write_text(
        "import pytest\n\n@pytest.mark.plaidml(falback='allow')\nclass TestIt:\n    def test_1(self): pass\n    def test_2(self): pass\n"
    )
    (tmp_path / "test_right.py").write_text("def test_right(): pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *ARGUMENTS, "--plaidml", "-n", "2"], cwd=tmp_path, capture_output=True, text=True
    )
    assert "INTERNALERROR" not in done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if "did you mean 'fallback'? received 'falback'" in line]
    told = [line for line in told if not line.startswith("ERROR ")]  # the short summary, which is whole in CI, has it again
    assert len(told) == 1 and done.returncode in (1, 2), done.stdout
