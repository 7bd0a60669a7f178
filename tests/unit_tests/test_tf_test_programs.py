"""A test file written for TensorFlow runs as a program, by unittest and by the command line; by pytest: see tests/pytest_plugin."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DATA_FILES = Path(__file__).parent.parent / "data_files"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("programs")
    shutil.copy(DATA_FILES / "flip_unit_tests.py", made / "test_flip.py")
    shutil.copy(DATA_FILES / "planted_unit_tests.py", made / "test_planted.py")
    return made


def run(folder, *arguments):
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


WAYS = {"program": ("test_flip.py",), "unittest": ("-m", "unittest", "test_flip"), "command line": ("-m", "plaidml_compat", "test_flip.py")}


@pytest.mark.parametrize("arguments", WAYS.values(), ids=WAYS)
def test_the_sample_passes(folder, arguments):
    code, said = run(folder, *arguments)
    assert code == 0 and "Ran 12 tests" in said and "OK (skipped=2)" in said, said


def test_main_ends_with_the_outcome_and_heeds_names(folder):
    code, said = run(folder, "-m", "plaidml_compat", "test_planted.py", "PlantedTest.test_wrong", "PlantedTest.test_clean")
    assert code == 1 and "Ran 2 tests" in said and "FAILED (failures=1)" in said, said
    assert "is different from b. the sum" in said and "near.py" not in said and "2 op calls" in said
