"""Files with `tf.test.TestCase`: ops are flagged in methods as in functions, at the line of the test, and a failure is shown there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

DATA_FILES = Path(__file__).parent.parent / "data_files"


def test_every_planted_op_is_flagged_and_nothing_else(outside, pytester):
    for name in ("flip", "planted"):
        shutil.copy(DATA_FILES / f"{name}_unit_tests.py", pytester.path / f"test_{name}.py")
    said = outside("--plaidml", "--plaidml-unsupported=error", "--plaidml-fallback=error", "--plaidml-report=report.json", "-rA")
    text, told = said.stdout.str(), json.loads((pytester.path / "report.json").read_text())
    lines = (DATA_FILES / "planted_unit_tests.py").read_text().splitlines()
    planted = {(n, line.rpartition("# PLANTED ")[2]) for n, line in enumerate(lines, 1) if "# PLANTED " in line}
    assert len(planted) == 3 and {(flag["line"], flag["op"]) for flag in told["flags"]} == planted, text
    assert not [test for test, about in told["tests"].items() if "test_flip" in test and about["flags"]]
    failed = {line.partition("PlantedTest::")[2].partition(" ")[0] for line in text.splitlines() if line.startswith("FAILED ")}
    assert said.ret == 1 and failed == {f"test_{name}" for name in ("unsupported", "fallback", "called", "wrong")}, text
    assert "near.py" not in text and "is different from b. the sum" in text
