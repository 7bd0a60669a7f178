"""The sample project under several versions of pytest: outcomes, flags, report and properties are the same."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from _sample_project import all_told, copy, planted, run, seen

FOLDERS = [f for f in os.environ.get("PLAIDML_COMPAT_TEST_PYTESTS", "").split(os.pathsep) if f]
"""Made by `pip install --target FOLDER "pytest==7.4.*"`; without any, the pytest that runs."""


def version(folder):
    (info,) = Path(folder).glob("pytest-*.dist-info")
    return info.name[len("pytest-") : -len(".dist-info")]


@pytest.mark.parametrize("folder", FOLDERS or [None], ids=lambda f: version(f) if f else pytest.__version__)
def test_the_sample_project(folder, request, tmp_path):
    path = {"PYTHONPATH": os.pathsep.join(filter(None, [folder, os.environ["PYTHONPATH"]]))}
    project, done, data = all_told(copy(tmp_path), **path) if folder else request.getfixturevalue("sample")
    assert f"pytest-{version(folder) if folder else pytest.__version__}," in done.stdout, "that is the one that ran"
    assert done.returncode == 0, done.stdout + done.stderr
    assert seen(project, data, "tests") == planted("flagged") and seen(project, data, "allowed") == planted("allowed")
    assert re.search(r"SKIPPED \[1\] .*tf\.GradientTape", done.stdout)
    assert "= plaidml =" in done.stdout and "tests/test_quality.py::test_sharpest" in done.stdout
    for flag in data["flags"]:
        assert not flag["tests"] or flag["op"] in done.stdout.partition("= plaidml =")[2]

    # JUnit XML carries each test's record, as JSON that a person can read, too.
    properties = {}
    for case in ET.parse(project / "x.xml").findall(".//testcase"):
        for p in case.findall("properties/property[@name='plaidml_compat_record']"):
            nodeid = f"{case.get('classname').replace('.', '/')}.py::{case.get('name')}"
            properties[nodeid] = json.loads(p.get("value"))
    tests = {nodeid.replace("::TestArithmetic", "/TestArithmetic.py").replace(".py/T", "/T"): t for nodeid, t in data["tests"].items()}
    assert properties == tests and len(properties) >= 8

    # Errors, and neither a terminal nor a cache: exit code and report are all there is.
    silent = run(project, "--plaidml-fallback=error", "--plaidml-report=silent.json", "-p", "no:terminal", **path)
    assert silent.returncode == 1 and "plaidml" not in silent.stdout
    assert json.loads((project / "silent.json").read_text())["exit_code"] == 1


def test_an_older_pytest_is_told_what_is_needed(inside, monkeypatch):
    monkeypatch.delattr(pytest, "version_tuple")  # new in 7.0
    run = inside("def test_it(): pass\n", "--plaidml")
    assert run.exit_code == 4 and f"need pytest 7.0 or newer (pip install -U pytest); this is {pytest.__version__}" in run.text
    assert inside(None).exit_code == 0
